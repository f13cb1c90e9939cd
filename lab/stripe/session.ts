import type { Stripe } from 'stripe'

/** What whoever asks for a session decides; the rest follows or is empty. */
export interface SessionDraft {
  readonly id: string
  readonly created: number
  readonly expiresAt: number
  readonly amount: number
  readonly currency: string
  readonly url: string
  readonly methodTypes: readonly string[]
  readonly allowed: string[] | null
  readonly successUrl: string
  readonly cancelUrl: string | undefined
  readonly reference: string | undefined
  readonly customer: string | undefined
  readonly customerEmail: string | undefined
  readonly customerCreation: 'always' | 'if_required' | undefined
  readonly locale: string | undefined
  readonly submitType: Stripe.Checkout.Session.SubmitType | undefined
  readonly adaptive: boolean | undefined
  readonly metadata: Record<string, string>
}

export const newSession = (draft: SessionDraft): Stripe.Checkout.Session => ({
  id: draft.id,
  object: 'checkout.session',
  adaptive_pricing: draft.adaptive === undefined ? null : { enabled: draft.adaptive },
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: draft.allowed,
  amount_subtotal: draft.amount,
  amount_total: draft.amount,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  cancel_url: draft.cancelUrl ?? null,
  client_reference_id: draft.reference ?? null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  created: draft.created,
  currency: draft.currency,
  currency_conversion: null,
  custom_fields: [],
  custom_text: {
    after_submit: null,
    shipping_address: null,
    submit: null,
    terms_of_service_acceptance: null,
  },
  customer: draft.customer ?? null,
  customer_account: null,
  customer_creation:
    draft.customer === undefined ? (draft.customerCreation ?? 'if_required') : null,
  customer_details: null,
  customer_email: draft.customerEmail ?? null,
  discounts: [],
  expires_at: draft.expiresAt,
  integration_identifier: null,
  invoice: null,
  invoice_creation: null,
  livemode: false,
  locale: draft.locale ?? null,
  managed_payments: { enabled: false },
  metadata: draft.metadata,
  mode: 'payment',
  origin_context: null,
  // Made when somebody pays, not before.
  payment_intent: null,
  payment_link: null,
  payment_method_collection: 'if_required',
  payment_method_configuration_details: null,
  payment_method_options: { card: { request_three_d_secure: 'automatic' } },
  payment_method_types: [...draft.methodTypes],
  payment_status: 'unpaid',
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  status: 'open',
  submit_type: draft.submitType ?? null,
  subscription: null,
  success_url: draft.successUrl,
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  ui_mode: 'hosted_page',
  url: draft.url,
  wallet_options: null,
})

/** The ways to pay that settle days later, each in the currency of its country. */
const DELAYED: Readonly<Record<string, string>> = {
  usd: 'us_bank_account',
  eur: 'sepa_debit',
  gbp: 'bacs_debit',
  cad: 'acss_debit',
  aud: 'au_becs_debit',
  jpy: 'konbini',
  brl: 'boleto',
  mxn: 'oxxo',
}
export const isDelayed = (type: string): boolean => Object.values(DELAYED).includes(type)

/** What the hosted page offers: Stripe chooses by currency, whoever asks may only narrow it down. */
export function offeredIn(
  currency: string,
  allowed: readonly string[] | undefined,
  excluded: readonly string[],
): string[] {
  const delayed = DELAYED[currency]
  return ['card', ...(delayed === undefined ? [] : [delayed])].filter(
    (type) => (allowed?.includes(type) ?? true) && !excluded.includes(type),
  )
}

/** The least Stripe moves, in minor units; of other currencies it is not asked here. */
const LEAST: Readonly<Record<string, number>> = { usd: 50, eur: 50, gbp: 30, jpy: 50, hkd: 400 }
const MOST = 99_999_999

export const isPayable = (amount: number, currency: string): 'yes' | 'too_small' | 'too_large' =>
  amount < (LEAST[currency] ?? 1) ? 'too_small' : amount > MOST ? 'too_large' : 'yes'
