import { expect, test } from 'vitest'
import { digitsOf as ofServer } from '../../server/src/modules/payments/channels/currency.ts'
import { digitsOf, markOf } from '../src/kit/minor.ts'

test('pages and server write each currency with the same decimals: otherwise an amount is a hundredfold', () => {
  const currencies = Intl.supportedValuesOf('currency')
  expect(currencies.length).toBeGreaterThan(100)
  for (const one of currencies) expect(digitsOf(one), one).toBe(ofServer(one))
})

test.each(['zh-CN', 'en'] as const)(
  'no yen looks like a yuan in %s, and no dollar like another one',
  (language) => {
    const written = (currency: string) =>
      new Intl.NumberFormat(language, {
        ...{ style: 'currency', currency, currencyDisplay: markOf(language, currency) },
      }).format(0)
    const marks = ['CNY', 'USD', 'JPY', 'HKD', 'SGD', 'EUR', 'GBP', 'GIP'].map((one) =>
      written(one).replaceAll(/[\d.\s]/g, ''),
    )
    expect(marks).toStrictEqual(['¥', '$', 'JPY', 'HKD', 'SGD', '€', '£', 'GIP'])
  },
)
