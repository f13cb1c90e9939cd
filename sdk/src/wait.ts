/** The first wait is up to this long, each further one up to twice as long. */
const FIRST_MS = 500

/** Somewhere between half and all of a wait that doubles: a crowd that lost its server comes back spread out. */
export const backOffMs = (nth: number, maxMs: number, dice = Math.random): number => {
  const most = Math.min(maxMs, FIRST_MS * 2 ** Math.min(nth, 20))
  return Math.round(most / 2 + (most / 2) * dice())
}

/** Seconds or a date, as HTTP has it. */
export const retryAfterMs = (header: string | null, nowMs = Date.now()): number | undefined => {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - nowMs
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

/** Waits, or rejects with the signal's reason at once when it is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
