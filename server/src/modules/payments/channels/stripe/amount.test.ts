import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromStripe, toStripe } from './amount.ts'

const AMOUNT = fc.bigInt({ min: 0n, max: 99_999_999n })
const CURRENCY = fc.constantFrom('USD', 'CNY', 'JPY', 'KWD', 'ISK', 'UGX', 'MGA', 'TND')

test('T45: what Stripe is told, told back, is the same amount to the last unit', () => {
  fc.assert(
    fc.property(AMOUNT, CURRENCY, (minor, currency) => {
      const told = toStripe(minor, currency)
      if (told !== undefined) expect(fromStripe(told, currency)).toBe(minor)
    }),
  )
})

test.each([
  ['600 cents', 600n, 'USD', 600],
  ['600 yen, not six', 600n, 'JPY', 600],
  ['1.230 dinars', 1_230n, 'KWD', 1_230],
  ['5 krónur, which Stripe counts with decimals', 5n, 'ISK', 500],
  ['5 shillings, likewise', 5n, 'UGX', 500],
  ['5 ariary, which have fifths elsewhere', 500n, 'MGA', 5],
] as const)('T45: %s', (_, minor, currency, told) => {
  expect(toStripe(minor, currency)).toBe(told)
  expect(fromStripe(told, currency)).toBe(minor)
})

test('T45: what Stripe cannot carry to the last unit is not asked for', () => {
  expect(toStripe(1_234n, 'KWD')).toBeUndefined()
  expect(toStripe(501n, 'MGA')).toBeUndefined()
})

test.each([
  ['a part of a króna', 550, 'ISK'],
  ['a fraction', 6.5, 'USD'],
  ['a text', '600', 'USD'],
  ['nothing', null, 'USD'],
  ['more than a number can say', 2 ** 53, 'USD'],
])('T45: %s is no amount', (_, unchecked, currency) => {
  expect(fromStripe(unchecked, currency)).toBeUndefined()
})
