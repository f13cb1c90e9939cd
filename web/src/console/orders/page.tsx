import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { useContext } from 'react'
import { api } from '~/app/api.ts'
import { ModeChip } from '~/console/parts/amount.tsx'
import { useChannel } from '~/console/parts/channel.ts'
import { Owner, OwnerLink, shortId } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { usePages } from '~/console/parts/pages.ts'
import { momentsOf, PeriodFields } from '~/console/parts/period-fields.tsx'
import { SearchBox } from '~/console/parts/search-box.tsx'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Money } from '~/kit/amounts.tsx'
import { Segments } from '~/kit/choice.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { FilterFold } from '~/kit/filter-fold.tsx'
import { TimeZone } from '~/kit/format.ts'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useLanguage, useWords } from '~/words/words.ts'

type Order = Answer<'list_orders'>['items'][number]
/** They stand there before their counts do. */
const ORDER_STATUSES = ['pending', 'paid', 'partially_refunded', 'refunded', 'closed'] as const
const route = getRouteApi('/console/orders')

export function OrdersPage() {
  const say = useWords('console')
  const search = route.useSearch()
  const navigate = useNavigate()
  const { status, q, mode, owner, utc } = search
  const zone = useContext(TimeZone)
  const query = usePages(['orders', search, zone], (cursor, signal) =>
    api.get('/api/v1/admin/orders', {
      query: {
        ...{ status, query: q, owner, cursor, limit: 30 },
        ...momentsOf(search, utc ? 'UTC' : zone),
        ...(mode !== undefined && { livemode: mode === 'live' }),
      },
      signal,
    }),
  )
  const isFiltered = Object.values(search).some((value) => value !== undefined)
  return (
    <>
      <PageHeader title={say('orders.title')} more={say('orders.more')} />
      <div className="mb-4 grid gap-3 *:min-w-0">
        <div className="max-w-2xl">
          <SearchBox
            label={say('orders.search')}
            placeholder={say('orders.search_hint')}
            value={q ?? ''}
            onSearch={(text) =>
              void navigate({ to: '/console/orders', search: { ...search, q: text } })
            }
          />
        </div>
        <StatusTabs />
        <Period />
      </div>
      <ListCard
        caption={say('orders.title')}
        query={query}
        columns={useOrderColumns()}
        keyOf={({ order_id }) => order_id}
        onOpen={({ order_id: id }) => void navigate({ to: '/console/orders/$id', params: { id } })}
        empty={
          <EmptyState icon="receipt" title={say('orders.empty')} more={say('orders.empty_more')} />
        }
        onClearFilters={
          isFiltered ? () => void navigate({ to: '/console/orders', search: {} }) : undefined
        }
      />
    </>
  )
}

/** Where orders stand, and how many of them. */
function StatusTabs() {
  const say = useWords('console')
  const term = useTerm()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data } = useQuery({
    queryKey: ['orders', 'counts'],
    queryFn: ({ signal }) => api.get('/api/v1/admin/orders/counts', { signal }),
  })
  const tabs = [
    { value: 'all' as const, label: say('all') },
    ...ORDER_STATUSES.map((status) => {
      const counted = data?.items.find((one) => one.status === status)
      const count = counted ? ` ${counted.count}${counted.more ? '+' : ''}` : ''
      return { value: status, label: `${term('state', status)}${count}` }
    }),
  ]
  return (
    <div className="overflow-x-auto">
      <Segments
        label={say('orders.status')}
        value={search.status ?? 'all'}
        options={tabs}
        onChange={(next) =>
          void navigate({ search: { ...search, status: next === 'all' ? undefined : next } })
        }
      />
    </div>
  )
}

function Period() {
  const say = useWords('console')
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const look = (more: Partial<typeof search>) => void navigate({ search: { ...search, ...more } })
  const { from, to, mode } = search
  return (
    <FilterFold set={[from, to, mode].filter((one) => one !== undefined).length}>
      <div className="grid items-end gap-3 *:min-w-0 min-[420px]:grid-cols-2 sm:flex sm:flex-wrap">
        <PeriodFields value={search} utc={search.utc} onChange={look} />
        <div className="min-[420px]:col-span-2">
          <Segments
            label={say('mode.title')}
            value={search.mode ?? 'all'}
            options={[
              { value: 'all', label: say('all') },
              { value: 'live', label: say('mode.live') },
              { value: 'test', label: say('mode.test') },
            ]}
            onChange={(next) => look({ mode: next === 'all' ? undefined : next })}
          />
        </div>
      </div>
    </FilterFold>
  )
}

export function useOrderColumns(): readonly Column<Order>[] {
  const say = useWords('console')
  const channelOf = useChannel()
  const language = useLanguage()
  const may = useMay()
  return [
    {
      id: 'product',
      header: say('orders.product'),
      phone: 'title',
      cell: (one) => (
        <span className="inline-grid min-w-28 grid-cols-1">
          {one.product_name[language === 'en' ? 'en' : 'zh']}
          <span
            className="hidden font-mono text-small whitespace-nowrap text-soft @table:block"
            title={one.order_id}
          >
            {shortId(one.order_id)}
          </span>
        </span>
      ),
    },
    {
      id: 'amount',
      header: say('orders.amount'),
      align: 'right',
      phone: 'aside',
      cell: (one) => <Money amount={one.amount} currency={one.currency} />,
    },
    {
      id: 'status',
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
      cell: (one) =>
        may('credits:read_all') ? <OwnerLink id={one.owner} /> : <Owner id={one.owner} />,
    },
    {
      id: 'channel',
      header: say('orders.channel'),
      from: 'lg',
      cell: (one) =>
        one.pay_channel === null ? (
          say('nothing')
        ) : (
          <span className="whitespace-nowrap">
            {channelOf({ channel: one.pay_channel, account: one.account })}
          </span>
        ),
    },
    {
      id: 'created',
      header: say('orders.created'),
      align: 'right',
      cell: (one) => <RelativeTime at={one.created_at} />,
    },
  ]
}
