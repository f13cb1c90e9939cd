import { afterAll, beforeAll, expect, test } from 'vitest'
import { newApp, newKey, openTill } from '../../../test/till.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'

let world: TestWorld
let other: Awaited<ReturnType<TestWorld['anotherNode']>>
const action = 'poster.generate'
beforeAll(async () => {
  world = await openWorld()
  other = await world.anotherNode()
  const published = await world.call('POST', '/api/v1/admin/prices', {
    as: BOOTSTRAP_KEY,
    body: { action, rule: { base: 25, first_free: true }, reason: 'a test' },
  })
  expect(published.json().rule).toMatchObject({ base: 25, first_free: true })
})
afterAll(async () => {
  await other.stop()
  await world.close()
})
const till = () => openTill(world)
const beside = async (body: object, key = newKey()) => {
  const reply = await other.http.inject({
    method: 'POST',
    url: '/api/v1/credits/charge',
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'idempotency-key': key },
    payload: { action, ...body },
  })
  return { status: reply.statusCode, body: reply.json() }
}
const here = (external_id: string, key = newKey()) =>
  till().post('charge', { external_id, action }, key)
const estimate = async (external_id: string) =>
  (await till().post('estimate', { external_id, action }, '')).body

test('C15: the first charge is free and says so, once and also to a repeat; the next one costs', async () => {
  const external_id = newApp()
  await till().give(external_id, 30)
  const free = await estimate(external_id)
  expect(free).toMatchObject({ credits: 0, first_free: true, affordable: true, missing: 0 })
  expect(free.terms).toEqual([
    { name: 'base', amount: 25 },
    { name: 'first_free', amount: -25 },
  ])
  const key = newKey()
  const first = await here(external_id, key)
  expect(first.body).toMatchObject({
    ...{ amount: 0, free: true, full_price: 25, draws: [], price_version: 1 },
    balance: { available: 30 },
  })
  expect(await here(external_id, key)).toEqual({ ...first, replayed: true })
  const later = await estimate(external_id)
  expect(later).toMatchObject({ credits: 25, affordable: true })
  expect(later).not.toHaveProperty('first_free')
  const second = await here(external_id)
  expect(second.body).toMatchObject({ amount: 25, balance: { available: 5 } })
  expect(second.body).not.toHaveProperty('free')
  expect((await beside({ external_id })).body).toMatchObject({ code: 'insufficient_credits' })
  expect(await here(external_id, key)).toEqual({ ...first, replayed: true })
})

test('C15: of twenty first charges at once, through two nodes, exactly one is free', async () => {
  const external_id = newApp()
  await till().give(external_id, 1_000)
  const bodies = await Promise.all(
    Array.from({ length: 20 }, async (_, i) =>
      i % 2 ? (await here(external_id)).body : (await beside({ external_id })).body,
    ),
  )
  expect(bodies.filter(({ free }) => free)).toHaveLength(1)
  expect(bodies.filter(({ amount }) => amount === 25)).toHaveLength(19)
  expect(await till().balanceOf(external_id)).toMatchObject({ available: 1_000 - 19 * 25 })
})

test('C15: a named amount and a hold are never free, and use nothing up', async () => {
  const external_id = newApp()
  await till().give(external_id, 100)
  const { post } = till()
  expect((await post('charge', { external_id, action, amount: 3 })).body.amount).toBe(3)
  expect((await post('holds', { external_id, action })).body.amount).toBe(25)
  expect((await here(external_id)).body).toMatchObject({ amount: 0, free: true })
  const cap = { day: 20, month: null, reason: 'a test' }
  const { owner } = (await till().read(`credits/balance?external_id=${external_id}`)).body
  await world.call('PUT', `/api/v1/owners/${owner}/caps`, { as: BOOTSTRAP_KEY, body: cap })
  expect((await here(external_id)).body.code).toBe('spend_cap_reached')
})

test('C15: what was free is not counted against a cap', async () => {
  const external_id = newApp()
  const { owner } = (await till().read(`credits/balance?external_id=${external_id}`)).body
  const cap = { day: 25, month: null, reason: 'a test' }
  const as = BOOTSTRAP_KEY
  await world.call('PUT', `/api/v1/owners/${owner}/caps`, { as, body: cap })
  expect((await here(external_id)).body).toMatchObject({ free: true })
  const state = await world.call('GET', `/api/v1/owners/${owner}/state`, { as })
  expect(state.json().caps.day).toMatchObject({ amount: 25, spent: 0 })
})

test('C15 P1: an action is priced in credits alone, so no other asset pays for it or has a first one', async () => {
  const external_id = newApp()
  for (const asset of ['credit', 'cny']) await till().give(external_id, 100, { asset })
  const first = await till().post('charge', { external_id, action })
  expect(first.body).toMatchObject({ free: true })
  for (const path of ['charge', 'holds']) {
    const no = await till().post(path, { external_id, action, asset: 'cny' })
    expect([no.status, no.body.code]).toEqual([422, 'price_in_credits'])
  }
  const named = { external_id, action, asset: 'cny', amount: 40 }
  expect((await till().post('charge', named)).body).toMatchObject({ balance: { available: 60 } })
})

test('C15 C14: a cap that is used up does not keep anybody from a free one, and is not passed by those who come with it', async () => {
  const external_id = newApp()
  await till().give(external_id, 500)
  const { owner } = (await till().read(`credits/balance?external_id=${external_id}`)).body
  await world.call('PUT', `/api/v1/owners/${owner}/caps`, {
    as: BOOTSTRAP_KEY,
    body: { day: 10, month: null, reason: 'a test' },
  })
  const key = newKey()
  const replies = await Promise.all([
    here(external_id, key),
    ...Array.from({ length: 9 }, () => here(external_id)),
  ])
  expect(replies.filter(({ status }) => status === 200)).toMatchObject([{ body: { free: true } }])
  expect(replies.filter(({ body }) => body.code === 'spend_cap_reached')).toHaveLength(9)
  expect(await till().balanceOf(external_id)).toMatchObject({ available: 500 })
  expect((await till().post('charge', { external_id, amount: 10 })).status).toBe(200)
})
