import { done, type Facts, type Outcome } from '#kernel/outcome'
import type { AccountName } from '#ledger'
import type { PriceNo } from './price-book.ts'
import { prices } from './price-refusals.ts'
import { credits } from './refusals.ts'

interface Priced {
  readonly amount: bigint
  readonly priceVersion: number
  /** What is kept of the parameters, to see later on what a new price would fall. */
  readonly kept: Facts
  readonly firstFree: boolean
}

/** What an action costs this owner now: the price book, or whatever stands in for it. */
export type Quote = (want: {
  readonly action: string
  readonly params: Facts
  readonly owner: string
}) => Promise<Outcome<Priced, PriceNo>>
export type CostNo = PriceNo | 'amount_needed' | 'amount_invalid' | 'price_in_credits'

/** The asset that prices are in. */
const PRICED_ASSET = 'credit'

interface Cost {
  readonly amount: bigint
  readonly action?: string
  readonly priceVersion?: number
  readonly params?: Facts
}

interface Costing {
  readonly cost: Cost
  /** The first one of the action is free for its owner. */
  readonly firstFree: boolean
}

/** The amount that was named, or else the price of the action. */
export async function costOf(
  quote: Quote,
  { owner, asset }: AccountName,
  asked: {
    readonly amount?: number | undefined
    readonly action?: string | undefined
    readonly params?: Facts | undefined
  },
): Promise<Outcome<Costing, CostNo>> {
  const { amount, action, params = {} } = asked
  if (amount !== undefined) {
    if (amount < 1) return credits.no('amount_invalid')
    const cost = { amount: BigInt(amount), ...(action !== undefined && { action }) }
    return done({ cost, firstFree: false })
  }
  if (action === undefined) return credits.no('amount_needed')
  if (asset !== PRICED_ASSET) return prices.no('price_in_credits', { asset })
  const quoted = await quote({ action, params, owner })
  if (!quoted.ok) return quoted
  // No more than these: what else a quote knows is no part of a command.
  const { amount: price, priceVersion, kept, firstFree } = quoted.value
  return done({ cost: { amount: price, priceVersion, action, params: kept }, firstFree })
}
