import { useHouseNow } from '~/app/clock.ts'
import { Chip, type Tone } from '~/kit/chip.tsx'
import type { Payment, Refund } from '~/portal/answers.ts'
import { stageOf } from '~/portal/top-up/payment-stage.ts'
import { useWords } from '~/words/words.ts'

const LOOK_EVERY_MS = 15_000
type PaymentState = Payment['status'] | 'unclear' | 'expired' | 'suspended'

// What is not known is `note`: nobody is told that it failed.
const PAYMENT_TONES: Readonly<Record<PaymentState, Tone>> = {
  pending: 'bronze',
  unclear: 'note',
  expired: 'plain',
  suspended: 'warn',
  paid: 'good',
  failed: 'bad',
  closed: 'plain',
  partially_refunded: 'plain',
  refunded: 'plain',
}

/** Nothing is left for the payer to do. */
const CONFIRMED: ReadonlySet<string> = new Set(['unclear', 'charging'])

export function PaymentChip({ payment }: { readonly payment: Payment }) {
  const say = useWords('billing')
  const stage = stageOf(payment, useHouseNow(LOOK_EVERY_MS))
  const told = CONFIRMED.has(stage) ? 'unclear' : stage === 'expired' ? stage : payment.status
  const state: PaymentState = payment.suspended ? 'suspended' : told
  return <Chip tone={PAYMENT_TONES[state]}>{say(`status.${state}`)}</Chip>
}

const REFUND_TONES: Readonly<Record<Refund['status'], Tone>> = {
  requested: 'bronze',
  approved: 'bronze',
  submitted: 'bronze',
  unknown: 'note',
  succeeded: 'good',
  failed: 'bad',
  abnormal: 'warn',
  rejected: 'plain',
}

export function RefundChip({ status }: { readonly status: Refund['status'] }) {
  const say = useWords('billing')
  return <Chip tone={REFUND_TONES[status]}>{say(`refund.${status}`)}</Chip>
}
