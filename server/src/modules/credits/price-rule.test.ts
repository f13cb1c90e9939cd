import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Instant } from '#kernel/clock'
import {
  type Params,
  type PriceContext,
  type PriceRule,
  priceOf,
  type Ratio,
  ruleFault,
} from './price-rule.ts'

const ruleWith = (parts: Partial<PriceRule>): PriceRule => ({
  ...{ base: 0, terms: [], multipliers: [], windows: [], discounts: [], minimum: 0 },
  ...parts,
})
const instant = (text: string) => Date.parse(text) as Instant
const NOON: PriceContext = { at: instant('2026-06-15T12:00:00Z') }

const credits = (rule: PriceRule, params: Params, context = NOON): bigint => {
  const priced = priceOf(rule, params, context)
  if (!priced.ok) throw new Error(JSON.stringify(priced.refusal.facts))
  return priced.value.credits
}
/** Leaves out what costs more than can be counted; that it is refused by name has a test of its own. */
const countable = (rule: PriceRule, params: Params, context: PriceContext) =>
  fc.pre(priceOf(rule, params, context).ok)
const facts = (rule: PriceRule, params: Params) => {
  const priced = priceOf(rule, params, NOON)
  return priced.ok ? priced.value : priced.refusal.facts
}

// Any rule, priced with whatever it asks for: numbers for what counts, texts that its tables list.
const whole = fc.nat({ max: 100_000 })
const ratio = fc.record({
  numerator: fc.nat({ max: 400 }),
  denominator: fc.integer({ min: 1, max: 97 }),
})
const discount = ratio.map(
  ({ numerator, denominator }): Ratio => ({
    numerator: numerator % (denominator + 1),
    denominator,
  }),
)
const NUMBERS = ['duration_s', 'count', 'tokens_in', 'tokens_out'] as const
const TEXTS = ['480p', '1080p', '4k'] as const
const tableOf = <T>(value: fc.Arbitrary<T>) =>
  fc.record({ '480p': value, '1080p': value, '4k': value })

const term = fc.oneof(
  fc.record({
    kind: fc.constant('per_unit' as const),
    parameter: fc.constantFrom(...NUMBERS),
    credits: whole,
    unit_size: fc.constantFrom(1, 3, 7, 60, 1000),
  }),
  fc.record({
    kind: fc.constant('table' as const),
    parameter: fc.constantFrom('resolution', 'quality'),
    credits: tableOf(whole),
  }),
)
const multiplier = fc.oneof(
  fc.record({ kind: fc.constant('by_number' as const), parameter: fc.constant('count') }),
  fc.record({
    kind: fc.constant('by_text' as const),
    parameter: fc.constantFrom('resolution', 'quality'),
    ratios: tableOf(ratio),
  }),
)
const rules: fc.Arbitrary<PriceRule> = fc
  .record({
    base: whole,
    terms: fc.array(term, { maxLength: 4 }),
    multipliers: fc.array(multiplier, { maxLength: 3 }),
    windows: fc.array(ratio, { maxLength: 2 }),
    discounts: fc.option(discount),
    minimum: fc.nat({ max: 200 }),
  })
  .map((drawn) => ({
    base: drawn.base,
    terms: drawn.terms.map((one, i) => ({ ...one, name: `term_${i}` })),
    multipliers: drawn.multipliers.map((one, i) => ({ ...one, name: `times_${i}` })),
    windows: drawn.windows.map((one, i) => ({
      name: `window_${i}`,
      ratio: one,
      from: '2026-01-01T00:00:00Z',
    })),
    discounts: drawn.discounts === null ? [] : [{ plan: 'gold', ratio: drawn.discounts }],
    minimum: drawn.minimum,
  }))
const params = fc.record({
  duration_s: fc.nat({ max: 600 }),
  count: fc.nat({ max: 20 }),
  tokens_in: fc.nat({ max: 200_000 }),
  tokens_out: fc.nat({ max: 200_000 }),
  resolution: fc.constantFrom(...TEXTS),
  quality: fc.constantFrom(...TEXTS),
})
const contexts = fc.constantFrom<PriceContext>(NOON, { ...NOON, plan: 'gold' })
type DrawnParams = typeof params extends fc.Arbitrary<infer T> ? T : never

/** The price as a fraction, worked out another way: one common divisor, no steps, no minimum. */
function exactly(rule: PriceRule, given: DrawnParams, { plan }: PriceContext): [bigint, bigint] {
  const number = (name: string) => BigInt(given[name as (typeof NUMBERS)[number]])
  const text = (name: string) => given[name as 'resolution']
  const factors: Ratio[] = [
    ...rule.multipliers.map((one) =>
      one.kind === 'by_number'
        ? { numerator: Number(number(one.parameter)), denominator: 1 }
        : (one.ratios[text(one.parameter)] as Ratio),
    ),
    ...rule.windows.map((one) => one.ratio),
    ...rule.discounts.filter((one) => one.plan === plan).map((one) => one.ratio),
  ]
  const common = 3n * 7n * 60n * 1000n
  let sum = BigInt(rule.base) * common
  for (const one of rule.terms)
    sum +=
      one.kind === 'per_unit'
        ? (number(one.parameter) * BigInt(one.credits) * common) / BigInt(one.unit_size)
        : BigInt(one.credits[text(one.parameter)] as number) * common
  return factors.reduce<[bigint, bigint]>(
    ([n, d], one) => [n * BigInt(one.numerator), d * BigInt(one.denominator)],
    [sum, common],
  )
}

test('P1: a price is the exact fraction rounded up once, at least the minimum, never negative', () => {
  fc.assert(
    fc.property(rules, params, contexts, (rule, given, context) => {
      countable(rule, given, context)
      const cost = credits(rule, given, context)
      const [n, d] = exactly(rule, given, context)
      const least = BigInt(rule.minimum)
      expect(cost >= 0n && cost >= least).toBe(true)
      if (cost > least) {
        expect(cost * d >= n).toBe(true)
        expect((cost - 1n) * d < n).toBe(true)
      } else expect(n <= least * d).toBe(true)
    }),
  )
})

test('P1: its lines are whole and sum to it, those before the minimum to the price before it', () => {
  fc.assert(
    fc.property(rules, params, contexts, (rule, given, context) => {
      countable({ ...rule, minimum: 0 }, given, context)
      const priced = priceOf(rule, given, context)
      if (!priced.ok) throw new Error('refused')
      const { terms } = priced.value
      const sum = (lines: typeof terms) => lines.reduce((all, { amount }) => all + amount, 0n)
      expect(sum(terms)).toBe(priced.value.credits)
      const before = sum(terms.filter(({ name }) => name !== 'minimum'))
      expect(before).toBe(credits({ ...rule, minimum: 0 }, given, context))
    }),
  )
})

test('P1: more of what is counted never costs less', () => {
  fc.assert(
    fc.property(
      rules,
      params,
      contexts,
      fc.constantFrom(...NUMBERS),
      fc.nat({ max: 50 }),
      (rule, given, context, name, more) => {
        const moreOf = { ...given, [name]: given[name] + more }
        countable(rule, moreOf, context)
        const after = credits(rule, moreOf, context)
        expect(after >= credits(rule, given, context)).toBe(true)
      },
    ),
  )
})

test('P1: the same rule, parameters and instant cost the same, in whatever order they are written', () => {
  fc.assert(
    fc.property(rules, params, contexts, (rule, given, context) => {
      const turned = Object.fromEntries(Object.entries(given).reverse())
      const stored = JSON.parse(JSON.stringify(rule)) as PriceRule
      expect(priceOf(stored, turned, context)).toEqual(priceOf(rule, given, context))
    }),
  )
})

test('P1: a bill by hand: tokens by the thousand, a table, a ratio, a plan, one rounding', () => {
  const rule = ruleWith({
    base: 5,
    terms: [
      { kind: 'per_unit', name: 'input', parameter: 'tokens_in', credits: 3, unit_size: 1000 },
      { kind: 'per_unit', name: 'output', parameter: 'tokens_out', credits: 9, unit_size: 1000 },
      { kind: 'table', name: 'quality', parameter: 'quality', credits: { low: 0, high: 4 } },
    ],
    multipliers: [{ kind: 'by_number', name: 'copies', parameter: 'count', default: 1 }],
    discounts: [{ plan: 'gold', ratio: { numerator: 4, denominator: 5 } }],
  })
  const given = { tokens_in: 100, tokens_out: 1500, quality: 'high', count: 2 }
  // 5 + 0.3 + 13.5 + 4 = 22.8, twice is 45.6, of which gold pays 36.48.
  const priced = priceOf(rule, given, { ...NOON, plan: 'gold' })
  expect(priced).toEqual({
    ok: true,
    value: {
      credits: 37n,
      terms: [
        { name: 'base', amount: 5n },
        { name: 'input', amount: 1n },
        { name: 'output', amount: 13n },
        { name: 'quality', amount: 4n },
        { name: 'copies', amount: 23n },
        { name: 'plan:gold', amount: -9n },
      ],
    },
  })
  expect(credits(rule, given)).toBe(46n)
  expect(credits(rule, { ...given, count: 1 })).toBe(23n)
  expect(credits({ ...rule, minimum: 50 }, given, { ...NOON, plan: 'gold' })).toBe(50n)
})

test('P1: a window counts from its first instant to before its last, and over midnight', () => {
  const half = { numerator: 1, denominator: 2 }
  const sale = ruleWith({
    base: 10,
    windows: [
      { name: 'sale', ratio: half, from: '2026-06-15T12:00:00Z', to: '2026-06-16T00:00:00Z' },
    ],
  })
  const at = (rule: PriceRule, text: string) => credits(rule, {}, { at: instant(text) })
  expect(at(sale, '2026-06-15T11:59:59.999Z')).toBe(10n)
  expect(at(sale, '2026-06-15T12:00:00Z')).toBe(5n)
  expect(at(sale, '2026-06-15T23:59:59.999Z')).toBe(5n)
  expect(at(sale, '2026-06-16T00:00:00Z')).toBe(10n)
  // 22:00 to 06:00 in Shanghai is 14:00 to 22:00 UTC.
  const night = ruleWith({
    base: 10,
    windows: [
      {
        name: 'night',
        ratio: half,
        hours: { from: '22:00', to: '06:00', utc_offset_minutes: 480 },
      },
    ],
  })
  expect(at(night, '2026-06-15T13:59:59Z')).toBe(10n)
  expect(at(night, '2026-06-15T14:00:00Z')).toBe(5n)
  expect(at(night, '2026-06-15T21:59:59Z')).toBe(5n)
  expect(at(night, '2026-06-15T22:00:00Z')).toBe(10n)
  expect(at(night, '1969-12-31T15:00:00Z')).toBe(5n)
})

test('P1: what cannot be priced is refused by name, never guessed', () => {
  const rule = ruleWith({
    terms: [
      { kind: 'per_unit', name: 'length', parameter: 'duration_s', credits: 2, unit_size: 1 },
      { kind: 'table', name: 'size', parameter: 'resolution', credits: { '720p': 0, '1080p': 20 } },
    ],
  })
  expect(credits(rule, { duration_s: 5, resolution: '1080p', prompt: 'a cat' })).toBe(30n)
  for (const duration_s of [undefined, '5', 1.5, -1, null, Number.NaN, 2 ** 53])
    expect(
      facts(rule, { resolution: '720p', ...(duration_s !== undefined && { duration_s }) }),
    ).toEqual({ parameter: 'duration_s', wants: 'whole_number' })
  for (const resolution of ['8k', 'constructor', '__proto__', '', null, {}, ['720p']])
    expect(facts(rule, { duration_s: 5, resolution })).toEqual({
      parameter: 'resolution',
      wants: 'listed_value',
      allowed: ['720p', '1080p'],
    })
  const counted = ruleWith({
    terms: [{ kind: 'per_unit', name: 'c', parameter: 'constructor', credits: 1, unit_size: 1 }],
  })
  expect(facts(counted, {})).toEqual({ parameter: 'constructor', wants: 'whole_number' })
  const dear = ruleWith({
    terms: [
      { kind: 'per_unit', name: 'length', parameter: 'duration_s', credits: 2, unit_size: 1 },
    ],
  })
  expect(facts(dear, { duration_s: Number.MAX_SAFE_INTEGER })).toEqual({
    parameter: 'duration_s',
    wants: 'less',
  })
})

test('P1: a default stands in for what was left out', () => {
  const rule = ruleWith({
    terms: [
      { kind: 'per_unit', name: 'n', parameter: 'count', credits: 7, unit_size: 1, default: 1 },
      {
        kind: 'table',
        name: 'q',
        parameter: 'quality',
        credits: { low: 1, high: 3 },
        default: 'low',
      },
    ],
  })
  expect(credits(rule, {})).toBe(8n)
  expect(credits(rule, { count: 0, quality: 'high' })).toBe(3n)
  const oddly = ruleWith({
    multipliers: [{ kind: 'by_number', name: 'x', parameter: 'constructor', default: 3 }],
  })
  expect(credits({ ...oddly, base: 2 }, {})).toBe(6n)
})

const half = { numerator: 1, denominator: 2 }
test.each<[string | undefined, Partial<PriceRule>]>([
  [undefined, { base: 50 }],
  [
    'terms/0/default',
    {
      terms: [
        { kind: 'table', name: 'q', parameter: 'quality', credits: { low: 1 }, default: 'x' },
      ],
    },
  ],
  [
    'multipliers/0/default',
    {
      multipliers: [
        { kind: 'by_text', name: 'q', parameter: 'quality', ratios: { low: half }, default: 'x' },
      ],
    },
  ],
  [
    'multipliers/0/name',
    { multipliers: [{ kind: 'by_number', name: 'base', parameter: 'count' }] },
  ],
  [
    'multipliers/0/name',
    {
      terms: [{ kind: 'per_unit', name: 'n', parameter: 'count', credits: 1, unit_size: 1 }],
      multipliers: [{ kind: 'by_number', name: 'n', parameter: 'count' }],
    },
  ],
  ['windows/0', { windows: [{ name: 'always', ratio: half }] }],
  [
    'windows/0',
    {
      windows: [
        { name: 'w', ratio: half, from: '2026-02-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
      ],
    },
  ],
  [
    'windows/0',
    {
      windows: [
        { name: 'w', ratio: half, hours: { from: '06:00', to: '06:00', utc_offset_minutes: 0 } },
      ],
    },
  ],
  ['discounts/0/ratio', { discounts: [{ plan: 'gold', ratio: { numerator: 6, denominator: 5 } }] }],
  [
    'discounts/1/plan',
    {
      discounts: [
        { plan: 'gold', ratio: half },
        { plan: 'gold', ratio: half },
      ],
    },
  ],
])('P1: a rule that contradicts itself is refused at %s', (at, parts) => {
  expect(ruleFault(ruleWith(parts))).toBe(at)
})
