import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { lazy, Suspense } from 'react'
import { api } from '~/app/api.ts'
import { UndecidedCard, useUndecided } from '~/console/approvals/undecided-card.tsx'
import { Amount } from '~/console/parts/amount.tsx'
import { linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { CardSkeleton, PersonSkeleton } from '~/console/parts/skeletons.tsx'
import { PersonActs } from '~/console/people/person-acts.tsx'
import { ProfileTab } from '~/console/people/profile-tab.tsx'
import { TimelineTab } from '~/console/people/timeline-tab.tsx'
import { calledOf } from '~/console/people/told.ts'
import { WhyTab } from '~/console/people/why-tab.tsx'
import { Chip } from '~/kit/chip.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Note } from '~/kit/notes.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { Tabs } from '~/kit/tabs.tsx'
import { DateTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

export type Owner = Answer<'get_owner'>
export type Standing = Answer<'get_owner_state'>
// The charts come with the tab that draws them.
const BalancesTab = lazy(async () => ({
  default: (await import('~/console/people/balances-tab.tsx')).BalancesTab,
}))
const route = getRouteApi('/console/people/$id')

export function PersonPage() {
  const say = useWords('console')
  const { id } = route.useParams()
  const owner = useQuery({
    queryKey: ['owner', id],
    queryFn: ({ signal }) => api.get('/api/v1/admin/owners/{id}', { path: { id }, signal }),
  })
  const standing = useQuery({
    queryKey: ['owner', id, 'state'],
    queryFn: ({ signal }) => api.get('/api/v1/owners/{id}/state', { path: { id }, signal }),
  })
  return (
    <>
      <PageHeader
        title={owner.data ? calledOf(owner.data) : say('people.one')}
        above={
          <Link to="/console/people" className={linkLook}>
            {say('people.title')}
          </Link>
        }
        more={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {owner.data?.email && <span className="break-all">{owner.data.email}</span>}
            <CopyId text={id} />
            {owner.data && (
              <Chip>
                {owner.data.external_id === null ? say('people.person') : say('people.of_app')}
              </Chip>
            )}
          </span>
        }
        acts={
          standing.data && owner.data && <PersonActs owner={owner.data} standing={standing.data} />
        }
      />
      <DataBlock query={owner} skeleton={<PersonSkeleton />}>
        {(one) => (
          <>
            {standing.data?.frozen && <Frozen frozen={standing.data.frozen} />}
            <Balances owner={one} />
            <Undecided id={one.owner} />
            <Parts owner={one} standing={standing.data} />
          </>
        )}
      </DataBlock>
    </>
  )
}

/** What was asked about them and waits, so that nobody asks for it again. */
function Undecided({ id }: { readonly id: string }) {
  const about = useUndecided(({ payload }) => payload['owner_id'] === id)
  if (about.length === 0) return null
  return (
    <div className="mb-4">
      <UndecidedCard about={about} />
    </div>
  )
}

function Frozen({ frozen }: { readonly frozen: NonNullable<Standing['frozen']> }) {
  const say = useWords('console')
  return (
    <div className="mb-4">
      <Note tone="warn" title={say('people.frozen')}>
        {frozen.reason} · <DateTime at={frozen.at} />
      </Note>
    </div>
  )
}

function Balances({ owner }: { readonly owner: Owner }) {
  const say = useWords('console')
  if (owner.accounts.length === 0)
    return <p className="mb-4 text-soft">{say('people.no_accounts')}</p>
  return (
    <ul className="mb-4 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {owner.accounts.map((one) => (
        <li key={one.asset} className="rounded-card border border-line bg-card p-4">
          <p className="text-small text-soft">{say('balance.available')}</p>
          <p className="text-title font-semibold">
            <Link
              from="/console/people/$id"
              to="."
              search={{ tab: 'why', asset: one.asset }}
              title={say('why.title')}
              className={linkLook}
            >
              <Amount amount={one.available} asset={one.asset} />
            </Link>
          </p>
          <p className="mt-1 flex flex-wrap gap-x-4 text-small text-soft">
            <span>
              {say('balance.held')} <Amount amount={one.held} asset={one.asset} />
            </span>
            {one.debt > 0 && (
              <span className="text-bad">
                {say('balance.debt')} <Amount amount={one.debt} asset={one.asset} />
              </span>
            )}
          </p>
        </li>
      ))}
    </ul>
  )
}

interface PartsProps {
  readonly owner: Owner
  readonly standing: Standing | undefined
}

function Parts({ owner, standing }: PartsProps) {
  const say = useWords('console')
  const may = useMay()
  const { tab = 'timeline' } = route.useSearch()
  const navigate = route.useNavigate()
  const isPerson = owner.external_id === null
  return (
    <Tabs
      label={say('people.one')}
      value={tab}
      onChange={(next) => void navigate({ search: { tab: next } })}
      tabs={[
        {
          value: 'timeline' as const,
          label: say('timeline.title'),
          panel: <TimelineTab id={owner.owner} />,
        },
        {
          value: 'balances' as const,
          label: say('balance.title'),
          panel: (
            <Suspense
              fallback={
                <div aria-busy="true">
                  <CardSkeleton />
                </div>
              }
            >
              <BalancesTab owner={owner} standing={standing} />
            </Suspense>
          ),
        },
        { value: 'why' as const, label: say('why.tab'), panel: <WhyTab owner={owner} /> },
        ...(isPerson && may('people:read')
          ? [
              {
                value: 'profile' as const,
                label: say('profile.title'),
                panel: <ProfileTab id={owner.owner} />,
              },
            ]
          : []),
      ]}
    />
  )
}
