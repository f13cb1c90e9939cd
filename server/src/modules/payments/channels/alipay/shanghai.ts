import type { Instant } from '#kernel/clock'

const AHEAD_MS = 8 * 3_600_000

/** `2026-11-21 17:24:03`, by the clock on Alipay's wall wherever this machine stands. */
export const shanghaiText = (at: number): string =>
  new Date(at + AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ')

export function parseShanghai(unchecked: string | undefined): Instant | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)$/.exec(unchecked ?? '')
  const at = match ? Date.parse(`${match[1]}T${match[2]}+08:00`) : Number.NaN
  return Number.isNaN(at) ? undefined : (at as Instant)
}
