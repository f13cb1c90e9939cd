import type { Answer } from '@tongbao/sdk'
import type { TimelineStep } from '~/portal/answers.ts'

type Payment = Pick<
  Answer<'get_payment'>,
  'status' | 'expires_at' | 'paid_at' | 'ended_at' | 'next' | 'pay_channel'
>

/**
 * What somebody who waits is told. `unclear`: the provider did not answer, and it may have been made all the same.
 * `expired`: its time is over here; at the provider it is being closed, and paid at the last moment it still counts.
 * `lapsed`: it is closed there too.
 * `charging`: their part is done, here or at the provider, and nothing is left for them to do.
 */
export type Stage =
  | 'waiting'
  | 'charging'
  | 'unclear'
  | 'expired'
  | 'paid'
  | 'paid_late'
  | 'failed'
  | 'closed'
  | 'lapsed'
  | 'sent_back'

export function stageOf(payment: Payment, now: number): Stage {
  const { status, expires_at, paid_at, ended_at, next } = payment
  if (status === 'paid' || status === 'partially_refunded')
    return paid_at !== null && Date.parse(paid_at) > Date.parse(expires_at) ? 'paid_late' : 'paid'
  if (status === 'refunded') return 'sent_back'
  const end = Date.parse(expires_at)
  const isOver = end <= now
  if (status === 'closed' && isOver && (ended_at === null || Date.parse(ended_at) >= end))
    return 'lapsed'
  if (status !== 'pending') return status
  // What is worked at is not over because we are.
  if (next?.kind === 'wait' && next.text === undefined) return 'charging'
  if (isOver) return 'expired'
  return next === null ? 'unclear' : 'waiting'
}

/** How long its end is looked at: a provider may tell of a payment after we closed it. */
const LATE_MS = 12 * 60_000

/** Whether anything can still come of it, so that it is worth asking again. */
export const isUnderWay = (payment: Payment, now: number): boolean => {
  const isLate = now >= Date.parse(payment.expires_at) + LATE_MS
  // One that is being closed, and whose provider never says so, is not looked at for ever.
  if (payment.status === 'pending') return payment.next !== null || !isLate
  return payment.status === 'closed' && !isLate
}

/** `4:05`; nothing below nought. */
export const clockText = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** The money that came and fits nothing, while it is with us. */
export const misfitOf = (steps: readonly TimelineStep[]): TimelineStep | undefined => {
  const isBack = steps.some(({ what }) => what === 'refund_succeeded')
  return isBack ? undefined : steps.findLast(({ what }) => what === 'suspended')
}
