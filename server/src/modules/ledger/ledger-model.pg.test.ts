import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Instant, movableClock } from '#kernel/clock'
import { pgCode } from '#kernel/db'
import { brokenLaws } from '../../../test/ledger-laws.ts'
import { Script, STEP_KINDS, type Step, shape } from '../../../test/ledger-script.ts'
import { MODEL_RUNS } from '../../../test/measure.ts'
import { openWorld } from '../../../test/world.ts'
import { cellOf } from './cells.ts'
import type { Answer, Command } from './commands.ts'
import { type Path, postBatch, postTransfer } from './door.ts'
import { sealBlocks } from './reads.ts'
import { verifyLedger } from './verify-ledger.ts'
import { sealed } from './wire.ts'

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

let runs = 0
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...STEP_KINDS),
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
async function send(batch: Command[], now: Instant, path: 'set' | 'each'): Promise<Answer[]> {
  const db = path === 'set' ? bySet : byEach
  if (batch[0]?.kind === 'transfer') return [await postTransfer(db.app, sealed(batch[0]), now)]
  const post = async (how: Path) => (await postBatch(db.app, batch.map(sealed), now, how))()
  // As the teller does: a repeated key undoes the set, and one that looks leaves it out.
  return post(path).catch((error: unknown) => {
    if (path === 'each' || pgCode(error) !== UNIQUE_VIOLATION) throw error
    return post('look')
  })
}
const UNIQUE_VIOLATION = '23505'

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

test(
  'L11: as a set, one by one and in the oracle, every command has the same answer and leaves the same balance',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { minLength: 10, maxLength: 30, size: 'max' }),
        fc.array(fc.nat(400 * HOUR), { minLength: 3, maxLength: 3 }),
        async (turns, moments) => {
          const script = new Script(++runs)
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
                if (!replayed) script.heard(c, a)
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
      { numRuns: MODEL_RUNS, endOnFailure: true },
    )
    expect(await brokenLaws(bySet.owner)).toEqual([])
    expect(await brokenLaws(byEach.owner)).toEqual([])
    for (const { db } of [bySet, byEach]) {
      await sealBlocks(db)
      expect((await verifyLedger(db)).faults).toEqual([])
    }
  },
  60_000 + MODEL_RUNS * 10_000,
)
