import type { Stripe } from 'stripe'
import { type Answer, type Fault, fail, invalid, missing, ok, refuse } from './answer.ts'
import { type Merchant, secondsOf } from './merchant.ts'
import type { Params } from './params.ts'
import { type Payer, payIntent } from './pay-intent.ts'
import { idOf, isOpen, newIntent } from './payment-intent.ts'
import { isPayable } from './session.ts'
import { tell } from './tell.ts'

interface Confirming {
  readonly method: string | undefined
  readonly payer: Payer
}

/** An intent of the shop's own making: the way a saved card is charged while its owner is away. */
export function createIntent(merchant: Merchant, params: Params): Answer {
  const { books, kit } = merchant
  const currency = params.needCurrency('currency')
  const amount = params.needInteger('amount')
  const customer = params.text('customer')
  const confirm = params.flag('confirm') ?? false
  const isAway = params.has('off_session')
  const how = readConfirming(params)
  const draft = {
    created: secondsOf(kit),
    amount,
    currency,
    customer: customer ?? null,
    description: params.text('description'),
    descriptor: params.text('statement_descriptor'),
    descriptorSuffix: params.text('statement_descriptor_suffix'),
    receiptEmail: params.text('receipt_email'),
    methodTypes: params.texts('allowed_payment_method_types') ?? ['card'],
    setupFutureUsage: params.oneOf('setup_future_usage', ['off_session', 'on_session'] as const),
    metadata: params.metadata('metadata'),
  }
  readAutomatic(params)
  const fault =
    params.fault() ??
    payableFault(amount, currency) ??
    (isAway && !confirm
      ? invalid('off_session can only be used with confirm=true.', { param: 'off_session' })
      : undefined) ??
    (customer !== undefined && !books.customers.has(customer)
      ? missing('customer', customer, 'customer')
      : undefined) ??
    methodFault(merchant, how.method, customer, confirm)
  if (fault) return refuse(fault)

  const intent = newIntent(draft)
  books.intents.set(intent.id, intent)
  if (merchant.by.idempotency_key !== null)
    books.askedWith.set(intent.id, merchant.by.idempotency_key)
  tell(merchant, 'payment_intent.created', intent)
  if (confirm) return confirmed(merchant, intent, how)
  intent.payment_method = how.method ?? null
  if (how.method !== undefined) intent.status = 'requires_confirmation'
  return ok(intent)
}

export function confirmIntent(
  merchant: Merchant,
  intent: Stripe.PaymentIntent,
  params: Params,
): Answer {
  const asked = readConfirming(params)
  const how = { ...asked, method: asked.method ?? idOf(intent.payment_method) }
  const fault =
    params.fault() ??
    stateFault(intent, 'confirm') ??
    methodFault(merchant, how.method, idOf(intent.customer), true)
  return fault ? refuse(fault) : confirmed(merchant, intent, how)
}

export function cancelIntent(
  merchant: Merchant,
  intent: Stripe.PaymentIntent,
  params: Params,
): Answer {
  const reason = params.oneOf('cancellation_reason', [
    'abandoned',
    'duplicate',
    'fraudulent',
    'requested_by_customer',
  ])
  const fault = params.fault() ?? stateFault(intent, 'cancel')
  if (fault) return refuse(fault)
  intent.status = 'canceled'
  intent.canceled_at = secondsOf(merchant.kit)
  intent.cancellation_reason = reason ?? null
  tell(merchant, 'payment_intent.canceled', intent)
  return ok(intent)
}

function confirmed(merchant: Merchant, intent: Stripe.PaymentIntent, how: Confirming): Answer {
  const method = merchant.books.methods.get(how.method ?? '')
  if (!method) return refuse(missing('PaymentMethod', how.method ?? '', 'payment_method'))
  const tried = payIntent(merchant, intent, method, how.payer)
  return tried.came === 'refused' ? fail(tried.fault) : ok(intent)
}

const readConfirming = (params: Params): Confirming => {
  const away = params.oneOf('off_session', ['true', 'false', 'one_off', 'recurring'])
  params.url('return_url')
  return {
    method: params.text('payment_method'),
    payer: away === undefined || away === 'false' ? 'at_shop' : 'away',
  }
}

/** Heard, and without effect: a saved card is a card. */
function readAutomatic(params: Params): void {
  const automatic = params.group('automatic_payment_methods')
  automatic.flag('enabled')
  automatic.oneOf('allow_redirects', ['always', 'never'])
}

function payableFault(amount: number, currency: string): Fault | undefined {
  const payable = isPayable(amount, currency)
  return payable === 'yes'
    ? undefined
    : invalid(
        payable === 'too_small'
          ? 'Amount must be at least what can be charged in this currency.'
          : 'Amount must be no more than 8 digits.',
        { code: `amount_${payable}`, param: 'amount' },
      )
}

function methodFault(
  { books }: Merchant,
  id: string | undefined,
  customer: string | undefined,
  confirm: boolean,
): Fault | undefined {
  if (id === undefined)
    return confirm
      ? invalid('You cannot confirm this PaymentIntent because it is missing a payment method.', {
          code: 'payment_intent_unexpected_state',
        })
      : undefined
  const method = books.methods.get(id)
  if (!method) return missing('PaymentMethod', id, 'payment_method')
  const owner = idOf(method.customer)
  if (owner === customer && owner !== undefined) return undefined
  return invalid(
    owner === undefined
      ? 'This PaymentMethod was used before without a Customer. It may not be used again.'
      : `The PaymentMethod ${id} belongs to another Customer than the one of this PaymentIntent.`,
    { param: 'payment_method' },
  )
}

const stateFault = (intent: Stripe.PaymentIntent, verb: string): Fault | undefined =>
  isOpen(intent)
    ? undefined
    : invalid(
        `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
        { code: 'payment_intent_unexpected_state', payment_intent: intent },
      )
