import { Stripe } from 'stripe'
import type { Json, Provider } from '../kit/provider.ts'
import { type Served, type StillKit, serve, stillKit } from '../kit/still-kit.ts'
import { openStripe } from './index.ts'

const NOON = Date.parse('2026-11-21T12:00:00Z')

/** A shop in a test: Stripe behind HTTP, and Stripe's own client before it. */
export interface Shop extends AsyncDisposable {
  readonly kit: StillKit
  readonly lab: Provider
  readonly served: Served
  readonly stripe: Stripe
  readonly secretKey: string
  /** A control by its name. */
  readonly do: (control: string, input: Json) => Promise<Json>
  /** What was sent since the last time, each verified by Stripe's own code. */
  readonly heard: () => Stripe.Event[]
}

export async function openShop(): Promise<Shop> {
  const kit = stillKit(NOON)
  const lab = await openStripe(kit)
  const served = await serve(lab)
  const secretKey = secretsOf(lab).secret_key
  const stripe = new Stripe(secretKey, {
    host: '127.0.0.1',
    port: served.port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  })
  await lab.controls['set_webhook']?.({ url: 'http://127.0.0.1:1/hooks/stripe/main' })
  let read = 0
  return {
    kit,
    lab,
    served,
    stripe,
    secretKey,
    do: async (control, input) => {
      const said = await lab.controls[control]?.(input)
      if (said === undefined) throw new Error(`no control ${control}`)
      return said
    },
    heard: () => {
      const fresh = kit.sent.slice(read)
      read = kit.sent.length
      return fresh.map((notification) => {
        const { headers, body } = notification.message({ forged: false })
        return verified(stripe, kit, body, headers, secretsOf(lab).webhook_secrets[0] ?? '')
      })
    },
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  }
}

/** By Stripe's own code, at the kit's time. */
export const verified = (
  stripe: Stripe,
  kit: StillKit,
  body: string,
  headers: Readonly<Record<string, string>>,
  secret: string,
): Stripe.Event =>
  stripe.webhooks.constructEvent(
    body,
    headers['stripe-signature'] ?? '',
    secret,
    300,
    undefined,
    kit.now(),
  )

export interface Secrets {
  readonly secret_key: string
  readonly webhook_secrets: readonly string[]
}
export const secretsOf = (lab: Provider): Secrets =>
  lab.account('http://127.0.0.1')['secrets'] as Secrets

export const ORDER = {
  mode: 'payment',
  client_reference_id: 't00000000000000000000000001',
  metadata: { trade_no: 't00000000000000000000000001' },
  payment_intent_data: { metadata: { trade_no: 't00000000000000000000000001' } },
  line_items: [
    {
      price_data: { currency: 'usd', unit_amount: 1234, product_data: { name: '100 credits' } },
      quantity: 1,
    },
  ],
  success_url: 'https://shop.example/back?session={CHECKOUT_SESSION_ID}',
  cancel_url: 'https://shop.example/cancelled',
} satisfies Stripe.Checkout.SessionCreateParams
