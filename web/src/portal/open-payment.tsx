import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useHouseNow } from '~/app/clock.ts'
import { Money } from '~/kit/amounts.tsx'
import { buttonLook } from '~/kit/button.tsx'
import { Icon } from '~/kit/icons.tsx'
import { paymentsQuery } from '~/portal/answers.ts'
import { useNames } from '~/portal/names.ts'
import { stageOf } from '~/portal/top-up/payment-stage.ts'
import { useWords } from '~/words/words.ts'

const LOOK_EVERY_MS = 15_000

/** Whoever left a payment open finds it again. */
export function OpenPayment() {
  const say = useWords('portal')
  const { channel } = useNames()
  const now = useHouseNow(LOOK_EVERY_MS)
  const { data } = useInfiniteQuery(paymentsQuery)
  const open = data?.find((payment) =>
    ['waiting', 'charging', 'unclear'].includes(stageOf(payment, now)),
  )
  if (!open) return null
  const isUnclear = stageOf(open, now) !== 'waiting'
  return (
    <section className="flex flex-wrap items-center gap-3 rounded-card border border-note bg-note-wash px-4 py-3 sm:px-6">
      <Icon name="clock" className="size-5 text-note" />
      <p className="min-w-0 flex-1">
        <span className="font-semibold">
          {say(isUnclear ? 'home.pay_unclear' : 'home.pay_open')}
        </span>
        <span className="block text-small">
          <Money amount={open.amount} currency={open.currency} /> · {channel(open.pay_channel)}
        </span>
      </p>
      <Link
        to="/top-up"
        search={{ payment: open.payment_id }}
        className={buttonLook({ size: 'small' })}
      >
        {say(isUnclear ? 'home.pay_unclear_go' : 'home.pay_open_go')}
      </Link>
    </section>
  )
}
