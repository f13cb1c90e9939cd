import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawn, openBooks } from '../../../test/books.ts'
import { verifyLedger } from './verify-ledger.ts'

// Every number by hand: what a refund of money sets aside, and what comes back when the money does.

const DAY_MS = 86_400_000
let books: Awaited<ReturnType<typeof openBooks>>
beforeAll(async () => {
  books = await openBooks()
}, 60_000)
afterAll(async () => {
  expect((await verifyLedger(books.world.db)).faults).toEqual([])
  expect(await books.close()).toEqual([])
})

/** Somebody with an order that cost 100, and what refunds of its price do. */
function buyer() {
  const one = books.somebody()
  const order = { orderId: `ord_${one.owner}`, paid: 100n }
  return {
    ...one,
    order,
    bought: (amount: bigint, terms: object = {}) =>
      one.grant(amount, { orderId: order.orderId, priority: 10, ...terms }),
    freeze: (refunded: bigint, policy: 'refuse' | 'debt' = 'refuse') => {
      const [holdId, expiresAt] = [one.newHold(), books.inDays(100)]
      return { kind: 'freeze', holdId, ...order, refunded, policy, expiresAt } as const
    },
    take: (refunded: bigint) =>
      one.must({ kind: 'clawback', ...order, refunded, policy: 'debt' } as const),
    giveBack: (refunded: bigint) => one.must({ kind: 'unclaw', ...order, refunded } as const),
  }
}

test('L28: 30 % of an order freezes 30 of its 100 and 10 of its bonus of 33; thawed, all of it is there again', async () => {
  const { bought, freeze, must, ask, balance } = buyer()
  const lot = await bought(100n)
  const bonus = await bought(33n, { source: 'bonus' })
  await must({ kind: 'grant', amount: 7n, source: 'promo' })
  const asked = freeze(30n)
  const frozen = await must(asked)
  expect(Object.fromEntries(drawn(frozen))).toEqual({ [lot]: 30, [bonus]: 10 })
  expect(frozen.detail).toMatchObject({ hold_id: asked.holdId, state: 'open', amount: 40, owed: 0 })
  expect(await balance()).toBe('100 40 0')
  expect(await ask({ kind: 'charge', amount: 101n })).toMatchObject({
    code: 'insufficient_credits',
    facts: { required: 101, available: 100 },
  })
  await must({ kind: 'release', holdId: asked.holdId })
  expect(await balance()).toBe('140 0 0')
})

test('L28: whatever is spent meanwhile, what is frozen is there to be taken, and no more is taken', async () => {
  const { bought, freeze, take, must, balance } = buyer()
  await bought(100n)
  const asked = freeze(30n)
  await must(asked)
  await must({ kind: 'charge', amount: 70n })
  expect(await balance()).toBe('0 30 0')
  await must({ kind: 'release', holdId: asked.holdId })
  expect((await take(30n)).detail).toMatchObject({ share: 30, taken: 30, owed: 0 })
  expect(await balance()).toBe('0 0 0')
})

test('L28: 10 credits in three refunds of 33, 33 and 34 % freeze 4, 3 and 3, as one of all would freeze 10', async () => {
  const { bought, freeze, take, must, balance } = buyer()
  await bought(10n)
  for (const [refunded, part] of [
    [33n, 4],
    [66n, 3],
    [100n, 3],
  ] as const) {
    const asked = freeze(refunded)
    expect((await must(asked)).detail).toMatchObject({ amount: part, share: part })
    await must({ kind: 'release', holdId: asked.holdId })
    expect((await take(refunded)).detail).toMatchObject({ taken: part })
  }
  expect(await balance()).toBe('0 0 0')
})

test('L28: of what was spent nothing is frozen: it is refused, or what is left is frozen and other lots stay', async () => {
  const { bought, freeze, ask, must, balance } = buyer()
  const lot = await bought(100n)
  await must({ kind: 'charge', amount: 80n })
  await must({ kind: 'grant', amount: 500n, source: 'promo' })
  expect(await ask(freeze(30n))).toEqual({
    ok: false,
    code: 'clawback_spent',
    facts: { required: 30, unspent: 20, spent: 10 },
  })
  const frozen = await must(freeze(30n, 'debt'))
  expect(drawn(frozen)).toEqual([[lot, 20]])
  expect(frozen.detail).toMatchObject({ share: 30, owed: 10 })
  expect(await balance()).toBe('500 20 0')
  expect(await ask(freeze(30n, 'debt'))).toMatchObject({ code: 'insufficient_credits' })
})

test('L28: what makes no sense freezes nothing', async () => {
  const { bought, freeze, ask, balance } = buyer()
  expect(await ask(freeze(30n))).toMatchObject({ code: 'lot_unknown' })
  await bought(100n)
  expect(await ask(freeze(101n))).toMatchObject({ code: 'amount_invalid' })
  expect(await ask(freeze(-1n))).toMatchObject({ code: 'amount_invalid' })
  expect(await ask({ ...freeze(30n), expiresAt: books.inDays(0) })).toMatchObject({
    code: 'expiry_invalid',
  })
  expect(await balance()).toBe('100 0 0')
})

test('L29: what was taken comes back to its lots, as far as the money does, and never twice', async () => {
  const { bought, take, giveBack, balance } = buyer()
  const [lot, bonus] = [await bought(100n), await bought(33n, { source: 'bonus' })]
  await take(100n)
  expect(await balance()).toBe('0 0 0')
  // 30 % stay refunded: of 33 that is 9.9, and so 10 stay taken.
  expect((await giveBack(30n)).detail).toMatchObject({ restored: 93, debt_repaid: 0 })
  const lots = await Promise.all([lot, bonus].map(books.lot))
  expect(lots.map(({ remaining, taken }) => [remaining, taken])).toEqual([
    ['70', '30'],
    ['23', '10'],
  ])
  expect((await giveBack(30n)).detail).toMatchObject({ restored: 0 })
  expect((await giveBack(0n)).detail).toMatchObject({ restored: 40 })
  expect((await giveBack(0n)).detail).toMatchObject({ restored: 0 })
  expect(await balance()).toBe('133 0 0')
})

test('L29: debt that is still there is forgiven, and what was spent stays spent', async () => {
  const { bought, take, giveBack, must, balance } = buyer()
  await bought(100n)
  await must({ kind: 'charge', amount: 60n })
  await take(100n)
  expect(await balance()).toBe('0 0 60')
  expect((await giveBack(0n)).detail).toMatchObject({ restored: 40, debt_repaid: 60 })
  expect(await balance()).toBe('40 0 0')
  await take(100n)
  expect(await balance()).toBe('0 0 60')
})

test('L29: debt that was repaid comes back beside its lot, and the charge can still be given back', async () => {
  const { bought, take, giveBack, must, balance } = buyer()
  const lot = await bought(100n)
  const { id: chargeId } = await must({ kind: 'charge', amount: 60n })
  await take(100n)
  await must({ kind: 'grant', amount: 100n, source: 'promo' })
  expect(await balance()).toBe('40 0 0')
  const back = await giveBack(0n)
  const beside = drawn(back).at(-1)?.[0]
  expect(drawn(back)).toEqual([
    [lot, 40],
    [beside, 60],
  ])
  expect(await books.lot(String(beside))).toMatchObject({
    ...{ source: 'purchase', granted: '60', grace_of: lot, expires_at: Number.POSITIVE_INFINITY },
  })
  await must({ kind: 'refund', chargeId })
  expect(await balance()).toBe('200 0 0')
  // What was bought was 100: no more of it is taken, however it came back.
  expect((await take(100n)).detail).toMatchObject({ taken: 100, owed: 0 })
  expect(await balance()).toBe('100 0 0')
})

test('L29: the same, with the charge given back before', async () => {
  const { bought, take, giveBack, must, balance } = buyer()
  await bought(100n)
  const { id: chargeId } = await must({ kind: 'charge', amount: 60n })
  await take(100n)
  await must({ kind: 'grant', amount: 100n, source: 'promo' })
  await must({ kind: 'refund', chargeId })
  expect(await balance()).toBe('100 0 0')
  await giveBack(0n)
  expect(await balance()).toBe('200 0 0')
})

test('L29: what was taken of a lot that has ended since lives on for seven days; what ran out unused does not come back', async () => {
  const { bought, take, giveBack, must, balance } = buyer()
  await bought(100n, { expiresAt: books.inDays(1) })
  await take(30n)
  books.passDays(2)
  expect(await balance()).toBe('0 0 0')
  await must({ kind: 'expire' })
  expect((await take(100n)).detail).toMatchObject({ share: 70, taken: 0, owed: 0, waived: 70 })
  expect((await giveBack(0n)).detail).toMatchObject({ restored: 30 })
  expect(await balance(books.now() + 7 * DAY_MS - 1)).toBe('30 0 0')
  expect(await balance(books.now() + 7 * DAY_MS)).toBe('0 0 0')
})

test('L29: a lot that has not begun is made smaller and whole again, before it begins and after', async () => {
  const { bought, take, giveBack, balance } = buyer()
  await bought(100n, { effectiveAt: books.inDays(2) })
  expect((await take(100n)).detail).toMatchObject({ cancelled: 100, taken: 0 })
  expect((await giveBack(40n)).detail).toMatchObject({ restored: 0 })
  expect(await balance()).toBe('0 0 0')
  books.passDays(3)
  expect(await balance()).toBe('60 0 0')
  expect((await giveBack(0n)).detail).toMatchObject({ restored: 40 })
  expect(await balance()).toBe('100 0 0')
})

test('L29: a node behind gives back to a lot that a node ahead has seen begin, once', async () => {
  const { bought, take, giveBack, must, balance } = buyer()
  await bought(100n, { effectiveAt: books.inDays(1) })
  await take(40n)
  books.passDays(1)
  await must({ kind: 'charge', amount: 10n })
  books.passDays(-0.5)
  await giveBack(0n)
  books.passDays(1)
  expect(await balance()).toBe('90 0 0')
})
