import {
  CheckoutPaymentIntent,
  Client,
  OrdersController,
  PatchOp,
  PayeePaymentMethodPreference,
  PaymentsController,
  PaypalExperienceUserAction,
  PaypalWalletContextShippingPreference,
  TransactionSearchController,
} from '@paypal/paypal-server-sdk'
import { expect, test } from 'vitest'
import type { Instant } from '#kernel/clock'
import { farSide, type Heard } from '../../../../../test/far-side.ts'
import * as objects from '../../../../../test/paypal-objects.ts'
import type { Asked, PayAsk, RefundAsk } from '../../channel.ts'
import { openPaypal } from './index.ts'
import type { PaypalAccount } from './settings.ts'

const { NOW_MS, REFUND_NO, TOKEN, TRADE_NO, capture, order, refund } = objects

/** What a client sent, as far as PayPal's rules are about it. */
interface Sent {
  readonly line: string
  readonly body: unknown
  readonly requestId: string | undefined
  readonly prefer: string | undefined
}

const account: PaypalAccount = {
  name: 'main',
  merchant: 'MERCHANT1',
  livemode: true,
  settings: { webhook_id: '4JH86294D6297924G', merchant_id: 'MERCHANT1' },
  secrets: { client_id: 'client-1-of-tests', client_secret: 'secret-1-of-tests' },
}
const ask: PayAsk = {
  tradeNo: TRADE_NO,
  method: 'checkout',
  amount: 600n,
  currency: 'USD',
  title: '100 credits',
  createdAt: NOW_MS as Instant,
  expiresAt: (NOW_MS + 1_800_000) as Instant,
  notifyUrl: 'https://shop.example/hooks',
  returnUrl: 'https://shop.example/back',
  payer: { ip: '203.0.113.1' },
}
const { tradeNo, method, amount, currency, createdAt, expiresAt } = ask
const attempt: Asked = {
  ...{ tradeNo, method, amount, currency, createdAt, expiresAt },
  ref: 'ORDER1',
}
const back: RefundAsk = {
  refundNo: REFUND_NO,
  amount: 200n,
  currency: 'USD',
  reason: 'x',
  notifyUrl: 'https://shop.example/hooks',
  payment: { ...attempt, txn: 'CAP1' },
}

/** The official client, which lets us stand where its server is. */
function official() {
  const sent: Sent[] = []
  const client = new Client({
    clientCredentialsAuthCredentials: {
      oAuthClientId: account.secrets.client_id,
      oAuthClientSecret: account.secrets.client_secret,
    },
    unstable_httpClientOptions: {
      adapter: async (config: {
        readonly method: string
        readonly url: string
        readonly data?: unknown
        readonly headers: Readonly<Record<string, unknown>>
      }) => {
        const { pathname } = new URL(config.url)
        const headers = new Map(
          Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), value]),
        )
        const text = (name: string) => headers.get(name)?.toString()
        if (pathname !== '/v1/oauth2/token')
          sent.push({
            line: `${config.method.toUpperCase()} ${pathname}`,
            body: typeof config.data === 'string' ? JSON.parse(config.data) : undefined,
            requestId: text('paypal-request-id'),
            prefer: text('prefer'),
          })
        const data = pathname === '/v1/oauth2/token' ? JSON.stringify(TOKEN.json) : '{}'
        return { data, status: 200, statusText: 'OK', headers: {}, config }
      },
    },
  })
  return { client, sent }
}

/** Ours, at the same place. */
function ours() {
  const far = farSide({
    'POST /v1/oauth2/token': TOKEN,
    'POST /v2/checkout/orders': { json: order('CREATED') },
    'GET /v2/checkout/orders/ORDER1': { json: order('APPROVED') },
    'PATCH /v2/checkout/orders/ORDER1': { status: 204, text: '' },
    'POST /v2/checkout/orders/ORDER1/capture': {
      json: order('COMPLETED', { captures: [capture()] }),
    },
    'POST /v2/payments/captures/CAP1/refund': { json: refund() },
    'GET /v1/reporting/transactions': { status: 403, json: {} },
  })
  const sentOf = ({ method: verb, url, headers, body, json }: Heard): Sent => ({
    line: `${verb} ${url.pathname}`,
    body: body === '' ? undefined : json(),
    requestId: headers['paypal-request-id'],
    prefer: headers['prefer'],
  })
  const sent = () => far.heard.filter(({ url }) => url.pathname !== '/v1/oauth2/token').map(sentOf)
  return { heard: far.heard, sent, paypal: openPaypal({ now: () => NOW_MS, ask: far.ask }) }
}
const PREFER = 'return=representation'

test('PY4: the official client asks for an order in the same words', async () => {
  const { client, sent } = official()
  await new OrdersController(client).createOrder({
    prefer: PREFER,
    paypalRequestId: TRADE_NO,
    body: {
      intent: CheckoutPaymentIntent.Capture,
      purchaseUnits: [
        {
          referenceId: 'default',
          customId: TRADE_NO,
          invoiceId: TRADE_NO,
          description: '100 credits',
          amount: { currencyCode: 'USD', value: '6.00' },
        },
      ],
      paymentSource: {
        paypal: {
          experienceContext: {
            returnUrl: 'https://shop.example/back',
            cancelUrl: 'https://shop.example/back?left=1',
            userAction: PaypalExperienceUserAction.PayNow,
            shippingPreference: PaypalWalletContextShippingPreference.NoShipping,
            paymentMethodPreference: PayeePaymentMethodPreference.ImmediatePaymentRequired,
          },
        },
      },
    },
  })
  const mine = ours()
  await mine.paypal.create(account, ask)
  expect(mine.sent()).toEqual(sent)
})

test('PY4: the official client captures at the same place, and asks for as much', async () => {
  const { client, sent } = official()
  const orders = new OrdersController(client)
  await orders.getOrder({ id: 'ORDER1' })
  const mine = ours()
  await mine.paypal.query(account, attempt)
  const [look, take] = mine.sent()
  const paypalRequestId = take?.requestId ?? ''
  await orders.captureOrder({ id: 'ORDER1', prefer: PREFER, paypalRequestId, body: {} })
  expect(look).toMatchObject({ line: sent[0]?.line, body: sent[0]?.body })
  expect(take).toEqual(sent[1])
})

test('PY9: the official client marks an order in the same words', async () => {
  const { client, sent } = official()
  await new OrdersController(client).patchOrder({
    id: 'ORDER1',
    body: [
      {
        op: PatchOp.Replace,
        path: "/purchase_units/@reference_id=='default'/custom_id",
        value: `closed-${TRADE_NO}`,
      },
    ],
  })
  const mine = ours()
  await mine.paypal.close(account, attempt)
  expect(mine.sent()[1]).toMatchObject({ line: sent[0]?.line, body: sent[0]?.body })
})

test('PY4: the official client asks for a refund in the same words', async () => {
  const { client, sent } = official()
  await new PaymentsController(client).refundCapturedPayment({
    captureId: 'CAP1',
    prefer: PREFER,
    paypalRequestId: REFUND_NO,
    body: {
      amount: { currencyCode: 'USD', value: '2.00' },
      customId: `refund-${REFUND_NO}`,
      invoiceId: REFUND_NO,
    },
  })
  const mine = ours()
  await mine.paypal.refund(account, back)
  expect(mine.sent()).toEqual(sent)
})

test('PY4: the official client searches at the same place', async () => {
  const { client, sent } = official()
  await new TransactionSearchController(client)
    .searchTransactions({
      startDate: '2026-11-20T00:00:00Z',
      endDate: '2026-11-20T00:59:59Z',
      fields: 'transaction_info',
      pageSize: 500,
      page: 1,
    })
    // An empty answer is no list to it; what it sent is all that is asked here.
    .catch(() => undefined)
  const mine = ours()
  await mine.paypal.downloadBill(account, '2026-11-20')
  expect(mine.sent()[0]?.line).toBe(sent[0]?.line)
})
