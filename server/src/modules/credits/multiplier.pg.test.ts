import { afterAll, expect, test } from 'vitest'
import { trailOf } from '../../../test/people.ts'
import { newApp, newKey, openTill } from '../../../test/till.ts'
import { openWorld } from '../../../test/world.ts'
import { bonusOf, parseMultiplier } from './multiplier.ts'

const world = await openWorld()
afterAll(() => world.close())
const { post, read, balanceOf, lotsOf } = openTill(world)

const buy = (external_id: string, amount: number, more: object = {}, key = newKey()) =>
  post('grants', { external_id, amount, source: 'purchase', multiplier: '1.2', ...more }, key)
const clawBack = async (external_id: string, orderId: string, refunded: bigint) => {
  const { owner } = (await read(`credits/balance?external_id=${external_id}`)).body
  const answer = await world.teller.post({
    ...{ kind: 'clawback', owner, asset: 'credit', key: newKey() },
    ...{ orderId, refunded, paid: 100n, policy: 'refuse' },
  })
  return answer.ok ? answer.detail['taken'] : answer.code
}

test('C16: gold gets 1.2 times what was bought: the bonus is its own lot and line, once', async () => {
  const external_id = newApp()
  const key = newKey()
  const bought = await buy(external_id, 1_000, { order_id: 'ord_1' }, key)
  expect(bought.status).toBe(201)
  const { lot_id, bonus } = bought.body
  expect(bought.body).toMatchObject({
    ...{ amount: 1_000, source: 'purchase', remaining: 1_000 },
    bonus: { amount: 200 },
    balance: { available: 1_200 },
  })
  expect(await buy(external_id, 1_000, { order_id: 'ord_1' }, key)).toEqual({
    ...bought,
    replayed: true,
  })
  expect(await lotsOf(external_id)).toEqual({ [bonus.lot_id]: 200, [lot_id]: 1_000 })
  const { items } = (await read(`credits/history?external_id=${external_id}`)).body
  const order = { type: 'order', id: 'ord_1' }
  expect(items).toMatchObject([
    { kind: 'grant', amount: 200, reference: order },
    { kind: 'grant', amount: 1_000, reference: order },
  ])
  const bent = await buy(external_id, 1_000, { order_id: 'ord_1', multiplier: '1.3' }, key)
  expect(bent.body.code).toBe('idempotency_key_reused')
})

test.each([
  [1_000, '1.2', 200n],
  [333, '1.2', 66n],
  [4, '1.2', 0n],
  [5, '1.2', 1n],
  [7, '1.0001', 0n],
  [9_999, '1.0001', 0n],
  [10_000, '1.0001', 1n],
  [3, '10', 27n],
  [9_007_199_254_740_991, '1.1', 900_719_925_474_099n],
])('C16: %d times %s adds %d', (amount, text, bonus) => {
  const multiplier = parseMultiplier(text)
  expect(multiplier && bonusOf(BigInt(amount), multiplier)).toBe(bonus)
})

test.each(['1', '1.0', '0.9', '10.1', '11', '-2', '1,2', '1.', '.5', '1.23456', 'Infinity', ''])(
  'C16: %j is no multiplier',
  async (multiplier) => {
    const reply = await buy('refused', 10, { multiplier })
    expect([reply.status, reply.body.code]).toEqual([422, 'multiplier_invalid'])
  },
)

test('C16: only what is bought is multiplied, and a bonus of nothing is no lot', async () => {
  const external_id = newApp()
  const gift = await buy(external_id, 10, { source: 'bonus' })
  expect([gift.status, gift.body.code]).toEqual([422, 'multiplier_invalid'])
  const few = await buy(external_id, 4)
  expect(few.body).toMatchObject({ amount: 4, balance: { available: 4 } })
  expect(few.body).not.toHaveProperty('bonus')
  expect(Object.keys(await lotsOf(external_id))).toHaveLength(1)
})

test('C16: where there is no room for the bonus, nothing was bought either', async () => {
  const external_id = newApp()
  const key = newKey()
  const most = Number.MAX_SAFE_INTEGER
  const no = await buy(external_id, most, { multiplier: '1.1' }, key)
  expect([no.status, no.body.code]).toEqual([422, 'amount_invalid'])
  expect(await balanceOf(external_id)).toMatchObject({ available: 0 })
  expect(await lotsOf(external_id)).toEqual({})
  expect((await buy(external_id, 10, {}, key)).body.balance.available).toBe(12)
})

test('C16: 30 % and then 70 % of an order take its bonus pro rata, and sum exactly', async () => {
  const external_id = newApp()
  const { lot_id, bonus } = (await buy(external_id, 333, { order_id: 'ord_odd' })).body
  expect(bonus.amount).toBe(66)
  // 99.9 and 19.8, rounded up: rounding never leaves credits that nobody paid for.
  expect(await clawBack(external_id, 'ord_odd', 30n)).toBe(120)
  expect(await lotsOf(external_id)).toEqual({ [lot_id]: 233, [bonus.lot_id]: 46 })
  expect(await clawBack(external_id, 'ord_odd', 100n)).toBe(279)
  expect(await lotsOf(external_id)).toEqual({})
  expect(await balanceOf(external_id)).toMatchObject({ available: 0, debt: 0 })
})

test('C16: no grant of an app names an order as the house does, for that goes back with its money', async () => {
  const named = await buy('named-alike', 100, { order_id: 'ord_01m80bvawvhj4gwt26vekedat0' })
  expect([named.status, named.body.code]).toEqual([422, 'order_id_reserved'])
})

test('C16: a void takes what was bought and its bonus, by either lot, with an order or without', async () => {
  for (const order of [{}, { order_id: 'ord_void' }]) {
    const external_id = newApp()
    const first = (await buy(external_id, 100, order)).body
    const gone = await post(`grants/${first.bonus.lot_id}/void`, { reason: 'a mistake' })
    expect(gone.body).toMatchObject({ voided: 120, balance: { available: 0 } })
    const other = (await buy(external_id, 100, { ...order, order_id: 'ord_next' })).body
    await post('charge', { external_id, amount: 1 })
    const no = await post(`grants/${other.lot_id}/void`, { reason: 'a mistake' })
    expect([no.body.code, no.body.spent]).toEqual(['clawback_spent', 1])
    expect(await balanceOf(external_id)).toMatchObject({ available: 119 })
  }
})

test('C8: a grant that is voided already is refused by name, and nothing is written twice', async () => {
  const external_id = newApp()
  const { lot_id } = (await post('grants', { external_id, amount: 5, source: 'promo' })).body
  const key = newKey()
  const voids = await Promise.all(
    [key, newKey(), newKey()].map((one) => post(`grants/${lot_id}/void`, { reason: 'twice' }, one)),
  )
  const codes = voids.map(({ status, body }) => body.code ?? status)
  expect(codes.sort()).toEqual([200, 'grant_voided', 'grant_voided'])
  const { items } = (await read(`credits/history?external_id=${external_id}`)).body
  expect(items.map(({ kind }: { kind: string }) => kind)).toEqual(['clawback', 'grant'])
  const { owner } = (await read(`credits/balance?external_id=${external_id}`)).body
  expect(await trailOf(world, owner)).toMatchObject([{ action: 'credits.grant_voided' }])
})
