import { getRouteApi, Link } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { useChannel } from '~/console/parts/channel.ts'
import { linkLook, ShortId } from '~/console/parts/links.tsx'
import { usePages } from '~/console/parts/pages.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { StateSelect } from '~/console/parts/state-select.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Money } from '~/kit/amounts.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

type Refund = Answer<'list_all_refunds'>['items'][number]
export const REFUND_STATES = [
  ...(['requested', 'approved', 'submitted', 'unknown', 'succeeded'] as const),
  ...(['failed', 'abnormal', 'rejected'] as const),
]
const route = getRouteApi('/console/refunds')

export function RefundsPage() {
  const say = useWords('console')
  const term = useTerm()
  const channelOf = useChannel()
  const { state } = route.useSearch()
  const navigate = route.useNavigate()
  const query = usePages(['refunds', state], (cursor, signal) =>
    api.get('/api/v1/admin/refunds', { query: { state, cursor, limit: 30 }, signal }),
  )
  const columns: Column<Refund>[] = [
    {
      id: 'reason',
      header: say('reason.label'),
      phone: 'title',
      cell: (one) => (
        <Link to="/console/orders" search={{ q: one.refund_id }} className={linkLook}>
          {term('own_reason', one.reason)}
        </Link>
      ),
    },
    {
      id: 'amount',
      header: say('orders.amount'),
      align: 'right',
      phone: 'aside',
      cell: (one) => <Money amount={one.amount} currency={one.currency} />,
    },
    { id: 'state', header: say('orders.status'), cell: (one) => <StateChip state={one.state} /> },
    {
      id: 'cause',
      header: say('refunds.cause'),
      from: 'md',
      cell: (one) => <span className="whitespace-nowrap">{term('cause', one.cause)}</span>,
    },
    {
      id: 'channel',
      header: say('orders.channel'),
      from: 'lg',
      cell: (one) => <span className="whitespace-nowrap">{channelOf(one)}</span>,
    },
    { id: 'id', header: say('id'), from: 'xl', cell: (one) => <ShortId id={one.refund_id} /> },
    {
      id: 'created',
      header: say('orders.created'),
      align: 'right',
      cell: (one) => <RelativeTime at={one.created_at} />,
    },
  ]
  return (
    <>
      <PageHeader title={say('refunds.title')} more={say('refunds.more')} />
      <StateSelect
        states={REFUND_STATES}
        value={state}
        onChange={(next) => void navigate({ search: { state: next } })}
      />
      <ListCard
        caption={say('refunds.title')}
        query={query}
        columns={columns}
        keyOf={({ refund_id }) => refund_id}
        empty={
          <EmptyState
            icon="refresh"
            title={say('refunds.empty')}
            more={say('refunds.empty_more')}
          />
        }
        onClearFilters={state === undefined ? undefined : () => void navigate({ search: {} })}
      />
    </>
  )
}
