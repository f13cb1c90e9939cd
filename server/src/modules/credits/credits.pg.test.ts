import { afterAll, expect, test } from 'vitest'
import { signUp, trailOf } from '../../../test/people.ts'
import { newApp, newKey, openTill } from '../../../test/till.ts'
import { openWorld } from '../../../test/world.ts'

const world = await openWorld()
afterAll(() => world.close())
const { post, read, give, balanceOf, lotsOf, inDays } = openTill(world)
const V1 = '/api/v1/credits'

test('C1: every call answers with exactly the names of its contract', async () => {
  const external_id = newApp()
  const expires_at = inDays(30)
  const grant = await post('grants', { external_id, amount: 100, source: 'promo', expires_at })
  expect(grant.status).toBe(201)
  expect(grant.body).toEqual({
    lot_id: expect.stringMatching(/^lot_[0-9a-z]{26}$/),
    amount: 100,
    remaining: 100,
    source: 'promo',
    priority: 10,
    effective_at: expect.any(String),
    expires_at,
    debt_repaid: 0,
    balance: { available: 100, held: 0, debt: 0 },
  })
  const { lot_id } = grant.body

  const charge = await post('charge', { external_id, amount: 30, action: 'video.generate' })
  expect(charge.status).toBe(200)
  expect(charge.body).toEqual({
    charge_id: expect.stringMatching(/^chg_[0-9a-z]{26}$/),
    amount: 30,
    draws: [{ lot_id, amount: 30, source: 'promo' }],
    balance: { available: 70, held: 0, debt: 0 },
    created_at: expect.any(String),
  })
  const { charge_id } = charge.body

  const refund = await post('refund', { charge_id, amount: 10, reason: 'half a video' })
  expect(refund.body).toEqual({
    refund_id: expect.stringMatching(/^ref_[0-9a-z]{26}$/),
    charge_id,
    amount: 10,
    restored: [{ lot_id, amount: 10 }],
    balance: { available: 80, held: 0, debt: 0 },
  })

  const hold = await post('holds', { external_id, amount: 60, expires_in: 600 })
  expect(hold.status).toBe(201)
  expect(hold.body).toEqual({
    hold_id: expect.stringMatching(/^hld_[0-9a-z]{26}$/),
    state: 'open',
    amount: 60,
    captured: 0,
    expires_at: expect.any(String),
    draws: [{ lot_id, amount: 60, source: 'promo' }],
    balance: { available: 20, held: 60, debt: 0 },
  })
  const { hold_id } = hold.body
  const seen = await read(`credits/holds/${hold_id}`)
  expect(seen.body).toMatchObject({ hold_id, state: 'open', amount: 60, captured: 0 })

  const extended = await post(`holds/${hold_id}/extend`, { expires_in: 7_200 })
  expect(extended.body).toMatchObject({ hold_id, state: 'open', amount: 60 })
  expect(extended.body.expires_at > hold.body.expires_at).toBe(true)
  const capture = await post(`holds/${hold_id}/capture`, { amount: 50 })
  expect(capture.body).toEqual({
    hold_id,
    state: 'captured',
    captured: 50,
    charge_id: expect.stringMatching(/^chg_/),
    returned: 10,
    balance: { available: 30, held: 0, debt: 0 },
  })
  const other = (await post('holds', { external_id, amount: 5 })).body.hold_id
  const release = await post(`holds/${other}/release`)
  expect(release.body).toEqual({
    hold_id: other,
    state: 'released',
    returned: 5,
    balance: { available: 30, held: 0, debt: 0 },
  })

  const balance = await read(`credits/balance?external_id=${external_id}`)
  expect(balance.body).toEqual({
    owner: expect.stringMatching(/^usr_/),
    asset: 'credit',
    available: 30,
    held: 0,
    debt: 0,
    expiring: [{ amount: 30, at: expires_at }],
    as_of: expect.any(String),
  })
  const lots = await read(`credits/lots?external_id=${external_id}`)
  expect(lots.body).toEqual({
    items: [
      {
        lot_id,
        source: 'promo',
        granted: 100,
        remaining: 30,
        held: 0,
        priority: 10,
        effective_at: expect.any(String),
        expires_at,
        order_id: null,
      },
    ],
  })
  const history = await read(`credits/history?external_id=${external_id}&limit=50`)
  expect(history.body.next_cursor).toBeNull()
  expect(history.body.items.map(({ kind }: { kind: string }) => kind)).toEqual([
    ...['release', 'hold', 'capture', 'extend', 'hold', 'refund', 'charge', 'grant'],
  ])
  expect(history.body.items.map(({ held }: { held: number | null }) => held)).toEqual([
    ...[5, 5, null, null, 60, null, null, null],
  ])
  expect(history.body.items.at(-2)).toEqual({
    entry_id: charge_id,
    kind: 'charge',
    action: 'video.generate',
    amount: -30,
    balance_after: 70,
    held: null,
    repaid: null,
    source: null,
    description: null,
    reference: null,
    metadata: null,
    created_at: charge.body.created_at,
  })
  expect(history.body.items.at(-1).source).toBe('promo')
  expect(history.body.items.at(-3).reference).toEqual({ type: 'charge', id: charge_id })
  const stats = await read(`credits/stats?external_id=${external_id}`)
  expect(stats.body).toMatchObject({ charged: 80, refunded: 10 })
  expect(stats.body.items).toContainEqual({
    day: charge.body.created_at.slice(0, 10),
    ...{ action: 'video.generate', charges: 1, charged: 30, refunded: 10 },
  })
})

test('C7: a person sees their own account and nobody else’s, and moves nothing', async () => {
  const [lin, chen] = [await signUp(world), await signUp(world)]
  const grant = await post('grants', { owner: lin.id, amount: 520, source: 'signup' })
  expect(grant.status).toBe(201)
  const own = await read('credits/balance', lin.token)
  expect(own.body).toMatchObject({ owner: lin.id, available: 520 })
  expect((await read('wallets/me', lin.token)).body).toMatchObject({ balance_credits: 520 })
  expect((await read('wallets/me', chen.token)).body).toMatchObject({ balance_credits: 0 })
  const hold = (await post('holds', { owner: lin.id, amount: 20 })).body.hold_id
  expect((await read(`credits/holds/${hold}`, lin.token)).status).toBe(200)
  expect((await read(`credits/holds/${hold}`, chen.token)).body.code).toBe('hold_unknown')
  for (const path of ['balance', 'lots', 'history', 'stats'])
    for (const name of [`owner=${lin.id}`, 'external_id=app-user-1'])
      expect((await read(`credits/${path}?${name}`, chen.token)).body.code).toBe('owner_unknown')
  const support = await signUp(world, 'support')
  const seen = await read(`credits/balance?owner=${lin.id}`, support.token)
  expect(seen.body).toMatchObject({ available: 500, held: 20 })
  expect((await read(`owners/${lin.id}/state`, support.token)).body).toMatchObject({
    owner: lin.id,
    balances: [{ asset: 'credit', available: 500, held: 20, debt: 0 }],
  })
  for (const [path, body] of [
    ['charge', { amount: 1 }],
    ['grants', { amount: 1, source: 'admin', reason: 'please' }],
    ['transfer', { amount: 1, to_owner: chen.id }],
  ] as const) {
    const reply = await world.call('POST', `${V1}/${path}`, {
      as: lin.token,
      body,
      headers: { 'idempotency-key': newKey() },
    })
    expect([path, reply.statusCode, reply.json().code]).toEqual([path, 403, 'forbidden'])
  }
})

test('C7: a key names exactly one owner that exists', async () => {
  const both = await post('charge', { owner: 'usr_x', external_id: 'x', amount: 1 })
  expect([both.status, both.body.code]).toEqual([422, 'owner_needed'])
  const none = await post('charge', { amount: 1 })
  expect([none.status, none.body.code]).toEqual([422, 'owner_needed'])
  const nobody = await post('charge', { owner: 'usr_00000000000000000000000000', amount: 1 })
  expect([nobody.status, nobody.body.code]).toEqual([404, 'owner_unknown'])
})

test('C8: a grant by hand needs a reason, and grant and void leave their lines once', async () => {
  const external_id = newApp()
  const bare = await post('grants', { external_id, amount: 5, source: 'admin' })
  expect([bare.status, bare.body.code]).toEqual([422, 'reason_needed'])
  const key = newKey()
  const body = { external_id, amount: 5, source: 'admin', reason: 'an apology' }
  const { lot_id } = (await post('grants', body, key)).body
  await post('grants', body, key)
  const { owner } = (await read(`credits/balance?external_id=${external_id}`)).body
  const gone = await post(`grants/${lot_id}/void`, { reason: 'sent twice' })
  expect(gone.body).toEqual({ lot_id, voided: 5, balance: { available: 0, held: 0, debt: 0 } })
  expect(await trailOf(world, owner)).toMatchObject([
    { action: 'credits.granted', reason: 'an apology' },
    { action: 'credits.grant_voided', reason: 'sent twice' },
  ])
})

test('C8: a grant of which something is spent cannot be voided', async () => {
  const external_id = newApp()
  const lot = await give(external_id, 10)
  await post('charge', { external_id, amount: 3 })
  const reply = await post(`grants/${lot}/void`, { reason: 'too late' })
  expect([reply.status, reply.body.code, reply.body.spent]).toEqual([409, 'clawback_spent', 3])
  expect(await balanceOf(external_id)).toMatchObject({ available: 7 })
})

test.each([
  ['charge', { amount: 0 }, 422, 'amount_invalid'],
  ['charge', { amount: -5 }, 422, 'amount_invalid'],
  ['charge', { amount: 1.5 }, 400, 'invalid_request'],
  ['charge', { amount: '1' }, 400, 'invalid_request'],
  ['charge', { amount: 1, asset: 'gold' }, 422, 'asset_unknown'],
  ['charge', {}, 422, 'amount_needed'],
  ['charge', { action: 'nobody.sells' }, 422, 'action_unknown'],
  ['charge', { action: 'script.generate', asset: 'cny' }, 422, 'price_in_credits'],
  ['holds', { action: 'script.generate', asset: 'cny' }, 422, 'price_in_credits'],
  ['grants', { amount: 0, source: 'bonus' }, 422, 'amount_invalid'],
  ['grants', { amount: 1, source: 'theft' }, 400, 'invalid_request'],
  [
    'grants',
    { amount: 1, source: 'promo', expires_at: '2001-01-01T00:00:00Z' },
    422,
    'expiry_invalid',
  ],
  ['holds', { amount: 0 }, 422, 'amount_invalid'],
  ['holds', { amount: 5 }, 402, 'insufficient_credits'],
])('C9: %s with %j is refused under its own code', async (path, body, status, code) => {
  const reply = await post(path, { external_id: 'refused', ...body })
  expect([reply.status, reply.body.code]).toEqual([status, code])
})

test.each([
  ['refund', { charge_id: 'chg_00000000000000000000000000' }, 'charge_unknown'],
  ['refund', { charge_id: 'nonsense' }, 'charge_unknown'],
  ['holds/hld_00000000000000000000000000/release', undefined, 'hold_unknown'],
  ['holds/x/capture', { amount: 1 }, 'hold_unknown'],
  ['grants/lot_00000000000000000000000000/void', { reason: 'none' }, 'lot_unknown'],
])('C9: what is not there is not found: %s %j', async (path, body, code) => {
  const reply = await post(path, body)
  expect([reply.status, reply.body.code]).toEqual([404, code])
})

test('C10: a transfer takes from one and gives to the other, or neither', async () => {
  const [external_id, to_external_id] = [newApp(), newApp()]
  const lot = await give(external_id, 10)
  const { status, body } = await post('transfer', { external_id, to_external_id, amount: 4 })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    transfer_id: expect.stringMatching(/^trf_/),
    amount: 4,
    draws: [{ lot_id: lot, amount: 4, source: 'purchase' }],
    balance: { available: 6 },
  })
  expect(await lotsOf(to_external_id)).toEqual({ [body.lot_id]: 4 })
  const taken = await post(`grants/${body.lot_id}/void`, { reason: 'sent by mistake' })
  expect([taken.status, taken.body.code]).toEqual([409, 'lot_arrived'])
  const short = await post('transfer', { external_id, to_external_id, amount: 7 })
  expect([short.status, short.body.code]).toEqual([402, 'insufficient_credits'])
  const self = await post('transfer', { external_id, to_external_id: external_id, amount: 1 })
  expect([self.status, self.body.code]).toEqual([422, 'transfer_to_self'])
  expect(await balanceOf(external_id)).toMatchObject({ available: 6 })
  expect(await balanceOf(to_external_id)).toMatchObject({ available: 4 })
})
