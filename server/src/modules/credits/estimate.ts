import { done, type Outcome } from '#kernel/outcome'
import { type PriceNo, type QuoteDeps, quote } from './price-book.ts'
import type { Params, PriceLine } from './price-rule.ts'

/** What actions really cost, from the last captures of one: half cost at most p50, nine in ten p90. */
interface CostHistory {
  readonly p50: bigint
  readonly p90: bigint
  readonly count: number
}

export interface EstimateDeps extends QuoteDeps {
  readonly availableOf: (owner: string) => Promise<bigint>
  /** Undefined for an action of which nothing was captured yet. */
  readonly historyOf?: (action: string) => Promise<CostHistory | undefined>
}

export interface Estimate {
  readonly credits: bigint
  readonly terms: readonly PriceLine[]
  readonly priceVersion: number
  /** Undefined where nobody was named whose balance could be asked. */
  readonly affordable: boolean | undefined
  readonly missing: bigint | undefined
  readonly history: CostHistory | undefined
}

/** What an action would cost now, and whether it could be paid; promises nothing and holds nothing. */
export async function estimate(
  deps: EstimateDeps,
  want: {
    readonly action: string
    readonly params: Params
    readonly owner?: string | undefined
  },
): Promise<Outcome<Estimate, PriceNo>> {
  const quoted = await quote(deps, want)
  if (!quoted.ok) return quoted
  const { amount, terms, priceVersion } = quoted.value
  const [available, history] = await Promise.all([
    want.owner === undefined ? undefined : deps.availableOf(want.owner),
    deps.historyOf?.(want.action),
  ])
  return done({
    ...{ credits: amount, terms, priceVersion, history },
    ...affording(amount, available),
  })
}

const affording = (
  amount: bigint,
  available: bigint | undefined,
): Pick<Estimate, 'affordable' | 'missing'> => {
  if (available === undefined) return { affordable: undefined, missing: undefined }
  const missing = amount > available ? amount - available : 0n
  return { affordable: missing === 0n, missing }
}
