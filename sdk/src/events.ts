import { errorOf, readJson, TongbaoError } from './errors.ts'
import { SseReader, type WireEvent } from './sse.ts'
import { backOffMs, pause, retryAfterMs } from './wait.ts'

/** What is told of each topic. A client that finds less than it needs asks again. */
export interface Topics {
  'balance.changed': {
    readonly owner: string
    readonly asset: string
    readonly available: number
    readonly held: number
    readonly debt: number
  }
  'payment.updated': {
    readonly status: 'paid' | 'closed'
    readonly order_id?: string
    readonly payment_id?: string
  }
  'refund.updated': {
    readonly status: string
    readonly refund_id?: string
    readonly order_id?: string
  }
  'staff.payment': Readonly<Record<string, unknown>>
  'staff.suspense': Readonly<Record<string, unknown>>
  'staff.refund': Readonly<Record<string, unknown>>
  'staff.dispute': Readonly<Record<string, unknown>>
  'staff.proposal': Readonly<Record<string, unknown>>
  /** What happened meanwhile is not known one by one: ask for everything again. */
  reset: Readonly<Record<string, unknown>>
}

type EventOf<Topic extends keyof Topics> = {
  readonly id: string | undefined
  readonly topic: Topic
  readonly data: Topics[Topic]
}
/** A newer server may tell of more topics than are named here. */
export type TongbaoEvent = { [Topic in keyof Topics]: EventOf<Topic> }[keyof Topics]

export interface EventsHow {
  /** Ends the stream: the loop over it is done. */
  readonly signal?: AbortSignal | undefined
  /** Whose account, where a key asks: a person is told of their own. */
  readonly external_id?: string | undefined
  readonly owner?: string | undefined
  /** The queues of the house instead of an account. */
  readonly staff?: boolean | undefined
  /** From where on; of what was missed everything is told first. */
  readonly lastEventId?: string | undefined
  /** `open` while events flow, `waiting` while the connection is lost and what one shows may be old. */
  readonly onState?: ((state: 'open' | 'waiting') => void) | undefined
  /** A connection that is silent for so long is dead; the server speaks every 15 s. */
  readonly silenceMs?: number | undefined
}

export interface Line {
  readonly url: string
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly headers: () => Readonly<Record<string, string>>
}

const SILENCE_MS = 45_000
const BACK_OFF_MS_MAX = 30_000

/** Events without end, over as many connections as it takes. It throws only where asking again is of no use. */
export async function* events(line: Line, how: EventsHow = {}): AsyncGenerator<TongbaoEvent, void> {
  const ended = how.signal ?? new AbortController().signal
  const stand: Stand = { lastId: how.lastEventId, failures: 0, waitMs: 0, isGap: false }
  while (!ended.aborted) {
    try {
      yield* connection(line, how, stand, ended)
    } catch (caught) {
      if (ended.aborted) return
      if (caught instanceof TongbaoError) throw caught
    }
    if (ended.aborted) return
    how.onState?.('waiting')
    const ms = Math.max(stand.waitMs, backOffMs(stand.failures++, BACK_OFF_MS_MAX))
    await pause(ms, ended).catch(() => undefined)
  }
}

/** What one connection leaves to the next. */
interface Stand {
  lastId: string | undefined
  failures: number
  /** At least so long, as the server asked. */
  waitMs: number
  /** The line was down before anything had a number: nobody counted what passed. */
  isGap: boolean
}

async function* connection(
  line: Line,
  how: EventsHow,
  stand: Stand,
  ended: AbortSignal,
): AsyncGenerator<TongbaoEvent, void> {
  const hangUp = new AbortController()
  const watch = watchdog(() => hangUp.abort(), how.silenceMs ?? SILENCE_MS)
  try {
    const reply = await ask(line, stand.lastId, AbortSignal.any([ended, hangUp.signal]))
    if (!(await isStream(reply, stand)) || reply.body === null) return
    how.onState?.('open')
    if (stand.isGap) yield RESET
    stand.isGap = stand.lastId === undefined
    const reader = new SseReader(stand.lastId)
    for await (const piece of pieces(reply.body)) {
      watch.calm()
      stand.failures = 0
      for (const event of reader.read(piece)) {
        // Whoever stops listening here has heard this one.
        stand.lastId = event.id
        if (event.topic === 'reconnect') return
        // It only says from which number on everything will be told.
        if (event.topic !== 'ready') yield parsed(event)
      }
      stand.lastId = reader.lastId
      stand.isGap = stand.lastId === undefined
      stand.waitMs = reader.retryMs ?? 0
    }
  } finally {
    watch.end()
    hangUp.abort()
  }
}

const ask = (line: Line, lastId: string | undefined, signal: AbortSignal): Promise<Response> =>
  line.fetch(line.url, {
    headers: {
      ...line.headers(),
      accept: 'text/event-stream',
      ...(lastId !== undefined && { 'last-event-id': lastId }),
    },
    cache: 'no-store',
    signal,
  })

/** False where asking again later helps; a refusal that stays is thrown. */
async function isStream(reply: Response, stand: Stand): Promise<boolean> {
  if (reply.ok) return true
  const isPassing = reply.status === 429 || reply.status >= 500
  stand.waitMs = retryAfterMs(reply.headers.get('retry-after')) ?? 0
  const text = await reply.text()
  if (isPassing) return false
  throw errorOf(readJson(text) ?? text, reply.status)
}

/** Text as it comes; by hand, because not every browser can loop over a stream. */
async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield decoder.decode(value, { stream: true })
  }
}

function watchdog(bite: () => void, ms: number) {
  let timer = setTimeout(bite, ms)
  return {
    calm: () => {
      clearTimeout(timer)
      timer = setTimeout(bite, ms)
    },
    end: () => clearTimeout(timer),
  }
}

const RESET: TongbaoEvent = { id: undefined, topic: 'reset', data: {} }

/** What cannot be read may have been anything. */
const parsed = ({ id, topic, data }: WireEvent): TongbaoEvent => {
  const read = data === '' ? {} : readJson(data)
  return read === undefined ? RESET : ({ id, topic, data: read } as TongbaoEvent)
}
