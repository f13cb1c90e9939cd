import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '#audit'
import type { Instant } from '#kernel/clock'
import { openPool } from '#kernel/db'
import type { TellingEvent } from '#kernel/outbox'
import type { Signals } from '#kernel/signals'
import { trailOf } from '../../../test/people.ts'
import { openWorld, type TestWorld } from '../../../test/world.ts'
import { estimate } from './estimate.ts'
import { openPriceBook, type PriceBook, publishPrice, quote } from './price-book.ts'
import { previewPrices, type Traffic } from './price-preview.ts'
import type { PriceRule } from './price-rule.ts'
import { listPrices } from './price-store.ts'

let world: TestWorld
let book: PriceBook
const heard: TellingEvent[] = []
beforeAll(async () => {
  const hear = async (event: TellingEvent) => {
    heard.push(event)
  }
  const hearings = [{ module: 'listener', topic: 'credits.price_published', hear }]
  world = await openWorld({ hearings, start: true })
  book = openPriceBook({ ...world, machineMs: () => performance.now() })
})
afterAll(() => world.close())

const HOUR_MS = 3_600_000
const flat = (base: number): PriceRule => ({
  ...{ base, terms: [], multipliers: [], windows: [], discounts: [], minimum: 0 },
})
const later = (ms: number) => (world.clock.now() + ms) as Instant
const text = (at: Instant) => new Date(at).toISOString()
const publish = (
  action: string,
  base: number,
  more: { effectiveAt?: string; afterVersion?: number } = {},
) =>
  publishPrice(world, {
    ...{ action, rule: flat(base), reason: 'a test', actor: systemActor('test') },
    ...more,
  })
const published = async (...args: Parameters<typeof publish>) => {
  const outcome = await publish(...args)
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return outcome.value
}
/** Read past the memory, which has a test of its own. */
const baseAt = async (action: string, at: Instant) => {
  const fresh = openPriceBook({ ...world, machineMs: () => 0 })
  return (await fresh.inForce(action, at))?.rule.base
}

test('P2: a fresh house knows three prices, at any time', async () => {
  const all = await book.allInForce(0 as Instant)
  expect(all.map(({ action, version, rule }) => [action, version, rule.base])).toEqual([
    ['character.generate', 1, 5],
    ['script.generate', 1, 10],
    ['video.generate', 1, 50],
  ])
  const quoted = await quote(
    { ...world, book },
    { action: 'video.generate', params: { prompt: 'a cat' }, owner: 'usr_x' },
  )
  expect(quoted).toEqual({
    ok: true,
    value: {
      ...{ amount: 50n, priceVersion: 1, firstFree: false, kept: {} },
      terms: [{ name: 'base', amount: 50n }],
    },
  })
  const unknown = await quote({ ...world, book }, { action: 'no.such', params: {} })
  expect(unknown).toMatchObject({ ok: false, refusal: { code: 'action_unknown' } })
})

test('P3: the version in force is that of the latest date that has come', async () => {
  const action = 'dated.action'
  const start = world.clock.now()
  await published(action, 10, { effectiveAt: text(later(HOUR_MS)) })
  await published(action, 20, { effectiveAt: text(later(3 * HOUR_MS)) })
  // Published last, yet it leaves the one that is due after it alone.
  await published(action, 15, { effectiveAt: text(later(2 * HOUR_MS)) })
  const at = (hours: number) => baseAt(action, (start + hours * HOUR_MS) as Instant)
  expect([await at(0.9), await at(1.5), await at(2.5), await at(3.5)]).toEqual([
    undefined,
    10,
    15,
    20,
  ])
  // The same date once more: the later version takes its place.
  const due = (await listPrices(world.db, { action, now: start, limit: 9 })).find(
    ({ version }) => version === 2,
  )
  await published(action, 21, { effectiveAt: due?.effectiveAt ?? '' })
  expect(await at(3.5)).toBe(21)
  expect(await at(2.5)).toBe(15)
})

test('P3: a later version changes nothing for earlier instants, and none is dated back', async () => {
  const action = 'script.generate'
  const before = world.clock.now()
  const instants = [0, before - HOUR_MS, before - 1] as Instant[]
  const read = () => Promise.all(instants.map((at) => baseAt(action, at)))
  const was = await read()
  await published(action, 99)
  expect(await read()).toEqual(was)
  const back = await publish(action, 1, { effectiveAt: text((before - 1) as Instant) })
  expect(back).toMatchObject({ ok: false, refusal: { code: 'price_effective_past' } })
  // Nor past the verb: the table refuses it itself.
  await expect(
    world.pool.pg.query(
      `insert into credits.prices values ($1, 99, '{}', 'epoch', clock_timestamp(), 'x', 'x')`,
      [action],
    ),
  ).rejects.toThrow('P3 no price for the past')
})

test('P4: publishers at once get numbers without gap or twin; who saw an older book is refused', async () => {
  const action = 'crowded.action'
  const all = await Promise.all(Array.from({ length: 12 }, (_, i) => published(action, i)))
  const numbers = all.map(({ version }) => version).sort((a, b) => a - b)
  expect(numbers).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))

  const race = await Promise.all([
    publish(action, 1, { afterVersion: 12 }),
    publish(action, 2, { afterVersion: 12 }),
  ])
  expect(race.filter(({ ok }) => ok)).toHaveLength(1)
  expect(race.find(({ ok }) => !ok)).toMatchObject({
    refusal: { code: 'price_moved_on', facts: { action, version: 13 } },
  })
})

test('P2: a published version is never changed or removed, not even by the owner of the table', async () => {
  const owner = new pg.Client(world.url)
  await owner.connect()
  for (const sql of [
    `update credits.prices set rule = '{}'`,
    'delete from credits.prices',
    'truncate credits.prices',
  ]) {
    await expect(world.pool.pg.query(sql), sql).rejects.toThrow(/append-only|permission denied/)
    await expect(owner.query(sql), sql).rejects.toThrow('credits.prices is append-only')
  }
  await owner.end()
})

test('P5: a price published here is known on the other node within the signal', async () => {
  const other = await world.anotherNode()
  // A clock that stands still: only the word itself can make a memory forget.
  const there = openPriceBook({ ...other, machineMs: () => 0 })
  const here = openPriceBook({ ...world, machineMs: () => 0 })
  const known = async (from: PriceBook) =>
    (await from.inForce('character.generate', world.clock.now()))?.version
  expect([await known(here), await known(there)]).toEqual([1, 1])
  await published('character.generate', 7)
  await expect.poll(() => known(there)).toBe(2)
  await expect.poll(() => known(here)).toBe(2)
  await other.stop()
})

test('P5: what was read while a word came in is not kept, nor anything while the line is down', async () => {
  const line = { connected: true, word: () => {} }
  const signals: Signals = {
    get connected() {
      return line.connected
    },
    on: (_, hear) => {
      line.word = () => hear('')
    },
    onConnected: () => {},
    start: async () => {},
    stop: async () => {},
  }
  let reads = 0
  const count = () => {
    reads += 1
  }
  // A pool that nobody else uses: the house's own reads each second, too.
  const own = openPool({ url: world.url, connectionsMax: 1, log: world.log })
  own.pg.on('acquire', count)
  const watched = openPriceBook({ ...world, db: own.db, signals, machineMs: () => 0 })
  const ask = () => watched.inForce('video.generate', world.clock.now())
  await Promise.all([ask(), ask(), ask()])
  await ask()
  expect(reads).toBe(1)
  line.word()
  const slow = ask()
  line.word()
  await slow
  await ask()
  expect(reads).toBe(3)
  line.connected = false
  await ask()
  await ask()
  expect(reads).toBe(5)
  await own.close()
})

test('P6: a version, its audit line and its event are one fact', async () => {
  const action = 'told.action'
  await published(action, 3)
  await publishPrice(world, {
    ...{ action, reason: 'wrong', actor: systemActor('test') },
    rule: { ...flat(1), discounts: [{ plan: 'x', ratio: { numerator: 2, denominator: 1 } }] },
  })
  const told = () => heard.filter(({ data }) => data['action'] === action)
  await expect.poll(told).toMatchObject([{ data: { action, version: 1 } }])
  expect(await trailOf(world, action)).toMatchObject([
    {
      ...{ action: 'credits.price_published', reason: 'a test', result: 'done' },
      ...{ before: { version: 0 }, after: { action, version: 1 } },
    },
  ])
  // The transaction fails after everything was written: nothing of it is there.
  const torn = { ...world, clock: world.clock, newId: () => 'aud_taken' }
  const first = { action: 'torn.one', rule: flat(1), reason: 'x', actor: systemActor('test') }
  await publishPrice(torn, first)
  await expect(publishPrice(torn, { ...first, action: 'torn.two' })).rejects.toThrow(/entry_id/)
  expect(await baseAt('torn.two', later(HOUR_MS))).toBeUndefined()
  // Events keep their order: when a later one has come, none of the torn one is on its way.
  await published('after.torn', 1)
  await expect.poll(() => heard.map(({ data }) => data['action'])).toContain('after.torn')
  expect(heard.filter(({ data }) => data['action'] === 'torn.two')).toEqual([])
})

test('a preview says what samples and last week’s charges would cost, and writes nothing', async () => {
  const at = later(-HOUR_MS)
  const traffic: Traffic[] = [
    { params: { count: 1 }, at, count: 10n, credits: 500n },
    { params: { count: 3 }, plan: 'gold', at, count: 2n, credits: 100n },
    { params: {}, at, count: 4n, credits: 200n },
  ]
  const asked: unknown[] = []
  const trafficOf = async (...args: unknown[]) => {
    asked.push(args)
    return traffic
  }
  const rule: PriceRule = {
    ...flat(0),
    terms: [{ kind: 'per_unit', name: 'each', parameter: 'count', credits: 30, unit_size: 1 }],
    discounts: [{ plan: 'gold', ratio: { numerator: 1, denominator: 2 } }],
  }
  const samples = [{ params: { count: 2 } }, { params: {} }]
  const change = { action: 'video.generate', rule, samples }
  const seen = await previewPrices({ ...world, book, trafficOf }, [change])
  expect(seen).toMatchObject({
    ok: true,
    value: [
      {
        action: 'video.generate',
        version: 1,
        samples: [
          { before: 50n, after: 60n },
          { before: 50n, after: undefined },
        ],
        impact: { charges: 16n, before: 600n, after: 390n, refused: 4n },
      },
    ],
  })
  expect(asked).toHaveLength(1)
  expect(await listPrices(world.db, { action: 'video.generate', now: at, limit: 9 })).toHaveLength(
    1,
  )
})

test('an estimate names the price, what is missing, and what it really cost before', async () => {
  const deps = {
    ...{ ...world, book },
    availableOf: async (owner: string) => (owner === 'usr_rich' ? 500n : 20n),
    historyOf: async () => ({ p50: 40n, p90: 70n, count: 12 }),
  }
  const want = { action: 'video.generate', params: {} }
  const rich = await estimate(deps, { ...want, owner: 'usr_rich' })
  expect(rich).toMatchObject({
    value: { credits: 50n, priceVersion: 1, affordable: true, missing: 0n, history: { p90: 70n } },
  })
  const poor = await estimate(deps, { ...want, owner: 'usr_poor' })
  expect(poor).toMatchObject({ value: { affordable: false, missing: 30n } })
  const nobody = await estimate(deps, want)
  expect(nobody).toMatchObject({ value: { affordable: undefined, missing: undefined } })
})

test('P1: the discount is that of the owner’s plan, which is asked only where the rule knows plans', async () => {
  const asked: string[] = []
  const planOf = async (owner: string) => {
    asked.push(owner)
    return 'gold'
  }
  const price = async (action: string) => {
    const quoted = await quote({ ...world, book, planOf }, { action, params: {}, owner: 'usr_1' })
    return quoted.ok && quoted.value.amount
  }
  expect(await price('video.generate')).toBe(50n)
  expect(asked).toEqual([])
  const done = await publishPrice(world, {
    ...{ action: 'planned.action', reason: 'x', actor: systemActor('test') },
    rule: { ...flat(10), discounts: [{ plan: 'gold', ratio: { numerator: 1, denominator: 3 } }] },
  })
  expect(done.ok).toBe(true)
  await expect.poll(() => price('planned.action')).toBe(4n)
  expect(asked).toContain('usr_1')
})
