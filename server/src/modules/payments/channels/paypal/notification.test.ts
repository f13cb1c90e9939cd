import { beforeAll, expect, test } from 'vitest'
import { farSide } from '../../../../../test/far-side.ts'
import * as objects from '../../../../../test/paypal-objects.ts'
import { LEAF_NAME, makeCertificate, makeSigner } from '../../../../../test/paypal-signer.ts'
import { openPaypal } from './index.ts'
import type { PaypalAccount } from './settings.ts'

const { NOW_MS, PAID_AT, TRADE_NO, REFUND_NO, capture, dispute, event, order, refund } = objects
const URL_ = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1'
const WEBHOOK = '4JH86294D6297924G'

let signer: Awaited<ReturnType<typeof makeSigner>>
let account: PaypalAccount
beforeAll(async () => {
  signer = await makeSigner(NOW_MS)
  account = {
    name: 'main',
    merchant: 'MERCHANT1',
    livemode: false,
    settings: { webhook_id: WEBHOOK, merchant_id: 'MERCHANT1', roots: [signer.rootPem] },
    secrets: { client_id: 'client-1-of-tests', client_secret: 'secret-1-of-tests' },
  }
})

function receive(payload: string, to = account, chainPem = signer.chainPem) {
  const far = farSide({ 'GET /v1/notifications/certs/CERT-1': { text: chainPem } })
  const paypal = openPaypal({ now: () => NOW_MS, ask: far.ask })
  return paypal.parseNotification(to, {
    method: 'POST',
    path: '/api/v1/hooks/paypal/main',
    headers: signer.headers({
      body: payload,
      webhookId: WEBHOOK,
      url: URL_,
      time: new Date(NOW_MS).toISOString(),
    }),
    body: Buffer.from(payload),
  })
}
async function told(type: string, resource: unknown) {
  const parsed = await receive(JSON.stringify(event(type, resource)))
  if (parsed.verdict !== 'genuine') throw new Error(parsed.why)
  return parsed.facts
}

const about = { merchant: 'MERCHANT1', livemode: false }
const payment = {
  ...about,
  kind: 'payment',
  tradeNo: TRADE_NO,
  txn: 'CAP1',
  amount: 600n,
  currency: 'USD',
  paidAt: Date.parse(PAID_AT),
}
const back = {
  ...about,
  kind: 'refund',
  refundNo: REFUND_NO,
  refund: 'REF1',
  txn: 'CAP1',
  tradeNo: undefined,
  amount: 200n,
  currency: 'USD',
  state: 'succeeded',
  at: Date.parse(PAID_AT),
}

test('PY6: a genuine event says its id, its type, its key and its facts', async () => {
  const parsed = await receive(JSON.stringify(event('PAYMENT.CAPTURE.COMPLETED', capture())))
  expect(parsed).toEqual({
    verdict: 'genuine',
    id: 'WH-1',
    type: 'PAYMENT.CAPTURE.COMPLETED',
    keyId: 'CERT-1',
    facts: [payment],
  })
})

test('T01: without a webhook of ours nothing is there', async () => {
  const blank = { ...account, settings: { ...account.settings, webhook_id: ' ' } }
  expect(await receive('{}', blank)).toMatchObject({
    verdict: 'forged',
    why: 'no_webhook_id',
    reply: { status: 404 },
  })
})

test('PY6: what is forged is answered with 400, what cannot be judged just now with 503', async () => {
  const payload = JSON.stringify(event('PAYMENT.CAPTURE.COMPLETED', capture()))
  const alone = signer.pem(signer.leaf.certificate)
  expect(await receive(payload, account, alone)).toMatchObject({
    verdict: 'forged',
    why: 'certificate_untrusted',
    reply: { status: 400 },
  })
  const paypal = openPaypal({ now: () => NOW_MS, ask: farSide({}).ask })
  const noHeaders = { method: 'POST', path: '/', headers: {}, body: Buffer.from(payload) }
  expect(await paypal.parseNotification(account, noHeaders)).toMatchObject({
    verdict: 'forged',
    reply: { status: 400 },
  })
  const far = farSide({ 'GET /v1/notifications/certs/CERT-1': { lost: 'timeout' } })
  const silent = openPaypal({ now: () => NOW_MS, ask: far.ask })
  const headers = signer.headers({
    ...{ body: payload, webhookId: WEBHOOK, url: URL_ },
    time: new Date(NOW_MS).toISOString(),
  })
  expect(await silent.parseNotification(account, { ...noHeaders, headers })).toMatchObject({
    verdict: 'later',
    reply: { status: 503 },
  })
})

test('T20: a live event on a test account says that it is live', async () => {
  const name = LEAF_NAME.replace('.sandbox', '')
  const { issuer, leaf, pem } = signer
  const live = await makeCertificate({ name, keys: leaf.keys, by: issuer, nowMs: NOW_MS })
  const payload = JSON.stringify(event('PAYMENT.CAPTURE.COMPLETED', capture()))
  expect(await receive(payload, account, pem(live, issuer.certificate))).toMatchObject({
    verdict: 'genuine',
    facts: [{ kind: 'payment', livemode: true }],
  })
})

test.each([
  ['an amount that stands twice', '{"id":"WH-1","event_type":"x","resource":{"a":1,"a":2}}'],
  ['a NUL', JSON.stringify(event('x\0', {}))],
  ['no JSON', 'id=WH-1'],
  ['no event', '[]'],
])('T24: %s, rightly signed, is refused', async (_, payload) => {
  expect(await receive(payload)).toMatchObject({
    verdict: 'forged',
    why: 'not_an_event',
    reply: { status: 400 },
  })
})

test('T25: names that every object has are no types of events', async () => {
  for (const type of ['__proto__', 'constructor', 'toString'])
    expect(await told(type, capture())).toEqual([])
})

test('T41: an order is no money, a pending capture is none either, a completed one is, and it may be taken back', async () => {
  expect(await told('CHECKOUT.ORDER.COMPLETED', order('COMPLETED'))).toMatchObject([
    { kind: 'look' },
  ])
  const pending = capture({ status: 'PENDING', status_details: { reason: 'ECHECK' } })
  expect(await told('PAYMENT.CAPTURE.PENDING', pending)).toEqual([])
  expect(await told('PAYMENT.CAPTURE.COMPLETED', pending)).toEqual([])
  expect(await told('PAYMENT.CAPTURE.COMPLETED', capture())).toEqual([payment])
  const reversal = refund({ id: 'REV1', custom_id: TRADE_NO })
  expect(await told('PAYMENT.CAPTURE.REVERSED', reversal)).toEqual([
    { ...back, refundNo: undefined, refund: 'REV1' },
  ])
  expect(await told('PAYMENT.CAPTURE.REVERSED', capture({ status: 'REFUNDED' }))).toEqual([
    { ...back, refundNo: undefined, refund: 'reversal-CAP1', tradeNo: TRADE_NO, amount: 600n },
  ])
})

test('PY2: an order that the payer agreed to is looked at, and nothing is believed of it', async () => {
  expect(await told('CHECKOUT.ORDER.APPROVED', order('APPROVED'))).toEqual([
    { ...about, kind: 'look', tradeNo: TRADE_NO },
  ])
  const nameless = order('APPROVED', {}, { purchase_units: [{}] })
  expect(await told('CHECKOUT.ORDER.APPROVED', nameless)).toEqual([])
})

test('PY2: money for another merchant names them', async () => {
  const other = capture({ payee: { merchant_id: 'MERCHANT2' } })
  expect(await told('PAYMENT.CAPTURE.COMPLETED', other)).toEqual([
    { ...payment, merchant: 'MERCHANT2' },
  ])
})

test('T35: a payment of an order that was closed bears its number all the same', async () => {
  const late = capture({ custom_id: `closed-${TRADE_NO}` })
  expect(await told('PAYMENT.CAPTURE.COMPLETED', late)).toEqual([payment])
})

test('T45: yen are told as yen, and what is no amount as none', async () => {
  const amount = (currency_code: string, value: string) =>
    told('PAYMENT.CAPTURE.COMPLETED', capture({ amount: { currency_code, value } }))
  expect(await amount('JPY', '600')).toMatchObject([{ amount: 600n, currency: 'JPY' }])
  for (const value of ['100.0', '1e2', '１００'])
    expect((await amount('USD', value))[0]).toMatchObject({ amount: undefined })
  expect(await amount('USD', '-6.00')).toMatchObject([{ amount: -600n }])
})

test.each(['PAYMENT.CAPTURE.DENIED', 'PAYMENT.CAPTURE.DECLINED'])(
  'PY3: %s ends the attempt',
  async (type) => {
    expect(await told(type, capture({ status: 'DECLINED' }))).toEqual([
      { ...about, kind: 'end', tradeNo: TRADE_NO, how: 'failed' },
    ])
  },
)

test.each([
  ['PAYMENT.CAPTURE.REFUNDED', 'COMPLETED', 'succeeded'],
  ['PAYMENT.REFUND.PENDING', 'PENDING', 'pending'],
  ['PAYMENT.REFUND.FAILED', 'FAILED', 'failed'],
  ['PAYMENT.REFUND.FAILED', 'CANCELLED', 'failed'],
  ['PAYMENT.CAPTURE.REFUNDED', 'OF A KIND TO COME', 'abnormal'],
])('T58: %s of one that is %s: %s', async (type, status, state) => {
  expect(await told(type, refund({ status }))).toEqual([{ ...back, state }])
})

test('T59: a refund of the console is not taken for ours, although it bears what the payment bore', async () => {
  const console_ = refund({ custom_id: TRADE_NO, invoice_id: TRADE_NO })
  expect(await told('PAYMENT.CAPTURE.REFUNDED', console_)).toEqual([
    { ...back, refundNo: undefined },
  ])
})

test.each([
  ['CUSTOMER.DISPUTE.CREATED', 'OPEN', undefined, 'opened'],
  ['CUSTOMER.DISPUTE.UPDATED', 'UNDER_REVIEW', undefined, 'opened'],
  ['CUSTOMER.DISPUTE.RESOLVED', 'RESOLVED', 'RESOLVED_BUYER_FAVOUR', 'lost'],
  ['CUSTOMER.DISPUTE.RESOLVED', 'RESOLVED', 'ACCEPTED', 'lost'],
  ['CUSTOMER.DISPUTE.RESOLVED', 'RESOLVED', 'RESOLVED_SELLER_FAVOUR', 'won'],
  ['CUSTOMER.DISPUTE.RESOLVED', 'RESOLVED', 'RESOLVED_WITH_PAYOUT', 'won'],
  ['CUSTOMER.DISPUTE.RESOLVED', 'RESOLVED', 'CANCELED_BY_BUYER', 'won'],
  ['CUSTOMER.DISPUTE.RESOLVED', 'RESOLVED', 'A WORD TO COME', 'opened'],
])('T60: %s, %s, %s: %s', async (type, status, outcome_code, state) => {
  const dispute_outcome = outcome_code === undefined ? {} : { dispute_outcome: { outcome_code } }
  expect(await told(type, dispute({ status, ...dispute_outcome }))).toEqual([
    {
      ...about,
      kind: 'dispute',
      dispute: 'PP-D-1',
      txn: 'CAP1',
      amount: 600n,
      currency: 'USD',
      state,
      at: Date.parse(PAID_AT),
    },
  ])
})

test('T60: a dispute that is lost in part costs that part', async () => {
  const amount_refunded = { currency_code: 'USD', value: '2.50' }
  const dispute_outcome = { outcome_code: 'RESOLVED_BUYER_FAVOUR', amount_refunded }
  const part = dispute({ status: 'RESOLVED', dispute_outcome })
  expect(await told('CUSTOMER.DISPUTE.RESOLVED', part)).toMatchObject([{ amount: 250n }])
})

test('T60: a case over two payments is a dispute of each, of a sum that a person works out', async () => {
  const disputed_transactions = ['CAP1', 'CAP2'].map((seller_transaction_id) => ({
    seller_transaction_id,
  }))
  const facts = await told('CUSTOMER.DISPUTE.CREATED', dispute({ disputed_transactions }))
  expect(facts).toMatchObject([
    { dispute: 'PP-D-1/CAP1', txn: 'CAP1', amount: undefined },
    { dispute: 'PP-D-1/CAP2', txn: 'CAP2', amount: undefined },
  ])
})

test('PY2: what we ought to understand and do not comes again', async () => {
  for (const broken of [{ id: 'CAP1' }, capture({ create_time: 'yesterday' })])
    expect(await receive(JSON.stringify(event('PAYMENT.CAPTURE.COMPLETED', broken)))).toMatchObject(
      { verdict: 'later', reply: { status: 500 } },
    )
})

test('T10: an event of a kind that nobody reads is genuine and says nothing', async () => {
  expect(await told('BILLING.PLAN.CREATED', { id: 'P-1' })).toEqual([])
})
