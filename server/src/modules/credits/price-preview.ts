import { type Clock, type Instant, rfc3339 } from '#kernel/clock'
import { done, type Outcome } from '#kernel/outcome'
import type { PriceBook } from './price-book.ts'
import { PREVIEW_TRAFFIC_MS } from './price-limits.ts'
import { prices } from './price-refusals.ts'
import { type Params, type PriceContext, type PriceRule, priceOf, ruleFault } from './price-rule.ts'

/** Charges that were alike: the same parameters, the same plan, much the same time of day. */
export interface Traffic {
  /** Undefined for the many that were too unlike to be kept apart. */
  readonly params: Params | undefined
  readonly plan?: string | undefined
  /** When they were made, for rules that know windows. */
  readonly at: Instant
  readonly count: bigint
  /** What they paid together. */
  readonly credits: bigint
}

/** Reads what was charged for an action, `from` included and `to` not. */
type TrafficOf = (action: string, from: Instant, to: Instant) => Promise<readonly Traffic[]>

export interface PreviewDeps {
  readonly clock: Clock
  readonly book: PriceBook
  readonly trafficOf?: TrafficOf | undefined
}

export interface PriceChange {
  readonly action: string
  readonly rule: PriceRule
  readonly samples: readonly { readonly params: Params; readonly plan?: string | undefined }[]
}

interface SampleView {
  readonly params: Params
  /** Undefined where the rule of that time refuses these parameters, or there is none. */
  readonly before: bigint | undefined
  readonly after: bigint | undefined
}

interface Impact {
  readonly from: string
  readonly to: string
  readonly charges: bigint
  /** What these charges paid, and what they would have paid. */
  readonly before: bigint
  readonly after: bigint
  /** Charges that the proposed rule would have refused; they are in neither sum. */
  readonly refused: bigint
  /** Charges whose parameters are not known; they are in neither sum. */
  readonly unknown: bigint
}

export interface Preview {
  readonly action: string
  readonly version: number | undefined
  readonly samples: readonly SampleView[]
  readonly impact: Impact | undefined
}

/** What proposed rules would change; nothing is written. */
export async function previewPrices(
  deps: PreviewDeps,
  changes: readonly PriceChange[],
): Promise<Outcome<Preview[], 'price_rule_invalid'>> {
  for (const { action, rule } of changes) {
    const fault = ruleFault(rule)
    if (fault !== undefined) return prices.no('price_rule_invalid', { action, at: fault })
  }
  const views: Preview[] = []
  // One after another: a week of traffic is much to read, and others want the database too.
  for (const change of changes) views.push(await previewOne(deps, change))
  return done(views)
}

async function previewOne(deps: PreviewDeps, change: PriceChange): Promise<Preview> {
  const to = deps.clock.now()
  const from = (to - PREVIEW_TRAFFIC_MS) as Instant
  const current = await deps.book.inForce(change.action, to)
  const traffic = await deps.trafficOf?.(change.action, from, to)
  return {
    action: change.action,
    version: current?.version,
    samples: change.samples.map(({ params, plan }) => ({
      params,
      before: current && costOf(current.rule, params, { at: to, plan }),
      after: costOf(change.rule, params, { at: to, plan }),
    })),
    impact: traffic && {
      from: rfc3339(from),
      to: rfc3339(to),
      ...impactOf(change.rule, traffic),
    },
  }
}

const costOf = (rule: PriceRule, params: Params, context: PriceContext): bigint | undefined => {
  const priced = priceOf(rule, params, context)
  return priced.ok ? priced.value.credits : undefined
}

type Sums = Pick<Impact, 'charges' | 'before' | 'after' | 'refused' | 'unknown'>

function impactOf(rule: PriceRule, traffic: readonly Traffic[]): Sums {
  let sums: Sums = { charges: 0n, before: 0n, after: 0n, refused: 0n, unknown: 0n }
  for (const { params, plan, at, count, credits } of traffic) {
    const charges = sums.charges + count
    if (params === undefined) {
      sums = { ...sums, charges, unknown: sums.unknown + count }
      continue
    }
    const cost = costOf(rule, params, { at, plan })
    sums =
      cost === undefined
        ? { ...sums, charges, refused: sums.refused + count }
        : { ...sums, charges, before: sums.before + credits, after: sums.after + cost * count }
  }
  return sums
}
