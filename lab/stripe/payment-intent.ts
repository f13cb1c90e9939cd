import type { Stripe } from 'stripe'
import { newId } from './books.ts'

export interface IntentDraft {
  readonly created: number
  readonly amount: number
  readonly currency: string
  readonly customer: string | null
  readonly description: string | undefined
  readonly descriptor: string | undefined
  readonly descriptorSuffix: string | undefined
  readonly receiptEmail: string | undefined
  readonly methodTypes: readonly string[]
  readonly setupFutureUsage: 'off_session' | 'on_session' | undefined
  readonly metadata: Record<string, string>
}

export function newIntent(draft: IntentDraft): Stripe.PaymentIntent {
  const id = newId('pi_3', 23)
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: draft.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${newId('', 25)}`,
    confirmation_method: 'automatic',
    created: draft.created,
    currency: draft.currency,
    customer: draft.customer,
    customer_account: null,
    description: draft.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: draft.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: [...draft.methodTypes],
    payment_record: null,
    processing: null,
    receipt_email: draft.receiptEmail ?? null,
    review: null,
    setup_future_usage: draft.setupFutureUsage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: draft.descriptor ?? null,
    statement_descriptor_suffix: draft.descriptorSuffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}

/** The states in which it may still be paid or given up. */
export const isOpen = ({ status }: Stripe.PaymentIntent): boolean =>
  ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(status)

export const idOf = (one: string | { readonly id: string } | null): string | undefined =>
  typeof one === 'string' ? one : one?.id
