/** What a package costs and gives, in whole minor units and whole credits. */
export interface Offer {
  readonly id: number
  readonly amount: number
  readonly credits: number
}

/** Whether one of them is cheaper by the credit than each of the others; with a tie nobody is said to be the best. */
export function bestValue(offers: readonly Offer[]): number | undefined {
  const [best] = offers.filter((one) =>
    offers.every((other) => other.id === one.id || isCheaper(one, other)),
  )
  return offers.length > 1 && best && best.credits > 0 ? best.id : undefined
}

// Multiplied crosswise: a quotient would round, and two packages at the same price would differ.
const isCheaper = (one: Offer, other: Offer): boolean =>
  BigInt(one.amount) * BigInt(other.credits) < BigInt(other.amount) * BigInt(one.credits)

/** What a hundred credits cost, in minor units; to be shown and not to be reckoned with. */
export const perHundred = ({ amount, credits }: Offer): number => (amount / credits) * 100
