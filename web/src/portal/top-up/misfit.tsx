import { Link } from '@tanstack/react-router'
import { buttonLook } from '~/kit/button.tsx'
import { useFormat } from '~/kit/format.ts'
import { Icon } from '~/kit/icons.tsx'
import type { Payment, TimelineStep } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly payment: Payment
  readonly step: TimelineStep
}

/** Somebody paid, and not what was asked for: nothing invites them to pay once more. */
export function Misfit({ payment, step }: Props) {
  const say = useWords('top-up')
  const format = useFormat()
  const due = format.money(payment.amount, payment.currency)
  const { amount, currency } = step
  const paid = amount === null ? undefined : format.money(amount, currency)
  return (
    <div className="grid justify-items-center gap-4 text-center">
      <span className="grid size-14 place-items-center rounded-full bg-sunken text-soft">
        <Icon name="warning" className="size-7" />
      </span>
      <p className="text-lead font-semibold">{say('dialog.misfit.title')}</p>
      <p className="text-small text-soft">
        {paid === undefined
          ? say('dialog.misfit.hint', { due })
          : say('dialog.misfit.paid', { paid, due })}
      </p>
      <Link
        to="/billing"
        search={{ payment: payment.payment_id }}
        className={buttonLook({ look: 'primary' })}
      >
        {say('success.billing')}
      </Link>
    </div>
  )
}
