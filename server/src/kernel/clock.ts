import type { Brand } from '#kernel/brand'

/** Milliseconds since the epoch, read from a Clock. */
export type Instant = Brand<number, 'Instant'>

/** The one source of business time. Nothing else in the house may ask what time it is. */
export interface Clock {
  now(): Instant
}

/** A clock a person may move. It never runs backwards by itself; only `set` to an earlier time does. */
export interface MovableClock extends Clock {
  /** How far business time is ahead of the machine's. */
  readonly shiftMs: number
  shift(shiftMs: number): void
}

const instant = (ms: number): Instant => ms as Instant

export const rfc3339 = (at: Instant): string => new Date(at).toISOString()

export const movableClock = (machine: () => number = Date.now): MovableClock => {
  let shiftMs = 0
  return {
    get shiftMs() {
      return shiftMs
    },
    shift: (ms) => {
      shiftMs = ms
    },
    now: () => instant(machine() + shiftMs),
  }
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Reads `90s`, `15m`, `12h`, `30d`, `2w`; undefined when it is none of these. */
export const parseDurationMs = (unchecked: string): number | undefined => {
  const match = /^(\d{1,6})([smhdw])$/.exec(unchecked)
  return match ? Number(match[1]) * UNITS_MS[match[2] as keyof typeof UNITS_MS] : undefined
}
