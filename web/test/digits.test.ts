import { expect, test } from 'vitest'
import { digitsOf as ofServer } from '../../server/src/modules/payments/channels/currency.ts'
import { digitsOf, markOf } from '../src/kit/minor.ts'

test('pages and server write each currency with the same decimals: otherwise an amount is a hundredfold', () => {
  const currencies = Intl.supportedValuesOf('currency')
  expect(currencies.length).toBeGreaterThan(100)
  for (const one of currencies) expect(digitsOf(one), one).toBe(ofServer(one))
})

test.each(['zh-CN', 'en'] as const)(
  'no two currencies are written alike in %s: no yen looks like a yuan',
  (language) => {
    const marks = Intl.supportedValuesOf('currency').map((currency) => {
      const look = {
        style: 'currency',
        currency,
        currencyDisplay: markOf(language, currency),
      } as const
      const parts = new Intl.NumberFormat(language, look).formatToParts(0)
      return parts.find(({ type }) => type === 'currency')?.value
    })
    expect(new Set(marks).size).toBe(marks.length)
    expect(marks).toEqual(expect.arrayContaining(['¥', '$', '€', '£', 'JPY', 'HKD']))
  },
)
