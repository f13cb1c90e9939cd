import Stripe from 'stripe'
import { expect, test } from 'vitest'
import * as objects from '../../../../../test/stripe-objects.ts'
import { readAs } from '../shape.ts'
import { openStripe } from './index.ts'
import { type StripeAccount, StripeSecrets } from './settings.ts'

const { NOW_S, TRADE_NO, REFUND_NO, event, session, intent, refund, dispute } = objects
const SECRET = 'whsec_test_secret'
const account: StripeAccount = {
  name: 'main',
  merchant: 'acct_1',
  livemode: false,
  settings: { account: 'acct_1' },
  secrets: { secret_key: 'sk_test_12345678', webhook_secrets: [SECRET] },
}
const { webhooks } = new Stripe('sk_test_12345678', { telemetry: false })
const stripe = openStripe({
  now: () => NOW_S * 1_000,
  ask: () => Promise.reject(new Error('a notification asks nobody')),
})

const receive = (payload: string, to: StripeAccount = account, secret = SECRET) =>
  stripe.parseNotification(to, {
    method: 'POST',
    path: '/api/v1/hooks/stripe/main',
    headers: {
      'stripe-signature': webhooks.generateTestHeaderString({ payload, secret, timestamp: NOW_S }),
    },
    body: Buffer.from(payload),
  })
const told = async (type: string, object: unknown, over = {}) => {
  const parsed = await receive(JSON.stringify(event(type, object, over)))
  if (parsed.verdict !== 'genuine') throw new Error(parsed.why)
  return parsed.facts
}

const payment = {
  kind: 'payment',
  merchant: 'acct_1',
  livemode: false,
  tradeNo: TRADE_NO,
  txn: 'pi_1',
  amount: 600n,
  currency: 'USD',
  paidAt: NOW_S * 1_000,
}
const end = { kind: 'end', merchant: 'acct_1', livemode: false, tradeNo: TRADE_NO }

test('PY6: a genuine event says its id, its type, its key and its facts', async () => {
  const parsed = await receive(JSON.stringify(event('checkout.session.completed', session())))
  expect(parsed).toEqual({
    verdict: 'genuine',
    id: 'evt_1',
    type: 'checkout.session.completed',
    keyId: expect.stringMatching(/^[0-9a-f]{8}$/),
    facts: [payment],
  })
})

test.each([[[]], [['']], [['  ', '']]])(
  'T01: with the secrets %j nothing is there',
  async (secrets) => {
    const open = { ...account, secrets: { ...account.secrets, webhook_secrets: secrets } }
    const payload = JSON.stringify(event('checkout.session.completed', session()))
    const parsed = await stripe.parseNotification(open, {
      method: 'POST',
      path: '/',
      headers: {
        'stripe-signature': webhooks.generateTestHeaderString({
          payload,
          secret: SECRET,
          timestamp: NOW_S,
          signature: '0'.repeat(64),
        }),
      },
      body: Buffer.from(payload),
    })
    expect(parsed).toMatchObject({ verdict: 'forged', why: 'no_secret', reply: { status: 404 } })
  },
)

test.each([[[]], [['']], [['whsec_']], [['        ']], [['whsec_with blank']]])(
  'T01: the secrets %j cannot be saved',
  (webhook_secrets) => {
    expect(readAs(StripeSecrets, { ...account.secrets, webhook_secrets })).toBeUndefined()
    expect(readAs(StripeSecrets, account.secrets)).toBeDefined()
  },
)

test('T17: a header that is none is answered with 400', async () => {
  const payload = JSON.stringify(event('checkout.session.completed', session()))
  for (const header of [undefined, '', `t=${NOW_S},v1=`, `t=${NOW_S},v1=${'é'.repeat(64)}`]) {
    const parsed = await stripe.parseNotification(account, {
      method: 'POST',
      path: '/',
      headers: header === undefined ? {} : { 'stripe-signature': header },
      body: Buffer.from(payload),
    })
    expect(parsed).toMatchObject({ verdict: 'forged', reply: { status: 400 } })
  }
})

test.each([
  ['an amount that stands twice', '{"id":"evt_1","object":"event","amount":1,"amount":2}'],
  ['no JSON', 'null and void'],
  ['a NUL', JSON.stringify(event('x\0', session()))],
  ['no object', '[]'],
  ['an event of the thin kind', '{"id":"evt_1","object":"v2.core.event","type":"x"}'],
])('T24: %s, rightly signed, is refused', async (_, payload) => {
  expect(await receive(payload)).toMatchObject({
    verdict: 'forged',
    why: 'not_an_event',
    reply: { status: 400 },
  })
})

test('T25: names that every object has are no types of events', async () => {
  for (const type of ['__proto__', 'constructor', 'toString'])
    expect(await told(type, session())).toEqual([])
})

test('T20: an event of the other mode says so', async () => {
  const live = { livemode: true }
  expect(await told('checkout.session.completed', session(live), live)).toMatchObject([live])
  expect(await told('refund.created', refund(), live)).toMatchObject([live])
  expect(await told('charge.dispute.created', dispute(), live)).toMatchObject([live])
})

test('PY2: an event of a connected account is of another merchant', async () => {
  const facts = await told('checkout.session.completed', session(), { account: 'acct_other' })
  expect(facts).toMatchObject([{ merchant: 'acct_other' }])
})

test('T02: a number that is none of ours is told as it stands', async () => {
  const foreign = { client_reference_id: 'ORDER-17' }
  expect(await told('checkout.session.completed', session(foreign))).toMatchObject([
    { kind: 'payment', tradeNo: 'ORDER-17' },
  ])
  const nameless = { client_reference_id: null }
  expect(await told('checkout.session.completed', session(nameless))).toEqual([
    { ...payment, tradeNo: undefined },
  ])
})

test('T40: complete is not paid; the money comes later, or does not', async () => {
  const unpaid = session({ payment_status: 'unpaid' })
  // A bank works at it: how it stands is asked for.
  expect(await told('checkout.session.completed', unpaid)).toMatchObject([
    { kind: 'look', tradeNo: payment.tradeNo },
  ])
  expect(await told('checkout.session.async_payment_succeeded', session())).toEqual([payment])
  expect(await told('checkout.session.async_payment_failed', unpaid)).toEqual([
    { ...end, how: 'failed' },
  ])
  const expired = session({ status: 'expired', payment_status: 'unpaid', payment_intent: null })
  expect(await told('checkout.session.expired', expired)).toEqual([{ ...end, how: 'closed' }])
})

test('T45: yen are told as yen, and what is no amount as none', async () => {
  const yen = session({ currency: 'jpy', amount_total: 600 })
  expect(await told('checkout.session.completed', yen)).toMatchObject([
    { amount: 600n, currency: 'JPY' },
  ])
  const part = session({ currency: 'isk', amount_total: 650 })
  const [fact] = await told('checkout.session.completed', part)
  expect(fact).toMatchObject({ kind: 'payment', amount: undefined, currency: 'ISK' })
})

test('PY1: the session and its intent tell the same payment', async () => {
  expect(await told('payment_intent.succeeded', intent())).toEqual([payment])
  const [bySession] = await told('checkout.session.completed', session())
  expect(bySession).toEqual(payment)
})

test('PY2: an intent that is none of ours is left to whoever made it', async () => {
  expect(await told('payment_intent.succeeded', intent({ metadata: {} }))).toEqual([])
  for (const type of ['completed', 'expired', 'async_payment_failed'])
    expect(await told(`checkout.session.${type}`, session({ mode: 'setup' }))).toEqual([])
})

test('PY1: a card that is kept is named with the payment, and where the event cannot the answer is asked for', async () => {
  const metadata = { trade_no: TRADE_NO, method: 'checkout_save' }
  expect(await told('checkout.session.completed', session({ metadata }))).toEqual([
    { kind: 'look', merchant: 'acct_1', livemode: false, tradeNo: TRADE_NO },
  ])
  const kept = intent({ metadata, customer: 'cus_1', setup_future_usage: 'off_session' })
  expect(await told('payment_intent.succeeded', kept)).toEqual([
    { ...payment, instrument: { customer: 'cus_1', method: 'pm_1' } },
  ])
})

test('PY3: a refused card ends the attempt only where there is no other', async () => {
  const refused = { status: 'requires_payment_method' }
  const metadata = { trade_no: TRADE_NO, method: 'saved_card' }
  expect(await told('payment_intent.payment_failed', intent(refused))).toEqual([])
  expect(await told('payment_intent.payment_failed', intent({ ...refused, metadata }))).toEqual([
    { ...end, how: 'failed' },
  ])
  const canceled = { status: 'canceled', metadata }
  expect(await told('payment_intent.canceled', intent(canceled))).toEqual([
    { ...end, how: 'closed' },
  ])
})

const back = {
  kind: 'refund',
  merchant: 'acct_1',
  livemode: false,
  refundNo: REFUND_NO,
  refund: 're_1',
  txn: 'pi_1',
  tradeNo: TRADE_NO,
  amount: 200n,
  currency: 'USD',
  at: NOW_S * 1_000,
}

test('T58: a refund that had succeeded fails days later', async () => {
  expect(await told('refund.created', refund({ status: 'pending' }))).toEqual([
    { ...back, state: 'pending' },
  ])
  expect(await told('refund.updated', refund())).toEqual([{ ...back, state: 'succeeded' }])
  const later = { created: NOW_S + 86_400 }
  expect(await told('refund.failed', refund({ status: 'failed' }), later)).toEqual([
    { ...back, state: 'failed', at: (NOW_S + 86_400) * 1_000 },
  ])
  expect(await told('refund.updated', refund({ status: 'of a kind to come' }))).toMatchObject([
    { state: 'abnormal' },
  ])
})

test('T59: a refund of the console bears no number of ours, whatever is written in its place', async () => {
  for (const metadata of [{}, { refund_id: 'ticket-12' }])
    expect(await told('refund.created', refund({ metadata }))).toEqual([
      { ...back, refundNo: undefined, tradeNo: undefined, state: 'succeeded' },
    ])
})

test('T59: of a charge each refund is a fact of its own', async () => {
  const charge = {
    id: 'ch_1',
    object: 'charge',
    refunds: { data: [refund(), refund({ id: 're_2' })] },
  }
  expect(await told('charge.refunded', charge)).toMatchObject([
    { refund: 're_1' },
    { refund: 're_2' },
  ])
  expect(await told('charge.refunded', { id: 'ch_1', object: 'charge' })).toEqual([])
})

test.each([
  ['charge.dispute.created', 'needs_response', 'opened'],
  ['charge.dispute.funds_withdrawn', 'under_review', 'opened'],
  ['charge.dispute.closed', 'lost', 'lost'],
  ['charge.dispute.closed', 'won', 'won'],
  ['charge.dispute.closed', 'warning_closed', 'won'],
  ['charge.dispute.funds_reinstated', 'won', 'won'],
])('T60: %s of one that is %s: %s', async (type, status, state) => {
  expect(await told(type, dispute({ status }))).toEqual([
    {
      kind: 'dispute',
      merchant: 'acct_1',
      livemode: false,
      dispute: 'dp_1',
      txn: 'pi_1',
      amount: 600n,
      currency: 'USD',
      state,
      at: NOW_S * 1_000,
    },
  ])
})

test('PY2: what we ought to understand and do not comes again', async () => {
  const parsed = await receive(JSON.stringify(event('refund.created', { id: 're_1' })))
  expect(parsed).toMatchObject({ verdict: 'later', reply: { status: 500 } })
})

test('T10: an event of a kind that nobody reads is genuine and says nothing', async () => {
  expect(await told('customer.created', { id: 'cus_1' })).toEqual([])
})

test('PY8: an event is acknowledged with 200', () => {
  expect(stripe.acknowledge()).toEqual({ status: 200 })
})
