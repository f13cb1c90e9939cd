import { expect, test } from 'vitest'
import { differences } from '../parts/diff.ts'
import { NEW_TERMS, readTerms } from './terms.ts'

test('a price that is changed is read as money, and a fee as percent, before and after', () => {
  const money = (minor: number, currency: string) => `${currency} ${(minor / 100).toFixed(2)}`
  const { refund } = NEW_TERMS
  const of = (amount: number, percent_bp = 0) =>
    readTerms(
      {
        prices: [{ currency: 'CNY', amount }],
        refund: { ...refund, fee: { ...refund.fee, percent_bp } },
      },
      { money },
    )
  expect(differences(of(3_000), of(30))).toEqual([
    { path: 'prices.0', before: 'CNY 30.00', after: 'CNY 0.30' },
  ])
  expect(differences(of(30), of(30, 250))).toEqual([
    { path: 'refund.fee.percent_bp', before: '0', after: '2.5' },
  ])
  expect(differences(readTerms(undefined, { money }), of(30))).toContainEqual({
    path: 'prices.0',
    before: undefined,
    after: 'CNY 0.30',
  })
})
