import type { Stripe } from 'stripe'
import { type Answer, type Fault, fail, invalid, isFault, missing, ok, refuse } from './answer.ts'
import { move } from './balance-transaction.ts'
import { newId } from './books.ts'
import { unrefunded } from './charge.ts'
import { type Merchant, secondsOf } from './merchant.ts'
import type { Params } from './params.ts'
import { idOf } from './payment-intent.ts'
import { tell } from './tell.ts'

export const REFUND_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const

export interface RefundDraft {
  readonly amount: number | undefined
  readonly reason: (typeof REFUND_REASONS)[number] | undefined
  readonly metadata: Record<string, string>
}

export function createRefund(merchant: Merchant, params: Params): Answer {
  const intent = params.text('payment_intent')
  const chargeId = params.text('charge')
  const draft = {
    amount: params.integer('amount'),
    reason: params.oneOf('reason', REFUND_REASONS),
    metadata: params.metadata('metadata'),
  }
  const fault = params.fault() ?? oneOfThem(intent, chargeId) ?? positive(draft.amount)
  if (fault) return refuse(fault)
  const charge = chargeOf(merchant, intent, chargeId)
  if (isFault(charge)) return refuse(charge)
  const refund = refundCharge(merchant, charge, draft)
  return isFault(refund) ? fail(refund) : ok(refund)
}

/** Money goes back, by the API or by the dashboard's button. */
export function refundCharge(
  merchant: Merchant,
  charge: Stripe.Charge,
  draft: RefundDraft,
): Stripe.Refund | Fault {
  const left = unrefunded(charge)
  const amount = draft.amount ?? left
  const fault = refusal(charge, amount, left)
  if (fault) return fault
  const { books, kit, knobs } = merchant
  const isHeld = knobs.pendingRefunds > 0
  if (isHeld) knobs.pendingRefunds -= 1
  const refund = newRefund(charge, { ...draft, amount }, secondsOf(kit), isHeld)
  refund.balance_transaction = move(merchant, {
    amount: -amount,
    currency: charge.currency,
    fee: 0,
    type: charge.id.startsWith('ch_') ? 'refund' : 'payment_refund',
    category: 'refund',
    source: refund.id,
    description: 'REFUND FOR CHARGE',
  }).id
  books.refunds.set(refund.id, refund)
  if (merchant.by.idempotency_key !== null)
    books.askedWith.set(refund.id, merchant.by.idempotency_key)
  charge.amount_refunded += amount
  charge.refunded = unrefunded(charge) === 0
  const skewed = kit.strikes('wrong_amount')
  tell(merchant, 'refund.created', refund, skewed)
  tell(merchant, 'charge.refunded', charge)
  return refund
}

/**
 * What became of a refund at the payer's bank: a pending one ends either way, and one that had succeeded may still
 * come back days later. Undefined where it had failed before.
 */
export function settleRefund(
  merchant: Merchant,
  refund: Stripe.Refund,
  arrived: boolean,
): Stripe.Refund | undefined {
  if (refund.status === 'failed' || (arrived && refund.status !== 'pending')) return undefined
  refund.status = arrived ? 'succeeded' : 'failed'
  delete refund.pending_reason
  if (!arrived) giveBack(merchant, refund)
  if (!arrived) tell(merchant, 'refund.failed', refund)
  tell(merchant, 'refund.updated', refund)
  tell(merchant, 'charge.refund.updated', refund)
  return refund
}

function giveBack(merchant: Merchant, refund: Stripe.Refund): void {
  refund.failure_reason = 'expired_or_canceled_card'
  refund.failure_balance_transaction = move(merchant, {
    amount: refund.amount,
    currency: refund.currency,
    fee: 0,
    type: 'refund_failure',
    category: 'refund_failure',
    source: refund.id,
    description: 'REFUND FAILURE',
  }).id
  const charge = merchant.books.charges.get(idOf(refund.charge) ?? '')
  if (!charge) return
  charge.amount_refunded -= refund.amount
  charge.refunded = false
}

const newRefund = (
  charge: Stripe.Charge,
  draft: RefundDraft & { readonly amount: number },
  created: number,
  isHeld: boolean,
): Stripe.Refund => ({
  id: newId('re_3', 23),
  object: 'refund',
  amount: draft.amount,
  balance_transaction: null,
  charge: charge.id,
  created,
  currency: charge.currency,
  customer: charge.customer,
  customer_account: null,
  destination_details: { type: charge.payment_method_details?.type ?? 'card' },
  metadata: draft.metadata,
  payment_intent: charge.payment_intent,
  payment_method: charge.payment_method,
  ...(isHeld && { pending_reason: 'processing' as const }),
  reason: draft.reason ?? null,
  receipt_number: null,
  source_transfer_reversal: null,
  status: isHeld ? 'pending' : 'succeeded',
  transfer_reversal: null,
})

const oneOfThem = (intent: string | undefined, charge: string | undefined): Fault | undefined =>
  intent === undefined && charge === undefined
    ? invalid(
        'One of the following params should be provided for this request: payment_intent or charge.',
        { code: 'parameter_missing' },
      )
    : undefined

const positive = (amount: number | undefined): Fault | undefined =>
  amount !== undefined && amount < 1
    ? invalid('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
    : undefined

function chargeOf(
  { books }: Merchant,
  intentId: string | undefined,
  chargeId: string | undefined,
): Stripe.Charge | Fault {
  if (chargeId !== undefined)
    return books.charges.get(chargeId) ?? missing('charge', chargeId, 'charge')
  const intent = books.intents.get(intentId ?? '')
  if (!intent) return missing('payment_intent', intentId ?? '', 'payment_intent')
  const charge = books.charges.get(idOf(intent.latest_charge) ?? '')
  return intent.status === 'succeeded' && charge
    ? charge
    : invalid(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
        param: 'payment_intent',
      })
}

function refusal(charge: Stripe.Charge, amount: number, left: number): Fault | undefined {
  if (charge.status !== 'succeeded') return invalid(`Charge ${charge.id} is not paid.`)
  if (charge.disputed)
    return invalid(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    })
  if (left === 0)
    return invalid(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    })
  return amount > left
    ? invalid(
        `Refund amount (${amount}) is greater than unrefunded amount on charge (${left}), in ${charge.currency}.`,
        { param: 'amount' },
      )
    : undefined
}
