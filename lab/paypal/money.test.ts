import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMoney, spoken } from './money.ts'

test('an amount is the same number after it was said, and says nothing it cannot', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 99_999_999_999 }),
      fc.constantFrom('USD', 'JPY', 'HUF', 'EUR'),
      (amount, currency) => {
        const { value, currency_code } = spoken({ amount, currency })
        expect(parseMoney(value, currency_code)).toEqual({ amount, currency })
        expect(value).toMatch(['JPY', 'HUF'].includes(currency) ? /^\d+$/ : /^\d+\.\d\d$/)
      },
    ),
  )
  expect(spoken({ amount: -5, currency: 'USD' }).value).toBe('-0.05')
  expect(parseMoney('7', 'USD')).toEqual({ amount: 700, currency: 'USD' })
})
