import {
  CheckoutPaymentIntent,
  Client,
  Environment,
  type OrderRequest,
  OrdersController,
  PaymentsController,
  TransactionSearchController,
} from '@paypal/paypal-server-sdk'
import type { Json, Provider } from '../kit/provider.ts'
import { type Served, type StillKit, serve, stillKit } from '../kit/still-kit.ts'
import { openPaypal } from './index.ts'
import { judge } from './judge.ts'

const NOON = Date.parse('2026-11-21T12:00:00Z')

/** A shop in a test: PayPal behind HTTP, and PayPal's own client before it. */
export interface Shop extends AsyncDisposable {
  readonly kit: StillKit
  readonly lab: Provider
  readonly served: Served
  readonly orders: OrdersController
  readonly payments: PaymentsController
  readonly search: TransactionSearchController
  /** A control by its name. */
  readonly do: (control: string, input?: Json) => Promise<Json>
  /** What was sent since the last time, each verified from the certificate's address on. */
  readonly heard: () => Promise<Event[]>
}

interface Event {
  readonly id: string
  readonly event_type: string
  readonly resource_type: string
  readonly resource: Readonly<Record<string, unknown>>
}

export async function openShop(): Promise<Shop> {
  const kit = stillKit(NOON)
  const lab = await openPaypal(kit)
  const served = await serve(lab)
  await lab.controls['set_webhook']?.({ url: 'http://127.0.0.1:1/hooks/paypal/main' })
  let read = 0
  return {
    kit,
    lab,
    served,
    ...clientOf(lab, served.url),
    do: async (control, input = {}) => {
      const said = await lab.controls[control]?.(input)
      if (said === undefined) throw new Error(`no control ${control}`)
      return said
    },
    heard: () => {
      const fresh = kit.sent.slice(read)
      read = kit.sent.length
      return Promise.all(
        fresh.map(async (notification) => {
          const message = notification.message({ forged: false })
          const verdict = await judge(lab, message, kit.now())
          if (verdict !== 'genuine') throw new Error(verdict)
          return JSON.parse(message.body)
        }),
      )
    },
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  }
}

/** PayPal's own client, which knows two addresses by heart: its adapter carries the request to ours. */
export function clientOf(lab: Provider, to: string) {
  const { client_id, client_secret } = lab.account(to)['secrets'] as Record<string, string>
  const client = new Client({
    environment: Environment.Sandbox,
    clientCredentialsAuthCredentials: {
      oAuthClientId: client_id ?? '',
      oAuthClientSecret: client_secret ?? '',
    },
    unstable_httpClientOptions: { adapter: (config: Sent) => carry(config, to) },
  })
  return {
    orders: new OrdersController(client),
    payments: new PaymentsController(client),
    search: new TransactionSearchController(client),
  }
}

interface Sent {
  readonly url: string
  readonly method: string
  readonly headers: { toJSON(): Record<string, string> }
  readonly data?: string
}

async function carry(config: Sent, to: string) {
  const answer = await fetch(config.url.replace('https://api-m.sandbox.paypal.com', to), {
    method: config.method.toUpperCase(),
    headers: config.headers.toJSON(),
    ...(config.data !== undefined && { body: config.data }),
  })
  return {
    data: await answer.text(),
    status: answer.status,
    statusText: '',
    headers: Object.fromEntries(answer.headers),
    config,
  }
}

export const ORDER: OrderRequest = {
  intent: CheckoutPaymentIntent.Capture,
  purchaseUnits: [
    {
      customId: 't00000000000000000000000001',
      invoiceId: 't00000000000000000000000001',
      amount: { currencyCode: 'USD', value: '12.34' },
    },
  ],
  applicationContext: {
    returnUrl: 'https://shop.example/back?order=1',
    cancelUrl: 'https://shop.example/cancelled',
  },
}

export const orderOf = (
  invoiceId: string,
  value = '12.34',
  currencyCode = 'USD',
): OrderRequest => ({
  ...ORDER,
  purchaseUnits: [{ customId: invoiceId, invoiceId, amount: { currencyCode, value } }],
})
