import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { houseNow } from '~/app/clock.ts'
import { Credits } from '~/kit/amounts.tsx'
import { buttonLook } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { StackedBar } from '~/kit/charts.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { type Column, DataTable, TableSkeleton } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { Skeleton } from '~/kit/skeleton.tsx'
import { DateTime } from '~/kit/times.tsx'
import { type Lot, lotsQuery } from '~/portal/answers.ts'
import { useNames } from '~/portal/names.ts'
import { useWords } from '~/words/words.ts'

interface Nth extends Lot {
  readonly nth: number
}

export function Lots() {
  const say = useWords('credits')
  const portal = useWords('portal')
  const query = useQuery(lotsQuery)
  return (
    <Card bare title={say('lots.title')} more={say('lots.hint')}>
      <DataBlock
        bare
        query={query}
        skeleton={<Waiting />}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <EmptyState
            icon="coin"
            title={say('lots.empty')}
            more={say('lots.empty_hint')}
            act={
              <Link to="/top-up" className={buttonLook({ look: 'primary' })}>
                {portal('nav.top_up')}
              </Link>
            }
          />
        }
      >
        {({ items }) => <Both lots={items} />}
      </DataBlock>
    </Card>
  )
}

const Waiting = () => (
  <>
    <div className="px-4 pb-5 sm:px-6">
      <Skeleton className="h-3.5 w-full rounded-full" />
      <Skeleton className="mt-4 h-4 w-40" />
    </div>
    <TableSkeleton rows={4} />
  </>
)

function Both({ lots }: { readonly lots: readonly Lot[] }) {
  const say = useWords('credits')
  const format = useFormat()
  const columns = useColumns()
  const { source } = useNames()
  const sums = new Map<string, number>()
  for (const lot of lots) sums.set(lot.source, (sums.get(lot.source) ?? 0) + lot.remaining)
  // As the lots below: what is used first stands first.
  const parts = [...sums].map(([id, value]) => ({ id, value, label: source(id) }))
  return (
    <>
      <div className="px-4 pb-5 sm:px-6">
        <StackedBar title={say('lots.bar')} parts={parts} format={format.number} />
      </div>
      <DataTable
        caption={say('lots.title')}
        columns={columns}
        rows={lots.map((lot, nth) => ({ ...lot, nth: nth + 1 }))}
        keyOf={({ lot_id }) => lot_id}
      />
    </>
  )
}

function useColumns(): Column<Nth>[] {
  const say = useWords('credits')
  const format = useFormat()
  const { source } = useNames()
  return [
    {
      ...{ id: 'nth', header: say('lots.order'), phone: 'none' },
      cell: ({ nth }) => <span className="tabular text-soft">{nth}</span>,
    },
    {
      ...{ id: 'source', header: say('lots.source'), phone: 'title' },
      cell: (lot) => (
        <span>
          {source(lot.source)}
          {lot.order_id !== null && (
            <Link
              to="/billing"
              search={{ order: lot.order_id }}
              className="ml-2 text-small font-normal text-soft underline underline-offset-4"
            >
              {say('lots.order_open')}
            </Link>
          )}
        </span>
      ),
    },
    {
      ...{ id: 'expires', header: say('lots.expires') },
      cell: (lot) => <Until lot={lot} />,
    },
    {
      ...{ id: 'remaining', header: say('lots.remaining'), align: 'right', phone: 'aside' },
      cell: (lot) => (
        <span className="inline-grid justify-items-end">
          <Credits amount={lot.remaining} />
          <span className="text-small font-normal text-soft">
            {lot.held > 0
              ? say('lots.held', { amount: format.number(lot.held) })
              : say('lots.of', { granted: format.number(lot.granted) })}
          </span>
        </span>
      ),
    },
  ]
}

function Until({ lot }: { readonly lot: Lot }) {
  const say = useWords('credits')
  const format = useFormat()
  return (
    <span className="inline-grid">
      {lot.expires_at === null ? (
        <span className="text-soft">{say('lots.never')}</span>
      ) : (
        <DateTime at={lot.expires_at} only="date" />
      )}
      {Date.parse(lot.effective_at) > houseNow() && (
        <span className="text-small text-soft">
          {say('lots.from', { day: format.date(lot.effective_at) })}
        </span>
      )}
    </span>
  )
}
