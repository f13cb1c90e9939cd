import { expect, test } from 'vitest'
import { differences } from '../parts/diff.ts'
import { readTerms } from './terms.ts'

test('a price that is changed is read as money, before and after', () => {
  const money = (minor: number, currency: string) => `${currency} ${(minor / 100).toFixed(2)}`
  const of = (amount: number) => readTerms({ prices: [{ currency: 'CNY', amount }] }, { money })
  expect(differences(of(3_000), of(30))).toEqual([
    { path: 'prices.0', before: 'CNY 30.00', after: 'CNY 0.30' },
  ])
  expect(differences(readTerms(undefined, { money }), of(30))).toMatchObject([
    { after: 'CNY 0.30' },
  ])
})
