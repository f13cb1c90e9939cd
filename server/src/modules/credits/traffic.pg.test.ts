import { afterAll, expect, test } from 'vitest'
import { sealBlocks } from '#ledger'
import { newApp, openTill } from '../../../test/till.ts'
import { BOOTSTRAP_KEY, openWorld } from '../../../test/world.ts'
import { rollUpBooks } from './jobs.ts'
import { gatherTraffic } from './traffic.ts'
import { addTraffic, listTraffic } from './traffic-store.ts'

const world = await openWorld()
afterAll(() => world.close())
const { db, clock } = world
const { post, read, give, passDays } = openTill(world)
const HOUR_MS = 3_600_000

const admin = async (path: string, body: object) => {
  const reply = await world.call('POST', `/api/v1/admin/${path}`, { as: BOOTSTRAP_KEY, body })
  return { status: reply.statusCode, body: reply.json() }
}
const RULE = { base: 0, terms: [], multipliers: [], windows: [], discounts: [], minimum: 0 }
const perSecond = (credits: number) => ({
  ...RULE,
  terms: [{ kind: 'per_unit', name: 'length', parameter: 'duration_s', credits, unit_size: 1 }],
})
const publish = async (action: string, rule: object) => {
  const reply = await admin('prices', { action, rule, reason: 'a test' })
  expect(reply.status, JSON.stringify(reply.body)).toBe(201)
}
const impactOf = async (action: string, rule: object) => {
  const { body } = await admin('prices/preview', { changes: [{ action, rule }] })
  return body.items[0].impact
}
const gather = async () => {
  await sealBlocks(db)
  await sealBlocks(db)
  await gatherTraffic({ db, clock })
}
const charge = async (external_id: string, action: string, params: object, more: object = {}) => {
  const reply = await post('charge', { external_id, action, params, ...more })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
}

test('P7: a preview says what last week would have cost, charge by charge and hold by hold', async () => {
  const action = 'clip.make'
  await publish(action, perSecond(2))
  const app = newApp()
  await give(app, 10_000)
  passDays(0)
  await charge(app, action, { duration_s: 10 })
  await charge(app, action, { duration_s: 10 })
  await charge(app, action, { duration_s: 10, quality: 'high', prompt: 'a cat that sleeps' })
  await post('holds', { external_id: app, action, params: { duration_s: 30 } })
  // A charge that named its amount was not priced, whatever it was for.
  await charge(app, action, { duration_s: 500 }, { amount: 7 })
  await gather()
  passDays(1)
  expect(await impactOf(action, perSecond(3))).toMatchObject({
    ...{ charges: 4, before: 120, after: 180, change: 60, refused: 0, unknown: 0 },
  })
  const byQuality = {
    ...perSecond(2),
    multipliers: [
      {
        ...{ kind: 'by_text', name: 'quality', parameter: 'quality', default: 'standard' },
        ratios: {
          standard: { numerator: 1, denominator: 1 },
          high: { numerator: 3, denominator: 2 },
        },
      },
    ],
  }
  expect(await impactOf(action, byQuality)).toMatchObject({ before: 120, after: 130, refused: 0 })
  const strange = { ...perSecond(2), terms: [{ ...perSecond(2).terms[0], parameter: 'frames' }] }
  expect(await impactOf(action, strange)).toMatchObject({ charges: 4, refused: 4, before: 0 })
  passDays(7)
  expect(await impactOf(action, perSecond(3))).toMatchObject({ charges: 0, before: 0, after: 0 })
  passDays(-8)
  const { rows } = await world.pool.pg.query(
    `select params from credits.traffic where action = $1 group by params order by params::text`,
    [action],
  )
  expect(rows.map(({ params }) => params)).toEqual([
    { duration_s: 10 },
    { duration_s: 30 },
    { quality: 'high', duration_s: 10 },
  ])
})

test('P7: two nodes that gather at once, again and again, count every charge once', async () => {
  const action = 'song.make'
  await publish(action, perSecond(1))
  const other = await world.anotherNode()
  const apps = Array.from({ length: 6 }, newApp)
  await Promise.all(apps.map((app) => give(app, 1_000)))
  for (let round = 0; round < 3; round++)
    await Promise.all([
      ...apps.map((app) => charge(app, action, { duration_s: 5 })),
      gather(),
      gatherTraffic({ db: other.db, clock }),
      gather(),
      gatherTraffic({ db: other.db, clock }),
    ])
  await gather()
  await gather()
  await other.stop()
  clock.shift(2 * HOUR_MS)
  expect(await impactOf(action, perSecond(2))).toMatchObject({
    ...{ charges: 18, before: 90, after: 180, unknown: 0 },
  })
  clock.shift(0)
})

test('P7: what has no room of its own is counted as unknown, and nothing is lost', async () => {
  const hour = new Date('2026-01-01T05:00:00Z')
  const one = (n: number) =>
    ({ action: 'many.kinds', hour, params: { n }, charges: 1n, credits: 2n }) as const
  const add = (from: number, to: number) =>
    db.transaction().execute((tx) =>
      addTraffic(
        tx,
        Array.from({ length: to - from }, (_, i) => one(from + i)),
      ),
    )
  await add(0, 1_500)
  await add(1_000, 3_000)
  const from = hour.getTime() as ReturnType<typeof clock.now>
  const lines = await listTraffic(db, 'many.kinds', from, (from + 1) as typeof from)
  const known = lines.filter(({ params }) => params !== undefined)
  expect(known).toHaveLength(2_000)
  expect(lines).toHaveLength(2_001)
  expect(lines.reduce((sum, { count }) => sum + count, 0n)).toBe(3_500n)
  expect(lines.find(({ params }) => params === undefined)).toMatchObject({ count: 1_000n })
})

test('P8: an estimate tells what the last jobs of the action really cost', async () => {
  const action = 'voice.clone'
  await publish(action, { ...RULE, base: 20 })
  const app = newApp()
  await give(app, 10_000)
  const estimate = async () => (await post('estimate', { action, external_id: app })).body
  expect(await estimate()).not.toHaveProperty('history')
  const job = async (...costs: number[]) => {
    const { body } = await post('holds', { external_id: app, action })
    for (const [i, amount] of costs.entries()) {
      const final = i === costs.length - 1
      const reply = await post(`holds/${body.hold_id}/capture`, { amount, final })
      expect(reply.status).toBe(200)
    }
  }
  for (let cost = 1; cost <= 9; cost++) await job(cost)
  // One job that was captured in two parts cost both of them.
  await job(60, 40)
  expect((await estimate()).history).toEqual({ p50: 5, p90: 9, count: 10 })
  await job(100)
  expect((await estimate()).history).toEqual({ p50: 6, p90: 100, count: 11 })
  for (let i = 0; i < 200; i++) await job(3)
  expect((await estimate()).history).toEqual({ p50: 3, p90: 3, count: 200 })
})

test('P7: the minute job adds up the books and the traffic, and staff of the money read the books', async () => {
  await rollUpBooks({ db })
  const { status, body } = await read('admin/ledger/books?asset=credit')
  expect(status).toBe(200)
  expect(body.totals).toMatchObject([{ asset: 'credit', difference: '0' }])
  expect(body.items).toContainEqual(
    expect.objectContaining({ book: 'revenue:clip.make', amount: '67' }),
  )
  // No such day, and none is guessed for it.
  const nowhen = await read('admin/ledger/books?from=2026-02-31&to=2026-02-31')
  expect([nowhen.status, nowhen.body.hint]).toEqual([400, expect.stringContaining('2026-01-31')])
})
