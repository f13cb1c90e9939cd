import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { BooksCard } from '~/console/overview/books-card.tsx'
import { ChannelsCard } from '~/console/overview/channels-card.tsx'
import { CreditsCard } from '~/console/overview/credits-card.tsx'
import { MoneyCard } from '~/console/overview/money-card.tsx'
import { WaitingCard } from '~/console/overview/waiting-card.tsx'
import { useMay } from '~/console/parts/may.ts'
import { buttonLook } from '~/kit/button.tsx'
import { Segments } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { Skeleton } from '~/kit/skeleton.tsx'
import { useWords } from '~/words/words.ts'

export type Overview = Answer<'get_overview'>
const DAYS = ['7', '30', '90'] as const
const REFRESH_MS = 60_000
const route = getRouteApi('/console/')

export function OverviewPage() {
  const say = useWords('console')
  const may = useMay()
  const { days = '30' } = route.useSearch()
  const navigate = route.useNavigate()
  const allowed = may('reports:read')
  const query = useQuery({
    queryKey: ['overview', days],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/overview', { query: { days: Number(days) }, signal }),
    enabled: allowed,
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  })
  return (
    <>
      <PageHeader
        title={say('overview.title')}
        more={allowed ? say('overview.more') : undefined}
        acts={
          allowed && (
            <Segments
              label={say('overview.period')}
              value={days}
              options={DAYS.map((value) => ({ value, label: say('overview.days', { n: value }) }))}
              onChange={(next) => void navigate({ search: { days: next } })}
            />
          )
        }
      />
      {allowed ? (
        <DataBlock query={query} skeleton={<OverviewSkeleton />}>
          {(overview) => <Blocks overview={overview} />}
        </DataBlock>
      ) : (
        <EmptyState
          icon="people"
          title={say('overview.not_for_you')}
          more={say('overview.not_for_you_more')}
          act={
            <Link to="/console/people" className={buttonLook({ look: 'primary' })}>
              {say('people.title')}
            </Link>
          }
        />
      )}
    </>
  )
}

function Blocks({ overview }: { readonly overview: Overview }) {
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <BooksCard overview={overview} />
      <WaitingCard waiting={overview.waiting} />
      <MoneyCard overview={overview} />
      <CreditsCard overview={overview} />
      <div className="xl:col-span-2">
        <ChannelsCard channels={overview.channels} />
      </div>
    </div>
  )
}

const OverviewSkeleton = () => (
  <div className="grid gap-4 xl:grid-cols-2">
    {['a', 'b', 'c', 'd'].map((key) => (
      <div key={key} className="rounded-card border border-line bg-card p-6">
        <Skeleton className="mb-4 h-5 w-32" />
        <Skeleton className="h-32 w-full" />
      </div>
    ))}
  </div>
)
