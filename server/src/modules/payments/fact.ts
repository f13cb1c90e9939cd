import type { Instant } from '#kernel/clock'

/** What every fact says of where it comes from; compared with the account that it came to. */
interface About {
  /** The merchant as the provider names it: mchid, seller or app id, Stripe account, PayPal merchant. */
  readonly merchant: string
  readonly livemode: boolean
}

interface Sum {
  /** In minor units; undefined where what was said is no amount, which fits nothing. */
  readonly amount: bigint | undefined
  /** Upper case, ISO 4217. */
  readonly currency: string
}

/** Money came in. One for each transaction of the provider, however often and by whatever way it is told. */
export interface PaymentFact extends About, Sum {
  readonly kind: 'payment'
  /** Our number of the attempt, if the provider says one. */
  readonly tradeNo: string | undefined
  /** The provider's number of the transaction. */
  readonly txn: string
  readonly paidAt: Instant
  /** Who paid, as the provider names them. Kept as a keyed hash only. */
  readonly payer?: string
  /** What later renewals are charged with, where the payer agreed to it. */
  readonly instrument?: { readonly customer: string; readonly method: string }
}

/** Money goes back. `pending` is none of the ends; a success may still turn into `failed` days later. */
export interface RefundFact extends About, Sum {
  readonly kind: 'refund'
  /** Our number of the refund; undefined where it was begun in the provider's own console. */
  readonly refundNo: string | undefined
  /** The provider's number of the refund. */
  readonly refund: string
  /** The payment it belongs to: at least one of the two is known. */
  readonly txn: string | undefined
  readonly tradeNo: string | undefined
  readonly state: 'pending' | 'succeeded' | 'failed' | 'abnormal'
  /** Why it was refused, in the provider's own code, where it has given one. */
  readonly why?: string | undefined
  readonly at: Instant
}

/** A payer asks their bank for the money back. */
export interface DisputeFact extends About, Sum {
  readonly kind: 'dispute'
  readonly dispute: string
  readonly txn: string
  readonly state: 'opened' | 'lost' | 'won'
  readonly at: Instant
}

/** An attempt that can no longer be paid. Says nothing against a success that is known already. */
export interface EndFact extends About {
  readonly kind: 'end'
  readonly tradeNo: string
  readonly how: 'closed' | 'failed'
}

/** Money went out to a person. */
export interface TransferFact extends About, Sum {
  readonly kind: 'transfer'
  readonly transferNo: string
  /** The provider's number of the transfer. */
  readonly transfer: string | undefined
  readonly state: TransferState
  /** Why it failed, in the provider's word. */
  readonly why?: string
  /** What the payee's app needs to let them confirm it. */
  readonly confirm?: string
}
/** Only `succeeded` is success; the first three are on their way, the others give the money back. */
export type TransferState =
  | 'accepted'
  | 'processing'
  | 'wait_user'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'returned'

/** Something happened to an attempt that the provider must be asked about: the message alone proves nothing. */
interface LookFact extends About {
  readonly kind: 'look'
  readonly tradeNo: string
}

export type Fact = PaymentFact | RefundFact | DisputeFact | EndFact | TransferFact | LookFact

/** What has the form of a number of ours: in the provider's console anybody may write another one. */
export const ourRefundNo = (said: string | undefined): string | undefined =>
  said !== undefined && /^[0-9a-z]{26}$/.test(said) ? said : undefined
