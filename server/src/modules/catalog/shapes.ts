import Type, { type Static } from 'typebox'
import { decimalText } from '#kernel/money'
import type { Language } from '#kernel/refusals'
import { ownBonus } from './offer.ts'
import type { PublishedProduct } from './product.ts'
import {
  momentText,
  PRODUCT_TYPES,
  PriceShape,
  priceJson,
  RefundShape,
  refundJson,
  TermsShape,
  TierShape,
  termsJson,
  tierJson,
} from './terms.ts'

export const strict = { additionalProperties: false } as const
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const TypeShape = Type.Enum([...PRODUCT_TYPES])
const Time = Type.String({ description: 'RFC 3339, UTC' })
const Count = Type.Integer()

/** What a buyer sees. */
export const ShownProduct = Type.Object(
  {
    product_id: Count,
    product_type: TypeShape,
    version: Count,
    name: Type.String({ description: 'In the language of the caller, as the blurb is' }),
    blurb: Type.String(),
    amount_cny: Type.Optional(
      Type.Number({ description: 'Yuan, to be shown; to reckon with, take `prices`' }),
    ),
    prices: Type.Array(PriceShape, { description: 'Minor units' }),
    credits: Count,
    bonus_credits: Type.Integer({ description: 'On top, for anybody, at the first of the prices' }),
    total_credits: Count,
    bonus_tiers: Type.Optional(Type.Array(TierShape)),
    first_purchase_double: Type.Boolean(),
    vip_multiplier_applies: Type.Boolean(),
    per_user_limit: orNull(Count),
    sale_until: orNull(Time),
    channels: orNull(Type.Array(Type.String())),
    refund: RefundShape,
    days: Type.Optional(Count),
    daily_credits: Type.Optional(Count),
  },
  strict,
)

/** Where a currency is named, its price alone. */
export function shown(
  { id, type, version, terms }: PublishedProduct,
  language: Language,
  currency?: string,
): Static<typeof ShownProduct> {
  const tongue = language === 'zh-CN' ? 'zh' : 'en'
  const prices = terms.prices.filter((one) => currency === undefined || one.currency === currency)
  const yuan = prices.find((one) => one.currency === 'CNY')
  const bonus = prices[0] ? ownBonus(terms.bonus, prices[0]) : 0n
  return {
    ...{ product_id: id, product_type: type, version },
    ...{ name: terms.name[tongue], blurb: terms.blurb[tongue] },
    ...(yuan && { amount_cny: Number(decimalText(yuan.amount, 2)) }),
    prices: prices.map(priceJson),
    credits: Number(terms.credits),
    bonus_credits: Number(bonus),
    total_credits: Number(terms.credits + bonus),
    ...(terms.bonus.kind === 'tiers' && { bonus_tiers: terms.bonus.tiers.map(tierJson) }),
    first_purchase_double: terms.firstPurchaseDouble,
    vip_multiplier_applies: terms.vipMultiplierApplies,
    per_user_limit: terms.perUserLimit,
    sale_until: momentText(terms.sale.until),
    channels: terms.channels && [...terms.channels],
    refund: refundJson(terms.refund),
    ...(terms.monthCard && {
      days: terms.monthCard.days,
      daily_credits: Number(terms.monthCard.dailyCredits),
    }),
  }
}

const staffFields = {
  product_id: Count,
  product_type: TypeShape,
  version: Count,
  terms: TermsShape,
  published_at: Time,
  published_by: Type.String(),
}
export const StaffProduct = Type.Object(staffFields, strict)
export const staffAnswer = (product: PublishedProduct): Static<typeof StaffProduct> => ({
  product_id: product.id,
  product_type: product.type,
  version: product.version,
  terms: termsJson(product.terms),
  published_at: product.publishedAt,
  published_by: product.publishedBy,
})

export const ListedProduct = Type.Object(
  {
    ...staffFields,
    versions: Type.Integer({ description: 'How many there are; the newest is shown' }),
    on_sale: Type.Boolean({ description: 'Active, and in its window just now' }),
  },
  strict,
)
