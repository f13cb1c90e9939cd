import type { Stripe } from 'stripe'
import type { Kit } from '../kit/provider.ts'
import type { Books } from './books.ts'
import type { Endpoint } from './endpoint.ts'

/** The version whose shapes are played here; the types of stripe 23.1 pin the same one. */
export const API_VERSION: Stripe.LatestApiVersion = '2026-10-28.endive'

/** One account at Stripe, as whoever acts on it just now sees it. */
export interface Merchant {
  readonly kit: Kit
  readonly id: string
  readonly secretKey: string
  readonly books: Books
  readonly endpoint: Endpoint
  readonly knobs: Knobs
  /** The request that events are told to come from; none where a payer or Stripe itself acted. */
  readonly by: Stripe.Event.Request
  /** Where the hosted pages are, as the caller reached us. */
  readonly origin: string
}

/** What the lab was told to do next time. */
interface Knobs {
  /** So many refunds wait for the payer's bank. */
  pendingRefunds: number
  /** What is younger is not found by search. */
  searchLagMs: number
}

export const NOBODY: Stripe.Event.Request = { id: null, idempotency_key: null }

export const secondsOf = (kit: Kit): number => Math.floor(kit.now() / 1000)
