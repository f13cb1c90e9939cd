import type { Instant } from '#kernel/clock'
import type { AttemptState } from './attempt-states.ts'
import type { Asked, ChannelName, NextStep } from './channel.ts'
import { ASK_AFTER_S, FORGOTTEN_MS, LATE_MS } from './limits.ts'

/** One try to be paid for something, at one account, by one method. */
export interface Attempt {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly method: string
  readonly tradeNo: string
  readonly ref: string | undefined
  /** What is paid for, in the word of whoever ordered it. */
  readonly subject: string
  readonly owner: string
  readonly amount: bigint
  readonly currency: string
  readonly livemode: boolean
  readonly title: string
  /** What is charged, where the payer is away. */
  readonly instrumentId: string | undefined
  readonly state: AttemptState
  readonly next: NextStep | undefined
  readonly why: string | undefined
  readonly createdAt: Instant
  readonly expiresAt: Instant
  /** When it failed or was closed, here as at the provider. */
  readonly endedAt: Instant | undefined
  readonly asked: number
}

/** Why of one that still waits: what its payer tried last was refused. */
export const DECLINED = 'declined'

/** An id without its prefix is 26 letters that every provider takes as a number. */
export const numberOf = (id: string): string => id.slice(id.indexOf('_') + 1)

export const askedOf = (attempt: Attempt): Asked => ({
  ...{ tradeNo: attempt.tradeNo, ref: attempt.ref, method: attempt.method },
  ...{ amount: attempt.amount, currency: attempt.currency },
  ...{ createdAt: attempt.createdAt, expiresAt: attempt.expiresAt },
})

/** When somebody asks again, after having asked so often: sooner at first, then every ten minutes. */
export const nextAskAt = (asked: number, now: Instant): Instant =>
  (now + 1_000 * (ASK_AFTER_S[Math.min(asked, ASK_AFTER_S.length - 1)] ?? 600)) as Instant

/** Until then it may still be paid though the provider knows nothing of it. */
export const isOver = ({ expiresAt }: Pick<Attempt, 'expiresAt'>, now: Instant): boolean =>
  now >= expiresAt + LATE_MS

/** One that is closed here and that the provider says nothing of: nobody asks for ever, a message or the bill may tell. */
export const isForgotten = ({ expiresAt }: Pick<Attempt, 'expiresAt'>, now: Instant): boolean =>
  now >= expiresAt + FORGOTTEN_MS

export const canBePaid = ({ state }: Pick<Attempt, 'state'>): boolean =>
  state === 'created' || state === 'submitted' || state === 'unknown'

/** Whether the provider can still have anything to say about it: a closed one may have been paid at the last moment. */
export const isAskable = (attempt: Attempt, now: Instant): boolean =>
  canBePaid(attempt) || (attempt.state === 'closed' && !isForgotten(attempt, now))
