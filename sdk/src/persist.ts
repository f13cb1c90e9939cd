import { UnreachableError } from './errors.ts'
import { backOffMs, pause, retryAfterMs } from './wait.ts'

export interface Persistence {
  readonly fetch: (request: Request, init?: RequestInit) => Promise<Response>
  /** How often a call is sent at most, the first time included. */
  readonly triesMax: number
  readonly timeoutMs: number
}

/** Who is asked to come back later than this hears the refusal instead of waiting. */
const PATIENCE_MS = 30_000
const BACK_OFF_MS_MAX = 8_000
/** Of these an answer may not have a body. */
const EMPTY = new Set([204, 205, 304])
/** The server, or what stands before it, did not get to the call or lost the answer. */
const PASSING = new Set([502, 503, 504])
export const KEY_HEADER = 'idempotency-key'

/** randomUUID would do, but a page that came over plain http does not have it. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

/**
 * Sends a request until it is answered. Only what may happen twice is sent twice: what reads, and what carries
 * its Idempotency-Key.
 */
export function persistentFetch(how: Persistence): (request: Request) => Promise<Response> {
  return async (request) => {
    const key = request.headers.get(KEY_HEADER) ?? undefined
    const triesMax = request.method === 'GET' || key !== undefined ? how.triesMax : 1
    for (let nth = 1; ; nth++) {
      const isLast = nth >= triesMax
      const answer = await attempt(request, how).catch((cause: unknown) => {
        if (request.signal.aborted) throw request.signal.reason
        if (isLast) throw new UnreachableError(cause, key)
        return undefined
      })
      const waitMs =
        answer === undefined ? backOffMs(nth - 1, BACK_OFF_MS_MAX) : waitOf(answer, nth)
      if (answer !== undefined && (isLast || waitMs === undefined)) return answer
      await pause(waitMs ?? 0, request.signal)
    }
  }
}

/** How long to wait before it is sent again; undefined where this is the answer. */
function waitOf({ status, headers }: Response, nth: number): number | undefined {
  const told = retryAfterMs(headers.get('retry-after'))
  if (status !== 429 && !PASSING.has(status)) return undefined
  // A limit without a time does not pass by waiting.
  if (told === undefined) return status === 429 ? undefined : backOffMs(nth - 1, BACK_OFF_MS_MAX)
  return told <= PATIENCE_MS ? Math.max(told, backOffMs(0, BACK_OFF_MS_MAX)) : undefined
}

/** Reads the whole answer: one that is cut off half way is no answer, and the call is sent again. */
async function attempt(request: Request, { fetch, timeoutMs }: Persistence): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)])
  const reply = await fetch(request.clone(), { signal })
  const { status, statusText, headers } = reply
  const text = await reply.text()
  return new Response(EMPTY.has(status) ? null : text, { status, statusText, headers })
}
