import type { Stripe } from 'stripe'
import { newId } from './books.ts'

export const newCustomer = (
  created: number,
  about: {
    readonly email?: string | undefined
    readonly name?: string | undefined
    readonly description?: string | undefined
    readonly metadata?: Record<string, string>
  },
): Stripe.Customer => ({
  id: newId('cus_', 14),
  object: 'customer',
  address: null,
  balance: 0,
  created,
  currency: null,
  default_source: null,
  delinquent: false,
  description: about.description ?? null,
  discount: null,
  email: about.email ?? null,
  invoice_settings: {
    custom_fields: null,
    default_payment_method: null,
    footer: null,
    rendering_options: null,
  },
  livemode: false,
  metadata: about.metadata ?? {},
  name: about.name ?? null,
  phone: null,
  preferred_locales: [],
  shipping: null,
  tax_exempt: 'none',
  test_clock: null,
})
