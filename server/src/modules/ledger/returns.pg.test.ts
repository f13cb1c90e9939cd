import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawn, openBooks } from '../../../test/books.ts'

// Every number by hand. Each test has an owner of its own and moves the time itself.

const DAY_MS = 86_400_000
let books: Awaited<ReturnType<typeof openBooks>>
beforeAll(async () => {
  books = await openBooks()
}, 60_000)
afterAll(async () => {
  expect(await books.close()).toEqual([])
})

test('L16: charge 10 = 4 + 6; refund 5 gives 5 to B; a further 3 gives 1 to B and 2 to A; never more than the charge', async () => {
  const { grant, ask, must, balance } = books.somebody()
  const a = await grant(4n, { priority: 10 })
  const b = await grant(100n)
  const charge = await must({ kind: 'charge', amount: 10n })
  expect(drawn(charge)).toEqual([
    [a, 4],
    [b, 6],
  ])
  const refund = { kind: 'refund', chargeId: charge.id } as const
  expect(drawn(await must({ ...refund, amount: 5n }))).toEqual([[b, 5]])
  expect(drawn(await must({ ...refund, amount: 3n }))).toEqual([
    [b, 1],
    [a, 2],
  ])
  expect(await ask({ ...refund, amount: 3n })).toEqual({
    ok: false,
    code: 'refund_exceeds_charge',
    facts: { charged: 10, refunded: 8, refundable: 2 },
  })
  expect(drawn(await must(refund))).toEqual([[a, 2]])
  expect(await ask(refund)).toMatchObject({ code: 'refund_exceeds_charge' })
  expect(await balance()).toBe('104 0 0')
})

test("L16: nobody else's charge can be refunded", async () => {
  const [spender, other] = [books.somebody(), books.somebody()]
  await spender.grant(10n)
  const { id } = await spender.must({ kind: 'charge', amount: 10n })
  await other.grant(1n)
  expect(await other.ask({ kind: 'refund', chargeId: id })).toMatchObject({
    code: 'charge_unknown',
  })
})

test('L16: the refunded part of an expired lot lives on for seven days, with the same source, and no longer', async () => {
  const { grant, must, balance } = books.somebody()
  const a = await grant(10n, { source: 'promo', priority: 10, expiresAt: books.inDays(1) })
  const { id } = await must({ kind: 'charge', amount: 10n })
  books.passDays(2)
  const [[grace]] = drawn(await must({ kind: 'refund', chargeId: id, amount: 6n })) as [[string]]
  expect(grace).not.toBe(a)
  expect(await books.lot(grace)).toMatchObject({
    source: 'promo',
    granted: '6',
    remaining: '6',
    grace_of: a,
    expires_at: new Date(books.now() + 7 * DAY_MS),
  })
  expect(await balance(books.now() + 7 * DAY_MS - 1)).toBe('6 0 0')
  expect(await balance(books.now() + 7 * DAY_MS)).toBe('0 0 0')
})

test('L16: a refund repays debt before it restores a lot', async () => {
  const { owner, grant, must, balance } = books.somebody()
  const order = { orderId: `ord_${owner}` }
  const lotId = await grant(100n, order)
  const { id } = await must({ kind: 'charge', amount: 100n })
  await must({ kind: 'clawback', ...order, policy: 'debt' })
  expect(await balance()).toBe('0 0 100')
  const first = await must({ kind: 'refund', chargeId: id, amount: 60n })
  expect(first.detail).toMatchObject({ debt_repaid: 60 })
  expect(await balance()).toBe('0 0 40')
  const rest = await must({ kind: 'refund', chargeId: id })
  expect(rest.detail).toMatchObject({ debt_repaid: 40 })
  expect(await balance()).toBe('0 0 0')
  expect((await books.lot(lotId)).remaining).toBe('0')
})

test('L17: hold 60 = 50 + 10; capture 57; the 3 return to the lot of 10', async () => {
  const { grant, ask, must, balance, newHold } = books.somebody()
  const a = await grant(50n, { priority: 10 })
  const b = await grant(10n)
  const holdId = newHold()
  const hold = await must({ kind: 'hold', holdId, amount: 60n, expiresAt: books.inDays(1) })
  expect(drawn(hold)).toEqual([
    [a, 50],
    [b, 10],
  ])
  expect(await balance()).toBe('0 60 0')
  const capture = await must({ kind: 'capture', holdId, amount: 57n })
  expect(drawn(capture)).toEqual([
    [a, 50],
    [b, 7],
  ])
  expect(capture.detail).toMatchObject({ state: 'captured', captured: 57, returned: 3, expired: 0 })
  expect(await books.lot(b)).toMatchObject({ remaining: '3', held: '0' })
  expect(await balance()).toBe('3 0 0')
  expect(await ask({ kind: 'capture', holdId, amount: 1n })).toEqual({
    ok: false,
    code: 'hold_closed',
    facts: { state: 'captured' },
  })
})

test('L17: capture many times; more than held goes on from the burn order if affordable, else is refused whole', async () => {
  const { grant, ask, must, balance, newHold } = books.somebody()
  await grant(100n)
  const holdId = newHold()
  await must({ kind: 'hold', holdId, amount: 30n, expiresAt: books.inDays(1) })
  const part = await must({ kind: 'capture', holdId, amount: 10n, final: false })
  expect(part.detail).toMatchObject({ state: 'open', captured: 10 })
  expect(await ask({ kind: 'capture', holdId, amount: 91n })).toMatchObject({
    code: 'insufficient_credits',
    facts: { required: 91, available: 90, missing: 1 },
  })
  expect(await balance()).toBe('70 20 0')
  const last = await must({ kind: 'capture', holdId, amount: 45n })
  expect(last.detail).toMatchObject({ state: 'captured', captured: 55, returned: 0 })
  expect(await balance()).toBe('45 0 0')
})

test('L17: a lot that ends while held stays good for that hold; what returns to it is breakage', async () => {
  const { grant, must, balance, lines, newHold } = books.somebody()
  await grant(60n, { expiresAt: books.inDays(1) })
  const holdId = newHold()
  await must({ kind: 'hold', holdId, amount: 50n, expiresAt: books.inDays(3) })
  books.passDays(2)
  expect(await balance()).toBe('0 50 0')
  expect(await must({ kind: 'capture', holdId, amount: 40n })).toMatchObject({
    amount: -40n,
    balance: { available: 0n, held: 0n, debt: 0n },
    detail: { returned: 0, expired: 10 },
  })
  expect((await lines()).map(({ kind, amount }) => [kind, amount])).toEqual([
    ['grant', 60],
    ['hold', 0],
    ['expire', -10],
    ['expire', -10],
    ['capture', -40],
  ])
})

test('L15: what a node behind gives back to a lot whose end a node ahead has seen ends all the same', async () => {
  const { grant, ask, must, balance, newHold } = books.somebody()
  await grant(100n, { expiresAt: books.inDays(1) })
  const holdId = newHold()
  await must({ kind: 'hold', holdId, amount: 100n, expiresAt: books.inDays(9) })
  books.passDays(2)
  await must({ kind: 'expire' })
  books.passDays(-1.5)
  await must({ kind: 'release', holdId })
  books.passDays(1.5)
  expect(await balance()).toBe('0 0 0')
  expect(await ask({ kind: 'charge', amount: 10n })).toMatchObject({ code: 'insufficient_credits' })
})

test('L15: much that falls due at once is written down a hundred at a time, and keeps nobody waiting', async () => {
  const { grant, ask, balance, must, newHold, lines } = books.somebody()
  await grant(500n)
  const expiresAt = books.inDays(1)
  await Promise.all(
    Array.from({ length: 250 }, () =>
      must({ kind: 'hold', holdId: newHold(), amount: 2n, expiresAt }),
    ),
  )
  books.passDays(1)
  expect(await balance()).toBe('500 0 0')
  const charge = { kind: 'charge', amount: 500n, key: 'after-all-that-fell-due' } as const
  expect(await ask(charge)).toMatchObject({ code: 'ledger_busy', facts: { retry_after: 1 } })
  expect(await balance()).toBe('500 0 0')
  expect(await ask(charge)).toMatchObject({ code: 'ledger_busy' })
  expect(await ask(charge)).toMatchObject({ ok: true, balance: { available: 0n } })
  expect((await lines()).filter(({ kind }) => kind === 'release')).toHaveLength(250)
})

test('L17: a hold nobody ends returns by itself at its end', async () => {
  const { grant, ask, must, balance, newHold } = books.somebody()
  await grant(60n)
  const holdId = newHold()
  await must({ kind: 'hold', holdId, amount: 60n, expiresAt: books.inDays(1) })
  books.passDays(1)
  expect(await balance()).toBe('60 0 0')
  expect(await ask({ kind: 'capture', holdId, amount: 1n })).toMatchObject({ code: 'hold_expired' })
  await must({ kind: 'charge', amount: 60n })
})

test('L17: an extended hold lives on; release gives everything back', async () => {
  const { grant, must, balance, newHold } = books.somebody()
  await grant(60n)
  const holdId = newHold()
  await must({ kind: 'hold', holdId, amount: 60n, expiresAt: books.inDays(1) })
  await must({ kind: 'extend', holdId, expiresAt: books.inDays(3) })
  books.passDays(2)
  expect(await balance()).toBe('0 60 0')
  const release = await must({ kind: 'release', holdId })
  expect(release.detail).toMatchObject({ state: 'released', returned: 60 })
  expect(await balance()).toBe('60 0 0')
})

test('L18: 30 % then 70 % of an order take its lot and its bonus whole, rounding up first', async () => {
  const { owner, grant, must, balance } = books.somebody()
  const order = { orderId: `ord_${owner}` }
  const bought = await grant(100n, order)
  const bonus = await grant(33n, { ...order, source: 'bonus', priority: 40 })
  const back = (refunded: bigint) =>
    must({ kind: 'clawback', ...order, refunded, paid: 100n, policy: 'refuse' })
  expect((await back(30n)).detail).toMatchObject({ taken: 40, owed: 0 })
  const left = await Promise.all([bought, bonus].map(books.lot))
  expect(left.map(({ remaining }) => remaining)).toEqual(['70', '23'])
  expect((await back(100n)).detail).toMatchObject({ taken: 93 })
  expect((await back(100n)).detail).toMatchObject({ share: 0, taken: 0, owed: 0 })
  expect(await balance()).toBe('0 0 0')
})

test('L18: what is spent is refused, or becomes debt; other lots stay; the next grant repays first', async () => {
  const { owner, grant, ask, must, balance } = books.somebody()
  const order = { orderId: `ord_${owner}` }
  await grant(100n, { ...order, priority: 10 })
  await must({ kind: 'charge', amount: 60n })
  await grant(500n)
  expect(await ask({ kind: 'clawback', ...order, policy: 'refuse' })).toEqual({
    ok: false,
    code: 'clawback_spent',
    facts: { required: 100, unspent: 40, spent: 60 },
  })
  const claw = await must({ kind: 'clawback', ...order, policy: 'debt' })
  expect(claw.detail).toMatchObject({ taken: 40, owed: 60, waived: 0 })
  expect(await balance()).toBe('500 0 60')
  const next = await must({ kind: 'grant', amount: 100n, source: 'purchase' })
  expect(next.detail).toMatchObject({ remaining: 40, debt_repaid: 60 })
  expect(await balance()).toBe('540 0 0')
})

test.each([
  ['released', 0n],
  ['captured', 1560n],
  ['expired', 0n],
] as const)('L18: what a hold gives back repays debt: %s', async (end, debt) => {
  const { owner, grant, ask, must, balance, lines, newHold } = books.somebody()
  const order = { orderId: `ord_${owner}` }
  const lotId = await grant(1600n, order)
  const holdId = newHold()
  await must({ kind: 'hold', holdId, amount: 1600n, expiresAt: books.inDays(1) })
  await must({ kind: 'clawback', ...order, policy: 'debt' })
  expect(await balance()).toBe('0 1600 1600')
  const key = 'ends-the-hold'
  const asked = {
    released: { kind: 'release', holdId, key },
    captured: { kind: 'capture', holdId, amount: 1600n - 40n, key },
    expired: { kind: 'charge', amount: 1n, key },
  } as const
  if (end === 'expired') {
    books.passDays(1)
    expect(await balance()).toBe('0 0 0')
    expect(await ask(asked.expired)).toMatchObject({ code: 'insufficient_credits' })
  } else {
    const first = await must(asked[end])
    expect(first.balance).toEqual({ available: 0n, held: 0n, debt })
    expect(await must(asked[end])).toEqual({ ...first, replayed: true })
  }
  expect((await lines()).at(-1)).toMatchObject({ kind: 'repay', amount: 0 })
  expect(await balance()).toBe(`0 0 ${debt}`)
  expect((await books.lot(lotId)).remaining).toBe('0')
})

test('L18: what a hold gives back pays what is owed; the rest, and what was free before, stays', async () => {
  const { owner, grant, must, balance, newHold } = books.somebody()
  const order = { orderId: `ord_${owner}` }
  await grant(100n, { ...order, priority: 10 })
  await must({ kind: 'charge', amount: 60n })
  const [a, b] = [await grant(50n, { priority: 20 }), await grant(500n)]
  const holdId = newHold()
  await must({ kind: 'clawback', ...order, policy: 'debt' })
  await must({ kind: 'hold', holdId, amount: 80n, expiresAt: books.inDays(1) })
  expect(await balance()).toBe('470 80 60')
  books.passDays(1)
  expect(await balance()).toBe('490 0 0')
  await must({ kind: 'expire' })
  expect(await balance()).toBe('490 0 0')
  // Last drawn comes back first, and what comes back first pays first.
  const left = await Promise.all([a, b].map(books.lot))
  expect(left.map(({ remaining }) => remaining)).toEqual(['20', '470'])
})

test('L29: what comes back of one order repays what is owed for another', async () => {
  const { owner, grant, must, balance } = books.somebody()
  const [spent, kept] = [{ orderId: `ord_1${owner}` }, { orderId: `ord_2${owner}` }]
  await grant(100n, { ...spent, priority: 10 })
  await must({ kind: 'charge', amount: 100n })
  await grant(150n, kept)
  await must({ kind: 'clawback', ...kept, policy: 'debt' })
  await must({ kind: 'clawback', ...spent, policy: 'debt' })
  expect(await balance()).toBe('0 0 100')
  const back = await must({ kind: 'unclaw', ...kept, refunded: 0n, paid: 1n })
  expect(back).toMatchObject({ amount: 150n, balance: { available: 50n, held: 0n, debt: 0n } })
  expect(await balance()).toBe('50 0 0')
})

test('L18: what expired unused is asked from nobody; what is held counts as spent', async () => {
  const { grant, must, newHold } = books.somebody()
  const lotId = await grant(100n, { expiresAt: books.inDays(1) })
  await must({ kind: 'charge', amount: 30n })
  await must({ kind: 'hold', holdId: newHold(), amount: 20n, expiresAt: books.inDays(5) })
  books.passDays(2)
  const claw = { kind: 'clawback', lotId, policy: 'debt' } as const
  expect(await must(claw)).toMatchObject({
    detail: { share: 100, taken: 0, owed: 50, waived: 50 },
  })
})

test('L19: a transfer is two lines through clearing, both or neither, also across cells', async () => {
  const [from, to] = [books.somebody(), books.somebody()]
  await from.grant(100n)
  const send = (amount: bigint, toOwner = to.owner) =>
    from.ask({ kind: 'transfer', toOwner, amount, source: 'tip', contra: 'clearing:tip' })
  expect(await send(30n)).toMatchObject({ balance: { available: 70n, held: 0n, debt: 0n } })
  expect(await to.balance()).toBe('30 0 0')
  expect(await send(71n)).toMatchObject({ code: 'insufficient_credits' })
  expect(await send(1n, from.owner)).toMatchObject({ code: 'transfer_to_self' })
  const tips = async (who: typeof from) =>
    (await who.lines())
      .filter(({ contra }) => contra === 'clearing:tip')
      .map(({ amount }) => amount)
  expect([await tips(from), await tips(to)]).toEqual([[-30], [30]])
})

test('L10 L19: a repeated transfer is answered as the first time, though it has ended and no room is left', async () => {
  const [from, to] = [books.somebody(), books.somebody()]
  await from.grant(100n)
  const command = {
    kind: 'transfer',
    toOwner: to.owner,
    amount: 30n,
    ...{ key: 'sent-once', request: 'send 30', expiresAt: books.inDays(2) },
  } as const
  const first = await from.ask(command)
  expect(first).toMatchObject({ ok: true, replayed: false })
  await to.grant(9_007_199_254_740_991n - 30n)
  expect(await from.ask(command)).toMatchObject({ ok: true, replayed: true })
  books.passDays(3)
  expect(await from.ask(command)).toMatchObject({ ok: true, replayed: true })
  const late = { ...command, key: 'sent-late' }
  expect(await from.ask(late)).toMatchObject({ code: 'expiry_invalid' })
})
