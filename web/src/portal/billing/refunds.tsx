import { useInfiniteQuery } from '@tanstack/react-query'
import { Money } from '~/kit/amounts.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { ListCard } from '~/kit/list-card.tsx'
import { DateTime } from '~/kit/times.tsx'
import { type Refund, refundsQuery } from '~/portal/answers.ts'
import { RefundChip } from '~/portal/billing/states.tsx'
import { useNames } from '~/portal/names.ts'
import { useStale } from '~/shell/live.ts'
import { useWords } from '~/words/words.ts'

export function Refunds({ onOpen }: { readonly onOpen: (payment: string) => void }) {
  const say = useWords('billing')
  const query = useInfiniteQuery(refundsQuery)
  return (
    <ListCard
      caption={say('tab.refunds')}
      query={query}
      stale={useStale()}
      columns={useColumns()}
      keyOf={({ refund_id }) => refund_id}
      onOpen={({ payment_id }) => payment_id !== null && onOpen(payment_id)}
      empty={
        <EmptyState icon="receipt" title={say('refunds.empty')} more={say('refunds.empty_hint')} />
      }
    />
  )
}

function useColumns(): Column<Refund>[] {
  const say = useWords('billing')
  const nameOf = useNames()
  const format = useFormat()
  return [
    {
      ...{ id: 'time', header: say('time') },
      cell: (refund) => <DateTime at={refund.created_at} />,
    },
    {
      ...{ id: 'what', header: say('what'), phone: 'title' },
      cell: (refund) => <span className="break-words">{nameOf.reason(refund.reason)}</span>,
    },
    {
      ...{ id: 'state', header: say('state') },
      cell: (refund) => <RefundChip status={refund.status} />,
    },
    {
      ...{ id: 'amount', header: say('amount'), align: 'right', phone: 'aside' },
      cell: (refund) => (
        <span className="inline-grid justify-items-end">
          <Money amount={refund.amount} currency={refund.currency} />
          {refund.fee > 0 && (
            <span className="text-small font-normal text-soft">
              {say('refund.fee', { fee: format.money(refund.fee, refund.currency) })}
            </span>
          )}
        </span>
      ),
    },
  ]
}
