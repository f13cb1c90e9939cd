import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Asked, drawn, openBooks } from '../../../test/books.ts'
import type { Posted } from './commands.ts'

// Every number by hand. Each test has an owner of its own and moves the time itself.

const DAY_MS = 86_400_000
let books: Awaited<ReturnType<typeof openBooks>>
beforeAll(async () => {
  books = await openBooks()
}, 60_000)
afterAll(async () => {
  expect(await books.close()).toEqual([])
})

// A charge goes through as a set, a hold by itself: two ways to the same order.
test.each(['charge', 'hold'] as const)(
  'L14: lots burn by priority, then soonest end, those without end last, then age, then id: a %s',
  async (kind) => {
    const { grant, must, newHold } = books.somebody()
    const never = await grant(10n, { priority: 40 })
    const soon = await grant(10n, { priority: 40, expiresAt: books.inDays(2) })
    const sooner = await grant(10n, { priority: 40, expiresAt: books.inDays(1) })
    const first = await grant(10n, { priority: 10, expiresAt: books.inDays(9), source: 'promo' })
    const last = await grant(10n, { priority: 50, expiresAt: books.inDays(1) })
    const twin = await grant(10n, { priority: 40 })
    const more = { amount: 60n, holdId: newHold(), expiresAt: books.inDays(1) }
    const answer = await must(kind === 'hold' ? { kind, ...more } : { kind, amount: 60n })
    expect(drawn(answer)).toEqual(
      [first, sooner, soon, ...[never, twin].sort(), last].map((id) => [id, 10]),
    )
    expect(answer.draws[0]?.source).toBe('promo')
  },
)

test('L14: a charge that one lot can pay takes it from the one that ends first', async () => {
  const { grant, must } = books.somebody()
  await grant(10n, { priority: 40, expiresAt: books.inDays(3) })
  books.passDays(1)
  const sooner = await grant(10n, { priority: 40, expiresAt: books.inDays(1) })
  await grant(10n, { priority: 40 })
  expect(drawn(await must({ kind: 'charge', amount: 7n }))).toEqual([[sooner, 7]])
})

test('L1: a charge and a hold take only what is available, and say what is missing', async () => {
  const { grant, ask, must, newHold, balance } = books.somebody()
  await grant(520n)
  expect(await ask({ kind: 'charge', amount: 999_999n })).toEqual({
    ok: false,
    code: 'insufficient_credits',
    facts: { required: 999_999, available: 520, missing: 999_479 },
  })
  const expiresAt = books.inDays(1)
  await must({ kind: 'hold', holdId: newHold(), amount: 500n, expiresAt })
  for (const refused of [
    { kind: 'charge', amount: 21n },
    { kind: 'hold', holdId: newHold(), amount: 21n, expiresAt },
  ] as const)
    expect(await ask(refused)).toMatchObject({ code: 'insufficient_credits' })
  expect(await balance()).toBe('20 500 0')
})

test('L10: the same key is answered the same after the balance has moved on; asked something else it is refused', async () => {
  const { grant, ask, must, balance } = books.somebody()
  await grant(100n)
  const first = await must({ kind: 'charge', amount: 30n, key: 'the-same-key' })
  await must({ kind: 'charge', amount: 50n })
  books.passDays(1)
  expect(await ask({ kind: 'charge', amount: 30n, key: 'the-same-key' })).toEqual({
    ...first,
    replayed: true,
  })
  expect(await ask({ kind: 'charge', amount: 31n, key: 'the-same-key' })).toMatchObject({
    code: 'idempotency_key_reused',
  })
  expect(await balance()).toBe('20 0 0')
})

test('L10: the answers to every kind of command are repeated to the letter after all that follows', async () => {
  const { ask, must, newHold } = books.somebody()
  const said: [Asked, Posted][] = []
  const say = async (command: Asked) => {
    const n = said.length
    const keyed = { ...command, key: `kept-key-${n}`, request: `${n}` } as Asked
    said.push([keyed, await must(keyed)])
    return said[n]?.[1].id ?? ''
  }
  const holdId = newHold()
  await say({ kind: 'grant', amount: 100n, source: 'bonus' })
  await say({ kind: 'hold', holdId, amount: 60n, expiresAt: books.inDays(1) })
  await say({ kind: 'extend', holdId, expiresAt: books.inDays(2) })
  await say({ kind: 'capture', holdId, amount: 10n, final: false })
  await say({ kind: 'release', holdId })
  const chargeId = await say({ kind: 'charge', amount: 80n })
  await say({ kind: 'refund', chargeId, amount: 30n })
  await say({ kind: 'adjust', amount: -5n })
  await say({ kind: 'transfer', toOwner: 'usr_books_kept', amount: 20n })
  for (const [command, answer] of said)
    expect(await ask(command)).toEqual({ ...answer, replayed: true })
})

test('L10: a key that is none is refused', async () => {
  const { grant, ask } = books.somebody()
  await grant(10n)
  for (const key of ['short', 'x'.repeat(129), 'spaces in it', '#credit/00001', 'nul'])
    expect(await ask({ kind: 'charge', amount: 1n, key })).toMatchObject({
      code: 'idempotency_key_invalid',
    })
  expect(await ask({ kind: 'charge', amount: 1n, key: 'x'.repeat(128) })).toMatchObject({
    ok: true,
  })
})

test('L2: amounts that are none are refused', async () => {
  const { grant, ask } = books.somebody()
  await grant(10n)
  for (const amount of [-1n, 2n ** 53n])
    expect(await ask({ kind: 'charge', amount })).toMatchObject({ code: 'amount_invalid' })
  for (const amount of [0n, -1n, 2n ** 53n, 2n ** 53n - 1n])
    expect(await ask({ kind: 'grant', amount })).toMatchObject({ code: 'amount_invalid' })
  const expiresAt = books.inDays(1)
  expect(await ask({ kind: 'hold', amount: 0n, holdId: 'hld_x', expiresAt })).toMatchObject({
    code: 'amount_invalid',
  })
})

test('L15: a lot is gone at the instant it ends, without any job; the line is written later, in due order', async () => {
  const { grant, ask, must, balance, lines } = books.somebody()
  await grant(10n, { expiresAt: books.inDays(2), priority: 10 })
  await grant(20n, { expiresAt: books.inDays(1), priority: 20 })
  await grant(30n)
  const start = books.now()
  expect(await balance(start + DAY_MS - 1)).toBe('60 0 0')
  expect(await balance(start + DAY_MS)).toBe('40 0 0')
  books.passDays(3)
  expect(await balance()).toBe('30 0 0')
  expect(await ask({ kind: 'charge', amount: 31n })).toMatchObject({ code: 'insufficient_credits' })
  await must({ kind: 'charge', amount: 30n })
  const written = (await lines()).filter(({ kind }) => kind === 'expire')
  expect(written.map((e) => [e.amount, e.contra, e.created_at.getTime() - start])).toEqual([
    [-20, 'breakage', DAY_MS],
    [-10, 'breakage', 2 * DAY_MS],
  ])
  for (const [days, want] of [
    [0, '60 0 0'],
    [1, '40 0 0'],
    [2, '30 0 0'],
    [3, '0 0 0'],
  ] as const)
    expect(await balance(start + days * DAY_MS)).toBe(want)
  expect(await balance(start - 1)).toBe('0 0 0')
})

test('L15: the sweeper may run, run again, or never', async () => {
  const { grant, must, balance } = books.somebody()
  await grant(10n, { expiresAt: books.inDays(1) })
  books.passDays(2)
  expect(await balance()).toBe('0 0 0')
  expect((await must({ kind: 'expire' })).detail).toEqual({ settled: 1 })
  expect((await must({ kind: 'expire' })).detail).toEqual({ settled: 0 })
  expect(await balance()).toBe('0 0 0')
})

test('L15: a lot that begins later is not there before, and begins without a job', async () => {
  const { grant, ask, must, balance } = books.somebody()
  const start = books.now()
  await grant(50n, { effectiveAt: books.inDays(2), expiresAt: books.inDays(4) })
  expect(await balance()).toBe('0 0 0')
  expect(await ask({ kind: 'charge', amount: 1n })).toMatchObject({ code: 'insufficient_credits' })
  expect(await balance(start + 2 * DAY_MS)).toBe('50 0 0')
  expect(await balance(start + 4 * DAY_MS)).toBe('0 0 0')
  books.passDays(3)
  await must({ kind: 'charge', amount: 20n })
  expect(await balance()).toBe('30 0 0')
})

test('L15: a lot that a refund fills again still ends at its own end', async () => {
  const { grant, ask, must, balance } = books.somebody()
  const start = books.now()
  await grant(10n, { priority: 10, expiresAt: books.inDays(5) })
  await grant(10n, { expiresAt: books.inDays(1) })
  const charge = await must({ kind: 'charge', amount: 10n })
  books.passDays(2)
  await must({ kind: 'expire' }) // forgets the empty lot's end
  await must({ kind: 'refund', chargeId: charge.id })
  expect(await balance(start + 5 * DAY_MS - 1)).toBe('10 0 0')
  books.passDays(3)
  expect(await balance()).toBe('0 0 0')
  expect(await ask({ kind: 'charge', amount: 1n })).toMatchObject({ code: 'insufficient_credits' })
})

test('L20: the first use of a name is free exactly once', async () => {
  const { grant, must, balance } = books.somebody()
  await grant(100n)
  const use = { kind: 'charge', amount: 50n, firstFree: 'video.generate' } as const
  expect(await must(use)).toMatchObject({ amount: 0n, detail: { free: true, full_price: 50 } })
  expect(await must(use)).toMatchObject({ amount: -50n })
  expect(await balance()).toBe('50 0 0')
})

test('L20: of twenty first uses at once one is free', async () => {
  const { grant, must, balance } = books.somebody()
  await grant(1_000n)
  await Promise.all(
    Array.from({ length: 20 }, () => must({ kind: 'charge', amount: 10n, firstFree: 'image' })),
  )
  expect(await balance()).toBe('810 0 0')
})
