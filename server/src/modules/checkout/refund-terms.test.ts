import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RefundPolicy } from '#catalog'
import type { Instant } from '#kernel/clock'
import { offerByTerms, type Standing } from './refund-terms.ts'

const DAY_MS = 86_400_000
const instant = (ms: number) => ms as Instant
const PAID_AT = instant(Date.UTC(2026, 4, 1))
const policy = (want: Partial<RefundPolicy> = {}): RefundPolicy => ({
  ...{ windowDays: 7, proRata: true, fee: { percentBp: 0, minimumMinor: 0n } },
  ...want,
})
const standing = (want: Partial<Standing> = {}): Standing => ({
  ...{ amount: 3_000n, returned: 0n, paidAt: PAID_AT, bought: 600n, unused: 600n },
  ...want,
})
const after = (days: number) => instant(PAID_AT + days * DAY_MS)

const amounts = fc.bigInt({ min: 1n, max: 10n ** 12n })
const anyCase = fc
  .record({ amount: amounts, bought: fc.bigInt({ min: 0n, max: 10n ** 9n }) })
  .chain(({ amount, bought }) =>
    fc.record({
      of: fc.record({
        ...{
          amount: fc.constant(amount),
          bought: fc.constant(bought),
          paidAt: fc.constant(PAID_AT),
        },
        returned: fc.bigInt({ min: 0n, max: amount }),
        unused: fc.bigInt({ min: 0n, max: bought }),
      }),
      terms: fc.record({
        windowDays: fc.nat(30),
        proRata: fc.boolean(),
        fee: fc.record({
          percentBp: fc.nat(10_000),
          minimumMinor: fc.bigInt({ min: 0n, max: 10n ** 6n }),
        }),
      }),
      days: fc.nat(40),
    }),
  )

test('CK6: whatever the terms, no more is offered than is left and unused, the fee is never negative and never all of it', () => {
  fc.assert(
    fc.property(anyCase, ({ of, terms, days }) => {
      const offer = offerByTerms(terms, of, after(days))
      expect(offer === 'too_late').toBe(days >= terms.windowDays)
      if (typeof offer === 'string') return
      const { gross, fee } = offer
      expect(gross).toBeGreaterThan(0n)
      expect(gross + of.returned).toBeLessThanOrEqual(of.amount)
      expect(fee).toBeGreaterThanOrEqual(0n)
      expect(fee).toBeLessThan(gross)
      if (!terms.proRata) expect(of.unused).toBe(of.bought)
      expect(fee * 10_000n).toBeGreaterThanOrEqual(gross * BigInt(terms.fee.percentBp))
      expect(fee).toBeGreaterThanOrEqual(terms.fee.minimumMinor)
    }),
  )
})

/** How many credits the ledger has taken when so much has gone back: rounded up. */
const takenAt = ({ amount, bought }: Standing, returned: bigint): bigint =>
  (bought * returned + amount - 1n) / amount

test('CK6: what is given up takes no more credits than are unused, and one unit more would', () => {
  fc.assert(
    fc.property(anyCase, ({ of }) => {
      const offer = offerByTerms(policy(), of, PAID_AT)
      if (typeof offer === 'string' || of.bought === 0n) return
      const after = of.returned + offer.gross
      const takes = (returned: bigint) => takenAt(of, returned) - takenAt(of, of.returned)
      expect(takes(after)).toBeLessThanOrEqual(of.unused)
      if (after < of.amount) expect(takes(after + 1n)).toBeGreaterThan(of.unused)
    }),
  )
})

test('CK6: an order of which nothing was spent goes back whole, in however many parts', () => {
  fc.assert(
    fc.property(
      amounts,
      fc.bigInt({ min: 1n, max: 10n ** 6n }),
      fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { maxLength: 5 }),
      (amount, bought, parts) => {
        let returned = 0n
        for (const part of parts) returned += part % (amount - returned + 1n)
        const of = standing({ amount, bought, returned })
        const unused = bought - takenAt(of, returned)
        const offer = offerByTerms(policy(), { ...of, unused }, PAID_AT)
        expect(offer).toEqual(returned === amount ? 'used' : { gross: amount - returned, fee: 0n })
      },
    ),
  )
})

test.each<
  [string, Partial<RefundPolicy>, Partial<Standing>, number, ReturnType<typeof offerByTerms>]
>([
  ['nothing used', {}, {}, 0, { gross: 3_000n, fee: 0n }],
  ['half of it used', {}, { unused: 300n }, 6.9, { gross: 1_500n, fee: 0n }],
  [
    'a third used of 1000, rounded down',
    {},
    { amount: 1_000n, bought: 3n, unused: 2n },
    1,
    { gross: 666n, fee: 0n },
  ],
  ['all of it used', {}, { unused: 0n }, 1, 'used'],
  ['one used, and all or nothing', { proRata: false }, { unused: 599n }, 1, 'used'],
  ['none used, and all or nothing', { proRata: false }, {}, 1, { gross: 3_000n, fee: 0n }],
  ['a third gone back already', {}, { returned: 1_000n }, 1, { gross: 2_000n, fee: 0n }],
  ['all gone back', {}, { returned: 3_000n }, 1, 'used'],
  ['the last moment', {}, {}, 7 - 1 / DAY_MS, { gross: 3_000n, fee: 0n }],
  ['the moment after', {}, {}, 7, 'too_late'],
  ['no window at all', { windowDays: 0 }, {}, 0, 'too_late'],
  [
    '2.5 % kept, rounded up',
    { fee: { percentBp: 250, minimumMinor: 0n } },
    { amount: 999n },
    1,
    { gross: 999n, fee: 25n },
  ],
  [
    'at least 1 kept',
    { fee: { percentBp: 1, minimumMinor: 100n } },
    {},
    1,
    { gross: 3_000n, fee: 100n },
  ],
  ['as much kept as there is', { fee: { percentBp: 0, minimumMinor: 3_000n } }, {}, 1, 'used'],
  [
    'something that gives no credits',
    {},
    { bought: 0n, unused: 0n },
    1,
    { gross: 3_000n, fee: 0n },
  ],
])('CK6: %s', (_, want, of, days, expected) => {
  expect(offerByTerms(policy(want), standing(of), after(days))).toEqual(expected)
})
