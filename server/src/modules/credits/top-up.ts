import type { Instant } from '#kernel/clock'
import type { StateTable } from '#kernel/states'
import { startOf } from './guard.ts'
import { TOP_UP_BACK_OFF_MS, TOP_UP_LAPSES_MS, TOP_UP_REST_MS } from './limits.ts'

/** What an owner said about topping up by itself. */
export interface TopUpRule {
  readonly isEnabled: boolean
  readonly threshold: bigint
  /** What is bought; products come with the catalogue. */
  readonly product: string
  readonly monthTimesMax: number
}

export type TopUpState = 'in_flight' | 'paid' | 'declined' | 'lapsed'

/** One attempt. */
export interface TopUp {
  readonly id: string
  readonly owner: string
  readonly product: string
  readonly state: TopUpState
  readonly startedAt: Instant
  readonly concludedAt: Instant | undefined
}

export type TopUpEvent = 'paid' | 'declined' | 'lapse'

/** A result that comes after the attempt has lapsed is still the truth about it, and money that came always is. */
export const TOP_UP_STATES: StateTable<TopUpState, TopUpEvent> = {
  in_flight: { paid: 'paid', declined: 'declined', lapse: 'lapsed' },
  paid: { paid: 'same', declined: 'never', lapse: 'never' },
  declined: { paid: 'paid', declined: 'same', lapse: 'never' },
  lapsed: { paid: 'paid', declined: 'declined', lapse: 'same' },
}

/** What the attempts so far say about another one. */
export interface TopUpPast {
  readonly inFlight: TopUp | undefined
  /** Paid, under way, or with an end that nobody knows; a decline counts nothing. */
  readonly timesThisMonth: number
  readonly lastDeclined: Instant | undefined
  readonly lastPaid: Instant | undefined
}

export const monthStart = (at: Instant): Instant => Date.parse(startOf('month', at)) as Instant

/** Until when nothing begins after the last end; undefined when something may. */
export const pausedUntil = (
  { lastDeclined, lastPaid }: Pick<TopUpPast, 'lastDeclined' | 'lastPaid'>,
  now: Instant,
): Instant | undefined => {
  const until = Math.max(
    lastDeclined === undefined ? 0 : lastDeclined + TOP_UP_BACK_OFF_MS,
    lastPaid === undefined ? 0 : lastPaid + TOP_UP_REST_MS,
  ) as Instant
  return until > now ? until : undefined
}

export const hasLapsed = ({ state, startedAt }: TopUp, now: Instant): boolean =>
  state === 'in_flight' && startedAt + TOP_UP_LAPSES_MS <= now

/** May another attempt begin? */
export const mayTopUp = (rule: TopUpRule, past: TopUpPast, now: Instant): boolean =>
  rule.isEnabled &&
  past.inFlight === undefined &&
  past.timesThisMonth < rule.monthTimesMax &&
  pausedUntil(past, now) === undefined
