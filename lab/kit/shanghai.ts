const AHEAD_MS = 8 * 3_600_000

/** `2026-11-21T17:24:03+08:00`, the time as the Chinese providers write it. */
export const shanghaiTime = (ms: number): string => `${inShanghai(ms).slice(0, 19)}+08:00`

/** `2026-11-21`: their business day. */
export const shanghaiDay = (ms: number): string => inShanghai(ms).slice(0, 10)

/** `2026-11-21 17:24:03`, as it stands in bills and in Alipay's messages. */
export const shanghaiClock = (ms: number): string => inShanghai(ms).slice(0, 19).replace('T', ' ')

const inShanghai = (ms: number): string => new Date(ms + AHEAD_MS).toISOString()
