import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { brokenLaws } from '../../../test/ledger-laws.ts'
import { openWorld, type TestWorld } from '../../../test/world.ts'
import { cellOf, idInCell } from './cells.ts'
import type { Charge, Grant } from './commands.ts'
import { OutcomeUnknown, openTeller } from './teller.ts'

let world: TestWorld
let n = 0
beforeAll(async () => {
  world = await openWorld()
})
afterAll(async () => {
  const judge = new pg.Pool({ connectionString: world.url, max: 1 })
  expect(await brokenLaws(judge)).toEqual([])
  await judge.end()
  await world.close()
})

const grant = (owner: string, amount: bigint): Grant => ({
  kind: 'grant',
  owner,
  asset: 'credit',
  key: `teller-key-${++n}`,
  lotId: idInCell(world.newId, 'lot', owner),
  amount,
})
const charge = (owner: string, amount: bigint, key = `teller-key-${++n}`): Charge => ({
  kind: 'charge',
  owner,
  asset: 'credit',
  key,
  amount,
})

/** The world's pool, that counts what is sent and may be held up on the way there or back. */
function watched() {
  const watch = { sent: 0, before: async () => {}, after: async () => {} }
  const query = async (config: pg.QueryConfig) => {
    watch.sent += 1
    await watch.before()
    const result = await world.pool.pg.query(config)
    await watch.after()
    return result
  }
  // Made without a literal, because pg's own `query` has many shapes, and the teller uses this one.
  const pool: Pick<pg.Pool, 'query'> = Object.create(null, { query: { value: query } })
  const open = (more: object = {}) => openTeller({ pool, clock: world.clock, ...more })
  /** From now on nothing gets through; says how many batches have left since, and lets all of them go. */
  const stopAll = () => {
    const gate = Promise.withResolvers<void>()
    const begun = watch.sent
    watch.before = () => gate.promise
    const left = async () => {
      await new Promise(setImmediate)
      return watch.sent - begun
    }
    return { left, letGo: gate.resolve }
  }
  return Object.assign(watch, { open, stopAll })
}

test('L13: what waits while a batch is away forms the next one; a lone command goes at once', async () => {
  const watch = watched()
  const teller = watch.open({ lanes: 1, batchMax: 512 })
  await teller.post(grant('usr_t1', 10_000n))
  expect(watch.sent).toBe(1)
  const left = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  watch.before = () => {
    left.resolve()
    return held.promise
  }
  const first = teller.post(charge('usr_t1', 1n))
  await left.promise
  const rest = Array.from({ length: 700 }, () => teller.post(charge('usr_t1', 1n)))
  expect(teller.waiting).toBe(701)
  held.resolve()
  const answers = await Promise.all([first, ...rest])
  expect(answers.filter(({ ok }) => ok)).toHaveLength(701)
  expect(watch.sent).toBe(1 + 1 + 2) // 700 = 512 + 188
  await teller.stop()
})

test('L13: a second lane opens only when the first has a batch waiting', async () => {
  const watch = watched()
  const teller = watch.open({ lanes: 2, batchMax: 4 })
  const owner = Array.from({ length: 500 }, (_, i) => `usr_t7_${i}`).find(
    (one) => cellOf(one) >= 32,
  )
  await teller.post(grant(owner ?? '', 1_000n))
  const held = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  watch.before = () => {
    left.resolve()
    return held.promise
  }
  const begun = watch.sent
  const answers = [teller.post(charge(owner ?? '', 1n))]
  await left.promise
  for (let i = 0; i < 4; i++) answers.push(teller.post(charge(owner ?? '', 1n)))
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(watch.sent - begun).toBe(1) // all four wait for the one that is away
  answers.push(teller.post(charge(owner ?? '', 1n)))
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(watch.sent - begun).toBe(2)
  held.resolve()
  expect((await Promise.all(answers)).filter(({ ok }) => ok)).toHaveLength(6)
  await teller.stop()
})

test('L13: a whole batch leaves while the one before it is away, not a third, and each gets its own answers', async () => {
  const watch = watched()
  const teller = watch.open({ lanes: 1, batchMax: 4 })
  await teller.post(grant('usr_t9', 1_000n))
  const gate = watch.stopAll()
  const known = `teller-key-${++n}`
  const answers = Array.from({ length: 12 }, (_, i) =>
    // The sixth is the first one again, and both are away at once.
    teller.post(i === 0 || i === 5 ? charge('usr_t9', 1n, known) : charge('usr_t9', BigInt(i + 1))),
  )
  expect(await gate.left()).toBe(2)
  gate.letGo()
  const posted = (await Promise.all(answers)).map((answer) => (answer.ok ? -answer.amount : 0n))
  expect(posted).toEqual([1n, 2n, 3n, 4n, 5n, 1n, 7n, 8n, 9n, 10n, 11n, 12n])
  const { rows } = await world.pool.pg.query(
    `select count(*)::int as n, min(balance_after)::int as rest from ledger.entries where owner = 'usr_t9' and kind = 'charge'`,
  )
  expect(rows[0]).toEqual({ n: 11, rest: 1_000 - 72 })
  await teller.stop()
})

test('L13: where charges were refused or keys repeated, no batch leaves beside another for a while', async () => {
  for (const refused of [true, false]) {
    const watch = watched()
    const teller = watch.open({ lanes: 1, batchMax: 4 })
    const owner = `usr_t12_${refused}`
    await teller.post(grant(owner, 1_000n))
    const known = charge(owner, 1n)
    await teller.post(known)
    await teller.post(refused ? charge(owner, 5_000n) : known)
    const gate = watch.stopAll()
    const answers = Array.from({ length: 12 }, () => teller.post(charge(owner, 1n)))
    expect(await gate.left()).toBe(1)
    gate.letGo()
    expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true)
    await teller.stop()
  }
})

test('L13: less than a whole batch waits for the one before it', async () => {
  const watch = watched()
  const teller = watch.open({ lanes: 1, batchMax: 4 })
  await teller.post(grant('usr_t11', 1_000n))
  const gate = watch.stopAll()
  const answers = Array.from({ length: 7 }, () => teller.post(charge('usr_t11', 1n)))
  expect(await gate.left()).toBe(1)
  gate.letGo()
  expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true)
  await teller.stop()
})

test('L13: no batch follows another while the other lane is at work', async () => {
  const watch = watched()
  const teller = watch.open({ lanes: 2, batchMax: 4 })
  const owner = Array.from({ length: 500 }, (_, i) => `usr_t10_${i}`).find(
    (one) => cellOf(one) >= 32,
  )
  await teller.post(grant(owner ?? '', 1_000n))
  const gate = watch.stopAll()
  const answers = Array.from({ length: 16 }, () => teller.post(charge(owner ?? '', 1n)))
  expect(await gate.left()).toBe(2) // one of each lane
  gate.letGo()
  expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true)
  await teller.stop()
})

test('L13: a repeated key undoes one set; for a while sets look first, and no other is undone', async () => {
  const watch = watched()
  const teller = watch.open({ lanes: 1 })
  await teller.post(grant('usr_t8', 1_000n))
  const known = charge('usr_t8', 3n)
  await teller.post(known)
  const sentFor = async () => {
    const before = watch.sent
    const answers = await Promise.all([teller.post(known), teller.post(charge('usr_t8', 1n))])
    expect(answers.map((answer) => answer.ok && answer.replayed)).toEqual([true, false])
    return watch.sent - before
  }
  expect([await sentFor(), await sentFor(), await sentFor()]).toEqual([2, 1, 1])
  await teller.stop()
})

test('L13: answers come back to those who asked', async () => {
  const teller = watched().open()
  const owners = Array.from({ length: 40 }, (_, i) => `usr_t2_${i}`)
  await Promise.all(owners.map((owner, i) => teller.post(grant(owner, BigInt(100 + i)))))
  const answers = await Promise.all(
    owners.flatMap((owner, i) => [
      teller.post(charge(owner, BigInt(i))),
      teller.post(charge(owner, 1_000n)),
    ]),
  )
  owners.forEach((_, i) => {
    expect(answers[2 * i]).toMatchObject({ ok: true, balance: { available: 100n } })
    expect(answers[2 * i + 1]).toMatchObject({ ok: false, code: 'insufficient_credits' })
  })
  await teller.stop()
})

test('L10: the same key many times in one breath is one entry', async () => {
  const teller = watched().open()
  await teller.post(grant('usr_t3', 100n))
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => teller.post(charge('usr_t3', 7n, 'again-and-again'))),
  )
  expect(answers.filter((answer) => answer.ok && !answer.replayed)).toHaveLength(1)
  for (const answer of answers) expect(answer).toMatchObject({ balance: { available: 93n } })
  await teller.stop()
})

test('L13: two tellers with the same keys at once agree', async () => {
  const tellers = [watched().open(), watched().open()]
  await tellers[0]?.post(grant('usr_t4', 1_000n))
  const keys = Array.from({ length: 100 }, (_, i) => `shared-key-${i}`)
  const answers = await Promise.all(
    keys.flatMap((key) => tellers.map((teller) => teller.post(charge('usr_t4', 3n, key)))),
  )
  expect(answers.filter((answer) => answer.ok && !answer.replayed)).toHaveLength(100)
  expect(answers.filter((answer) => answer.ok && answer.replayed)).toHaveLength(100)
  for (const teller of tellers) await teller.stop()
})

test('L13: a database that stays away makes the outcome unknown, and the same key tells the truth later', async () => {
  const watch = watched()
  const teller = watch.open({ lanes: 1 })
  await teller.post(grant('usr_t5', 10n))
  watch.after = async () => {
    throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' })
  }
  const command = charge('usr_t5', 4n)
  await expect(teller.post(command)).rejects.toBeInstanceOf(OutcomeUnknown)
  watch.after = async () => {}
  expect(await teller.post(command)).toMatchObject({
    ok: true,
    replayed: true,
    balance: { available: 6n },
  })
  await teller.stop()
})
