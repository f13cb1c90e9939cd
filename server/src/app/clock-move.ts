import { parseDurationMs } from '#kernel/clock'
import { parseMoment } from './moment.ts'

/** Far enough for every plan, and near enough that whatever is dated still has four digits of year. */
export const SHIFT_MS_MAX = 100 * 365 * 86_400_000

export interface ClockMove {
  readonly by?: string | undefined
  readonly to?: string | undefined
  readonly reset?: boolean | undefined
}

/** How far ahead the clock shall stand after the move; undefined when it cannot be said or is too far. */
export function wantedShift(
  shiftMs: number,
  nowMs: number,
  { by, to, reset }: ClockMove,
): number | undefined {
  if ([by, to, reset].filter((one) => one !== undefined).length !== 1) return undefined
  if (reset !== undefined) return reset ? 0 : undefined
  const move =
    by === undefined ? (parseMoment(to ?? '') ?? Number.NaN) - nowMs : parseDurationMs(by)
  const wanted = Math.round(shiftMs + (move ?? Number.NaN))
  return Math.abs(wanted) <= SHIFT_MS_MAX ? wanted : undefined
}
