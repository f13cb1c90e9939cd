import { expect, test } from 'vitest'
import type { Instant } from '#kernel/clock'
import { farSide } from '../../../../../test/far-side.ts'
import * as objects from '../../../../../test/paypal-objects.ts'
import type { Asked, PayAsk } from '../../channel.ts'
import { openPaypal } from './index.ts'
import type { PaypalAccount } from './settings.ts'

const { NOW_MS, PAID_AT, TOKEN, TRADE_NO, capture, order, refusal } = objects
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
function open(script: Parameters<typeof farSide>[0], now = NOW_MS) {
  const far = farSide({ 'POST /v1/oauth2/token': TOKEN, ...script })
  const heard = () => far.heard.filter(({ url }) => url.pathname !== '/v1/oauth2/token')
  return { heard, paypal: openPaypal({ now: () => now, ask: far.ask }) }
}
const CREATE = 'POST /v2/checkout/orders'
const SEE = 'GET /v2/checkout/orders/ORDER1'
const CAPTURE = 'POST /v2/checkout/orders/ORDER1/capture'
const PATCH = 'PATCH /v2/checkout/orders/ORDER1'
const captures = (...all: object[]) => ({ captures: all })
const payment = {
  kind: 'payment',
  merchant: 'MERCHANT1',
  livemode: true,
  tradeNo: TRADE_NO,
  txn: 'CAP1',
  amount: 600n,
  currency: 'USD',
  paidAt: Date.parse(PAID_AT),
  payer: 'PAYER1',
}
const paid = { said: 'yes', value: { state: 'paid', fact: payment } }
const marked = order('APPROVED', {}, { purchase_units: [{ custom_id: `closed-${TRADE_NO}` }] })

test('PY4: an order is asked for under our number, and sends the payer on', async () => {
  const { paypal, heard } = open({
    [CREATE]: { status: 201, json: order('PAYER_ACTION_REQUIRED') },
  })
  expect(await paypal.create(account, ask)).toEqual({
    said: 'yes',
    value: {
      ref: 'ORDER1',
      next: {
        kind: 'redirect',
        url: 'https://www.sandbox.paypal.com/checkoutnow?token=ORDER1',
      },
    },
  })
  const [asked] = heard()
  expect(asked?.url.origin).toBe('https://api-m.paypal.com')
  expect(asked?.headers).toMatchObject({
    'paypal-request-id': TRADE_NO,
    prefer: 'return=representation',
  })
  expect(asked?.json()).toEqual({
    intent: 'CAPTURE',
    purchase_units: [
      {
        reference_id: 'default',
        custom_id: TRADE_NO,
        invoice_id: TRADE_NO,
        description: '100 credits',
        amount: { currency_code: 'USD', value: '6.00' },
      },
    ],
    payment_source: {
      paypal: {
        experience_context: {
          return_url: 'https://shop.example/back',
          cancel_url: 'https://shop.example/back?left=1',
          user_action: 'PAY_NOW',
          shipping_preference: 'NO_SHIPPING',
          payment_method_preference: 'IMMEDIATE_PAYMENT_REQUIRED',
        },
      },
    },
  })
})

test.each([
  ['without a page for the payer', order('CREATED', {}, { links: [] })],
  [
    'with a page that is none',
    order('CREATED', {}, { links: [{ rel: 'approve', href: 'javascript:1' }] }),
  ],
])('PY4: an order %s is of no use', async (_, json) => {
  const { paypal } = open({ [CREATE]: { json } })
  expect(await paypal.create(account, ask)).toMatchObject({ said: 'unknown' })
})

test('T45: what PayPal cannot carry is not asked for', async () => {
  const { paypal, heard } = open({})
  const said = await paypal.create(account, { ...ask, amount: 60_050n, currency: 'HUF' })
  expect(said).toMatchObject({ said: 'no', code: 'amount_unsupported' })
  expect(heard()).toEqual([])
})

test.each([
  ['CREATED', {}, 'open'],
  ['SAVED', {}, 'open'],
  ['PAYER_ACTION_REQUIRED', {}, 'open'],
  ['VOIDED', {}, 'closed'],
  ['COMPLETED', captures(capture({ status: 'DECLINED' })), 'failed'],
  ['COMPLETED', captures(capture({ status: 'FAILED' })), 'failed'],
])(
  'T41: an order that is %s with %j is %s, and nothing is taken',
  async (status, payments, state) => {
    const { paypal, heard } = open({ [SEE]: { json: order(status, payments) } })
    expect(await paypal.query(account, attempt)).toEqual({ said: 'yes', value: { state } })
    expect(heard()).toHaveLength(1)
  },
)

test('T41: an order that is complete is paid when its capture is', async () => {
  const { paypal } = open({
    [SEE]: [
      { json: order('COMPLETED', captures(capture({ status: 'PENDING' }))) },
      { json: order('COMPLETED', captures(capture({ status: 'DECLINED' }), capture())) },
      { json: order('COMPLETED', captures(capture({ status: 'REFUNDED' }))) },
      { json: order('COMPLETED', captures(capture({ status: 'PARTIALLY_REFUNDED' }))) },
    ],
  })
  expect(await paypal.query(account, attempt)).toEqual({ said: 'yes', value: { state: 'open' } })
  for (let i = 0; i < 3; i++) expect(await paypal.query(account, attempt)).toEqual(paid)
})

test('PY4: what the payer agreed to is taken, under a number of its own', async () => {
  const { paypal, heard } = open({
    [SEE]: { json: order('APPROVED') },
    [CAPTURE]: { status: 201, json: order('COMPLETED', captures(capture())) },
  })
  expect(await paypal.query(account, attempt)).toEqual(paid)
  expect(await paypal.query(account, attempt)).toEqual(paid)
  const ids = heard().flatMap(({ method: one, headers }) =>
    one === 'POST' ? [headers['paypal-request-id']] : [],
  )
  expect(ids).toHaveLength(2)
  expect(ids[0]).toMatch(new RegExp(`^${TRADE_NO}-capture-[0-9a-f]{12}$`))
  expect(ids[0]).toBe(ids[1])
})

test('PY1: what somebody else has taken the order tells', async () => {
  const { paypal } = open({
    [SEE]: [{ json: order('APPROVED') }, { json: order('COMPLETED', captures(capture())) }],
    [CAPTURE]: refusal('ORDER_ALREADY_CAPTURED'),
  })
  expect(await paypal.query(account, attempt)).toEqual(paid)
})

test('PY3: a bank that says no leaves the payer the choice of another, under another number', async () => {
  const again = { update_time: '2026-11-21T12:05:00Z' }
  const { paypal, heard } = open({
    [SEE]: [
      { json: order('APPROVED') },
      { json: order('PAYER_ACTION_REQUIRED') },
      { json: order('APPROVED', {}, again) },
    ],
    [CAPTURE]: [
      refusal('INSTRUMENT_DECLINED'),
      { status: 201, json: order('COMPLETED', captures(capture())) },
    ],
  })
  expect(await paypal.query(account, attempt)).toEqual({
    said: 'yes',
    value: { state: 'open', so: 'declined' },
  })
  expect(await paypal.query(account, attempt)).toEqual(paid)
  const ids = heard().flatMap(({ headers }) => headers['paypal-request-id'] ?? [])
  expect(new Set(ids).size).toBe(2)
})

test('T55: a capture whose answer is lost is unknown until the order has said it', async () => {
  const { paypal } = open({
    [SEE]: [{ json: order('APPROVED') }, { json: order('COMPLETED', captures(capture())) }],
    [CAPTURE]: { lost: 'timeout' },
  })
  expect(await paypal.query(account, attempt)).toEqual({ said: 'unknown', why: 'timeout' })
  expect(await paypal.query(account, attempt)).toEqual(paid)
})

test('PY9: a close marks the order at PayPal, and a marked one is never taken', async () => {
  const { paypal, heard } = open({
    [SEE]: [{ json: order('APPROVED') }, { json: marked }, { json: marked }],
    [PATCH]: { status: 204, text: '' },
  })
  expect(await paypal.close(account, attempt)).toEqual({ said: 'yes', value: 'closed' })
  expect(heard()[1]?.json()).toEqual([
    {
      op: 'replace',
      path: "/purchase_units/@reference_id=='default'/custom_id",
      value: `closed-${TRADE_NO}`,
    },
  ])
  expect(await paypal.query(account, attempt)).toEqual({ said: 'yes', value: { state: 'closed' } })
  expect(await paypal.close(account, attempt)).toEqual({ said: 'yes', value: 'closed' })
  expect(heard().map(({ method: one }) => one)).toEqual(['GET', 'PATCH', 'GET', 'GET'])
})

test('PY9: after the last moment to pay nothing is taken and nothing needs to be marked', async () => {
  const { paypal, heard } = open({ [SEE]: { json: order('APPROVED') } }, expiresAt)
  expect(await paypal.query(account, attempt)).toEqual({ said: 'yes', value: { state: 'closed' } })
  expect(await paypal.close(account, attempt)).toEqual({ said: 'yes', value: 'closed' })
  expect(heard().map(({ method: one }) => one)).toEqual(['GET', 'GET'])
  for (const payments of [captures(capture({ status: 'PENDING' })), captures()]) {
    const waits = open({ [SEE]: { json: order('COMPLETED', payments) } }, expiresAt)
    expect(await waits.paypal.query(account, attempt)).toMatchObject({ value: { state: 'open' } })
  }
})

test('PY9: an order that is marked and was captured all the same is not over while it waits', async () => {
  const units = [
    {
      custom_id: `closed-${TRADE_NO}`,
      payments: captures(capture({ status: 'PENDING' })),
    },
  ]
  const { paypal } = open({
    [SEE]: { json: order('COMPLETED', {}, { purchase_units: units }) },
  })
  expect(await paypal.query(account, attempt)).toMatchObject({ value: { state: 'open' } })
})

test('PY2: an order that does not bear our number is not taken', async () => {
  const foreign = order('APPROVED', {}, { purchase_units: [{ custom_id: 'ORDER-17' }] })
  const { paypal, heard } = open({ [SEE]: { json: foreign } })
  expect(await paypal.query(account, attempt)).toMatchObject({ value: { state: 'open' } })
  expect(heard()).toHaveLength(1)
})

test('T36: where the money was taken before the close it is paid', async () => {
  const first = open({ [SEE]: { json: order('COMPLETED', captures(capture())) } })
  expect(await first.paypal.close(account, attempt)).toEqual({ said: 'yes', value: 'paid' })
  const meanwhile = open({
    [SEE]: [{ json: order('APPROVED') }, { json: order('COMPLETED', captures(capture())) }],
    [PATCH]: refusal('ORDER_ALREADY_COMPLETED'),
  })
  expect(await meanwhile.paypal.close(account, attempt)).toEqual({ said: 'yes', value: 'paid' })
})

test('PY9: while a capture waits nothing is closed', async () => {
  const waits = order('COMPLETED', captures(capture({ status: 'PENDING' })))
  const { paypal } = open({ [SEE]: { json: waits }, [PATCH]: refusal('ORDER_ALREADY_COMPLETED') })
  expect(await paypal.close(account, attempt)).toMatchObject({
    said: 'no',
    code: 'payment_under_way',
  })
})

test('PY4: a close whose answer is lost is not known', async () => {
  const { paypal } = open({ [SEE]: { json: order('CREATED') }, [PATCH]: { lost: 'timeout' } })
  expect(await paypal.close(account, attempt)).toMatchObject({ said: 'unknown' })
})

test('T35: what was taken of a marked order all the same is told under our number', async () => {
  const taken = capture({ custom_id: `closed-${TRADE_NO}` })
  const { paypal } = open({ [SEE]: { json: order('COMPLETED', captures(taken)) } })
  expect(await paypal.query(account, attempt)).toEqual(paid)
})

test('PY4: an order that PayPal does not know, or that we do not, is not there', async () => {
  const { paypal, heard } = open({
    [SEE]: [
      { status: 404, json: { name: 'RESOURCE_NOT_FOUND' } },
      refusal('INVALID_RESOURCE_ID', 404),
    ],
  })
  const gone = { said: 'yes', value: { state: 'not_there' } }
  expect(await paypal.query(account, attempt)).toEqual(gone)
  expect(await paypal.close(account, attempt)).toEqual({ said: 'yes', value: 'not_there' })
  const lost = { ...attempt, ref: undefined }
  expect(await paypal.query(account, lost)).toEqual(gone)
  expect(await paypal.close(account, lost)).toEqual({ said: 'yes', value: 'not_there' })
  expect(heard()).toHaveLength(2)
})

test('PY4: a question that is refused says nothing of what it was about', async () => {
  const { paypal } = open({ [SEE]: refusal('NOT_HERE') })
  const said = { said: 'unknown', why: 'refused_not_here' }
  expect(await paypal.query(account, attempt)).toEqual(said)
  expect(await paypal.close(account, attempt)).toEqual(said)
})

test.each([
  [undefined, false, true],
  ['https://api-m.paypal.com', false, true],
  ['https://api-m.sandbox.paypal.com', true, false],
  ['http://127.0.0.1:4020', false, false],
  ['http://127.0.0.1:4020', true, true],
])(
  'T20: what is paid at %s for an account of mode %s is of mode %s',
  async (base_url, livemode, said) => {
    const settings = { ...account.settings, ...(base_url !== undefined && { base_url }) }
    const { paypal } = open({ [SEE]: { json: order('COMPLETED', captures(capture())) } })
    expect(await paypal.query({ ...account, livemode, settings }, attempt)).toMatchObject({
      value: { fact: { livemode: said } },
    })
  },
)

test('PY2: money for another merchant names them', async () => {
  const units = [{ payee: { merchant_id: 'MERCHANT2' }, payments: captures(capture()) }]
  const other = order('COMPLETED', {}, { purchase_units: units })
  const { paypal } = open({ [SEE]: { json: other } })
  expect(await paypal.query(account, attempt)).toMatchObject({
    value: { fact: { merchant: 'MERCHANT2' } },
  })
})
