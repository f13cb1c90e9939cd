import type { Stripe } from 'stripe'
import { newId } from './books.ts'

export const newMethod = (
  type: Stripe.PaymentMethod['type'],
  created: number,
  email: string | null,
): Stripe.PaymentMethod => ({
  id: newId('pm_1', 23),
  object: 'payment_method',
  allow_redisplay: 'limited',
  billing_details: { address: null, email, name: null, phone: null, tax_id: null },
  ...(type === 'card' && { card: CARD }),
  created,
  customer: null,
  customer_account: null,
  livemode: false,
  metadata: {},
  type,
})

const CARD: Stripe.PaymentMethod.Card = {
  brand: 'visa',
  checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
  country: 'US',
  display_brand: 'visa',
  exp_month: 12,
  exp_year: 2040,
  fingerprint: 'lab0000000000000',
  funding: 'credit',
  generated_from: null,
  last4: '4242',
  networks: { available: ['visa'], preferred: null },
  regulated_status: 'unregulated',
  three_d_secure_usage: { supported: true },
  wallet: null,
}
