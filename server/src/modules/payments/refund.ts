import type { Instant } from '#kernel/clock'
import type { ChannelName } from './channel.ts'
import type { RefundState } from './refund-states.ts'

/** Why the house itself gives back: words that pages know in each language, as nobody wrote a sentence. */
export const OWN_REASON = {
  refundedThere: 'refunded_at_provider',
  restOfThat: 'rest_of_refunded_at_provider',
  twiceOrLate: 'paid_twice_or_late',
} as const

const SPOKEN: Readonly<Record<string, string>> = {
  [OWN_REASON.refundedThere]: 'refunded at the provider',
  [OWN_REASON.restOfThat]: 'the rest of what was refunded at the provider',
  [OWN_REASON.twiceOrLate]: 'paid twice, or too late',
}

/** As a provider is told it, and shows it to whoever paid. */
export const spoken = (reason: string): string => SPOKEN[reason] ?? reason

export interface Refund {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly factId: string
  /** Ours; undefined where it was begun in the provider's console. */
  readonly refundNo: string | undefined
  readonly ref: string | undefined
  readonly amount: bigint
  readonly currency: string
  readonly cause: 'asked' | 'sent_back' | 'provider'
  /** What somebody wrote, or one of our own. */
  readonly reason: string
  readonly state: RefundState
  readonly why: string | undefined
  readonly askedBy: string
  readonly createdAt: Instant
  readonly settledAt: Instant | undefined
  /** By the provider's clock. */
  readonly saidAt: Instant | undefined
  readonly asked: number
}
