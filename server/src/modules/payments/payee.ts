import type { Tx } from '#kernel/db'
import type { Attempt } from './attempt.ts'
import type { PaymentFact } from './fact.ts'
import type { Refund } from './refund.ts'

/**
 * Whoever ordered what is paid for. Called in the transaction that keeps the provider's word, so that what it gives and
 * the fact are one; it locks what it knows before it decides.
 */
export interface Payee {
  /** Before anything about this payment's way back is changed: whoever begins and whoever settles queue here. */
  lock(tx: Tx, factId: string): Promise<void>
  /** `sent_back` where it was paid before, or is not to be given any more. */
  paid(tx: Tx, payment: Paid): Promise<'kept' | 'sent_back'>
  /** An attempt that can no longer be paid, as far as anybody knows. */
  ended(tx: Tx, attempt: Attempt, how: 'closed' | 'failed'): Promise<void>
  /** `bounced`: what had gone back came to us again. */
  refunded(tx: Tx, refund: Refund, how: 'begun' | 'succeeded' | 'failed' | 'bounced'): Promise<void>
  /** `reversed`: what had been lost was won after all. */
  disputed(tx: Tx, dispute: Disputed, how: 'opened' | 'won' | 'lost' | 'reversed'): Promise<void>
}

export interface Paid {
  readonly factId: string
  readonly attempt: Attempt
  readonly fact: PaymentFact & { readonly amount: bigint }
}

export interface Disputed {
  readonly id: string
  readonly factId: string
  readonly amount: bigint
}
