import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp, trailOf } from '../../../test/people.ts'
import { newApp, newKey, openTill } from '../../../test/till.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'

let world: TestWorld
let other: Awaited<ReturnType<TestWorld['anotherNode']>>
beforeAll(async () => {
  world = await openWorld()
  other = await world.anotherNode()
})
afterAll(async () => {
  await other.stop()
  await world.close()
})
const till = () => openTill(world)
const DAY_MS = 86_400_000

const as = async (token: string, method: string, path: string, body?: unknown, key = newKey()) => {
  const reply = await world.call(method, `/api/v1/${path}`, {
    as: token,
    ...(body !== undefined && { body }),
    headers: { 'idempotency-key': key },
  })
  const replayed = reply.headers['idempotent-replayed'] === 'true'
  return { status: reply.statusCode, body: reply.json(), replayed, headers: reply.headers }
}
const staff = (method: string, path: string, body?: unknown) =>
  as(BOOTSTRAP_KEY, method, path, body)
/** Through the other node. */
const beside = async (path: string, body: object, token = BOOTSTRAP_KEY, key = newKey()) => {
  const reply = await other.http.inject({
    method: 'POST',
    url: `/api/v1/credits/${path}`,
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
    payload: body,
  })
  return { status: reply.statusCode, body: reply.json() }
}
const rich = async (amount = 1_000) => {
  const external_id = newApp()
  await till().give(external_id, amount)
  const { body } = await till().read(`credits/balance?external_id=${external_id}`)
  return { external_id, owner: body.owner as string }
}
const cap = (owner: string, day: number | null, month: number | null = null) =>
  staff('PUT', `owners/${owner}/caps`, { day, month, reason: 'a test' })
const spent = async (owner: string, every: 'day' | 'month' = 'day') =>
  (await staff('GET', `owners/${owner}/state`)).body.caps[every]?.spent
const cappedKey = async (amount: number, every: string) => {
  const { body } = await staff('POST', 'api-keys', {
    name: 'a shop',
    scopes: ['credits:charge', 'credits:read', 'credits:transfer'],
    spend_cap: { amount, every },
  })
  return body.key as string
}

test('C13: a frozen owner spends nothing; what was promised before goes on, repeats too', async () => {
  const { external_id, owner } = await rich()
  const { post } = till()
  const key = newKey()
  const first = await post('charge', { external_id, amount: 10 }, key)
  const hold = (await post('holds', { external_id, amount: 50 })).body.hold_id
  const other_hold = (await post('holds', { external_id, amount: 5 })).body.hold_id
  const frozen = await staff('POST', `owners/${owner}/freeze`, { reason: 'a stolen card' })
  expect(frozen.body.frozen).toMatchObject({ reason: 'a stolen card' })
  for (const [path, body] of [
    ['charge', { external_id, amount: 1 }],
    ['charge', { external_id, action: 'video.generate' }],
    ['holds', { external_id, amount: 1 }],
    ['transfer', { external_id, amount: 1, to_external_id: newApp() }],
    [`holds/${hold}/capture`, { amount: 51 }],
  ] as const) {
    const no = await post(path, body)
    expect([path, no.status, no.body.code]).toEqual([path, 403, 'owner_frozen'])
  }
  const batch = await post('charges/batch', {
    charges: [{ external_id, amount: 1, idempotency_key: newKey() }],
  })
  expect(batch.body.items).toMatchObject([{ ok: false, problem: { code: 'owner_frozen' } }])
  await expect
    .poll(async () => (await beside('charge', { external_id, amount: 1 })).body.code)
    .toBe('owner_frozen')
  expect(await post('charge', { external_id, amount: 10 }, key)).toEqual({
    ...first,
    replayed: true,
  })
  expect((await post('charge', { external_id, amount: 11 }, key)).body.code).toBe(
    'idempotency_key_reused',
  )
  expect((await post(`holds/${hold}/capture`, { amount: 50 })).status).toBe(200)
  expect((await post(`holds/${other_hold}/release`)).status).toBe(200)
  expect((await post('refund', { charge_id: first.body.charge_id })).status).toBe(200)
  await till().give(external_id, 1)
  expect((await staff('POST', `owners/${owner}/unfreeze`, { reason: 'sorted' })).status).toBe(200)
  expect((await post('charge', { external_id, amount: 1 })).status).toBe(200)
  expect(await trailOf(world, owner)).toMatchObject([
    { action: 'credits.owner_frozen', reason: 'a stolen card' },
    { action: 'credits.owner_unfrozen', reason: 'sorted' },
  ])
})

test('C14: fifty charges of 10 against a cap of 100, through two nodes: exactly ten succeed', async () => {
  const { external_id, owner } = await rich()
  await cap(owner, 100)
  await expect
    .poll(async () => (await beside('charge', { external_id, amount: 100_000 })).body.code)
    .toBe('spend_cap_reached')
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const body = { external_id, amount: 10 }
      return (i % 2 ? await till().post('charge', body) : await beside('charge', body)).status
    }),
  )
  expect(statuses.filter((status) => status === 200)).toHaveLength(10)
  expect(statuses.filter((status) => status === 429)).toHaveLength(40)
  expect(await till().balanceOf(external_id)).toMatchObject({ available: 900 })
  expect(await spent(owner)).toBe(100)
})

test('C14: a refusal says whose cap it is and when it begins anew; the next day it does', async () => {
  const { external_id, owner } = await rich()
  await cap(owner, 30, 50)
  const key = newKey()
  const first = await till().post('charge', { external_id, amount: 30 }, key)
  expect(first.status).toBe(200)
  const midnight = new Date((Math.floor(world.clock.now() / DAY_MS) + 1) * DAY_MS)
  const no = await staff('POST', 'credits/charge', { external_id, amount: 1 })
  expect(no).toMatchObject({
    status: 429,
    body: {
      code: 'spend_cap_reached',
      cap: { of: 'owner', every: 'day', amount: 30 },
      spent: 30,
      resets_at: midnight.toISOString(),
    },
  })
  const wait = Number(no.headers['retry-after'])
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(DAY_MS / 1_000)
  // The very same request again is no new spending.
  const again = await till().post('charge', { external_id, amount: 30 }, key)
  expect(again).toEqual({ ...first, replayed: true })
  const state = (await staff('GET', `owners/${owner}/state`)).body
  expect(state.caps).toMatchObject({
    day: { amount: 30, spent: 30, resets_at: midnight.toISOString() },
    month: { amount: 50, spent: 30 },
    set_by_staff: true,
  })
  const month = new Date(midnight)
  month.setUTCMonth(month.getUTCMonth() + 1, 1)
  const shift = world.clock.shiftMs
  world.clock.shift(shift + midnight.getTime() - world.clock.now())
  // On the first of a month both windows are new.
  if (midnight.getUTCDate() !== 1) {
    const beyond = await till().post('charge', { external_id, amount: 21 })
    expect(beyond.body.cap).toMatchObject({ every: 'month', amount: 50 })
  }
  expect((await till().post('charge', { external_id, amount: 20 })).status).toBe(200)
  world.clock.shift(shift)
})

test('C14: what the ledger refuses, repeats or gives back is not spent', async () => {
  const { external_id, owner } = await rich(40)
  const { post } = till()
  await cap(owner, 100)
  expect((await post('charge', { external_id, amount: 41 })).status).toBe(402)
  expect(await spent(owner)).toBe(0)
  const key = newKey()
  const { charge_id } = (await post('charge', { external_id, amount: 30 }, key)).body
  expect((await post('charge', { external_id, amount: 30 }, key)).replayed).toBe(true)
  expect(await spent(owner)).toBe(30)
  await post('refund', { charge_id, amount: 10 })
  expect(await spent(owner)).toBe(20)
  const { hold_id } = (await post('holds', { external_id, amount: 15 })).body
  expect(await spent(owner)).toBe(35)
  const capture = (await post(`holds/${hold_id}/capture`, { amount: 10 })).body
  expect(await spent(owner)).toBe(30)
  await post('refund', { charge_id: capture.charge_id, amount: 4 })
  expect(await spent(owner)).toBe(26)
  const released = (await post('holds', { external_id, amount: 5 })).body.hold_id
  await post(`holds/${released}/release`)
  expect(await spent(owner)).toBe(26)
  await till().give(external_id, 1_000)
  const more = (await post('holds', { external_id, amount: 4 })).body.hold_id
  const beyond = await post(`holds/${more}/capture`, { amount: 75 })
  expect([beyond.status, beyond.body.code]).toEqual([429, 'spend_cap_reached'])
  expect((await post(`holds/${more}/capture`, { amount: 74 })).status).toBe(200)
  expect(await spent(owner)).toBe(100)
  expect(
    (await post('transfer', { external_id, amount: 1, to_external_id: newApp() })).status,
  ).toBe(429)
})

test('C14: twenty captures of one hold at the same moment count all that they spend', async () => {
  const { external_id, owner } = await rich()
  await cap(owner, 1_000)
  const { hold_id } = (await till().post('holds', { external_id, amount: 10 })).body
  const captures = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      i % 2
        ? beside(`holds/${hold_id}/capture`, { amount: 10, final: false })
        : till().post(`holds/${hold_id}/capture`, { amount: 10, final: false }),
    ),
  )
  expect(captures.filter(({ status }) => status === 200)).toHaveLength(20)
  expect(await till().balanceOf(external_id)).toMatchObject({ available: 800, held: 0 })
  expect(await spent(owner)).toBe(200)
})

test('C14: a refund of what was spent before the cap gives no room', async () => {
  const { external_id, owner } = await rich()
  const { post } = till()
  const { charge_id } = (await post('charge', { external_id, amount: 50 })).body
  world.clock.shift(world.clock.shiftMs + 1)
  await cap(owner, 60)
  await post('charge', { external_id, amount: 60 })
  await post('refund', { charge_id })
  expect(await spent(owner)).toBe(60)
  expect((await post('charge', { external_id, amount: 1 })).status).toBe(429)
})

test('C14: a key with a cap spends no more, whoever pays; other keys are not held by it', async () => {
  const [ada, bo] = [await rich(), await rich()]
  const key = await cappedKey(100, 'month')
  const charge = ({ external_id }: { external_id: string }, amount: number) =>
    as(key, 'POST', 'credits/charge', { external_id, amount })
  const { charge_id } = (await charge(ada, 60)).body
  const no = await charge(bo, 41)
  expect(no.status).toBe(429)
  expect(no.body).toMatchObject({ cap: { of: 'key', every: 'month', amount: 100 }, spent: 60 })
  const first = new Date(world.clock.now())
  const next = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1)
  expect(no.body.resets_at).toBe(new Date(next).toISOString())
  expect((await till().post('charge', { external_id: bo.external_id, amount: 41 })).status).toBe(
    200,
  )
  // Another key gives it back, on another node: the room is the spender's all the same.
  expect((await beside('refund', { charge_id, amount: 20 })).status).toBe(200)
  expect((await charge(bo, 60)).status).toBe(200)
  const hold = await as(key, 'POST', 'credits/holds', { external_id: ada.external_id, amount: 1 })
  expect(hold.status).toBe(429)
  expect((await charge(bo, 1)).status).toBe(429)
  const coins = { external_id: ada.external_id, asset: 'coin', amount: 100 }
  await till().give(ada.external_id, 500, { asset: 'coin' })
  expect((await as(key, 'POST', 'credits/charge', coins)).status).toBe(200)
  expect((await as(key, 'POST', 'credits/charge', { ...coins, amount: 1 })).status).toBe(429)
})

test('C14: people set their own caps, and cannot lift what staff have set', async () => {
  const lin = await signUp(world)
  await till().post('grants', { owner: lin.id, amount: 100, source: 'signup' })
  const own = await as(lin.token, 'PUT', 'wallets/me/caps', { day: 10, month: null })
  expect(own.body.caps).toMatchObject({ day: { amount: 10, spent: 0 }, month: null })
  expect((await till().post('charge', { owner: lin.id, amount: 11 })).status).toBe(429)
  await as(lin.token, 'PUT', 'wallets/me/caps', { day: null, month: null })
  expect((await till().post('charge', { owner: lin.id, amount: 11 })).status).toBe(200)
  await cap(lin.id, 20)
  const lifted = await as(lin.token, 'PUT', 'wallets/me/caps', { day: null, month: null })
  expect([lifted.status, lifted.body.code]).toEqual([403, 'caps_fixed'])
  expect((await as(lin.token, 'GET', 'wallets/me')).body.caps).toMatchObject({
    day: { amount: 20 },
    set_by_staff: true,
  })
  const chen = await signUp(world, 'operator')
  for (const [path, body] of [
    [`owners/${lin.id}/freeze`, { reason: 'x' }],
    [`owners/${lin.id}/unfreeze`, { reason: 'x' }],
  ] as const) {
    expect((await as(lin.token, 'POST', path, body)).status).toBe(403)
    expect((await as(chen.token, 'POST', path, body)).status).toBe(200)
  }
  expect((await staff('POST', 'owners/usr_nobody/freeze', { reason: 'x' })).status).toBe(404)
})

test('C14: what is posted on the next day counts there, and so comes back where it counted', async () => {
  const { external_id, owner } = await rich()
  await cap(owner, 100)
  const tomorrow = world.clock.shiftMs + DAY_MS
  world.clock.shift(tomorrow)
  await till().post('charge', { external_id, amount: 30 })
  world.clock.shift(tomorrow - DAY_MS)
  // An account's time never goes back, so this one is dated tomorrow, too.
  const { charge_id } = (await till().post('charge', { external_id, amount: 20 })).body
  expect(await spent(owner)).toBe(0)
  world.clock.shift(tomorrow)
  expect(await spent(owner)).toBe(50)
  expect((await till().post('refund', { charge_id })).status).toBe(200)
  expect(await spent(owner)).toBe(30)
  world.clock.shift(tomorrow - DAY_MS)
})

test('C14: what was posted is answered, also when a cap cannot be counted just then', async () => {
  const { external_id, owner } = await rich()
  await cap(owner, 100)
  const { hold_id } = (await till().post('holds', { external_id, amount: 60 })).body
  const client = await world.pool.pg.connect()
  await client.query('begin')
  await client.query('select from credits.spending where who = $1 for update', [owner])
  const released = await till().post(`holds/${hold_id}/release`)
  await client.query('rollback')
  client.release()
  expect([released.status, released.body.returned]).toEqual([200, 60])
  expect(world.logged()).toContain('a spend cap could not be counted')
  expect(await spent(owner)).toBe(60)
})
