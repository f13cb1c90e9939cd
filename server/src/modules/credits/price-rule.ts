import type { Instant } from '#kernel/clock'
import { MINOR_MAX } from '#kernel/money'
import { done, type Facts, type Outcome } from '#kernel/outcome'
import { prices } from './price-refusals.ts'

/** Two whole numbers: 4/5 is exact, 0.8 is not. */
export interface Ratio {
  readonly numerator: number
  readonly denominator: number
}

/** Adds credits: for every unit of a number, or by the text of a parameter. */
type Term =
  | {
      readonly kind: 'per_unit'
      readonly name: string
      readonly parameter: string
      readonly credits: number
      /** How much of the parameter costs `credits`: 1000 for tokens; a part of it costs its part. */
      readonly unit_size: number
      readonly default?: number
    }
  | {
      readonly kind: 'table'
      readonly name: string
      readonly parameter: string
      readonly credits: Readonly<Record<string, number>>
      readonly default?: string
    }

/** Multiplies everything added so far: by a number itself (`count`), or by the text of a parameter. */
type Multiplier =
  | {
      readonly kind: 'by_number'
      readonly name: string
      readonly parameter: string
      readonly default?: number
    }
  | {
      readonly kind: 'by_text'
      readonly name: string
      readonly parameter: string
      readonly ratios: Readonly<Record<string, Ratio>>
      readonly default?: string
    }

/** A time with another price: between two instants, at some hours of the day, or both. */
interface Window {
  readonly name: string
  readonly ratio: Ratio
  /** RFC 3339; `from` is included and `to` is not. */
  readonly from?: string
  readonly to?: string
  /** `22:00` to `06:00` goes over midnight. */
  readonly hours?: {
    readonly from: string
    readonly to: string
    readonly utc_offset_minutes: number
  }
}

interface Discount {
  readonly plan: string
  readonly ratio: Ratio
}

/** What an action costs, as data. The row, the answer and the request call its fields the same. */
export interface PriceRule {
  readonly base: number
  readonly terms: readonly Term[]
  readonly multipliers: readonly Multiplier[]
  readonly windows: readonly Window[]
  readonly discounts: readonly Discount[]
  /** Never less than this, whatever the discount. */
  readonly minimum: number
  /** An owner's first charge of this action costs nothing. */
  readonly first_free?: boolean
}

/** Parameters that a rule does not name cost nothing and are not looked at. */
export type Params = Facts

export interface PriceContext {
  readonly at: Instant
  readonly plan?: string | undefined
}

export interface PriceLine {
  readonly name: string
  readonly amount: bigint
}

export interface Price {
  readonly credits: bigint
  /** What each part of the rule added or took away; together they are `credits`. */
  readonly terms: readonly PriceLine[]
}

/** Works with exact fractions and rounds up once, at the end (P1). */
export function priceOf(
  rule: PriceRule,
  params: Params,
  context: PriceContext,
): Outcome<Price, 'params_invalid'> {
  const lines: PriceLine[] = []
  let sum: Fraction = { n: 0n, d: 1n }
  for (const step of stepsOf(rule, context)) {
    const taken = step.take(params)
    if ('wants' in taken) return prices.no('params_invalid', { ...taken })
    const next = step.adds ? plus(sum, taken) : times(sum, taken)
    if (roundUp(next) > MINOR_MAX) return prices.no('params_invalid', tooMuch(step.parameter))
    // A line is what the rounded sum moved by: lines are whole, and add up, whatever the fractions.
    lines.push({ name: step.name, amount: roundUp(next) - roundUp(sum) })
    sum = next
  }
  const least = BigInt(rule.minimum)
  const credits = roundUp(sum)
  if (credits >= least) return done({ credits, terms: lines })
  return done({
    credits: least,
    terms: [...lines, { name: MINIMUM, amount: least - credits }],
  })
}

/** Where a rule contradicts itself, as a path into it; what its shape can say is not asked again. */
export function ruleFault(rule: PriceRule): string | undefined {
  const parts = [
    ...rule.terms.map((part, i) => ({ part, path: `terms/${i}` })),
    ...rule.multipliers.map((part, i) => ({ part, path: `multipliers/${i}` })),
  ]
  const unlisted = parts.find(({ part }) => isUnlisted(part))
  if (unlisted) return `${unlisted.path}/default`
  const window = rule.windows.findIndex(isEmptyWindow)
  if (window >= 0) return `windows/${window}`
  const surcharge = rule.discounts.findIndex(({ ratio }) => ratio.numerator > ratio.denominator)
  if (surcharge >= 0) return `discounts/${surcharge}/ratio`
  return firstTwice([
    ['base', BASE],
    ['minimum', MINIMUM],
    ['first_free', FIRST_FREE],
    ...parts.map(({ part, path }) => [`${path}/name`, part.name] as const),
    ...rule.windows.map(({ name }, i) => [`windows/${i}/name`, name] as const),
    ...rule.discounts.map(({ plan }, i) => [`discounts/${i}/plan`, planLine(plan)] as const),
  ])
}

const BASE = 'base'
const MINIMUM = 'minimum'
export const FIRST_FREE = 'first_free'
const planLine = (plan: string): string => `plan:${plan}`

/** Never negative, its divisor never zero; it is not shortened, for it lives no longer than one price. */
interface Fraction {
  readonly n: bigint
  readonly d: bigint
}

const whole = (n: number): Fraction => ({ n: BigInt(n), d: 1n })
const fraction = (ratio: Ratio): Fraction => ({
  n: BigInt(ratio.numerator),
  d: BigInt(ratio.denominator),
})
const plus = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d })
const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d })
const roundUp = ({ n, d }: Fraction): bigint => (n + d - 1n) / d

/** Why a parameter cannot be priced; the caller reads it as facts of the refusal. */
interface Unfit {
  readonly parameter: string
  readonly wants: 'whole_number' | 'listed_value' | 'less'
  readonly allowed?: readonly string[]
}

interface Step {
  readonly name: string
  readonly adds: boolean
  readonly parameter: string
  readonly take: (params: Params) => Fraction | Unfit
}

function* stepsOf(rule: PriceRule, { at, plan }: PriceContext): Generator<Step> {
  yield { name: BASE, adds: true, parameter: BASE, take: () => whole(rule.base) }
  for (const term of rule.terms)
    yield { name: term.name, adds: true, parameter: term.parameter, take: (p) => added(term, p) }
  for (const part of rule.multipliers)
    yield { name: part.name, adds: false, parameter: part.parameter, take: (p) => factor(part, p) }
  for (const { name, ratio } of rule.windows.filter((window) => isOpen(window, at)))
    yield { name, adds: false, parameter: name, take: () => fraction(ratio) }
  const discount = rule.discounts.find((one) => one.plan === plan)
  if (discount) {
    const name = planLine(discount.plan)
    yield { name, adds: false, parameter: name, take: () => fraction(discount.ratio) }
  }
}

const tooMuch = (parameter: string) => ({ parameter, wants: 'less' }) as const

function added(term: Term, params: Params): Fraction | Unfit {
  if (term.kind === 'table') {
    const found = listed(term.credits, term, params)
    return typeof found === 'number' ? whole(found) : found
  }
  const count = wholeNumber(term, params)
  return typeof count === 'number'
    ? { n: BigInt(count) * BigInt(term.credits), d: BigInt(term.unit_size) }
    : count
}

function factor(part: Multiplier, params: Params): Fraction | Unfit {
  if (part.kind === 'by_number') {
    const count = wholeNumber(part, params)
    return typeof count === 'number' ? whole(count) : count
  }
  const found = listed(part.ratios, part, params)
  return 'wants' in found ? found : fraction(found)
}

interface Asked<D> {
  readonly parameter: string
  readonly default?: D
}

// `hasOwn`: a parameter called `constructor` is not one that was given.
const given = <D extends string | number>(asked: Asked<D>, params: Params) =>
  Object.hasOwn(params, asked.parameter) ? params[asked.parameter] : asked.default

function wholeNumber(asked: Asked<number>, params: Params): number | Unfit {
  const value = given(asked, params)
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : { parameter: asked.parameter, wants: 'whole_number' }
}

function listed<T>(
  values: Readonly<Record<string, T>>,
  asked: Asked<string>,
  params: Params,
): T | Unfit {
  const value = given(asked, params)
  const text = typeof value === 'object' || value === undefined ? '' : String(value)
  const found = Object.hasOwn(values, text) ? values[text] : undefined
  const allowed = Object.keys(values)
  return found ?? { parameter: asked.parameter, wants: 'listed_value', allowed }
}

const DAY_MINUTES = 1_440
const MINUTE_MS = 60_000

function isOpen({ from, to, hours }: Window, at: Instant): boolean {
  if (from !== undefined && at < Date.parse(from)) return false
  if (to !== undefined && at >= Date.parse(to)) return false
  if (hours === undefined) return true
  const local = Math.floor(at / MINUTE_MS) + hours.utc_offset_minutes
  const minute = ((local % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES
  const [start, end] = [minuteOf(hours.from), minuteOf(hours.to)]
  return start < end ? minute >= start && minute < end : minute >= start || minute < end
}

/** `HH:MM` as its shape admits it. */
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

const isEmptyWindow = ({ from, to, hours }: Window): boolean =>
  (from === undefined && to === undefined && hours === undefined) ||
  (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to)) ||
  (hours !== undefined && hours.from === hours.to)

function isUnlisted(part: Term | Multiplier): boolean {
  if (part.default === undefined) return false
  if (part.kind === 'table') return !Object.hasOwn(part.credits, part.default)
  return part.kind === 'by_text' && !Object.hasOwn(part.ratios, part.default)
}

function firstTwice(names: readonly (readonly [path: string, name: string])[]): string | undefined {
  const seen = new Set<string>()
  for (const [path, name] of names) {
    if (seen.has(name)) return path
    seen.add(name)
  }
  return undefined
}
