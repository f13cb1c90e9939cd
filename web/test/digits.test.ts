import { expect, test } from 'vitest'
import { digitsOf as ofServer } from '../../server/src/modules/payments/channels/currency.ts'
import { digitsOf } from '../src/kit/minor.ts'

test('pages and server write each currency with the same decimals: otherwise an amount is a hundredfold', () => {
  const currencies = Intl.supportedValuesOf('currency')
  expect(currencies.length).toBeGreaterThan(100)
  for (const one of currencies) expect(digitsOf(one), one).toBe(ofServer(one))
})
