import { afterAll, expect, test } from 'vitest'
import { sealBlocks } from '#ledger'
import { drawn, newApp, openTill } from '../../../test/till.ts'
import { openWorld } from '../../../test/world.ts'
import { expireDue } from './jobs.ts'

const world = await openWorld()
afterAll(() => world.close())
const { post, read, give, balanceOf, lotsOf, inDays, passDays } = openTill(world)
const DAY_MS = 86_400_000

test('C4: a lot cannot be spent from the instant it expires; the sweeper only writes it down', async () => {
  const external_id = newApp()
  await give(external_id, 50, { expires_at: inDays(1) })
  const stays = await give(external_id, 5)
  passDays(1)
  expect(await balanceOf(external_id)).toEqual({ available: 5, held: 0, debt: 0 })
  expect(await lotsOf(external_id)).toEqual({ [stays]: 5 })
  const refused = await post('charge', { external_id, amount: 6 })
  expect(refused.body).toMatchObject({ code: 'insufficient_credits', available: 5 })
  const other = newApp()
  await give(other, 9, { expires_at: inDays(1) })
  passDays(1)
  expect(await expireDue(world)).toBeGreaterThan(0)
  const { items } = (await read(`credits/history?external_id=${other}&kind=expire`)).body
  expect(items).toMatchObject([{ kind: 'expire', amount: -9, balance_after: 0 }])
  expect(await expireDue(world)).toBe(0)
})

test('C4: the sweeper comes to an end with an account on which more has ended than is written at once', async () => {
  const external_id = newApp()
  for (let i = 0; i < 120; i++) await give(external_id, 1, { expires_at: inDays(1) })
  passDays(1)
  await expireDue(world)
  const { items } = (await read(`credits/history?external_id=${external_id}&kind=expire&limit=200`))
    .body
  expect(items).toHaveLength(120)
  expect(items[0]).toMatchObject({ balance_after: 0 })
})

test('C4: a charge that comes alone writes down first what has expired', async () => {
  const external_id = newApp()
  await give(external_id, 50, { expires_at: inDays(1) })
  await give(external_id, 100)
  passDays(1)
  const { body } = await post('charge', { external_id, amount: 30 })
  expect(body.balance).toEqual({ available: 70, held: 0, debt: 0 })
  const { items } = (await read(`credits/history?external_id=${external_id}&limit=2`)).body
  expect(items).toMatchObject([
    { kind: 'charge', amount: -30, balance_after: 70 },
    { kind: 'expire', amount: -50, balance_after: 100 },
  ])
})

test('C5: refunds walk the draws backwards, and never past the charge', async () => {
  const external_id = newApp()
  const a = await give(external_id, 4, { source: 'bonus' })
  const b = await give(external_id, 6)
  const { charge_id } = (await post('charge', { external_id, amount: 10 })).body
  const back = async (amount?: number) =>
    drawn((await post('refund', { charge_id, ...(amount && { amount }) })).body.restored)
  expect(await back(5)).toEqual([[b, 5]])
  expect(await back(3)).toEqual([
    [b, 1],
    [a, 2],
  ])
  const tooMuch = await post('refund', { charge_id, amount: 3 })
  expect([tooMuch.status, tooMuch.body.code]).toEqual([422, 'refund_exceeds_charge'])
  expect(tooMuch.body).toMatchObject({ charged: 10, refunded: 8, refundable: 2 })
  expect(await back()).toEqual([[a, 2]])
  expect(await lotsOf(external_id)).toEqual({ [a]: 4, [b]: 6 })
})

test('C5: what an expired lot gets back lives seven days in a lot of the same source', async () => {
  const external_id = newApp()
  const lot = await give(external_id, 10, { source: 'promo', expires_at: inDays(1) })
  const { charge_id } = (await post('charge', { external_id, amount: 10 })).body
  passDays(2)
  const { restored } = (await post('refund', { charge_id })).body
  expect(restored).toHaveLength(1)
  expect(restored[0]).toMatchObject({ amount: 10 })
  expect(restored[0].lot_id).not.toBe(lot)
  const { items } = (await read(`credits/lots?external_id=${external_id}`)).body
  expect(items).toMatchObject([{ lot_id: restored[0].lot_id, source: 'promo', remaining: 10 }])
  const life = Date.parse(items[0].expires_at) - world.clock.now()
  expect(life / DAY_MS).toBeCloseTo(7, 2)
  passDays(7)
  expect(await balanceOf(external_id)).toMatchObject({ available: 0 })
})

test('C6: of 60 held from 50 and 10, a capture of 57 gives 3 back to the 10', async () => {
  const external_id = newApp()
  const fifty = await give(external_id, 50, { source: 'bonus' })
  const ten = await give(external_id, 10)
  const { hold_id, draws } = (await post('holds', { external_id, amount: 60 })).body
  expect(drawn(draws)).toEqual([
    [fifty, 50],
    [ten, 10],
  ])
  const { body } = await post(`holds/${hold_id}/capture`, { amount: 57 })
  expect(body).toMatchObject({ captured: 57, returned: 3, state: 'captured' })
  expect(await lotsOf(external_id)).toEqual({ [ten]: 3 })
  const again = await post(`holds/${hold_id}/capture`, { amount: 1 })
  expect([again.status, again.body.code, again.body.state]).toEqual([
    ...[409, 'hold_closed', 'captured'],
  ])
})

test('C6: captures in parts keep a hold open; more than was held burns on or is refused whole', async () => {
  const external_id = newApp()
  await give(external_id, 100)
  const { hold_id } = (await post('holds', { external_id, amount: 60 })).body
  const part = await post(`holds/${hold_id}/capture`, { amount: 20, final: false })
  expect(part.body).toMatchObject({ state: 'open', captured: 20, returned: 0 })
  const tooMuch = await post(`holds/${hold_id}/capture`, { amount: 81 })
  expect([tooMuch.status, tooMuch.body.code]).toEqual([402, 'insufficient_credits'])
  const more = await post(`holds/${hold_id}/capture`, { amount: 70 })
  expect(more.body).toMatchObject({ state: 'captured', captured: 90, returned: 0 })
  expect(await balanceOf(external_id)).toEqual({ available: 10, held: 0, debt: 0 })
  const refund = await post('refund', { charge_id: more.body.charge_id })
  expect(refund.body).toMatchObject({ amount: 70, balance: { available: 80 } })
})

test('C6: a hold that nobody ends runs out, and a lot that expires meanwhile stays good for it', async () => {
  const external_id = newApp()
  await give(external_id, 10, { source: 'promo', expires_at: inDays(1) })
  const open = (await post('holds', { external_id, amount: 4, expires_in: 2 * 86_400 })).body
  passDays(1)
  expect(await balanceOf(external_id)).toEqual({ available: 0, held: 4, debt: 0 })
  const part = await post(`holds/${open.hold_id}/capture`, { amount: 1, final: false })
  expect(part.body).toMatchObject({ captured: 1, state: 'open' })
  passDays(1)
  expect((await read(`credits/holds/${open.hold_id}`)).body).toMatchObject({ state: 'expired' })
  expect(await balanceOf(external_id)).toEqual({ available: 0, held: 0, debt: 0 })
  const late = await post(`holds/${open.hold_id}/capture`, { amount: 1 })
  expect([late.status, late.body.code]).toEqual([410, 'hold_expired'])
})

test('C11: history has neither gaps nor repeats across pages, and tells any past balance', async () => {
  const external_id = newApp()
  await give(external_id, 100)
  for (let i = 0; i < 5; i++) {
    await post('charge', { external_id, amount: 1, action: i % 2 ? 'a.odd' : 'a.even' })
    world.clock.shift(world.clock.shiftMs + 1_000)
  }
  const seen: { amount: number; balance_after: number; created_at: string }[] = []
  let cursor: string | null = null
  do {
    const more: string = cursor === null ? '' : `&cursor=${cursor}`
    const { body } = await read(`credits/history?external_id=${external_id}&limit=2${more}`)
    seen.push(...body.items)
    cursor = body.next_cursor
  } while (cursor !== null)
  expect(seen.map(({ balance_after }) => balance_after)).toEqual([95, 96, 97, 98, 99, 100])
  for (const { created_at, balance_after } of seen.slice(0, 4)) {
    const then = await read(`credits/balance?external_id=${external_id}&as_of=${created_at}`)
    expect(then.body).toMatchObject({ available: balance_after, as_of: created_at })
  }
  const odd = await read(`credits/history?external_id=${external_id}&action=a.odd`)
  expect(odd.body.items).toHaveLength(2)
  const from = seen[1]?.created_at
  const since = await read(`credits/history?external_id=${external_id}&from=${from}`)
  expect(since.body.items).toHaveLength(2)
  const bent = await read(`credits/history?external_id=${external_id}&cursor=bm9uc2Vuc2U`)
  expect([bent.status, bent.body.code]).toEqual([400, 'cursor_invalid'])
})

test('C12: what is committed is sealed, and sealed once', async () => {
  await give(newApp(), 1)
  expect(await sealBlocks(world.db)).toBeGreaterThan(0)
  expect(await sealBlocks(world.db)).toBe(0)
})
