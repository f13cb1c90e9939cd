import { done, type Outcome } from '#kernel/outcome'
import { type PriceNo, type QuoteDeps, quote } from './price-book.ts'
import { FIRST_FREE, type Params, type PriceLine } from './price-rule.ts'

/** What actions really cost, from the last captures of one: half cost at most p50, nine in ten p90. */
interface CostHistory {
  readonly p50: bigint
  readonly p90: bigint
  readonly count: number
}

export interface EstimateDeps extends QuoteDeps {
  readonly availableOf: (owner: string) => Promise<bigint>
  /** Whether the owner has had the free one of an action. */
  readonly hadFirst?: (owner: string, action: string) => Promise<boolean>
  /** Undefined for an action of which nothing was captured yet. */
  readonly historyOf?: (action: string) => Promise<CostHistory | undefined>
}

export interface Estimate {
  readonly credits: bigint
  /** The owner who was named has not had their free one yet: so it costs nothing this time. */
  readonly firstFree: boolean
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
  const { amount: full, terms, priceVersion } = quoted.value
  const { owner, action } = want
  const [available, history, firstFree] = await Promise.all([
    owner === undefined ? undefined : deps.availableOf(owner),
    deps.historyOf?.(action),
    quoted.value.firstFree && owner !== undefined && isNew(deps, owner, action),
  ])
  const amount = firstFree ? 0n : full
  return done({
    ...{ credits: amount, firstFree, priceVersion, history },
    terms: firstFree ? [...terms, { name: FIRST_FREE, amount: -full }] : terms,
    ...affording(amount, available),
  })
}

const isNew = async ({ hadFirst }: EstimateDeps, owner: string, action: string) =>
  hadFirst !== undefined && !(await hadFirst(owner, action))

const affording = (
  amount: bigint,
  available: bigint | undefined,
): Pick<Estimate, 'affordable' | 'missing'> => {
  if (available === undefined) return { affordable: undefined, missing: undefined }
  const missing = amount > available ? amount - available : 0n
  return { affordable: missing === 0n, missing }
}
