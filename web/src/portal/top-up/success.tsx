import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { balanceQuery } from '~/app/queries.ts'
import { Credits } from '~/kit/amounts.tsx'
import { Button, buttonLook } from '~/kit/button.tsx'
import { useFormat } from '~/kit/format.ts'
import { Icon } from '~/kit/icons.tsx'
import { Note } from '~/kit/notes.tsx'
import { Skeleton } from '~/kit/skeleton.tsx'
import { lotsQuery, type Payment } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly payment: Payment
  readonly isLate: boolean
  readonly onClose: () => void
}

/** What was given, and what there is now: both as the server has said them. */
export function Success({ payment, isLate, onClose }: Props) {
  const say = useWords('top-up')
  const { data: balance, isFetching } = useQuery(balanceQuery)
  const given = [
    { id: 'purchase', name: say('success.lot_bought'), amount: payment.credits },
    { id: 'bonus', name: say('success.lot_bonus'), amount: payment.bonus_credits },
  ].filter(({ amount }) => amount > 0)
  const until = useUntil(payment.order_id)
  return (
    <div className="grid justify-items-center gap-5 text-center">
      <span className="grid size-14 place-items-center rounded-full bg-good-wash text-good">
        <Icon name="check" className="size-8" />
      </span>
      <p className="text-title font-semibold">{say('success.title')}</p>
      {isLate && <Note tone="note">{say('success.late')}</Note>}
      <section className="w-full text-left">
        <p className="text-small text-soft">{say('success.lots')}</p>
        <ul className="mt-1 rounded-control border border-line">
          {given.map(({ id, name, amount }) => (
            <li
              key={id}
              className="flex items-baseline justify-between gap-4 border-b border-line px-3 py-2 last:border-0"
            >
              <span>
                {name}
                <span className="block text-small text-soft">{until(id)}</span>
              </span>
              <Credits amount={amount} signed className="font-semibold" />
            </li>
          ))}
        </ul>
      </section>
      <p className="flex w-full items-baseline justify-between gap-4 px-3">
        <span className="text-soft">{say('success.balance')}</span>
        {balance && !isFetching ? (
          <Credits amount={balance.available} className="text-title font-semibold" />
        ) : (
          <Skeleton className="h-6 w-24" />
        )}
      </p>
      <div className="grid w-full gap-2">
        <Button look="primary" wide onClick={onClose}>
          {say('success.done')}
        </Button>
        <Link
          to="/billing"
          search={{ payment: payment.payment_id }}
          className={buttonLook({ look: 'quiet' })}
        >
          {say('success.billing')}
        </Link>
      </div>
    </div>
  )
}

/** Until when the lots of an order are good; nothing of a lot that is used up already. */
function useUntil(orderId: string): (source: string) => string {
  const say = useWords('top-up')
  const format = useFormat()
  const { data } = useQuery(lotsQuery)
  return (source) => {
    const lot = data?.items.find((one) => one.order_id === orderId && one.source === source)
    if (!lot) return ''
    return lot.expires_at === null
      ? say('success.forever')
      : say('success.until', { day: format.date(lot.expires_at) })
  }
}
