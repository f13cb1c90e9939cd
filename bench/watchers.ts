import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { externalIdOf, newKey } from './accounts.ts'
import { type Slice, sliceOf } from './measure.ts'

// Whoever watches, in a process of its own: bare sockets that read server-sent events, each about an account of its
// own, and a few that charge those accounts. One charge is under way for an account at a time, so that what an event
// answers to is known.

export type WatchAsk =
  | {
      readonly do: 'open'
      readonly ports: readonly number[]
      readonly token: string
      readonly count: number
    }
  | { readonly do: 'flow'; readonly ms: number; readonly perSecond: number }
  | { readonly do: 'storm'; readonly perSecond: number }

export interface WatchTold {
  readonly tookMs: number
  readonly slice: Slice
  /** Charges whose balance nobody was told. */
  readonly missing: number
  /** Those who were told to fetch everything anew. */
  readonly resets: number
}

interface Watcher {
  readonly nth: number
  socket: Socket
  text: string
  lastId: string
  isReady: boolean
  sentAt: number | undefined
}

const AT_ONCE = 256
const CALLERS = 64
const TICK_MS = 5
const TOLD_WITHIN_MS = 15_000
const BACK_WITHIN_MS = 60_000

let ports: readonly number[] = []
let token = ''
let resets = 0
let tookMs: number[] = []
const watchers: Watcher[] = []
const agent = new Agent({ keepAlive: true, maxSockets: CALLERS })

process.on('message', (ask: WatchAsk) => {
  work(ask).then(
    (told) => process.send?.({ told }),
    (error: unknown) => process.send?.({ fault: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))

async function work(ask: WatchAsk): Promise<WatchTold> {
  const begun = performance.now()
  tookMs = []
  resets = 0
  if (ask.do === 'open') {
    ;({ ports, token } = ask)
    for (let nth = watchers.length; nth < ask.count; nth += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, ask.count - nth) }, (_, i) =>
        come(nth + i + 1),
      )
      watchers.push(...some)
      await allReady(some)
    }
    return told(begun)
  }
  if (ask.do === 'flow') {
    await flow(ask.perSecond, performance.now() + ask.ms)
    await allTold()
    return told(begun)
  }
  // All at once, while things go on.
  for (const one of watchers) one.socket.destroy()
  const from = performance.now()
  let isOver = false
  const goesOn = flow(ask.perSecond, Number.POSITIVE_INFINITY, () => isOver)
  for (const one of watchers) reopen(one)
  await allReady(watchers)
  const backMs = performance.now() - from
  isOver = true
  await goesOn
  await allTold()
  return { ...told(begun), tookMs: backMs }
}

const told = (begun: number): WatchTold => ({
  tookMs: performance.now() - begun,
  slice: sliceOf(tookMs, (performance.now() - begun) / 1_000),
  missing: watchers.filter(({ sentAt }) => sentAt !== undefined).length,
  resets,
})

function come(nth: number): Watcher {
  const one: Watcher = {
    ...{ nth, text: '', lastId: '', isReady: false, sentAt: undefined },
    socket: undefined as never,
  }
  reopen(one)
  return one
}

function reopen(one: Watcher): void {
  const port = ports[one.nth % ports.length] as number
  const socket = connect({ port, host: '127.0.0.1' })
  Object.assign(one, { socket, text: '', isReady: false })
  socket.setEncoding('latin1')
  socket.on('error', () => {}) // `close` follows
  socket.on('data', (text: string) => read(one, text))
  socket.on('close', () => {
    // Sent away, it comes back as a browser does.
    if (one.socket === socket && one.isReady) setTimeout(reopen, Math.random() * 1_000, one)
  })
  const since = one.lastId === '' ? '' : `last-event-id: ${one.lastId}\r\n`
  socket.write(
    `GET /api/v1/events/stream?external_id=${externalIdOf(one.nth)} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n${since}\r\n`,
  )
}

function read(one: Watcher, more: string): void {
  const blocks = (one.text + more).split('\n\n')
  one.text = blocks.pop() ?? ''
  for (const block of blocks) {
    const topic = /^event: (.*)$/m.exec(block)?.[1]
    if (topic === undefined) continue
    one.lastId = /^id: (\d+)$/m.exec(block)?.[1] ?? one.lastId
    if (topic === 'ready' || topic === 'reset') one.isReady = true
    if (topic === 'reset') resets += 1
    if (topic !== 'balance.changed' || one.sentAt === undefined) continue
    tookMs.push(performance.now() - one.sentAt)
    one.sentAt = undefined
  }
}

async function allReady(some: readonly Watcher[]): Promise<void> {
  const until = performance.now() + BACK_WITHIN_MS
  while (some.some(({ isReady }) => !isReady)) {
    if (performance.now() > until)
      throw new Error(`${some.filter(({ isReady }) => !isReady).length} did not get in`)
    await wait(TICK_MS)
  }
}

async function allTold(): Promise<void> {
  const until = performance.now() + TOLD_WITHIN_MS
  while (performance.now() < until && watchers.some(({ sentAt }) => sentAt !== undefined))
    await wait(TICK_MS)
}

/** Charges accounts that are watched, so many a second. */
async function flow(perSecond: number, untilMs: number, isOver = () => false): Promise<void> {
  const begun = performance.now()
  const under: Promise<void>[] = []
  let sent = 0
  while (performance.now() < untilMs && !isOver()) {
    const due = ((performance.now() - begun) / 1_000) * perSecond
    for (; sent < due; sent++) {
      const one = watchers[Math.floor(Math.random() * watchers.length)]
      if (one && one.sentAt === undefined) under.push(charge(one))
    }
    await wait(TICK_MS)
  }
  await Promise.all(under)
}

function charge(one: Watcher): Promise<void> {
  const body = JSON.stringify({ external_id: externalIdOf(one.nth), amount: 1 })
  one.sentAt = performance.now()
  return new Promise((resolve, reject) => {
    const call = request(
      {
        ...{
          agent,
          host: '127.0.0.1',
          port: ports[0],
          method: 'POST',
          path: '/api/v1/credits/charge',
        },
        headers: {
          ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          'content-length': Buffer.byteLength(body),
          'idempotency-key': newKey(),
        },
      },
      (reply) => {
        reply.resume()
        reply.on('end', () =>
          reply.statusCode === 200 ? resolve() : reject(new Error(`a charge: ${reply.statusCode}`)),
        )
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}
