import type { Instant } from '#kernel/clock'
import {
  type DisputeFact,
  type EndFact,
  ourRefundNo,
  type PaymentFact,
  type RefundFact,
} from '../../fact.ts'
import { fromStripe } from './amount.ts'
import type { StripeAccount } from './settings.ts'
import type { Dispute, Intent, Refund, Session } from './shapes.ts'

/** Where a fact comes from: an answer to our key, or an event. */
export interface Origin {
  readonly merchant: string
  readonly livemode: boolean
}

/** Whose mode an answer is in the key decides, and it says so. */
export const originOf = ({ merchant, secrets }: StripeAccount): Origin => ({
  merchant,
  livemode: /^[rs]k_live_/.test(secrets.secret_key),
})

export const instantOf = (seconds: number): Instant => (seconds * 1_000) as Instant

/** A session whose payer agreed that the card is kept; an event of it does not say which card. */
export const keepsCard = ({ metadata }: Session): boolean =>
  metadata?.['method'] === 'checkout_save'

/** Undefined where nothing was paid: a session can be complete long before its money comes. */
export function paymentOfSession(
  session: Session,
  from: Origin,
  at: Instant,
): PaymentFact | undefined {
  const { payment_intent: intent, currency } = session
  if (session.payment_status !== 'paid' || intent === null) return undefined
  const instrument = typeof intent === 'string' ? undefined : instrumentOf(intent)
  return {
    kind: 'payment',
    merchant: from.merchant,
    livemode: session.livemode,
    tradeNo: session.client_reference_id ?? undefined,
    txn: idOf(intent),
    ...sum(session.amount_total, currency ?? ''),
    paidAt: at,
    ...(instrument && { instrument }),
  }
}

/** Undefined where it has not succeeded, or is none of ours. */
export function paymentOfIntent(
  intent: Intent,
  from: Origin,
  at: Instant,
): PaymentFact | undefined {
  const tradeNo = intent.metadata?.['trade_no']
  if (intent.status !== 'succeeded' || tradeNo === undefined) return undefined
  const instrument = instrumentOf(intent)
  return {
    kind: 'payment',
    merchant: from.merchant,
    livemode: intent.livemode,
    tradeNo,
    txn: intent.id,
    ...sum(intent.amount_received, intent.currency),
    paidAt: at,
    ...(instrument && { instrument }),
  }
}

/** When the money came, as near as an intent says it. */
export const paidAtOf = ({ latest_charge: charge, created }: Intent): Instant =>
  instantOf(charge !== null && typeof charge === 'object' ? charge.created : created)

const REFUND_STATES: ReadonlyMap<string, RefundFact['state']> = new Map([
  ['pending', 'pending'],
  ['requires_action', 'pending'],
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
])

/** Days after it has succeeded a refund may still fail; then the money is back with us. */
export const refundFact = (refund: Refund, from: Origin, at: Instant): RefundFact => ({
  kind: 'refund',
  ...from,
  refundNo: ourRefundNo(refund.metadata?.['refund_id']),
  refund: refund.id,
  txn: refund.payment_intent ?? refund.charge ?? undefined,
  tradeNo: refund.metadata?.['trade_no'],
  ...sum(refund.amount, refund.currency),
  state: REFUND_STATES.get(refund.status ?? 'pending') ?? 'abnormal',
  at,
})

const DISPUTE_STATES: ReadonlyMap<string, DisputeFact['state']> = new Map([
  ['lost', 'lost'],
  ['won', 'won'],
  // An inquiry that went by, and one that ended before it became a dispute: the money stays.
  ['warning_closed', 'won'],
  ['prevented', 'won'],
])

export const disputeFact = (dispute: Dispute, from: Origin, at: Instant): DisputeFact => ({
  kind: 'dispute',
  ...from,
  dispute: dispute.id,
  txn: dispute.payment_intent ?? dispute.charge,
  ...sum(dispute.amount, dispute.currency),
  state: DISPUTE_STATES.get(dispute.status) ?? 'opened',
  at,
})

export const endFact = (tradeNo: string, from: Origin, how: EndFact['how']): EndFact => ({
  kind: 'end',
  ...from,
  tradeNo,
  how,
})

const sum = (unchecked: number | null, lowerCase: string) => {
  const currency = lowerCase.toUpperCase()
  return { amount: fromStripe(unchecked, currency), currency }
}

function instrumentOf(intent: Intent): PaymentFact['instrument'] | undefined {
  const { customer, payment_method: method } = intent
  if (intent.setup_future_usage !== 'off_session' || !customer || !method) return undefined
  return { customer: idOf(customer), method: idOf(method) }
}

const idOf = (one: string | { readonly id: string }): string =>
  typeof one === 'string' ? one : one.id
