import type { Ask } from './channel.ts'

/** Long enough for a provider's slow minute; whoever needs longer asks again under the same number. */
const ASK_TIMEOUT_MS = 10_000
/** More than any answer but a bill; who fetches a bill says how much it may be. */
const ANSWER_BYTES_MAX = 1_048_576

interface Options {
  /** For the whole of it, the last byte of the body included. */
  readonly timeoutMs?: number
  readonly bytesMax?: number
}

/**
 * Calls out over HTTP. It follows no redirect: what is signed for one address is not carried to another. Why nothing
 * came back is one word that repeats neither the address nor anything that was sent.
 */
export const openAsk =
  ({ timeoutMs = ASK_TIMEOUT_MS, bytesMax = ANSWER_BYTES_MAX }: Options = {}): Ask =>
  async (request) => {
    try {
      const response = await fetch(request.url, {
        method: request.method,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        ...(request.headers && { headers: request.headers }),
        ...(request.body !== undefined && { body: request.body }),
      })
      const body = await bodyOf(response, request.bytesMax ?? bytesMax)
      if (body === undefined) return { lost: true, why: 'too_long' }
      return { lost: false, status: response.status, headers: response.headers, body }
    } catch (thrown) {
      return { lost: true, why: reasonOf(thrown) }
    }
  }

/** Counted as they are unpacked, so that a small body cannot swell. Undefined where there are more than allowed. */
async function bodyOf(response: Response, bytesMax: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.byteLength
    // To leave the loop is to close the connection.
    if (bytes > bytesMax) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** `ECONNRESET`, `ENOTFOUND`: such words are Node's own, sentences may quote what was sent. */
const NODE_CODE = /^[A-Z][A-Z0-9_]{1,40}$/

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'failed'
  if (thrown.name === 'TimeoutError') return 'timeout'
  const { cause } = thrown
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && NODE_CODE.test(code) ? code : 'failed'
}
