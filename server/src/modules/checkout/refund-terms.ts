import type { RefundPolicy } from '#catalog'
import type { Instant } from '#kernel/clock'

export interface Standing {
  readonly amount: bigint
  /** Gone back, or on its way. */
  readonly returned: bigint
  readonly paidAt: Instant
  readonly bought: bigint
  /** Of the bought credits, what is still there and free. */
  readonly unused: bigint
}

export interface RefundOffer {
  /** What of the price is given up. */
  readonly gross: bigint
  readonly fee: bigint
}

const DAY_MS = 86_400_000

/** What the terms of the product offer now: nothing after their time, and no more than what is unused is worth. */
export function offerByTerms(
  policy: RefundPolicy,
  of: Standing,
  now: Instant,
): RefundOffer | 'too_late' | 'used' {
  if (now >= of.paidAt + policy.windowDays * DAY_MS) return 'too_late'
  if (!policy.proRata && of.unused < of.bought) return 'used'
  const spent = spentOf(of)
  // What was spent is kept, rounded up; of what is left nobody loses the last cent to rounding.
  const kept = of.bought === 0n ? 0n : divideUp(of.amount * spent, of.bought)
  const gross = of.amount - of.returned - kept
  const fee = feeOf(policy, gross)
  return gross > 0n && fee < gross ? { gross, fee } : 'used'
}

/** Of the bought credits, what is neither there nor was taken for what has gone back. */
const spentOf = ({ bought, unused, amount, returned }: Standing): bigint =>
  greatest(bought - unused - divideUp(bought * returned, amount), 0n)

const divideUp = (a: bigint, by: bigint): bigint => (a + by - 1n) / by

/** In hundredths of a per cent, rounded up, and at least the minimum: what is kept is never less than was agreed. */
const feeOf = ({ fee }: RefundPolicy, gross: bigint): bigint => {
  const share = (gross * BigInt(fee.percentBp) + 9_999n) / 10_000n
  return fee.percentBp === 0 && fee.minimumMinor === 0n ? 0n : greatest(share, fee.minimumMinor)
}

const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b)
