import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Instant, movableClock } from '#kernel/clock'
import { brokenLaws } from '../../../test/ledger-laws.ts'
import { Oracle } from '../../../test/ledger-oracle.ts'
import { openWorld } from '../../../test/world.ts'
import { cellOf } from './cells.ts'
import type { Answer, Command } from './commands.ts'
import { postBatch, postTransfer } from './door.ts'
import { sealBlocks } from './reads.ts'
import { verifyLedger } from './verify-ledger.ts'
import { sealed } from './wire.ts'

const RUNS = 60
const instant = (ms: number): Instant => movableClock(() => ms).now()
const START = Date.parse('2026-03-01T00:00:00Z')
const HOUR = 3_600_000
const STEPS_MS = [0, 0, 1, 1_000, HOUR, 24 * HOUR, 60 * HOUR, -500]

/** A ledger of its own; the owner's pool is for judges, the application's for everything else. */
const open = async () => {
  const world = await openWorld()
  const owner = new pg.Pool({ connectionString: world.url, max: 2 })
  const close = async () => {
    await owner.end()
    await world.close()
  }
  return { db: world.db, app: world.pool.pg, owner, close }
}
let bySet: Awaited<ReturnType<typeof open>>
let byEach: Awaited<ReturnType<typeof open>>
beforeAll(async () => {
  bySet = await open()
  byEach = await open()
}, 60_000)
afterAll(async () => {
  await bySet.close()
  await byEach.close()
})

const KINDS = [
  'charge',
  'charge',
  'charges',
  'charges',
  'grant',
  'grant',
  'grant',
  'hold',
  'hold',
  'hold',
  'capture',
  'capture',
  'capture',
  'release',
  'extend',
  'refund',
  'refund',
  'clawback',
  'adjust',
  'transfer',
  'expire',
  'repeat',
  'reuse',
] as const
const step = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: fc.nat(2),
  amount: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 60 })),
  pick: fc.nat(1000),
  dice: fc.nat(7),
  more: fc.nat(5),
})
const turn = fc.record({
  wait: fc.constantFrom(...STEPS_MS),
  steps: fc.array(step, { minLength: 1, maxLength: 8, size: 'max' }),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

let run = 0
class Script {
  oracle = new Oracle()
  said: Command[] = []
  lots: string[] = []
  holds: { id: string; owner: string }[] = []
  charges: { id: string; owner: string }[] = []
  n = 0
  readonly prefix = `usr_r${run++}`
  owner = (who: number) => `${this.prefix}_${who}`
  id = (prefix: string) => `${prefix}_${(run * 1000 + this.n++).toString().padStart(26, '0')}`
  pick = <T>(from: T[], n: number): T | undefined => from[n % from.length]

  commands(s: Step, now: number): Command[] {
    const one = (owner = this.owner(s.who)) => {
      const key = `${this.prefix}-key-${this.n++}`
      return { owner, asset: 'credit', key, request: key }
    }
    const amount = BigInt(s.amount)
    const until = (h: number) => new Date(now + h * HOUR).toISOString()
    switch (s.kind) {
      case 'charge':
        return [{ kind: 'charge', ...one(), amount, ...(s.dice === 0 && { firstFree: 'video' }) }]
      case 'charges':
        return Array.from({ length: s.more + 1 }, (_, i) => ({
          kind: 'charge',
          ...one(),
          amount: BigInt(1 + ((s.amount + i * 3) % 20)),
        }))
      case 'grant': {
        const lotId = this.id('lot')
        this.lots.push(lotId)
        return [
          {
            kind: 'grant',
            ...one(),
            lotId,
            amount: 20n + amount * 2n,
            source: s.dice % 2 ? 'promo' : 'purchase',
            priority: [10, 10, 30, 50][s.dice % 4]!,
            ...(s.dice < 5 && { expiresAt: until([1, 20, 30, 90, 200][s.dice]!) }),
            ...(s.more === 5 && { effectiveAt: until(s.pick % 40) }),
            ...(s.more < 3 && { orderId: `ord_${s.who}_${s.more}` }),
          },
        ]
      }
      case 'adjust':
        return [
          {
            kind: 'adjust',
            ...one(),
            amount: s.dice < 4 ? -(amount + 1n) : amount + 1n,
            lotId: this.id('lot'),
          },
        ]
      case 'hold': {
        const c = one()
        const holdId = this.id('hld')
        return [
          {
            kind: 'hold',
            ...c,
            holdId,
            amount: amount + 1n,
            expiresAt: until([1, 10, 25, 50][s.dice % 4]!),
          },
        ]
      }
      case 'capture':
      case 'release':
      case 'extend': {
        const hold = this.pick(this.holds.slice(-3), s.pick)
        if (!hold) return []
        const c = { ...one(hold.owner), holdId: hold.id }
        if (s.kind === 'capture')
          return [{ kind: 'capture', ...c, amount: BigInt(s.amount % 60), final: s.dice > 2 }]
        return [
          s.kind === 'release'
            ? { kind: 'release', ...c }
            : { kind: 'extend', ...c, expiresAt: until(s.pick % 60) },
        ]
      }
      case 'refund': {
        const charge = this.pick(this.charges.slice(-8), s.pick)
        return charge
          ? [
              {
                kind: 'refund',
                ...one(charge.owner),
                chargeId: charge.id,
                ...(s.dice > 1 && { amount: BigInt(1 + (s.amount % 12)) }),
              },
            ]
          : []
      }
      case 'clawback':
        return [
          {
            kind: 'clawback',
            ...one(),
            ...(s.dice < 5
              ? { orderId: `ord_${s.who}_${s.more % 3}` }
              : { lotId: this.pick(this.lots, s.pick) ?? 'lot_none' }),
            refunded: BigInt(1 + (s.amount % 10)),
            paid: 10n,
            policy: s.dice % 3 ? 'debt' : 'refuse',
          },
        ]
      case 'transfer':
        return [
          {
            kind: 'transfer',
            ...one(),
            toOwner: this.owner((s.who + s.dice) % 3),
            amount: amount + 1n,
            lotId: this.id('lot'),
          },
        ]
      case 'expire':
        return [{ kind: 'expire', owner: this.owner(s.who), asset: 'credit' }]
      case 'repeat':
      case 'reuse': {
        const old = this.pick(this.said, s.pick)
        if (!old || old.kind === 'expire') return []
        return [s.kind === 'repeat' ? old : { ...old, request: 'something else' }]
      }
    }
  }
}

const shape = (a: Answer) =>
  a.ok
    ? {
        ok: true,
        amount: Number(a.amount),
        draws: a.draws.map((d) => [d.lotId, Number(d.amount)]),
        balance: Object.values(a.balance).join(','),
        replayed: a.replayed,
      }
    : { ok: false, code: a.code }

async function send(batch: Command[], now: Instant, path: 'set' | 'each'): Promise<Answer[]> {
  const db = path === 'set' ? bySet : byEach
  if (batch[0]?.kind === 'transfer') return [await postTransfer(db.app, sealed(batch[0]), now)]
  return (await postBatch(db.app, batch.map(sealed), now, path))()
}

// A batch has no key twice (the teller sees to it), and transfers travel alone.
function batches(commands: Command[]): Command[][] {
  const out: Command[][] = [[]]
  for (const c of commands) {
    const last = out.at(-1)!
    const clash = last.some(
      (x) => 'key' in x && 'key' in c && x.key === c.key && x.owner === c.owner,
    )
    if (c.kind === 'transfer') out.push([c], [])
    else if (clash) out.push([c])
    else last.push(c)
  }
  return out.filter((b) => b.length > 0)
}

test('L11: as a set, one by one and in the oracle, every command has the same answer and leaves the same balance', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(turn, { minLength: 10, maxLength: 30, size: 'max' }),
      fc.array(fc.nat(400 * HOUR), { minLength: 3, maxLength: 3 }),
      async (turns, moments) => {
        const script = new Script()
        let now = START
        for (const { wait, steps } of turns) {
          now += wait
          for (const batch of batches(steps.flatMap((s) => script.commands(s, now)))) {
            const answers = await send(batch, instant(now), 'set')
            expect(await send(batch, instant(now), 'each')).toEqual(answers)
            // Cells are taken in ascending order, commands of a cell in theirs; owners do not touch one another.
            const order = batch
              .map((_, i) => i)
              .sort((a, b) => cellOf(batch[a]!.owner) - cellOf(batch[b]!.owner) || a - b)
            for (const i of order) {
              const [c, a] = [batch[i]!, answers[i]!]
              const { told, balance, replayed } = script.oracle.do(c, a.ok ? a.id : '', now)
              expect({ c, now, ...shape(a) }).toEqual({
                c,
                now,
                ...(told.ok ? { ...told, balance, replayed } : told),
              })
              if (a.ok && !a.replayed) script.said.push(c)
              if (a.ok && !a.replayed && c.kind === 'hold')
                script.holds.push({ id: c.holdId, owner: c.owner })
              if (a.ok && !a.replayed && (c.kind === 'charge' || c.kind === 'capture'))
                script.charges.push({ id: a.id, owner: c.owner })
            }
          }
        }
        for (const who of [0, 1, 2])
          for (const at of [...moments.map((m) => START + m), now])
            for (const db of [bySet, byEach]) {
              const owner = script.owner(who)
              const { rows } = await db.app.query(
                'select available, held, debt from ledger.balance_at($1, $2, $3, $4)',
                [cellOf(owner), owner, 'credit', new Date(at).toISOString()],
              )
              expect({ owner, at, balance: Object.values(rows[0]).join(',') }).toEqual({
                owner,
                at,
                balance: script.oracle.balanceAt(owner, at),
              })
            }
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  )
  expect(await brokenLaws(bySet.owner)).toEqual([])
  expect(await brokenLaws(byEach.owner)).toEqual([])
  for (const { db } of [bySet, byEach]) {
    await sealBlocks(db)
    expect((await verifyLedger(db)).faults).toEqual([])
  }
}, 600_000)
