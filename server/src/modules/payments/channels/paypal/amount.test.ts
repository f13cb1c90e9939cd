import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CURRENCIES, fromPaypal, toPaypal } from './amount.ts'

test('T45: what PayPal is told, told back, is the same amount to the last unit', () => {
  const minor = fc.bigInt({ min: 0n, max: 10n ** 12n })
  fc.assert(
    fc.property(minor, fc.constantFrom(...CURRENCIES), (amount, currency) => {
      const told = toPaypal(amount, currency)
      if (told !== undefined) expect(fromPaypal(told)).toBe(amount)
    }),
  )
})

test.each([
  ['USD', 600n, '6.00'],
  ['USD', 5n, '0.05'],
  ['JPY', 600n, '600'],
  ['HUF', 60_000n, '600'],
  ['TWD', 60_000n, '600'],
])('T45: of %s %s is %s', (currency, minor, value) => {
  expect(toPaypal(minor, currency)).toEqual({ currency_code: currency, value })
  expect(fromPaypal({ currency_code: currency, value })).toBe(minor)
})

test('T45: forints have decimals for us and none for PayPal', () => {
  expect(toPaypal(60_050n, 'HUF')).toBeUndefined()
  expect(fromPaypal({ currency_code: 'HUF', value: '600.00' })).toBe(60_000n)
})

test.each([
  '6.0',
  '6.000',
  '1e2',
  '６００',
  '6,00',
  ' 6.00',
  '6.',
  '.60',
  '+6.00',
  '0x6',
  '',
  'NaN',
])('T45: %j is no amount', (value) => {
  expect(fromPaypal({ currency_code: 'USD', value })).toBeUndefined()
})

test('T45: a fraction of a yen is no amount', () => {
  expect(fromPaypal({ currency_code: 'JPY', value: '6.00' })).toBeUndefined()
})
