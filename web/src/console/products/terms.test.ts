import { expect, test } from 'vitest'
import { differences } from '../parts/diff.ts'
import { NEW_TERMS, type Reader, readTerms, reckonedIn, sameFigure, type Terms } from './terms.ts'

const reader: Reader = {
  money: (minor, currency) => `${currency} ${(minor / 100).toFixed(2)}`,
  number: (value) => String(value),
  dateTime: (at) => `at ${at}`,
  say: (key, values) => [key, ...Object.values(values ?? {})].join(' '),
  channel: (name) => name.toUpperCase(),
}
const read = (more: Partial<Terms>) => readTerms({ ...NEW_TERMS, ...more }, reader)
const fee = (percent_bp: number, minimum_minor: number) => ({
  refund: { ...NEW_TERMS.refund, fee: { percent_bp, minimum_minor } },
})

test('a price that is changed is read as money, and a fee as percent, before and after', () => {
  const of = (amount: number, percent_bp = 0) =>
    read({ prices: [{ currency: 'CNY', amount }], ...fee(percent_bp, 0) })
  expect(differences(of(3_000), of(30))).toEqual([
    { path: 'prices.0', before: 'CNY 30.00', after: 'CNY 0.30' },
  ])
  expect(differences(of(30), of(30, 250))).toEqual([
    { path: 'refund.fee.percent_bp', before: '0', after: '2.5' },
  ])
  expect(differences(readTerms(undefined, reader), of(30))).toContainEqual({
    path: 'prices.0',
    before: undefined,
    after: 'CNY 0.30',
  })
})

test('no amount of the terms is read in minor units, and nothing by a name of the programme', () => {
  const prices = ['CNY', 'USD'].map((currency) => ({ currency, amount: 6_800 }))
  const tiers = [{ currency: 'CNY', from_paid_minor: 5_000, credits: 10 }]
  const written = read({
    ...{ prices, bonus: { kind: 'tiers', tiers }, ...fee(0, 50) },
    ...{ channels: ['wechat', 'alipay'], sale: { from: 'noon', until: null } },
  })
  expect(written).toMatchObject({
    prices: ['CNY 68.00', 'USD 68.00'],
    bonus: { tiers: ['products.tier_n CNY 50.00 10'] },
    refund: { fee: { minimum_minor: 'CNY 0.50 · USD 0.50' } },
    channels: 'WECHAT · ALIPAY',
    sale: { from: 'at noon', until: '' },
    per_user_limit: 'products.any',
  })
  expect(read({})).toMatchObject({
    channels: 'products.all_channels',
    refund: { fee: { minimum_minor: 'products.no_fee' } },
  })
})

test('an amount whose currency is changed keeps its figure, there and back, and is none where there is no such amount', () => {
  expect(sameFigure(900, 'CNY', 'USD')).toBe(900)
  expect(sameFigure(900, 'CNY', 'KWD')).toBe(9_000)
  expect(sameFigure(9_000, 'KWD', 'CNY')).toBe(900)
  expect(sameFigure(9_900, 'KWD', 'CNY')).toBe(990)
  expect(sameFigure(900, 'JPY', 'CNY')).toBe(90_000)
  expect(sameFigure(90_000, 'CNY', 'JPY')).toBe(900)
  // 9.90 is no amount of yen, and 990 would be a hundred times as dear: it has to be written anew.
  expect(sameFigure(990, 'CNY', 'JPY')).toBe(0)
})

test('what was written in the currency of a price goes with it: tiers by their figure, and the only price takes the smallest fee along, never smaller', () => {
  const tier = (currency: string, from_paid_minor: number) => ({
    ...{ currency, from_paid_minor, credits: 5 },
  })
  const one: Terms = {
    ...NEW_TERMS,
    prices: [{ currency: 'CNY', amount: 600 }],
    bonus: { kind: 'tiers', tiers: [tier('CNY', 300), tier('CNY', 550)] },
    ...fee(0, 101),
  }
  expect(reckonedIn(one, 0, 'JPY')).toEqual({
    prices: [{ currency: 'JPY', amount: 6 }],
    // 5.50 is no amount of yen.
    bonus: { kind: 'tiers', tiers: [tier('JPY', 3), tier('JPY', 0)] },
    ...fee(0, 2),
  })
  expect(reckonedIn(one, 0, 'KWD')).toMatchObject(fee(0, 1_010))
  const two = { ...one, prices: [...one.prices, { currency: 'USD', amount: 99 }] }
  expect(reckonedIn(two, 1, 'EUR')).toEqual({
    prices: [
      { currency: 'CNY', amount: 600 },
      { currency: 'EUR', amount: 99 },
    ],
    bonus: one.bonus,
  })
})
