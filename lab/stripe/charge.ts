import type { Stripe } from 'stripe'
import { newId } from './books.ts'
import { idOf } from './payment-intent.ts'

export const newCharge = (
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  created: number,
): Stripe.Charge => ({
  id: newId(method.type === 'card' ? 'ch_3' : 'py_3', 23),
  object: 'charge',
  amount: intent.amount,
  amount_captured: 0,
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  billing_details: method.billing_details,
  calculated_statement_descriptor: 'LAB',
  captured: false,
  created,
  currency: intent.currency,
  customer: idOf(intent.customer) ?? null,
  description: intent.description,
  disputed: false,
  failure_balance_transaction: null,
  failure_code: null,
  failure_message: null,
  fraud_details: {},
  livemode: false,
  metadata: intent.metadata,
  on_behalf_of: null,
  outcome: null,
  paid: false,
  payment_intent: intent.id,
  payment_method: method.id,
  payment_method_details: { type: method.type },
  receipt_email: intent.receipt_email,
  receipt_number: null,
  receipt_url: null,
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: 'pending',
  transfer_data: null,
  transfer_group: null,
})

/** What can still go back of it. */
export const unrefunded = (charge: Stripe.Charge): number =>
  charge.amount_captured - charge.amount_refunded
