const AHEAD_MS = 8 * 3_600_000

const iso = (ms: number): string => new Date(ms + AHEAD_MS).toISOString().replace('T', ' ')

/** `2026-11-21 18:19:15`. Alipay reads and writes China's time, wherever whoever asks may stand. */
export const chinaTime = (ms: number): string => iso(ms).slice(0, 19)

/** `2026-11-21 18:19:15.143`, as a refund is dated. */
export const chinaTimeExactly = (ms: number): string => iso(ms).slice(0, 23)

export const chinaDay = (ms: number): string => iso(ms).slice(0, 10)

export function parseChinaTime(unchecked: unknown): number | undefined {
  if (typeof unchecked !== 'string' || !/^\d{4}(-\d\d){2} \d\d(:\d\d){2}$/.test(unchecked))
    return undefined
  const ms = Date.parse(`${unchecked.replace(' ', 'T')}+08:00`)
  // The 30th of February is read as the 2nd of March; it was not meant.
  return Number.isNaN(ms) || chinaTime(ms) !== unchecked ? undefined : ms
}

/** The first moment of `2026-11-21` in China. */
export const parseChinaDay = (unchecked: unknown): number | undefined =>
  typeof unchecked === 'string' ? parseChinaTime(`${unchecked} 00:00:00`) : undefined
