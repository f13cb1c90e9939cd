import { createHmac } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { chooser, externalIdOf, newKey, type Spread } from './accounts.ts'
import { type Slice, sliceOf } from './measure.ts'

// The load generator: a process of its own, so that its work is not the server's. Bare sockets that are kept
// open, one request at a time on each, and as little work for each as possible: it shares the server's cores.

export interface Ask {
  readonly port: number
  readonly tokens: readonly string[]
  readonly what: 'charge' | 'balance' | 'history' | 'hook'
  readonly spread: Spread
  readonly accounts: number
  readonly connections: number
  readonly ms: number
  /** Offers so many a second, whether they are answered in time or not. Without it: the next when the last is answered. */
  readonly perSecond?: number
  /** Of `hook`: each is told once. */
  readonly paid?: readonly Paid[]
}
/** A payment at the sandbox, and how the sandbox signs what it says of it. */
export interface Paid {
  readonly tradeNo: string
  readonly amount: number
  readonly merchant: string
  readonly secret: string
}
export type Told = { readonly slice: Slice } | { readonly fault: string }

interface Line {
  readonly socket: Socket
  readonly token: string
  heard: string
  answered: (reply: string) => void
}

let lines: Line[] = []
const TICK_MS = 1

process.on('message', (ask: Ask) => {
  work(ask).then(
    (slice) => process.send?.({ slice } satisfies Told),
    (error: unknown) => process.send?.({ fault: String(error) } satisfies Told),
  )
})
process.on('disconnect', () => process.exit(0))

async function work(ask: Ask): Promise<Slice> {
  // A server closes what was idle for long.
  lines = lines.filter(({ socket }) => !socket.destroyed && !socket.readableEnded)
  while (lines.length < ask.connections) lines.push(await openLine(ask, lines.length))
  const free = lines.slice(0, ask.connections)
  const request = requestOf(ask)
  return ask.perSecond === undefined
    ? whenAnswered(free, request, ask.ms)
    : atItsPace(free, request, ask.ms, ask.perSecond)
}

async function whenAnswered(
  free: readonly Line[],
  request: (token: string) => string,
  ms: number,
): Promise<Slice> {
  const tookMs: number[] = []
  const begun = performance.now()
  const until = begun + ms
  const one = async (line: Line) => {
    for (let from = performance.now(); from < until; ) {
      await exchange(line, request(line.token))
      const now = performance.now()
      tookMs.push(now - from)
      from = now
    }
  }
  await Promise.all(free.map(one))
  return sliceOf(tookMs, (performance.now() - begun) / 1_000)
}

/** The time of each counts from when it was due, so waiting for a free line counts too. */
async function atItsPace(
  lines: readonly Line[],
  request: (token: string) => string,
  ms: number,
  perSecond: number,
): Promise<Slice> {
  const tookMs: number[] = []
  const free = [...lines]
  const due: number[] = []
  const begun = performance.now()
  const { promise: over, resolve, reject } = Promise.withResolvers<void>()
  const serve = async (line: Line): Promise<void> => {
    for (let from = due.shift(); from !== undefined; from = due.shift()) {
      await exchange(line, request(line.token))
      tookMs.push(performance.now() - from)
    }
    free.push(line)
  }
  let offered = 0
  const timer = setInterval(() => {
    const passedMs = Math.min(performance.now() - begun, ms)
    for (; offered < (passedMs * perSecond) / 1_000; offered++)
      due.push(begun + (offered * 1_000) / perSecond)
    while (due.length > 0 && free.length > 0) serve(free.pop() as Line).catch(reject)
    if (passedMs === ms && free.length === lines.length && due.length === 0) resolve()
  }, TICK_MS)
  try {
    await over
  } finally {
    clearInterval(timer)
  }
  return sliceOf(tookMs, (performance.now() - begun) / 1_000)
}

function requestOf({ what, spread, accounts, paid = [] }: Ask): (token: string) => string {
  if (what === 'hook') return hooksOf(paid)
  const choose = chooser(spread, accounts)
  const head = (token: string) => `Host: localhost\r\nAuthorization: Bearer ${token}\r\n`
  if (what === 'charge')
    return (token) => {
      const body = `{"external_id":"${externalIdOf(choose())}","amount":${1 + Math.floor(Math.random() * 9)}}`
      return `POST /api/v1/credits/charge HTTP/1.1\r\n${head(token)}Content-Type: application/json\r\nIdempotency-Key: ${newKey()}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    }
  return (token) =>
    `GET /api/v1/credits/${what}?external_id=${externalIdOf(choose())} HTTP/1.1\r\n${head(token)}\r\n`
}

/** As the sandbox tells of a payment, written from what it documents: the moment and the bytes are signed. */
function hooksOf(paid: readonly Paid[]): () => string {
  const left = [...paid]
  return () => {
    const one = left.pop()
    if (!one) throw new Error('there are not enough payments to tell of')
    const at = Date.now()
    const txn = `bench_${one.tradeNo}`
    const body = JSON.stringify({
      ...{ id: `evt_${one.tradeNo}`, type: 'payment.succeeded', merchant: one.merchant },
      ...{ trade_no: one.tradeNo, txn, amount: one.amount, currency: 'CNY', at },
    })
    const t = String(Math.floor(at / 1_000))
    const mac = createHmac('sha256', one.secret).update(`${t}.${body}`).digest('hex')
    return `POST /api/v1/hooks/sandbox/main HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Sandbox-Signature: t=${t},v1=${mac}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }
}

function exchange(line: Line, request: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  line.answered = (reply) =>
    /^HTTP\/1\.1 20[04]/.test(reply) ? resolve() : reject(new Error(reply.slice(0, 2_000)))
  if (line.socket.destroyed) reject(new Error('the connection was closed'))
  else line.socket.write(request)
  return promise
}

async function openLine({ port, tokens }: Ask, nth: number): Promise<Line> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
  const line: Line = {
    socket,
    token: tokens[nth % tokens.length] ?? '',
    heard: '',
    answered: () => {},
  }
  socket.on('data', (chunk: string) => {
    line.heard += chunk
    const end = line.heard.indexOf('\r\n\r\n')
    const length = line.heard.startsWith('HTTP/1.1 204')
      ? '0'
      : /content-length: (\d+)/i.exec(line.heard)?.[1]
    if (end < 0 || length === undefined || line.heard.length < end + 4 + Number(length)) return
    const reply = line.heard
    line.heard = ''
    line.answered(reply)
  })
  socket.on('close', () => line.answered('the connection was closed'))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('connect', resolve).once('error', reject)
  await promise
  return line
}
