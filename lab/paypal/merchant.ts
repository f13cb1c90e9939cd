import type { Kit } from '../kit/provider.ts'
import type { Books, PendingReason } from './books.ts'
import type { Chain } from './chain.ts'

/** One merchant account at PayPal, with its app. */
export interface Merchant {
  readonly kit: Kit
  readonly id: string
  readonly email: string
  readonly clientId: string
  readonly clientSecret: string
  readonly books: Books
  readonly chain: Chain
  readonly webhook: { url: string | undefined; id: string }
  readonly knobs: Knobs
}

/** What the lab was told to do next time. */
export interface Knobs {
  /** So many captures find that the payer's instrument is declined. */
  declines: number
  /** So many captures wait, and why. */
  pendingCaptures: number
  pendingReason: PendingReason
  /** So many refunds wait. */
  pendingRefunds: number
}

export function taken(knobs: Knobs, name: 'declines' | 'pendingCaptures' | 'pendingRefunds') {
  const is = knobs[name] > 0
  if (is) knobs[name] -= 1
  return is
}
