import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Offer, offerOf, type Product, type Wish } from '#catalog'
import type { Instant } from '#kernel/clock'
import { type Bonus, parseTerms } from './terms.ts'

const NOON = Date.parse('2026-06-15T12:00:00Z') as Instant
const later = (ms: number) => (NOON + ms) as Instant

const productWith = (more: object = {}): Product => {
  const terms = parseTerms('recharge', {
    name: { en: '100 credits', zh: '100积分' },
    prices: [
      { currency: 'CNY', amount: 6_800 },
      { currency: 'USD', amount: 999 },
    ],
    credits: 1_500,
    ...more,
  })
  if (!terms.ok) throw new Error(JSON.stringify(terms.refusal.facts))
  return { id: 3, type: 'recharge', version: 1, terms: terms.value }
}
const wishFor = (more: Partial<Wish> = {}): Wish => ({
  ...{ currency: 'CNY', channel: 'wechat', now: NOON, purchasesBefore: 0, firstPurchase: true },
  ...more,
})
const offered = (product: Product, more: Partial<Wish> = {}): Offer => {
  const offer = offerOf(product, wishFor(more))
  if (!offer.ok) throw new Error(offer.refusal.code)
  return offer.value
}
const bonuses = (product: Product, more: Partial<Wish> = {}) =>
  offered(product, more).bonuses.map(({ kind, credits }) => [kind, credits])
const refused = (product: Product | undefined, more: Partial<Wish> = {}) => {
  const offer = offerOf(product, wishFor(more))
  return offer.ok ? undefined : [offer.refusal.code, offer.refusal.facts]
}
const times = (numerator: bigint, denominator: bigint) => ({ numerator, denominator })

test('CT3: an offer is the price in its currency, the credits, and nothing that was not promised', () => {
  expect(offered(productWith(), { currency: 'USD', multiplier: times(6n, 5n) })).toEqual({
    price: { currency: 'USD', amount: 999n },
    credits: 1_500n,
    bonuses: [],
  })
})

test('CT3: each bonus stands by itself, with its reason, and is of the credits bought', () => {
  const product = productWith({
    ...{ bonus: { kind: 'flat', credits: 100 }, first_purchase_double: true },
    vip_multiplier_applies: true,
  })
  const multiplier = times(12n, 10n)
  const flat = ['flat', 100n]
  expect(bonuses(product, { multiplier })).toEqual([
    flat,
    ['first_purchase', 1_500n],
    ['vip', 300n],
  ])
  expect(bonuses(product, { multiplier, firstPurchase: false })).toEqual([flat, ['vip', 300n]])
  expect(bonuses(product, { firstPurchase: false })).toEqual([flat])
})

test('CT3: of the tiers of a currency the highest one that is reached counts, alone', () => {
  const tier = (currency: string, from_paid_minor: number, credits: number) => ({
    ...{ currency, from_paid_minor, credits },
  })
  const product = productWith({
    bonus: {
      kind: 'tiers',
      tiers: [tier('CNY', 3_000, 50), tier('USD', 999, 90), tier('CNY', 6_000, 100)],
    },
  })
  expect(bonuses(product)).toEqual([['tier', 100n]])
  expect(bonuses(product, { paid: 6_000n })).toEqual([['tier', 100n]])
  expect(bonuses(product, { paid: 5_999n })).toEqual([['tier', 50n]])
  expect(bonuses(product, { paid: 2_999n })).toEqual([])
  expect(bonuses(product, { currency: 'USD' })).toEqual([['tier', 90n]])
  expect(bonuses(product, { currency: 'USD', paid: 998n })).toEqual([])
})

test('CT3: a VIP gets the exact fraction of the credits bought, rounded down', () => {
  const credits = fc.integer({ min: 1, max: 1_000_000_000 })
  const part = fc.bigInt({ min: 0n, max: 90_000n })
  fc.assert(
    fc.property(credits, fc.constantFrom(1n, 10n, 100n, 1_000n, 10_000n), part, (own, d, extra) => {
      const product = productWith({ credits: own, vip_multiplier_applies: true })
      const [vip] = offered(product, { multiplier: times(d + extra, d) }).bonuses
      // The most whole credits that are no more than the fraction promises.
      const given = vip?.credits ?? 0n
      const promised = BigInt(own) * extra
      expect(given * d <= promised && promised < (given + 1n) * d).toBe(true)
    }),
  )
})

test('CT3: the same product and the same wish have the same offer, its parts add up, and none is empty', () => {
  const bonus = fc.oneof(
    fc.nat({ max: 9_999 }).map((credits) => ({ kind: 'flat', credits })),
    fc.integer({ min: 1, max: 999 }).map((from) => ({
      kind: 'tiers',
      tiers: [{ currency: 'CNY', from_paid_minor: from, credits: from }],
    })),
  )
  const terms = fc.record({
    ...{ bonus, credits: fc.integer({ min: 1, max: 99_999 }) },
    ...{ first_purchase_double: fc.boolean(), vip_multiplier_applies: fc.boolean() },
  })
  const wish = fc.record({
    ...{ firstPurchase: fc.boolean(), paid: fc.bigInt({ min: 1n, max: 6_800n }) },
    multiplier: fc.bigInt({ min: 0n, max: 20n }).map((extra) => times(10n + extra, 10n)),
  })
  fc.assert(
    fc.property(terms, wish, (more, wish) => {
      const product = productWith(more)
      const offer = offered(product, wish)
      expect(offered(product, wish)).toEqual(offer)
      expect(offer.bonuses.every(({ credits }) => credits > 0n)).toBe(true)
      const sum = offer.bonuses.reduce((all, { credits }) => all + credits, offer.credits)
      const { credits } = product.terms
      const first = more.first_purchase_double && wish.firstPurchase ? credits : 0n
      const vip = more.vip_multiplier_applies ? credits * (wish.multiplier.numerator - 10n) : 0n
      expect(sum).toBe(credits + reached(product.terms.bonus, wish.paid) + first + vip / 10n)
    }),
  )
})
const reached = (bonus: Bonus, paid: bigint): bigint => {
  if (bonus.kind === 'flat') return bonus.credits
  const [tier] = bonus.tiers
  return tier && tier.fromPaidMinor <= paid ? tier.credits : 0n
}

test('CT3: a multiplier below 1 is our own fault', () => {
  expect(() => offered(productWith(), { multiplier: times(9n, 10n) })).toThrow('CT3')
  expect(() => offered(productWith(), { multiplier: times(1n, 0n) })).toThrow('CT3')
})

test('CT4: what there is not is not offered', () => {
  expect(refused(undefined)).toEqual(['product_unknown', {}])
})

test('CT4: a product is on sale while it is active, from the first instant until just before the last', () => {
  const at = (ms: number) => new Date(later(ms)).toISOString()
  const product = productWith({ sale: { from: at(0), until: at(1_000) } })
  const no = ['product_not_on_sale', { product_id: 3 }]
  expect(refused(product, { now: later(-1) })).toEqual(no)
  expect(refused(product, { now: later(0) })).toBeUndefined()
  expect(refused(product, { now: later(999) })).toBeUndefined()
  expect(refused(product, { now: later(1_000) })).toEqual(no)
  expect(refused(productWith({ active: false }))).toEqual(no)
})

test('CT4: a currency without a price, and a channel that is not allowed, are refused with those that are', () => {
  expect(refused(productWith(), { currency: 'EUR' })).toEqual([
    'currency_unavailable',
    { product_id: 3, currency: 'EUR', allowed: ['CNY', 'USD'] },
  ])
  const narrow = productWith({ channels: ['alipay', 'stripe'] })
  expect(refused(narrow)).toEqual([
    'channel_unavailable',
    { product_id: 3, channel: 'wechat', allowed: ['alipay', 'stripe'] },
  ])
  expect(refused(narrow, { channel: 'stripe' })).toBeUndefined()
  expect(refused(narrow, { channel: undefined })).toBeUndefined()
})

test('CT4: nobody is offered more than their number of times', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (limit) => {
      const product = productWith({ per_user_limit: limit })
      const full = ['purchase_limit_reached', { product_id: 3, limit }]
      expect(refused(product, { purchasesBefore: limit - 1 })).toBeUndefined()
      expect(refused(product, { purchasesBefore: limit })).toEqual(full)
      expect(refused(product, { purchasesBefore: limit + 1 })).toEqual(full)
    }),
  )
  expect(refused(productWith(), { purchasesBefore: 1_000_000 })).toBeUndefined()
})
