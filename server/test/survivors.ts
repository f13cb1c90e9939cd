import { scheduler } from 'node:timers/promises'
import { expect } from 'vitest'
import { dice } from './dice.ts'
import { BOOTSTRAP_KEY } from './world.ts'

const TRY_AGAIN_MS = 40
const TRIES_MAX = 3_000

interface Told {
  readonly code?: string
  readonly balance: { readonly available: number; readonly held: number }
  readonly charge_id?: string
  readonly hold_id?: string
}
interface Heard<T> {
  readonly status: number
  readonly body: T
}

const headers = { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'content-type': 'application/json' }

/** Asks until somebody answers, with the same key: what a careful client does. */
export async function surely<T extends { readonly code?: string } = Told>(
  base: string,
  path: string,
  key: string,
  want: object,
  toldToWait: (told: T) => void = () => {},
): Promise<Heard<T>> {
  for (let tried = 0; tried < TRIES_MAX; tried++) {
    const reply = await fetch(`${base}/api/v1/${path}`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': key },
      body: JSON.stringify(want),
      signal: AbortSignal.timeout(15_000),
    }).catch(() => undefined) // the server or the reply was lost: the key finds out which
    const body = (await reply?.json().catch(() => undefined)) as T | undefined
    if (reply && body && reply.status < 500) return { status: reply.status, body }
    // "Nobody knows" is an answer, too, and says when to ask again. Anything else that fails is a fault.
    if (reply && body) {
      expect([path, body.code, reply.status, reply.headers.get('retry-after')]).toEqual([
        path,
        body.code,
        503,
        expect.stringMatching(/^[1-9]\d*$/),
      ])
      toldToWait(body)
    }
    await scheduler.wait(TRY_AGAIN_MS)
  }
  throw new Error(`nobody answered ${path} with ${key} for two minutes`)
}

export async function look(base: string, path: string) {
  const reply = await fetch(`${base}/api/v1/${path}`, { headers })
  return (await reply.json()) as {
    readonly owner: string
    readonly now: string
    readonly items: readonly unknown[]
  }
}

interface Load {
  /** How many commands have been answered. */
  readonly acks: number
  /** How often somebody was told to come back. */
  readonly waits: number
  /** Resolves after so many answers more; rejects as soon as one of them is not what it must be. */
  more(count: number): Promise<void>
  /** Lets everybody finish, and compares what is there with what they were told. */
  settle(): Promise<void>
}

interface Life {
  readonly external_id: string
  readonly available: number
  readonly sent: number
  /** Lots that were given by hand. */
  readonly byHand: number
}

/**
 * Owners whose lives go on whatever happens to the server: each is told by one client, which works out for
 * itself what the balance must be after each answer.
 */
export function startLoad(
  base: string,
  options: { readonly owners: number; readonly seed: number; readonly name: string },
): Load {
  const waiters: { readonly at: number; readonly resolve: () => void }[] = []
  const counter = { acks: 0, waits: 0, stopped: false }
  const sink = `${options.name}-sink`
  const ask = async (path: string, key: string, body: object) => {
    const heard = await surely(base, path, key, body, () => {
      counter.waits += 1
    })
    counter.acks += 1
    for (const { at, resolve } of waiters) if (at <= counter.acks) resolve()
    return heard
  }
  const lives = Promise.all(
    Array.from({ length: options.owners }, (_, nth) =>
      live(ask, { ...options, sink, nth }, () => counter.stopped),
    ),
  )
  lives.catch(() => {}) // whoever waits for more, or for the end, is told
  return {
    get acks() {
      return counter.acks
    },
    get waits() {
      return counter.waits
    },
    more: async (count) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiters.push({ at: counter.acks + count, resolve })
      await Promise.race([promise, lives])
    },
    settle: async () => {
      counter.stopped = true
      const told = await lives
      for (const { external_id, available, byHand } of told) {
        const there = await look(base, `credits/balance?external_id=${external_id}`)
        expect(there).toMatchObject({ available, held: 0, debt: 0 })
        const trail = await look(base, `admin/audit?target_id=${there.owner}&limit=200`)
        expect([external_id, trail.items.length]).toEqual([external_id, Math.min(byHand, 200)])
      }
      const sent = told.reduce((sum, life) => sum + life.sent, 0)
      const arrived = await look(base, `credits/balance?external_id=${sink}`)
      if (sent > 0) expect(arrived).toMatchObject({ available: sent, held: 0, debt: 0 })
    },
  }
}

type Ask = (path: string, key: string, body: object) => Promise<Heard<Told>>
type Role = {
  readonly seed: number
  readonly name: string
  readonly sink: string
  readonly nth: number
}

async function live(ask: Ask, role: Role, isStopped: () => boolean): Promise<Life> {
  const external_id = `${role.name}-${role.nth}`
  const chance = dice(role.seed * 100 + role.nth)
  const life = { external_id, available: 0, sent: 0, byHand: 0 }
  let made = 0
  const post = (path: string, body: object) =>
    ask(`credits/${path}`, `${external_id}-key-${++made}`, body)
  const check = ({ status, body }: Heard<Told>, held = 0) =>
    expect([external_id, made, status, body.balance?.available, body.balance?.held]).toEqual([
      external_id,
      made,
      status < 400 ? status : 'an acceptance',
      life.available,
      held,
    ])
  const affordable = (amount: number) => life.available >= amount
  const acts = [
    async () => {
      const amount = 1 + chance.below(500)
      life.available += amount
      check(await post('grants', { external_id, amount, source: 'promo' }))
    },
    async () => {
      const amount = 1 + chance.below(50)
      life.available += amount
      life.byHand += 1
      check(await post('grants', { external_id, amount, source: 'admin', reason: 'by hand' }))
    },
    async () => {
      const amount = 1 + chance.below(300)
      const heard = await post('charge', { external_id, amount })
      expect(heard.status).toBe(affordable(amount) ? 200 : 402)
      if (heard.status !== 200) return
      life.available -= amount
      check(heard)
      if (chance.below(3) > 0) return
      const back = 1 + chance.below(amount)
      life.available += back
      check(await post('refund', { charge_id: heard.body.charge_id, amount: back }))
    },
    async () => {
      const amount = 1 + chance.below(200)
      const heard = await post('holds', { external_id, amount })
      expect(heard.status).toBe(affordable(amount) ? 201 : 402)
      if (heard.status !== 201) return
      life.available -= amount
      check(heard, amount)
      const used = chance.below(amount + 1)
      life.available += amount - used
      const end = used === 0 ? 'release' : 'capture'
      check(await post(`holds/${heard.body.hold_id}/${end}`, used === 0 ? {} : { amount: used }))
    },
    async () => {
      const amount = 1 + chance.below(40)
      const to_external_id = role.sink
      const heard = await post('transfer', { external_id, to_external_id, amount })
      expect(heard.status).toBe(affordable(amount) ? 200 : 402)
      if (heard.status !== 200) return
      life.available -= amount
      life.sent += amount
      check(heard)
    },
  ]
  await acts[0]?.()
  while (!isStopped()) await chance.pick(acts)()
  return life
}
