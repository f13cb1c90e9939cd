import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Money } from '~/kit/amounts.tsx'
import { buttonLook } from '~/kit/button.tsx'
import { Chip } from '~/kit/chip.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { DateTime } from '~/kit/times.tsx'
import { type Payment, paymentsQuery } from '~/portal/answers.ts'
import { PaymentChip } from '~/portal/billing/states.tsx'
import { useNames } from '~/portal/names.ts'
import { useStale } from '~/shell/live.ts'
import { useText, useWords } from '~/words/words.ts'

export function Payments({ onOpen }: { readonly onOpen: (id: string) => void }) {
  const say = useWords('billing')
  const query = useInfiniteQuery(paymentsQuery)
  return (
    <ListCard
      caption={say('tab.payments')}
      query={query}
      stale={useStale()}
      columns={useColumns()}
      keyOf={({ payment_id }) => payment_id}
      onOpen={({ payment_id }) => onOpen(payment_id)}
      empty={
        <EmptyState
          icon="receipt"
          title={say('payments.empty')}
          more={say('payments.empty_hint')}
          act={
            <Link to="/top-up" className={buttonLook({ look: 'primary' })}>
              {say('payments.empty_go')}
            </Link>
          }
        />
      }
    />
  )
}

function useColumns(): Column<Payment>[] {
  const say = useWords('billing')
  const text = useText()
  const { channel } = useNames()
  return [
    {
      ...{ id: 'time', header: say('time') },
      cell: (payment) => <DateTime at={payment.created_at} />,
    },
    {
      ...{ id: 'what', header: say('what'), phone: 'title' },
      cell: ({ product_name }) => text(product_name),
    },
    {
      ...{ id: 'way', header: say('way'), from: 'md' },
      cell: (payment) => (
        <span className="inline-flex flex-wrap gap-2">
          {channel(payment.pay_channel)}
          {!payment.livemode && <Chip>{say('payment.test')}</Chip>}
        </span>
      ),
    },
    {
      ...{ id: 'state', header: say('state') },
      cell: (payment) => <PaymentChip payment={payment} />,
    },
    {
      ...{ id: 'amount', header: say('amount'), align: 'right', phone: 'aside' },
      cell: (payment) => <Money amount={payment.amount} currency={payment.currency} />,
    },
  ]
}
