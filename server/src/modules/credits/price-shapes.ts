import Type, { type Static } from 'typebox'
import type { Facts } from '#kernel/outcome'
import {
  PARAM_LETTERS_MAX,
  PREVIEW_SAMPLES_MAX,
  RULE_NUMBER_MAX,
  RULE_PARTS_MAX,
  RULE_VALUES_MAX,
  UTC_OFFSET_MINUTES_MAX,
} from './price-limits.ts'
import type { PriceChange } from './price-preview.ts'
import type { PriceLine, PriceRule } from './price-rule.ts'
import type { ListedPrice, PricePlace, PriceVersion } from './price-store.ts'
import { Action, Count, Moment, orNull, Params, strict, Time } from './shapes.ts'

const Whole = Type.Integer({ minimum: 0, maximum: RULE_NUMBER_MAX })
const Divisor = Type.Integer({ minimum: 1, maximum: RULE_NUMBER_MAX })
const PartName = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' })
const Parameter = Type.String({
  pattern: '^[a-z][a-z0-9_]{0,39}$',
  examples: ['duration_s', 'resolution', 'quality', 'count', 'tokens_in', 'tokens_out'],
})
const ParamText = Type.String({ maxLength: PARAM_LETTERS_MAX })
const RatioShape = Type.Object(
  { numerator: Whole, denominator: Divisor },
  { ...strict, description: 'Whole numbers: four fifths are 4 and 5, never 0.8' },
)
const byText = <T extends Type.TSchema>(value: T) =>
  Type.Record(Type.String(), value, { minProperties: 1, maxProperties: RULE_VALUES_MAX })
const list = <T extends Type.TSchema>(part: T) => Type.Array(part, { maxItems: RULE_PARTS_MAX })

const TermShape = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('per_unit'),
      name: PartName,
      parameter: Parameter,
      credits: Whole,
      unit_size: Divisor,
      default: Type.Optional(Whole),
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('table'),
      name: PartName,
      parameter: Parameter,
      credits: byText(Whole),
      default: Type.Optional(ParamText),
    },
    strict,
  ),
])

const MultiplierShape = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('by_number'),
      name: PartName,
      parameter: Parameter,
      default: Type.Optional(Whole),
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('by_text'),
      name: PartName,
      parameter: Parameter,
      ratios: byText(RatioShape),
      default: Type.Optional(ParamText),
    },
    strict,
  ),
])

const DayTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['22:00'] })
const WindowShape = Type.Object(
  {
    name: PartName,
    ratio: RatioShape,
    from: Type.Optional(Moment),
    to: Type.Optional(Moment),
    hours: Type.Optional(
      Type.Object(
        {
          from: DayTime,
          to: DayTime,
          utc_offset_minutes: Type.Integer({
            minimum: -UTC_OFFSET_MINUTES_MAX,
            maximum: UTC_OFFSET_MINUTES_MAX,
          }),
        },
        strict,
      ),
    ),
  },
  strict,
)
const DiscountShape = Type.Object({ plan: PartName, ratio: RatioShape }, strict)

/** As it is answered: nothing left out. */
const RuleAnswer = Type.Object(
  {
    base: Whole,
    terms: list(TermShape),
    multipliers: list(MultiplierShape),
    windows: list(WindowShape),
    discounts: list(DiscountShape),
    minimum: Whole,
    first_free: Type.Boolean({ description: 'The first charge of an owner costs nothing' }),
  },
  strict,
)
/** As it is sent: what a rule does not use may be left out. */
export const RuleBody = Type.Partial(RuleAnswer, strict)

export const ruleOf = (body: Static<typeof RuleBody>): PriceRule => ({
  base: body.base ?? 0,
  terms: body.terms ?? [],
  multipliers: body.multipliers ?? [],
  windows: body.windows ?? [],
  discounts: body.discounts ?? [],
  minimum: body.minimum ?? 0,
  ...(body.first_free && { first_free: true }),
})

const ruleAnswer = (rule: PriceRule): Static<typeof RuleAnswer> => ({
  ...rule,
  terms: [...rule.terms],
  multipliers: [...rule.multipliers],
  windows: [...rule.windows],
  discounts: [...rule.discounts],
  first_free: rule.first_free ?? false,
})

// JSON is all that comes through the door.
export const paramsOf = (body: Static<typeof Params> | undefined): Facts => (body ?? {}) as Facts

const publicFields = {
  action: Type.String(),
  price_version: Count,
  rule: RuleAnswer,
  effective_at: Time,
}
export const PublicPrice = Type.Object(publicFields, strict)
export const publicAnswer = (price: PriceVersion) => ({
  action: price.action,
  price_version: price.version,
  rule: ruleAnswer(price.rule),
  effective_at: price.effectiveAt,
})

const staffFields = {
  ...publicFields,
  published_at: Time,
  published_by: Type.String(),
  reason: Type.String({
    description: 'As it was written; `first_prices` where an installation starts with it',
  }),
}
export const StaffPrice = Type.Object(staffFields, strict)
export const staffAnswer = (price: PriceVersion) => ({
  ...publicAnswer(price),
  published_at: price.publishedAt,
  published_by: price.publishedBy,
  reason: price.reason,
})
export const ListedPriceShape = Type.Object(
  { ...staffFields, state: Type.Enum(['superseded', 'in_force', 'scheduled']) },
  strict,
)
export const listedAnswer = (price: ListedPrice) => ({ ...staffAnswer(price), state: price.state })

export const Terms = Type.Array(Type.Object({ name: Type.String(), amount: Count }, strict), {
  description: 'What each part of the rule added or took away; together they are the credits',
})
export const termsAnswer = (terms: readonly PriceLine[]) =>
  terms.map(({ name, amount }) => ({ name, amount: Number(amount) }))

export const ChangeBody = Type.Object(
  {
    action: Action,
    rule: RuleBody,
    samples: Type.Optional(
      Type.Array(Type.Object({ params: Params, plan: Type.Optional(PartName) }, strict), {
        maxItems: PREVIEW_SAMPLES_MAX,
      }),
    ),
  },
  strict,
)
export const changeOf = (body: Static<typeof ChangeBody>): PriceChange => ({
  action: body.action,
  rule: ruleOf(body.rule),
  samples: (body.samples ?? []).map(({ params, plan }) => ({ params: paramsOf(params), plan })),
})

export const PreviewShape = Type.Object(
  {
    action: Type.String(),
    price_version: orNull(Count),
    samples: Type.Array(
      Type.Object(
        {
          params: Params,
          before: orNull(Count),
          after: orNull(Count),
        },
        { ...strict, description: 'Null where the rule refuses these parameters' },
      ),
    ),
    impact: orNull(
      Type.Object(
        {
          from: Time,
          to: Time,
          charges: Count,
          before: Count,
          after: Count,
          change: Count,
          refused: Type.Integer({ description: 'Charges the new rule would refuse; in no sum' }),
          unknown: Type.Integer({ description: 'Charges of unknown parameters; in no sum' }),
        },
        strict,
      ),
    ),
  },
  strict,
)

const PLACE = /^([a-z][a-z0-9_.]{0,63})\|([1-9]\d{0,8})$/

/** A place in the list of versions; opaque to clients, so that it may change. */
export const pricePlaceText = ({ action, version }: PricePlace): string =>
  Buffer.from(`${action}|${version}`).toString('base64url')

export const parsePricePlace = (unchecked: string): PricePlace | undefined => {
  const match = PLACE.exec(Buffer.from(unchecked, 'base64url').toString('utf8'))
  return match ? { action: match[1] ?? '', version: Number(match[2]) } : undefined
}

/** The same as the refusal of a charge names, so that nobody has to be refused to learn it. */
export const TopUps = Type.Array(
  Type.Object(
    {
      product_id: Count,
      credits: Count,
      prices: Type.Array(Type.Object({ currency: Type.String(), amount: Count }, strict)),
    },
    strict,
  ),
  { description: 'Where credits are missing: what on sale would do, the smallest first' },
)
