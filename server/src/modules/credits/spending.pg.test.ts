import { afterAll, expect, test } from 'vitest'
import { drawn, newApp, newKey, openTill } from '../../../test/till.ts'
import { BOOTSTRAP_KEY, openWorld } from '../../../test/world.ts'

const world = await openWorld()
afterAll(() => world.close())
const { post, read, give, balanceOf, inDays } = openTill(world)
const V1 = '/api/v1/credits'

test('C1: what expires burns first, then what was given, what was paid for last', async () => {
  const app = newApp()
  const purchase = await give(app, 10)
  const bonus = await give(app, 10, { source: 'bonus' })
  const month = await give(app, 10, { source: 'month_card' })
  const plan = await give(app, 10, { source: 'subscription' })
  const soon = await give(app, 10, { source: 'promo', expires_at: inDays(2) })
  const later = await give(app, 10, { source: 'promo', expires_at: inDays(9) })
  const forever = await give(app, 10, { source: 'promo', priority: 10 })
  const { body } = await post('charge', { external_id: app, amount: 65 })
  expect(drawn(body.draws)).toEqual([
    [soon, 10],
    [later, 10],
    [forever, 10],
    [month, 10],
    [plan, 10],
    [bonus, 10],
    [purchase, 5],
  ])
})

test('C2: of 50 charges of 100 at once on 1000 exactly 10 succeed, on two nodes', async () => {
  const external_id = newApp()
  await give(external_id, 1_000)
  const other = await world.anotherNode()
  const nodes = [world.http, other.http]
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      (nodes[i % 2] ?? world.http).inject({
        method: 'POST',
        url: `${V1}/charge`,
        headers: { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'idempotency-key': newKey() },
        payload: { external_id, amount: 100 },
      }),
    ),
  )
  await other.stop()
  const count = (status: number) => replies.filter((reply) => reply.statusCode === status).length
  expect([count(200), count(402)]).toEqual([10, 40])
  expect(await balanceOf(external_id)).toEqual({ available: 0, held: 0, debt: 0 })
})

test('C2: who has too little is told how much is missing, in their language', async () => {
  const external_id = newApp()
  await give(external_id, 520)
  const reply = await world.call('POST', `${V1}/charge`, {
    as: BOOTSTRAP_KEY,
    body: { external_id, amount: 999_999 },
    headers: { 'idempotency-key': newKey(), 'accept-language': 'zh-CN' },
  })
  expect(reply.json()).toMatchObject({
    status: 402,
    code: 'insufficient_credits',
    required: 999_999,
    available: 520,
    missing: 999_479,
    top_up: [],
    detail: '积分不足！当前积分：520，需要：999999',
    hint: expect.stringMatching(/999479.*同一个键/), // of use also while nothing is for sale
  })
})

test('C3: the same key from 20 callers makes one entry and 20 equal answers', async () => {
  const external_id = newApp()
  await give(external_id, 1_000)
  const key = newKey()
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => post('charge', { external_id, amount: 7 }, key)),
  )
  expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(replies.filter(({ replayed }) => !replayed)).toHaveLength(1)
  expect(await balanceOf(external_id)).toMatchObject({ available: 993 })
})

test('C3: a replay answers every kind of call as the first time; another request is refused', async () => {
  const external_id = newApp()
  const twice = async (path: string, body: object | undefined, changed: object) => {
    const key = newKey()
    const first = await post(path, body, key)
    expect(first.status, JSON.stringify(first.body)).toBeLessThan(300)
    expect(first.replayed).toBe(false)
    const again = await post(path, body, key)
    expect([again.status, again.replayed, again.body]).toEqual([first.status, true, first.body])
    const bent = await post(path, { ...body, ...changed }, key)
    expect([path, bent.status, bent.body.code]).toEqual([path, 422, 'idempotency_key_reused'])
    return first.body
  }
  const gift = { external_id, amount: 100, source: 'bonus', expires_at: inDays(3) }
  const { lot_id } = await twice('grants', gift, { amount: 101 })
  const { charge_id } = await twice('charge', { external_id, amount: 10 }, { amount: 11 })
  await twice('refund', { charge_id, amount: 5 }, { amount: 4 })
  const { hold_id } = await twice('holds', { external_id, amount: 10 }, { amount: 9 })
  await twice(`holds/${hold_id}/extend`, { expires_in: 9_000 }, { expires_in: 9_001 })
  await twice(`holds/${hold_id}/capture`, { amount: 5 }, { amount: 6 })
  const to_external_id = newApp()
  await twice('transfer', { external_id, to_external_id, amount: 1 }, { amount: 2 })
  const { lot_id: unspent } = (await post('grants', gift)).body
  await twice(`grants/${unspent}/void`, { reason: 'a mistake' }, { reason: 'another' })
  expect(lot_id).not.toBe(unspent)
})

test.each(['', 'short', 'has a space in it', 'x'.repeat(129), 'schlüssel-ä'])(
  'C3: without a key of the right form nothing moves: %j',
  async (key) => {
    const reply = await post('charge', { external_id: newApp(), amount: 1 }, key)
    expect([reply.status, reply.body.code]).toEqual([400, 'idempotency_key_required'])
  },
)

test.each(['bonus:00000001', 'prp_00000001', 'import-00000001'])(
  'C3: a key that this house grows itself is nobody else’s: %s',
  async (key) => {
    const external_id = newApp()
    await give(external_id, 10)
    const no = await post('charge', { external_id, amount: 1 }, key)
    expect([no.status, no.body.code]).toEqual([422, 'idempotency_key_reserved'])
    const charges = [{ external_id, amount: 1, idempotency_key: key }]
    expect((await post('charges/batch', { charges })).body.items).toMatchObject([
      { ok: false, problem: { code: 'idempotency_key_reserved' } },
    ])
    expect(await balanceOf(external_id)).toMatchObject({ available: 10 })
  },
)

test('C3: a batch answers charge by charge, and its keys are those of single charges', async () => {
  const external_id = newApp()
  await give(external_id, 100)
  const [first, second] = [newKey(), newKey()]
  const charges = [
    { external_id, amount: 60, idempotency_key: first },
    { external_id, amount: 60, idempotency_key: second },
  ]
  const { status, body } = await post('charges/batch', { charges }, '')
  expect(status).toBe(200)
  expect(body.items).toMatchObject([
    { idempotency_key: first, ok: true, replayed: false, charge: { amount: 60 } },
    { idempotency_key: second, ok: false, problem: { code: 'insufficient_credits', missing: 20 } },
  ])
  const alone = await post('charge', { external_id, amount: 60 }, first)
  expect([alone.replayed, alone.body]).toEqual([true, body.items[0].charge])
})

const publish = (action: string, rule: object) =>
  world.call('POST', '/api/v1/admin/prices', {
    as: BOOTSTRAP_KEY,
    body: { action, rule, reason: 'a test' },
  })

test('C3: an action is charged and held at its price, and a replay outlives the price', async () => {
  const external_id = newApp()
  await give(external_id, 500)
  const want = { external_id, action: 'script.generate', params: {} }
  const [chargeKey, holdKey] = [newKey(), newKey()]
  const charge = await post('charge', want, chargeKey)
  expect(charge.body).toMatchObject({ amount: 10, price_version: 1 })
  const hold = await post('holds', want, holdKey)
  expect(hold.body).toMatchObject({ amount: 10, price_version: 1 })
  const rule = {
    base: 99,
    terms: [{ kind: 'per_unit', name: 'pages', parameter: 'pages', credits: 1, unit_size: 1 }],
  }
  const published = await publish('script.generate', rule)
  expect(published.statusCode, published.body).toBe(201)
  world.clock.shift(world.clock.shiftMs + 1_000)
  await expect.poll(async () => (await post('charge', want)).body.code).toBe('params_invalid')
  expect(await post('charge', want, chargeKey)).toEqual({ ...charge, replayed: true })
  expect(await post('holds', want, holdKey)).toEqual({ ...hold, replayed: true })
  const bent = await post('charge', { ...want, params: { pages: 1, x: 1 } }, chargeKey)
  expect(bent.body.code).toBe('idempotency_key_reused')
  const { hold_id } = hold.body
  expect((await post(`holds/${hold_id}/capture`, { amount: 10 })).status).toBe(200)
  const { items } = (await read(`credits/history?external_id=${external_id}&kind=capture`)).body
  expect(items).toMatchObject([{ action: 'script.generate', amount: -10 }])
})

test('C3: what is kept with an entry has its bounds, and the largest that fits is kept', async () => {
  const external_id = newApp()
  await give(external_id, 10)
  const fits = { note: 'x'.repeat(8_192 - '{"note":""}'.length) }
  const large = { note: `${fits.note}x` }
  for (const [path, name] of [
    ['charge', 'metadata'],
    ['charge', 'params'],
    ['holds', 'metadata'],
    ['holds', 'params'],
  ] as const) {
    const no = await post(path, { external_id, amount: 1, [name]: large })
    expect([no.status, no.body]).toMatchObject([
      422,
      { code: 'facts_too_large', field: name, bytes_max: 8_192 },
    ])
    expect([200, 201]).toContain(
      (await post(path, { external_id, amount: 1, [name]: fits })).status,
    )
  }
  const letters = await post('charge', {
    external_id,
    amount: 1,
    metadata: { note: '字'.repeat(3_000) },
  })
  expect(letters.body.code).toBe('facts_too_large')
  expect(await balanceOf(external_id)).toMatchObject({ available: 6 })
})
