import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { ModeChip } from '~/console/parts/amount.tsx'
import { useChannel } from '~/console/parts/channel.ts'
import { OrderLink, Owner, OwnerLink, ShortId } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { usePages } from '~/console/parts/pages.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { StateSelect } from '~/console/parts/state-select.tsx'
import { Money } from '~/kit/amounts.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

type Dispute = Answer<'list_disputes'>['items'][number]
const STATES = ['opened', 'won', 'lost'] as const
const route = getRouteApi('/console/disputes')

export function DisputesPage() {
  const say = useWords('console')
  const { state } = route.useSearch()
  const navigate = route.useNavigate()
  const query = usePages(['disputes', state], (cursor, signal) =>
    api.get('/api/v1/admin/disputes', { query: { state, cursor, limit: 30 }, signal }),
  )
  return (
    <>
      <PageHeader title={say('disputes.title')} more={say('disputes.more')} />
      <StateSelect
        states={STATES}
        value={state}
        onChange={(next) => void navigate({ search: { state: next } })}
      />
      <ListCard
        caption={say('disputes.title')}
        query={query}
        columns={useColumns()}
        keyOf={({ dispute_id }) => dispute_id}
        empty={
          <EmptyState icon="flag" title={say('disputes.empty')} more={say('disputes.empty_more')} />
        }
        onClearFilters={state === undefined ? undefined : () => void navigate({ search: {} })}
      />
    </>
  )
}

function useColumns(): readonly Column<Dispute>[] {
  const say = useWords('console')
  const channelOf = useChannel()
  const may = useMay()
  const ownerOf = (id: string) =>
    may('credits:read_all') ? <OwnerLink id={id} /> : <Owner id={id} />
  return [
    {
      id: 'order',
      header: say('orders.id'),
      phone: 'title',
      cell: ({ subject }) => (subject === null ? say('nothing') : <OrderLink id={subject} />),
    },
    {
      id: 'amount',
      header: say('orders.amount'),
      align: 'right',
      phone: 'aside',
      cell: (one) => <Money amount={one.amount} currency={one.currency} />,
    },
    {
      id: 'state',
      header: say('orders.status'),
      cell: (one) => (
        <span className="inline-flex flex-wrap justify-end gap-1.5 sm:justify-start">
          <StateChip state={one.state} />
          <ModeChip livemode={one.livemode} />
        </span>
      ),
    },
    {
      id: 'owner',
      header: say('orders.owner'),
      cell: ({ owner }) => (owner === null ? say('nothing') : ownerOf(owner)),
    },
    {
      id: 'channel',
      header: say('disputes.channel'),
      from: 'lg',
      cell: (one) => (
        <span className="grid justify-items-end gap-0.5 sm:justify-items-start">
          <span className="whitespace-nowrap">{channelOf(one)}</span>
          <ShortId id={one.ref} />
        </span>
      ),
    },
    {
      id: 'opened',
      header: say('disputes.opened'),
      align: 'right',
      cell: (one) => <RelativeTime at={one.opened_at} />,
    },
    {
      id: 'settled',
      header: say('disputes.settled'),
      align: 'right',
      from: 'xl',
      cell: (one) =>
        one.settled_at === null ? say('nothing') : <RelativeTime at={one.settled_at} />,
    },
  ]
}
