import type { Stripe } from 'stripe'
import type { Fault } from './answer.ts'
import { feeOf, move } from './balance-transaction.ts'
import { newCharge } from './charge.ts'
import { type Merchant, secondsOf } from './merchant.ts'
import { idOf } from './payment-intent.ts'
import { isDelayed } from './session.ts'
import { tell } from './tell.ts'

/** Where the payer is: before the hosted page, before the shop's own page, or nowhere near. */
export type Payer = 'at_page' | 'at_shop' | 'away'

export type Tried =
  | { readonly came: 'succeeded'; readonly skewed: boolean }
  | { readonly came: 'processing' | 'requires_action' }
  | { readonly came: 'refused'; readonly fault: Fault }

/** Tries to move the money of an intent with one payment method. */
export function payIntent(
  merchant: Merchant,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  payer: Payer,
): Tried {
  const { books, kit } = merchant
  const manner = books.cards.get(method.id) ?? 'good'
  intent.payment_method = method.id
  intent.last_payment_error = null
  if (manner === 'asks' && payer === 'at_shop') {
    intent.status = 'requires_action'
    intent.next_action = { type: 'use_stripe_sdk', use_stripe_sdk: {} }
    tell(merchant, 'payment_intent.requires_action', intent)
    return { came: 'requires_action' }
  }
  intent.next_action = null
  const charge = newCharge(intent, method, secondsOf(kit))
  books.charges.set(charge.id, charge)
  intent.latest_charge = charge.id
  if (manner === 'declined' || (manner === 'asks' && payer === 'away')) {
    const why = manner === 'asks' ? 'authentication_required' : 'generic_decline'
    return { came: 'refused', fault: decline(merchant, intent, method, charge, why) }
  }
  if (isDelayed(method.type)) {
    intent.status = 'processing'
    tell(merchant, 'charge.pending', charge)
    tell(merchant, 'payment_intent.processing', intent)
    return { came: 'processing' }
  }
  return { came: 'succeeded', skewed: settleIntent(merchant, intent, method, charge) }
}

/** The money has arrived. Says whether it is told with another amount. */
export function settleIntent(
  merchant: Merchant,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  charge: Stripe.Charge,
): boolean {
  const skewed = merchant.kit.strikes('wrong_amount')
  const isCard = method.type === 'card'
  charge.status = 'succeeded'
  charge.paid = true
  charge.captured = true
  charge.amount_captured = charge.amount
  charge.outcome = APPROVED
  charge.balance_transaction = move(merchant, {
    amount: charge.amount,
    currency: charge.currency,
    fee: feeOf(charge.amount),
    type: isCard ? 'charge' : 'payment',
    category: 'charge',
    source: charge.id,
    description: charge.description,
  }).id
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  tell(merchant, 'charge.succeeded', charge, skewed)
  if (intent.setup_future_usage !== null) attach(merchant, intent, method)
  tell(merchant, 'payment_intent.succeeded', intent, skewed)
  return skewed
}

/** The bank says no, and the intent waits for another way to be paid. */
export function decline(
  merchant: Merchant,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  charge: Stripe.Charge,
  why: 'authentication_required' | 'generic_decline',
): Fault {
  const code = why === 'generic_decline' ? 'card_declined' : why
  const message =
    why === 'generic_decline'
      ? 'Your card was declined.'
      : 'Your card was declined. This transaction requires authentication.'
  charge.status = 'failed'
  charge.failure_code = code
  charge.failure_message = message
  intent.status = 'requires_payment_method'
  intent.payment_method = null
  intent.last_payment_error = {
    type: 'card_error',
    code,
    decline_code: why,
    message,
    charge: charge.id,
    payment_method: method,
  }
  tell(merchant, 'charge.failed', charge)
  tell(merchant, 'payment_intent.payment_failed', intent)
  return {
    status: 402,
    type: 'card_error',
    code,
    decline_code: why,
    message,
    charge: charge.id,
    payment_intent: intent,
    payment_method: method,
  }
}

function attach(
  merchant: Merchant,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): void {
  const customer = idOf(intent.customer)
  if (customer === undefined || idOf(method.customer) === customer) return
  method.customer = customer
  tell(merchant, 'payment_method.attached', method)
}

const APPROVED: Stripe.Charge.Outcome = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  risk_score: 1,
  seller_message: 'Payment complete.',
  type: 'authorized',
}
