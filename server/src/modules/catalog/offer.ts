import type { Instant } from '#kernel/clock'
import { invariant } from '#kernel/invariant'
import { done, type Outcome } from '#kernel/outcome'
import type { Product } from './product.ts'
import { catalog } from './refusals.ts'
import type { Bonus, Price, Terms } from './terms.ts'

/** What one purchase costs its buyer now, and what it gives. */
export interface Offer {
  readonly price: Price
  readonly credits: bigint
  /** Each at least one credit; all of them are worked out from the credits bought, not from each other. */
  readonly bonuses: readonly OfferedBonus[]
}
interface OfferedBonus {
  readonly kind: 'flat' | 'tier' | 'first_purchase' | 'vip'
  readonly credits: bigint
}

export interface Wish {
  readonly currency: string
  /** Undefined while it is not chosen yet. */
  readonly channel?: string | undefined
  readonly now: Instant
  /** What counts against the limit: what this owner has paid for and kept, and orders that may still be paid. */
  readonly purchasesBefore: number
  /** Nothing of this product was ever paid for by this owner, given back or not, nor promised as the first. */
  readonly firstPurchase: boolean
  /** How many times the credits a VIP gets, as an exact fraction of 1 or more. */
  readonly multiplier?: { readonly numerator: bigint; readonly denominator: bigint } | undefined
  /** What is left to pay where something lowers the price: it decides which tier is reached. */
  readonly paid?: bigint | undefined
}

export type OfferNo =
  | 'product_unknown'
  | 'product_not_on_sale'
  | 'currency_unavailable'
  | 'channel_unavailable'
  | 'purchase_limit_reached'

export function offerOf(product: Product | undefined, wish: Wish): Outcome<Offer, OfferNo> {
  if (!product) return catalog.no('product_unknown')
  const { terms, id: product_id } = product
  const { currency, channel } = wish
  if (!isOnSale(terms, wish.now)) return catalog.no('product_not_on_sale', { product_id })
  const price = terms.prices.find((one) => one.currency === currency)
  if (!price) {
    const allowed = terms.prices.map((one) => one.currency)
    return catalog.no('currency_unavailable', { product_id, currency, allowed })
  }
  if (channel !== undefined && terms.channels?.includes(channel) === false)
    return catalog.no('channel_unavailable', { product_id, channel, allowed: terms.channels })
  const limit = terms.perUserLimit
  if (limit !== null && wish.purchasesBefore >= limit)
    return catalog.no('purchase_limit_reached', { product_id, limit })
  return done({ price, credits: terms.credits, bonuses: bonusesOf(terms, wish, price) })
}

export const isOnSale = ({ active, sale: { from, until } }: Terms, now: Instant): boolean =>
  active && (from === null || from <= now) && (until === null || now < until)

function bonusesOf(terms: Terms, wish: Wish, price: Price): OfferedBonus[] {
  const { credits, bonus } = terms
  const paid = wish.paid ?? price.amount
  const { numerator, denominator } = wish.multiplier ?? { numerator: 1n, denominator: 1n }
  invariant(denominator > 0n && numerator >= denominator, 'CT3', 'a multiplier takes nothing away')
  const all: OfferedBonus[] = [
    {
      kind: bonus.kind === 'flat' ? 'flat' : 'tier',
      credits: ownBonus(bonus, { currency: price.currency, amount: paid }),
    },
    {
      kind: 'first_purchase',
      credits: terms.firstPurchaseDouble && wish.firstPurchase ? credits : 0n,
    },
    {
      kind: 'vip',
      credits: terms.vipMultiplierApplies
        ? (credits * (numerator - denominator)) / denominator // rounded down
        : 0n,
    },
  ]
  return all.filter((one) => one.credits > 0n)
}

/** What anybody gets on top who pays so much, whoever they are. */
export const ownBonus = (bonus: Bonus, paid: Price): bigint =>
  bonus.kind === 'flat'
    ? bonus.credits
    : (bonus.tiers.findLast(
        ({ currency, fromPaidMinor }) => currency === paid.currency && fromPaidMinor <= paid.amount,
      )?.credits ?? 0n)
