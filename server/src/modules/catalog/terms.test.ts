import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Product, parseSnapshot, snapshotOf } from '#catalog'
import { PRESETS } from './presets.ts'
import { PRODUCT_TYPES, type ProductType, parseTerms, type TermsJson, termsJson } from './terms.ts'

const CURRENCIES = ['CNY', 'USD', 'JPY', 'EUR'] as const
const whole = fc.integer({ min: 1, max: 1_000_000_000 })
const moment = fc
  .date({ min: new Date('2001-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const saleOf = fc
  .tuple(fc.option(moment), fc.option(moment))
  .filter(([from, until]) => !(from && until) || from < until)
  .map(([from, until]) => ({ from, until }))
const price = fc.record({ currency: fc.constantFrom(...CURRENCIES), amount: whole })
const name = fc.constantFrom('100积分', 'Month card', 'v1.5', '月卡', 'Ünïcode 3')
const both = fc.record({ en: name, zh: name })

/** From each price some tiers that rise up to it. */
const tiersOf = (prices: TermsJson['prices']) =>
  fc.tuple(
    ...prices.map(({ currency, amount }) =>
      fc
        .tuple(
          fc.uniqueArray(fc.integer({ min: 1, max: amount }), { maxLength: 4 }),
          fc.uniqueArray(whole, { maxLength: 4 }),
        )
        .map(([froms, gifts]) => {
          const rising = (numbers: number[]) => numbers.sort((a, b) => a - b)
          const credits = rising(gifts)
          return rising(froms)
            .slice(0, credits.length)
            .map((from_paid_minor, i) => ({ currency, from_paid_minor, credits: credits[i] ?? 0 }))
        }),
    ),
  )
const bonusOf = (prices: TermsJson['prices']): fc.Arbitrary<TermsJson['bonus']> =>
  fc.oneof(
    fc.nat().map((credits) => ({ kind: 'flat' as const, credits: credits % 1_000_000_001 })),
    tiersOf(prices)
      .map((tiers) => tiers.flat())
      .filter((tiers) => tiers.length > 0)
      .map((tiers) => ({ kind: 'tiers' as const, tiers })),
  )

const cardOf = (type: ProductType): fc.Arbitrary<TermsJson['month_card']> => {
  const card = fc.record({ days: fc.integer({ min: 1, max: 366 }), daily_credits: whole })
  if (type === 'month_card') return card
  return type === 'bundle' ? fc.option(card) : fc.constant(null)
}

/** Terms that hold together, of a product of any type. */
const sound: fc.Arbitrary<readonly [ProductType, TermsJson]> = fc
  .tuple(
    fc.constantFrom(...PRODUCT_TYPES),
    fc.uniqueArray(price, { selector: ({ currency }) => currency, minLength: 1 }),
  )
  .chain(([type, prices]) =>
    fc.tuple(
      fc.constant(type),
      fc.record({
        name: both,
        blurb: both,
        prices: fc.constant(prices),
        credits: whole,
        bonus: bonusOf(prices),
        first_purchase_double: fc.boolean(),
        per_user_limit: fc.option(fc.integer({ min: 1, max: 10_000 })),
        sale: saleOf,
        channels: fc.option(
          fc.uniqueArray(fc.constantFrom('wechat', 'alipay', 'stripe'), { minLength: 1 }),
        ),
        active: fc.boolean(),
        sort: fc.integer({ min: 0, max: 32_767 }),
        vip_multiplier_applies: fc.boolean(),
        refund: fc.record({
          window_days: fc.integer({ min: 0, max: 365 }),
          pro_rata: fc.boolean(),
          fee: fc.record({
            percent_bp: fc.integer({ min: 0, max: 10_000 }),
            minimum_minor: fc.integer({ min: 0, max: 1_000_000_000 }),
          }),
        }),
        month_card: cardOf(type),
      }),
    ),
  )

test('CT5: terms that hold together are read, and written back as they were', () => {
  fc.assert(
    fc.property(sound, ([type, json]) => {
      const terms = parseTerms(type, json)
      expect(terms.ok && termsJson(terms.value)).toEqual(json)
    }),
  )
})

test('CT5: the snapshot of an order reads back as the product it was made of, also through JSON', () => {
  const id = fc.integer({ min: 1, max: 32_767 })
  fc.assert(
    fc.property(sound, id, fc.integer({ min: 1 }), ([type, json], id, version) => {
      const terms = parseTerms(type, json)
      if (!terms.ok) throw new Error(terms.refusal.code)
      const product: Product = { id, type, version, terms: terms.value }
      const kept = JSON.parse(JSON.stringify(snapshotOf(product)))
      expect(parseSnapshot(kept)).toEqual(product)
      expect(parseSnapshot({ ...kept, terms: { ...kept.terms, credits: -1 } })).toBeUndefined()
      expect(parseSnapshot({ ...kept, product_type: 'car' })).toBeUndefined()
    }),
  )
})

const RECHARGE = {
  name: { en: '100 credits', zh: '100积分' },
  prices: [{ currency: 'CNY', amount: 600 }],
  credits: 100,
}

test('CT5: what is left out promises nothing that costs its seller', () => {
  const terms = parseTerms('recharge', RECHARGE)
  expect(terms.ok && termsJson(terms.value)).toEqual({
    ...RECHARGE,
    blurb: { en: '', zh: '' },
    bonus: { kind: 'flat', credits: 0 },
    first_purchase_double: false,
    per_user_limit: null,
    sale: { from: null, until: null },
    channels: null,
    active: true,
    sort: 0,
    vip_multiplier_applies: false,
    refund: { window_days: 0, pro_rata: true, fee: { percent_bp: 0, minimum_minor: 0 } },
    month_card: null,
  })
})

test('CT5: a time of any zone is kept as an instant', () => {
  const sale = { from: '2026-11-11T00:00:00+08:00', until: null }
  const terms = parseTerms('recharge', { ...RECHARGE, sale })
  expect(terms.ok && termsJson(terms.value).sale.from).toBe('2026-11-10T16:00:00.000Z')
})

const tier = (currency: string, from_paid_minor: number, credits: number) => ({
  ...{ currency, from_paid_minor, credits },
})
const tiers = (...all: ReturnType<typeof tier>[]) => ({ bonus: { kind: 'tiers', tiers: all } })
const CARD = { days: 30, daily_credits: 30 }
const CNY = { currency: 'CNY', amount: 600 }

test.each<[string, ProductType, string, object]>([
  ['a currency stands twice', 'recharge', 'prices', { prices: [CNY, { ...CNY, amount: 700 }] }],
  ['there is no price', 'recharge', 'prices', { prices: [] }],
  ['a price is nothing', 'recharge', 'prices/0/amount', { prices: [{ ...CNY, amount: 0 }] }],
  ['a price is negative', 'recharge', 'prices/0/amount', { prices: [{ ...CNY, amount: -1 }] }],
  [
    'a price is no whole number',
    'recharge',
    'prices/0/amount',
    { prices: [{ ...CNY, amount: 6.5 }] },
  ],
  [
    'a currency is none',
    'recharge',
    'prices/0/currency',
    { prices: [{ ...CNY, currency: 'yuan' }] },
  ],
  ['a recharge gives nothing', 'recharge', 'credits', { credits: 0 }],
  ['a bundle gives nothing', 'bundle', 'credits', { credits: 0, month_card: CARD }],
  [
    'nothing is doubled',
    'plan',
    'first_purchase_double',
    { credits: 0, first_purchase_double: true },
  ],
  [
    'a sale ends before it begins',
    'recharge',
    'sale',
    { sale: { from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } },
  ],
  [
    'a sale ends as it begins, in two zones',
    'recharge',
    'sale',
    { sale: { from: '2026-01-01T00:00:00Z', until: '2026-01-01T08:00:00+08:00' } },
  ],
  [
    'there is no such day',
    'recharge',
    'sale/from',
    { sale: { from: '2026-02-31T00:00:00Z', until: null } },
  ],
  ['a channel stands twice', 'recharge', 'channels', { channels: ['wechat', 'wechat'] }],
  ['no channel is left', 'recharge', 'channels', { channels: [] }],
  ['nobody may buy it', 'recharge', 'per_user_limit', { per_user_limit: 0 }],
  ['a month card has no days', 'month_card', 'month_card', {}],
  ['a recharge has days', 'recharge', 'month_card', { month_card: CARD }],
  ['a tier has no price', 'recharge', 'bonus', tiers(tier('USD', 1, 1))],
  ['the price does not reach a tier', 'recharge', 'bonus', tiers(tier('CNY', 601, 1))],
  ['a tier stands twice', 'recharge', 'bonus', tiers(tier('CNY', 9, 1), tier('CNY', 9, 2))],
  ['tiers fall', 'recharge', 'bonus', tiers(tier('CNY', 9, 1), tier('CNY', 8, 2))],
  ['who pays more gets less', 'recharge', 'bonus', tiers(tier('CNY', 8, 2), tier('CNY', 9, 1))],
  [
    'a fee is more than all',
    'recharge',
    'refund/fee/percent_bp',
    {
      refund: { window_days: 7, pro_rata: true, fee: { percent_bp: 10_001, minimum_minor: 0 } },
    },
  ],
  [
    'a name would shift the columns of a bill',
    'recharge',
    'name/en',
    {
      name: { en: '100, credits', zh: '100积分' },
    },
  ],
  [
    'a name has signs that a provider refuses',
    'recharge',
    'name/zh',
    {
      name: { en: '100 credits', zh: '`100`积分' },
    },
  ],
  ['a field is unknown', 'recharge', 'discount', { discount: 1 }],
])('CT5: refused by name where %s', (_what, type, at, bent) => {
  const json: Record<string, unknown> = { ...RECHARGE, ...bent }
  const refused = parseTerms(type, json)
  expect(refused.ok || refused.refusal.facts).toEqual({ at })
})

test.each([undefined, null, 7, 'terms', [], { name: 'x' }, JSON.parse('{"__proto__":{}}')])(
  'CT5: %o are no terms',
  (unchecked) => {
    expect(parseTerms('recharge', unchecked).ok).toBe(false)
    expect(parseSnapshot(unchecked)).toBeUndefined()
  },
)

test('CT5: whatever is handed in, it is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(sound, fc.string(), fc.jsonValue(), ([type, json], field, value) => {
      const bent: unknown = { ...json, [field]: value }
      for (const unchecked of [bent, value]) {
        const read = parseTerms(type, unchecked)
        if (read.ok) expect(parseTerms(type, termsJson(read.value))).toEqual(read)
      }
    }),
  )
})

test('CT5 CT7: every preset holds together', () => {
  for (const products of Object.values(PRESETS))
    for (const { type, terms } of products) expect(parseTerms(type, terms).ok).toBe(true)
})
