import type { Stripe } from 'stripe'
import { move } from './balance-transaction.ts'
import { newId } from './books.ts'
import { type Merchant, secondsOf } from './merchant.ts'
import { tell } from './tell.ts'

const FEE = 1500
const DUE_AFTER_S = 10 * 86_400

/** A payer's bank takes the money back, and asks for evidence. Undefined where it did so before. */
export function openDispute(
  merchant: Merchant,
  charge: Stripe.Charge,
  amount: number,
  reason: string,
): Stripe.Dispute | undefined {
  const isOfIt = amount > 0 && amount <= charge.amount
  if (charge.disputed || charge.status !== 'succeeded' || !isOfIt) return undefined
  charge.disputed = true
  const dispute = newDispute(charge, amount, reason, secondsOf(merchant.kit))
  merchant.books.disputes.set(dispute.id, dispute)
  tell(merchant, 'charge.dispute.created', dispute)
  dispute.balance_transactions.push(moveFor(merchant, dispute, -amount, FEE, 'dispute'))
  tell(merchant, 'charge.dispute.funds_withdrawn', dispute)
  return dispute
}

/** The bank decides. Won, the money comes back and the fee with it; lost, it stays where it went. */
export function closeDispute(
  merchant: Merchant,
  dispute: Stripe.Dispute,
  won: boolean,
): Stripe.Dispute | undefined {
  if (dispute.status !== 'needs_response') return undefined
  dispute.status = won ? 'won' : 'lost'
  if (won) {
    const back = moveFor(merchant, dispute, dispute.amount, -FEE, 'dispute_reversal')
    dispute.balance_transactions.push(back)
    tell(merchant, 'charge.dispute.funds_reinstated', dispute)
  }
  tell(merchant, 'charge.dispute.closed', dispute)
  return dispute
}

const moveFor = (
  merchant: Merchant,
  { id, currency }: Stripe.Dispute,
  amount: number,
  fee: number,
  category: string,
): Stripe.BalanceTransaction =>
  move(merchant, {
    amount,
    currency,
    fee,
    type: 'adjustment',
    category,
    source: id,
    description: 'Chargeback',
  })

const newDispute = (
  charge: Stripe.Charge,
  amount: number,
  reason: string,
  created: number,
): Stripe.Dispute => ({
  id: newId('du_1', 23),
  object: 'dispute',
  amount,
  balance_transactions: [],
  charge: charge.id,
  created,
  currency: charge.currency,
  enhanced_eligibility_types: [],
  evidence: NO_EVIDENCE,
  evidence_details: {
    due_by: created + DUE_AFTER_S,
    enhanced_eligibility: {},
    has_evidence: false,
    past_due: false,
    submission_count: 0,
    submission_method: 'manual',
  },
  intended_submission_method: null,
  is_charge_refundable: false,
  livemode: false,
  metadata: {},
  payment_intent: charge.payment_intent,
  reason,
  status: 'needs_response',
})

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
}
