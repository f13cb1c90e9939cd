import type { Instant } from '#kernel/clock'
import type { DisputeFact, PaymentFact, RefundFact } from '../../fact.ts'
import { type Amount, fromPaypal } from './amount.ts'
import type { Capture, Dispute, Refund } from './shapes.ts'

/** Where a fact comes from; the merchant where PayPal names none. */
export interface Origin {
  readonly merchant: string
  readonly livemode: boolean
}

const CLOSED = 'closed-'
const REFUND = 'refund-'

/** What an order is called that we have closed: it is never captured any more. */
export const closedMark = (tradeNo: string): string => `${CLOSED}${tradeNo}`

/** Our number in what PayPal carries for us, whether or not the order was closed since. */
export const tradeNoIn = (customId: string | undefined): string | undefined =>
  customId?.startsWith(CLOSED) ? customId.slice(CLOSED.length) : customId

/**
 * Marked as a refund's, because one that is begun in PayPal's console may inherit what the payment carries, and would
 * pass for one of ours.
 */
export const refundMark = (refundNo: string): string => `${REFUND}${refundNo}`
const refundNoIn = (customId: string | undefined): string | undefined =>
  customId?.startsWith(REFUND) ? customId.slice(REFUND.length) : undefined

/** The money is there, or was until it went back. Pending is not there, whatever the order says. */
export const isPaid = ({ status }: Capture): boolean =>
  ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(status)

export const paymentFact = (
  capture: Capture,
  from: Origin,
  more: { readonly tradeNo?: string | undefined; readonly payer?: string | undefined } = {},
): PaymentFact => ({
  kind: 'payment',
  merchant: capture.payee?.merchant_id ?? from.merchant,
  livemode: from.livemode,
  tradeNo: tradeNoIn(capture.custom_id) ?? more.tradeNo,
  txn: capture.id,
  ...sum(capture.amount),
  paidAt: instantOf(capture.create_time),
  ...(more.payer !== undefined && { payer: more.payer }),
})

const REFUND_STATES: ReadonlyMap<string, RefundFact['state']> = new Map([
  ['COMPLETED', 'succeeded'],
  ['PENDING', 'pending'],
  ['CANCELLED', 'failed'],
  ['FAILED', 'failed'],
])

export const refundFact = (
  refund: Refund,
  from: Origin,
  of: { readonly txn: string | undefined; readonly tradeNo?: string } = {
    txn: captureAbove(refund),
  },
): RefundFact => ({
  kind: 'refund',
  merchant: refund.payer?.merchant_id ?? from.merchant,
  livemode: from.livemode,
  refundNo: refundNoIn(refund.custom_id),
  refund: refund.id,
  txn: of.txn,
  tradeNo: of.tradeNo,
  ...sum(refund.amount),
  state: REFUND_STATES.get(refund.status) ?? 'abnormal',
  at: instantOf(refund.update_time ?? refund.create_time),
})

/** PayPal took a payment back by itself, and told of the capture instead of a refund: all of it is gone. */
export const reversalFact = (capture: Capture, from: Origin, at: Instant): RefundFact => ({
  kind: 'refund',
  merchant: capture.payee?.merchant_id ?? from.merchant,
  livemode: from.livemode,
  refundNo: undefined,
  refund: `reversal-${capture.id}`,
  txn: capture.id,
  tradeNo: tradeNoIn(capture.custom_id),
  ...sum(capture.amount),
  state: 'succeeded',
  at,
})

const LOST: ReadonlySet<string> = new Set(['RESOLVED_BUYER_FAVOUR', 'ACCEPTED'])
const WON: ReadonlySet<string> = new Set([
  'RESOLVED_SELLER_FAVOUR',
  // PayPal pays the buyer itself.
  'RESOLVED_WITH_PAYOUT',
  'CANCELED_BY_BUYER',
  'DENIED',
])

/** A case over several payments is one dispute of each; what of the sum is whose PayPal does not say. */
export function disputeFacts(dispute: Dispute, from: Origin): readonly DisputeFact[] {
  const { dispute_id: id, disputed_transactions: transactions, dispute_outcome: outcome } = dispute
  const state = stateOf(dispute)
  const [first] = transactions
  const one = first !== undefined && transactions.length === 1
  const lost = state === 'lost' ? outcome?.amount_refunded : undefined
  const { amount, currency } = sum(lost ?? dispute.dispute_amount)
  return transactions.map(({ seller_transaction_id: txn, seller }) => ({
    kind: 'dispute',
    merchant: seller?.merchant_id ?? from.merchant,
    livemode: from.livemode,
    dispute: one ? id : `${id}/${txn}`,
    txn,
    amount: one ? amount : undefined,
    currency,
    state,
    at: instantOf(dispute.update_time ?? dispute.create_time),
  }))
}

function stateOf({ status, dispute_outcome: outcome }: Dispute): DisputeFact['state'] {
  const word = outcome?.outcome_code ?? ''
  if (status !== 'RESOLVED') return 'opened'
  if (LOST.has(word)) return 'lost'
  // Resolved in a word we do not know: it stays open until a person has read it.
  return WON.has(word) ? 'won' : 'opened'
}

const CAPTURE_PATH = /\/v2\/payments\/captures\/([A-Za-z0-9-]{1,64})$/

/** A refund does not name its payment but links to it. */
export function captureAbove({ links }: Pick<Refund, 'links'>): string | undefined {
  const up = links?.find(({ rel }) => rel === 'up')
  return CAPTURE_PATH.exec(up?.href ?? '')?.[1]
}

export const instantOf = (time: string): Instant => Date.parse(time) as Instant

const sum = (amount: Amount) => ({ amount: fromPaypal(amount), currency: amount.currency_code })
