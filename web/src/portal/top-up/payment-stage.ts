import type { Answer } from '@tongbao/sdk'

type Payment = Pick<
  Answer<'get_payment'>,
  'status' | 'expires_at' | 'paid_at' | 'next' | 'pay_channel'
>

/**
 * What somebody who waits is told. `unclear`: the provider did not answer, and it may have been made all the same.
 * `expired`: its time is over here; at the provider it is being closed, and paid at the last moment it still counts.
 */
export type Stage =
  | 'waiting'
  | 'unclear'
  | 'expired'
  | 'paid'
  | 'paid_late'
  | 'failed'
  | 'closed'
  | 'sent_back'

export function stageOf(payment: Payment, now: number): Stage {
  const { status, expires_at, paid_at, next } = payment
  if (status === 'paid' || status === 'partially_refunded')
    return paid_at !== null && Date.parse(paid_at) > Date.parse(expires_at) ? 'paid_late' : 'paid'
  if (status === 'refunded') return 'sent_back'
  if (status !== 'pending') return status
  if (Date.parse(expires_at) <= now) return 'expired'
  return next === null ? 'unclear' : 'waiting'
}

/** How long its end is looked at: a provider may tell of a payment after we closed it. */
const LATE_MS = 12 * 60_000

/** Whether anything can still come of it, so that it is worth asking again. */
export const isUnderWay = (payment: Payment, now: number): boolean => {
  const stage = stageOf(payment, now)
  if (stage === 'waiting' || stage === 'unclear' || stage === 'expired') return true
  return stage === 'closed' && now < Date.parse(payment.expires_at) + LATE_MS
}

/** `4:05`; nothing below nought. */
export const clockText = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
