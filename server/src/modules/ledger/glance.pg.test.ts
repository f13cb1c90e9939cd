import fc from 'fast-check'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { type Instant, movableClock } from '#kernel/clock'
import { Script, STEP_KINDS, type Step } from '../../../test/ledger-script.ts'
import { MODEL_RUNS } from '../../../test/measure.ts'
import { openWorld } from '../../../test/world.ts'
import { endingBalance } from './balances.ts'
import { cellOf } from './cells.ts'
import type { Command } from './commands.ts'
import { postBatch, postTransfer } from './door.ts'
import { sealed } from './wire.ts'

const world = await openWorld()
const judge = new pg.Pool({ connectionString: world.url, max: 1 })
afterAll(async () => {
  await judge.end()
  await world.close()
})

const instant = (ms: number): Instant => movableClock(() => ms).now()
const START = Date.parse('2026-03-01T00:00:00Z')
const HOUR_MS = 3_600_000
const RUNS = Math.ceil(MODEL_RUNS / 2)

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...STEP_KINDS),
  who: fc.nat(2),
  amount: fc.integer({ min: 0, max: 60 }),
  pick: fc.nat(1000),
  dice: fc.nat(7),
  more: fc.nat(5),
})
const turn = fc.record({ hours: fc.constantFrom(0, 0, 1, 24), step })

async function play(command: Command, now: Instant) {
  const one = sealed(command)
  if (command.kind === 'transfer') return postTransfer(world.pool.pg, one, now)
  const [answer] = (await postBatch(world.pool.pg, [one], now))()
  return answer
}

/** Every moment at which something happened to an owner or will, with a millisecond on either side. */
async function momentsOf(owner: string): Promise<number[]> {
  const { rows } = await judge.query(
    `select (extract(epoch from at) * 1000)::float8 as at from (
       select unnest(array[last_at, next_due]) as at from ledger.accounts where owner = $1
        union select created_at from ledger.entries where owner = $1
        union select unnest(array[effective_at, expires_at]) from ledger.lots where owner = $1
        union select expires_at from ledger.holds where owner = $1) x
      where isfinite(at)`,
    [owner],
  )
  return rows.flatMap(({ at }) => [at - 1, at, at + 1])
}

/** The same without a short cut: the function for the balance, the lots for what ends. */
async function atLength(owner: string, at: string) {
  const balance = await world.pool.pg.query('select * from ledger.balance_at($1, $2, $3, $4)', [
    cellOf(owner),
    owner,
    'credit',
    at,
  ])
  const ending = await world.pool.pg.query(
    `select sum(remaining - held)::bigint as amount, expires_at as at from ledger.lots_now
      where owner = $1 and asset = 'credit' and not waiting and remaining > held
        and expires_at > $2 and isfinite(expires_at)
      group by expires_at order by expires_at`,
    [owner, at],
  )
  return { ...balance.rows[0], ending: ending.rows }
}

test(
  'L26: read at one glance a balance is what balance_at says, at any moment of any books',
  async () => {
    let runs = 0
    const seen = { quick: 0, slow: 0, debt: 0, held: 0, ending: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { minLength: 60, maxLength: 120, size: 'max' }),
        async (turns) => {
          const script = new Script(++runs)
          let now = START
          for (const { hours, step: asked } of turns) {
            now += hours * HOUR_MS
            for (const command of script.commands(asked, now)) {
              const answer = await play(command, instant(now))
              if (answer?.ok && !answer.replayed) script.heard(command, answer)
            }
          }
          for (const who of [0, 1, 2]) {
            const owner = script.owner(who)
            const { rows } = await judge.query(
              'select last_at, next_due from ledger.accounts where owner = $1',
              [owner],
            )
            for (const ms of await momentsOf(owner)) {
              const at = new Date(ms).toISOString()
              const told = await endingBalance(world.db, { owner, asset: 'credit' }, instant(ms))
              expect({ owner, at, ...told }).toEqual({ owner, at, ...(await atLength(owner, at)) })
              const isQuick = rows[0].last_at <= new Date(ms) && rows[0].next_due > new Date(ms)
              seen[isQuick ? 'quick' : 'slow']++
              if (told.debt > 0n) seen.debt++
              if (told.held > 0n) seen.held++
              if (told.ending.length > 1) seen.ending++
            }
          }
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    )
    // Books in which nothing of this happens would prove nothing.
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0)
  },
  60_000 + RUNS * 10_000,
)

test('L26: who has no account has nothing, and nothing that ends', async () => {
  const nobody = { owner: 'usr_nobody', asset: 'credit' }
  expect(await endingBalance(world.db, nobody, instant(START))).toEqual({
    ...{ available: 0n, held: 0n, debt: 0n },
    ending: [],
  })
})
