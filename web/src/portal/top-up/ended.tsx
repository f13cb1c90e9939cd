import { Link } from '@tanstack/react-router'
import { Money } from '~/kit/amounts.tsx'
import { Button, buttonLook } from '~/kit/button.tsx'
import { Icon, type IconName } from '~/kit/icons.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import type { Payment } from '~/portal/answers.ts'
import { CheckNow } from '~/portal/top-up/acts.tsx'
import { usePay } from '~/portal/top-up/use-pay.ts'
import { useWords } from '~/words/words.ts'

const ICONS = {
  expired: 'clock',
  lapsed: 'clock',
  closed: 'close',
  failed: 'warning',
  sent_back: 'left',
} as const satisfies Readonly<Record<string, IconName>>

/** What was shown is told by the way it was paid: once it is over there is no next step. */
const BY_CODE: ReadonlySet<string> = new Set(['native', 'precreate', 'qr'])

interface Props {
  readonly payment: Payment
  readonly stage: keyof typeof ICONS
  readonly onClose: () => void
  readonly onOther: (id: string) => void
}

/** A payment that came to nothing, and what to do about it. */
export function Ended({ payment, stage, onClose, onOther }: Props) {
  const say = useWords('top-up')
  const pay = usePay(onOther)
  const again = () =>
    pay.mutate({
      ...{ product_id: payment.product_id, currency: payment.currency },
      ...{ pay_channel: payment.pay_channel, method: payment.method },
    })
  const isCode = BY_CODE.has(payment.method)
  const isOver = stage === 'expired' || stage === 'lapsed'
  const expired = isCode ? say('dialog.expired.title') : say('dialog.expired.order')
  const titles = {
    expired,
    lapsed: expired,
    closed: say('dialog.closed.title'),
    failed: say('dialog.failed.title'),
    sent_back: say('dialog.sent_back.title'),
  }
  return (
    <div className="grid justify-items-center gap-4 text-center">
      <span className="grid size-14 place-items-center rounded-full bg-sunken text-soft">
        <Icon name={ICONS[stage]} className="size-7" />
      </span>
      <div className="grid gap-1">
        <p className="text-lead font-semibold">{titles[stage]}</p>
        <p className="text-soft">
          <Money amount={payment.amount} currency={payment.currency} />
        </p>
      </div>
      <p className="text-small text-soft">
        {say(`dialog.${stage === 'lapsed' ? 'closed' : stage}.hint`)}
      </p>
      {pay.error && (
        <ProblemNote error={pay.error} of="acting" onRetry={again} retrying={pay.isPending} />
      )}
      <div className="grid w-full gap-2">
        {stage === 'sent_back' ? (
          <Link
            to="/billing"
            search={{ payment: payment.payment_id }}
            className={buttonLook({ look: 'primary' })}
          >
            {say('success.billing')}
          </Link>
        ) : (
          <Button look="primary" wide busy={pay.isPending} onClick={again}>
            {isOver && isCode ? say('dialog.expired.new') : say('dialog.closed.new')}
          </Button>
        )}
        {stage === 'expired' && <CheckNow id={payment.payment_id} hasToPay />}
        <Button look="quiet" wide onClick={onClose}>
          {stage === 'failed' ? say('dialog.another') : say('dialog.close')}
        </Button>
      </div>
    </div>
  )
}
