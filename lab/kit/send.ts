/** What came back of one message. */
interface Sent {
  /** Undefined where there was no answer. */
  readonly status: number | undefined
  readonly body: string
  readonly why?: string
}

export interface Sender {
  send(message: {
    readonly url: string
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }): Promise<Sent>
  close(): void
}

/** Providers give up on a listener after 5 s; the machine's seconds, however fast the lab's clock runs. */
const ANSWER_MS_MAX = 5_000
const ANSWER_BYTES_MAX = 64 * 1024
/** At once; a provider has workers, too. */
const SENDING_MAX = 128

export function openSender(): Sender {
  const stop = new AbortController()
  const queue: (() => void)[] = []
  let sending = 0

  const turn = async (): Promise<void> => {
    if (sending >= SENDING_MAX) await new Promise<void>((resolve) => queue.push(resolve))
    else sending += 1
  }
  const leave = (): void => {
    const next = queue.shift()
    if (next) next()
    else sending -= 1
  }

  return {
    send: async ({ url, method, headers, body }) => {
      await turn()
      const ended = new AbortController()
      const end = (): void => ended.abort()
      const timer = setTimeout(end, ANSWER_MS_MAX)
      stop.signal.addEventListener('abort', end)
      try {
        if (stop.signal.aborted) return { status: undefined, body: '', why: 'the lab closed' }
        const response = await fetch(url, {
          method,
          headers,
          body,
          redirect: 'manual',
          signal: ended.signal,
        })
        return { status: response.status, body: await firstBytes(response) }
      } catch (error) {
        return { status: undefined, body: '', why: reasonOf(error) }
      } finally {
        clearTimeout(timer)
        stop.signal.removeEventListener('abort', end)
        leave()
      }
    },
    close: () => stop.abort(),
  }
}

async function firstBytes(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    parts.push(part)
    bytes += part.length
    if (bytes >= ANSWER_BYTES_MAX) break
  }
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES_MAX).toString('utf8')
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.name : 'no answer'
}
