import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { faultOf } from '~/app/problem.ts'
import type { Story } from '~/console/orders/order-page.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { useTold } from '~/console/people/told.ts'
import { Money } from '~/kit/amounts.tsx'
import { Facts } from '~/kit/card.tsx'
import { Input } from '~/kit/field.tsx'
import { useFormat } from '~/kit/format.ts'
import { useWords } from '~/words/words.ts'

/** As a bank numbers its transfers. */
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._/-]{3,63}$/

type Sum = Pick<Story['attempts'][number], 'amount' | 'currency'>

interface Props {
  /** A transfer that has come, or one that has left. */
  readonly way: 'came' | 'left'
  readonly money: Sum
  readonly send: (said: { readonly reference: string; readonly reason: string }) => Promise<object>
  readonly onClose: () => void
}

/** What stands on the statement of the bank, said by one of finance; somebody else has to agree. */
function StatementDialog({ way, money, send, onClose }: Props) {
  const say = useWords('console')
  const told = useTold(onClose)
  const format = useFormat()
  const [reference, setReference] = useState('')
  const isNumber = REFERENCE.test(reference)
  const mark = useMutation({
    mutationFn: (reason: string) => send({ reference, reason }),
    onSuccess: (answer) =>
      told(answer, `${say(`statement.${way}`)} · ${format.money(money.amount, money.currency)}`),
  })
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => mark.mutate(reason)}
      title={say(`statement.${way}`)}
      more={say(`statement.${way}_more`)}
      act={say('statement.act')}
      busy={mark.isPending}
      error={mark.error}
      blocked={!isNumber}
    >
      {(asked) => (
        <>
          <Facts
            items={[
              {
                term: say('orders.amount'),
                value: <Money amount={money.amount} currency={money.currency} />,
              },
            ]}
          />
          <Input
            label={say('approvals.reference')}
            hint={say('statement.reference_hint')}
            value={reference}
            autoComplete="off"
            fault={
              (asked || reference !== '') && !isNumber
                ? say('statement.reference_bent')
                : faultOf(mark.error, 'reference')
            }
            onChange={(event) => setReference(event.target.value.trim())}
          />
        </>
      )}
    </ReasonDialog>
  )
}

interface CameProps {
  readonly attempt: Story['attempts'][number]
  readonly onClose: () => void
}

export const TransferCame = ({ attempt, onClose }: CameProps) => (
  <StatementDialog
    way="came"
    money={attempt}
    onClose={onClose}
    send={(said) =>
      api.post('/api/v1/admin/payments/{id}/offline-paid', {
        path: { id: attempt.payment_id },
        body: { ...said, amount: attempt.amount, currency: attempt.currency },
      })
    }
  />
)

interface LeftProps {
  readonly refund: Story['refunds'][number]
  readonly onClose: () => void
}

export const TransferLeft = ({ refund, onClose }: LeftProps) => (
  <StatementDialog
    way="left"
    money={refund}
    onClose={onClose}
    send={(said) =>
      api.post('/api/v1/admin/refunds/{id}/offline-settled', {
        path: { id: refund.refund_id },
        body: said,
      })
    }
  />
)
