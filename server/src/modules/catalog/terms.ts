import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { type Instant, rfc3339 } from '#kernel/clock'
import { done, type Outcome } from '#kernel/outcome'
import {
  BLURB_LETTERS_MAX,
  CARD_DAYS_MAX,
  CHANNELS_MAX,
  CREDITS_MAX,
  FEE_BP_MAX,
  NAME_LETTERS_MAX,
  PRICE_MINOR_MAX,
  PRICES_MAX,
  PURCHASES_MAX,
  REFUND_WINDOW_DAYS_MAX,
  SORT_MAX,
  TIERS_MAX,
} from './limits.ts'
import { catalog } from './refusals.ts'

export const PRODUCT_TYPES = [
  'recharge',
  'month_card',
  'plan',
  'promoter_activation',
  'bundle',
] as const
export type ProductType = (typeof PRODUCT_TYPES)[number]

/** What a product costs, what it gives, to whom and when, and how it is taken back. */
export interface Terms {
  readonly name: InBothLanguages
  readonly blurb: InBothLanguages
  readonly prices: readonly Price[]
  readonly credits: bigint
  readonly bonus: Bonus
  /** The credits once more, the first time an owner pays for this very product. */
  readonly firstPurchaseDouble: boolean
  /** How many times an owner may buy it; null is without end. */
  readonly perUserLimit: number | null
  /** On sale from one instant until just before the other. */
  readonly sale: { readonly from: Instant | null; readonly until: Instant | null }
  /** By their names, which payments knows; null is all of them. */
  readonly channels: readonly string[] | null
  readonly active: boolean
  readonly sort: number
  readonly vipMultiplierApplies: boolean
  readonly refund: RefundPolicy
  readonly monthCard: { readonly days: number; readonly dailyCredits: bigint } | null
}
interface InBothLanguages {
  readonly en: string
  readonly zh: string
}
export interface Price {
  readonly currency: string
  /** Minor units. */
  readonly amount: bigint
}
/** Of the tiers of a currency the highest that is reached by what is paid; they do not add up. */
export type Bonus =
  | { readonly kind: 'flat'; readonly credits: bigint }
  | { readonly kind: 'tiers'; readonly tiers: readonly Tier[] }
export interface Tier {
  readonly currency: string
  readonly fromPaidMinor: bigint
  readonly credits: bigint
}
export interface RefundPolicy {
  /** Days from the payment in which a refund may be asked for; 0 is none. */
  readonly windowDays: number
  /** True: of the price, the share of the paid credits that is unused. False: all of it, where none is used. */
  readonly proRata: boolean
  /** What is kept of it: hundredths of a per cent, and at least so many minor units of the currency paid in. */
  readonly fee: { readonly percentBp: number; readonly minimumMinor: bigint }
}

const strict = { additionalProperties: false } as const
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const CurrencyShape = Type.String({ pattern: '^[A-Z]{3}$', examples: ['CNY'] })
const Minor = Type.Integer({ minimum: 1, maximum: PRICE_MINOR_MAX })
const Credits = Type.Integer({ minimum: 0, maximum: CREDITS_MAX })
// Names go into fields that providers sign and into lines of their bills, where other signs have a meaning.
const Name = Type.String({
  pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N} .]*$',
  maxLength: NAME_LETTERS_MAX,
  description: 'Letters of any script, digits, spaces and dots',
})
const Blurb = Type.String({ maxLength: BLURB_LETTERS_MAX })
// Tighter than RFC 3339: whatever passes is a time for JavaScript and PostgreSQL alike.
const Moment = Type.String({
  pattern:
    '^[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
  format: 'date-time',
  examples: ['2026-11-11T00:00:00+08:00'],
})
export const PriceShape = Type.Object({ currency: CurrencyShape, amount: Minor }, strict)
export const TierShape = Type.Object(
  {
    currency: CurrencyShape,
    from_paid_minor: Minor,
    credits: Type.Integer({ minimum: 1, maximum: CREDITS_MAX }),
  },
  strict,
)
const BonusShape = Type.Union([
  Type.Object({ kind: Type.Literal('flat'), credits: Credits }, strict),
  Type.Object(
    {
      kind: Type.Literal('tiers'),
      tiers: Type.Array(TierShape, { minItems: 1, maxItems: TIERS_MAX }),
    },
    { ...strict, description: 'The highest tier that is reached by what is paid in its currency' },
  ),
])
export const RefundShape = Type.Object(
  {
    window_days: Type.Integer({ minimum: 0, maximum: REFUND_WINDOW_DAYS_MAX }),
    pro_rata: Type.Boolean({
      description: 'True: the share of paid credits that is unused; false: all, where none is used',
    }),
    fee: Type.Object(
      {
        percent_bp: Type.Integer({ minimum: 0, maximum: FEE_BP_MAX }),
        minimum_minor: Type.Integer({ minimum: 0, maximum: PRICE_MINOR_MAX }),
      },
      { ...strict, description: 'Kept of what goes back, in the currency that was paid in' },
    ),
  },
  strict,
)
const MonthCardShape = Type.Object(
  {
    days: Type.Integer({ minimum: 1, maximum: CARD_DAYS_MAX }),
    daily_credits: Type.Integer({ minimum: 1, maximum: CREDITS_MAX }),
  },
  strict,
)

const named = Type.Object({
  name: Type.Object({ en: Name, zh: Name }, strict),
  prices: Type.Array(PriceShape, { minItems: 1, maxItems: PRICES_MAX }),
  credits: Credits,
})
const leftOut = Type.Object({
  blurb: Type.Object({ en: Blurb, zh: Blurb }, strict),
  bonus: BonusShape,
  first_purchase_double: Type.Boolean({
    description: 'The credits once more, the first time an owner pays for this very product',
  }),
  per_user_limit: orNull(Type.Integer({ minimum: 1, maximum: PURCHASES_MAX })),
  sale: Type.Object({ from: orNull(Moment), until: orNull(Moment) }, strict),
  channels: orNull(
    Type.Array(Type.String({ pattern: '^[a-z]{2,20}$', examples: ['wechat'] }), {
      minItems: 1,
      maxItems: CHANNELS_MAX,
    }),
  ),
  active: Type.Boolean(),
  sort: Type.Integer({ minimum: 0, maximum: SORT_MAX }),
  vip_multiplier_applies: Type.Boolean(),
  refund: RefundShape,
  month_card: orNull(MonthCardShape),
})
/** As they are kept and answered: nothing left out. */
export const TermsShape = Type.Object({ ...named.properties, ...leftOut.properties }, strict)
export type TermsJson = Static<typeof TermsShape>
/** As they are sent: what is usual may be left out. */
export const TermsBody = Type.Object(
  { ...named.properties, ...Type.Partial(leftOut).properties },
  strict,
)

// Nothing that costs its seller anything is promised by leaving it out.
const USUAL = {
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
} as const satisfies Static<typeof leftOut>

// Compiled: a full shelf is read through it for each look, and interpreted that took a tenth of a second.
const form = Compile(TermsBody)

/** The terms of a product of this type, from whoever wrote them down; what contradicts itself is refused by name. */
export function parseTerms(
  type: ProductType,
  unchecked: unknown,
): Outcome<Terms, 'product_terms_invalid'> {
  if (!form.Check(unchecked)) {
    const at = form.Errors(unchecked)[0]?.instancePath.slice(1) || 'terms'
    return catalog.no('product_terms_invalid', { at })
  }
  const json = { ...USUAL, ...unchecked }
  const wrong = CONTRADICTIONS.find(({ holds }) => holds(json, type))
  if (wrong) return catalog.no('product_terms_invalid', { at: wrong.at })
  return done(termsOf(json))
}

interface Contradiction {
  readonly at: string
  readonly holds: (terms: TermsJson, type: ProductType) => boolean
}

const NEEDS_CREDITS: ReadonlySet<ProductType> = new Set(['recharge', 'bundle'])
const hasTwins = (names: readonly string[]): boolean => new Set(names).size < names.length

const CONTRADICTIONS: readonly Contradiction[] = [
  { at: 'prices', holds: ({ prices }) => hasTwins(prices.map(({ currency }) => currency)) },
  { at: 'credits', holds: ({ credits }, type) => credits === 0 && NEEDS_CREDITS.has(type) },
  {
    at: 'bonus',
    holds: ({ bonus, prices }) => bonus.kind === 'tiers' && !rise(bonus.tiers, prices),
  },
  {
    at: 'first_purchase_double',
    holds: ({ first_purchase_double, credits }) => first_purchase_double && credits === 0,
  },
  {
    at: 'sale',
    holds: ({ sale: { from, until } }) =>
      from !== null && until !== null && Date.parse(from) >= Date.parse(until),
  },
  { at: 'channels', holds: ({ channels }) => channels !== null && hasTwins(channels) },
  {
    at: 'month_card',
    holds: ({ month_card }, type) =>
      type !== 'bundle' && (type === 'month_card') !== (month_card !== null),
  },
]

/** In each currency from tier to tier more is paid and more is given, and the price reaches the last one. */
const rise = (tiers: readonly Static<typeof TierShape>[], prices: TermsJson['prices']): boolean =>
  tiers.every((tier, i) => {
    const isSame = ({ currency }: { readonly currency: string }) => currency === tier.currency
    const price = prices.find(isSame)
    const before = tiers.slice(0, i).findLast(isSame)
    return (
      price !== undefined &&
      tier.from_paid_minor <= price.amount &&
      (before === undefined ||
        (before.from_paid_minor < tier.from_paid_minor && before.credits < tier.credits))
    )
  })

const momentOf = (text: string | null): Instant | null =>
  text === null ? null : (Date.parse(text) as Instant)

const termsOf = (json: TermsJson): Terms => ({
  name: json.name,
  blurb: json.blurb,
  prices: json.prices.map(({ currency, amount }) => ({ currency, amount: BigInt(amount) })),
  credits: BigInt(json.credits),
  bonus:
    json.bonus.kind === 'flat'
      ? { kind: 'flat', credits: BigInt(json.bonus.credits) }
      : { kind: 'tiers', tiers: json.bonus.tiers.map(tierOf) },
  firstPurchaseDouble: json.first_purchase_double,
  perUserLimit: json.per_user_limit,
  sale: { from: momentOf(json.sale.from), until: momentOf(json.sale.until) },
  channels: json.channels,
  active: json.active,
  sort: json.sort,
  vipMultiplierApplies: json.vip_multiplier_applies,
  refund: {
    windowDays: json.refund.window_days,
    proRata: json.refund.pro_rata,
    fee: {
      percentBp: json.refund.fee.percent_bp,
      minimumMinor: BigInt(json.refund.fee.minimum_minor),
    },
  },
  monthCard: json.month_card && {
    days: json.month_card.days,
    dailyCredits: BigInt(json.month_card.daily_credits),
  },
})
const tierOf = (tier: Static<typeof TierShape>): Tier => ({
  currency: tier.currency,
  fromPaidMinor: BigInt(tier.from_paid_minor),
  credits: BigInt(tier.credits),
})

/** The way back: what `parseTerms` reads as the same terms. */
export const termsJson = (terms: Terms): TermsJson => ({
  name: terms.name,
  blurb: terms.blurb,
  prices: terms.prices.map(priceJson),
  credits: Number(terms.credits),
  bonus:
    terms.bonus.kind === 'flat'
      ? { kind: 'flat', credits: Number(terms.bonus.credits) }
      : { kind: 'tiers', tiers: terms.bonus.tiers.map(tierJson) },
  first_purchase_double: terms.firstPurchaseDouble,
  per_user_limit: terms.perUserLimit,
  sale: { from: momentText(terms.sale.from), until: momentText(terms.sale.until) },
  channels: terms.channels && [...terms.channels],
  active: terms.active,
  sort: terms.sort,
  vip_multiplier_applies: terms.vipMultiplierApplies,
  refund: refundJson(terms.refund),
  month_card: terms.monthCard && {
    days: terms.monthCard.days,
    daily_credits: Number(terms.monthCard.dailyCredits),
  },
})
export const momentText = (at: Instant | null): string | null => (at === null ? null : rfc3339(at))
export const priceJson = ({ currency, amount }: Price): Static<typeof PriceShape> => ({
  currency,
  amount: Number(amount),
})
export const tierJson = (tier: Tier): Static<typeof TierShape> => ({
  currency: tier.currency,
  from_paid_minor: Number(tier.fromPaidMinor),
  credits: Number(tier.credits),
})
export const refundJson = ({
  windowDays,
  proRata,
  fee,
}: RefundPolicy): Static<typeof RefundShape> => ({
  window_days: windowDays,
  pro_rata: proRata,
  fee: { percent_bp: fee.percentBp, minimum_minor: Number(fee.minimumMinor) },
})
