import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Instant } from '#kernel/clock'
import { farSide } from '../../../../../test/far-side.ts'
import * as objects from '../../../../../test/stripe-objects.ts'
import type { Asked, PayAsk } from '../../channel.ts'
import { openStripe } from './index.ts'
import { sessionEnd } from './pay.ts'
import type { StripeAccount } from './settings.ts'

const { NOW_S, TRADE_NO, failure, intent, session } = objects
const account: StripeAccount = {
  name: 'main',
  merchant: 'acct_1',
  livemode: false,
  settings: { account: 'acct_1', base_url: 'http://127.0.0.1:4010' },
  secrets: { secret_key: 'sk_test_12345678', webhook_secrets: ['whsec_test_secret'] },
}
const at = (seconds: number) => (seconds * 1_000) as Instant
const ask: PayAsk = {
  tradeNo: TRADE_NO,
  method: 'checkout',
  amount: 600n,
  currency: 'USD',
  title: '100 credits',
  createdAt: at(NOW_S),
  expiresAt: at(NOW_S + 1_800),
  notifyUrl: 'https://shop.example/hooks',
  returnUrl: 'https://shop.example/back',
  payer: { ip: '203.0.113.1' },
}
const { tradeNo, method, amount, currency, createdAt, expiresAt } = ask
const attempt: Asked = {
  ...{ tradeNo, method, amount, currency, createdAt, expiresAt },
  ref: 'cs_test_1',
}
const open = (script: Parameters<typeof farSide>[0]) => {
  const far = farSide(script)
  return { heard: far.heard, stripe: openStripe({ now: () => NOW_S * 1_000, ask: far.ask }) }
}
const CREATE = 'POST /v1/checkout/sessions'
const SEE = 'GET /v1/checkout/sessions/cs_test_1'
const EXPIRE = 'POST /v1/checkout/sessions/cs_test_1/expire'
const CHARGE = 'POST /v1/payment_intents'
const openSession = session({
  ...{ status: 'open', payment_status: 'unpaid', payment_intent: null },
  url: 'https://checkout.stripe.com/c/pay/cs_test_1',
})
const payment = {
  kind: 'payment',
  merchant: 'acct_1',
  livemode: false,
  tradeNo: TRADE_NO,
  txn: 'pi_1',
  amount: 600n,
  currency: 'USD',
  paidAt: (NOW_S - 10) * 1_000,
}

test('PY4: a checkout is asked for under our number, in the pinned version, and sends the payer on', async () => {
  const { stripe, heard } = open({ [CREATE]: { json: openSession } })
  expect(await stripe.create(account, ask)).toEqual({
    said: 'yes',
    value: {
      ref: 'cs_test_1',
      next: { kind: 'redirect', url: 'https://checkout.stripe.com/c/pay/cs_test_1' },
    },
  })
  expect(heard[0]?.headers).toMatchObject({
    Authorization: 'Bearer sk_test_12345678',
    'Idempotency-Key': TRADE_NO,
    'Stripe-Version': '2026-10-28.endive',
  })
  expect(heard[0]?.headers['X-Stripe-Client-User-Agent']).not.toMatch(/telemetry_id|platform/)
  expect(heard[0]?.url.origin).toBe('http://127.0.0.1:4010')
  expect(heard[0]?.form()).toEqual({
    mode: 'payment',
    client_reference_id: TRADE_NO,
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': 'usd',
    'line_items[0][price_data][unit_amount]': '600',
    'line_items[0][price_data][product_data][name]': '100 credits',
    'metadata[trade_no]': TRADE_NO,
    'metadata[method]': 'checkout',
    'payment_intent_data[metadata][trade_no]': TRADE_NO,
    'payment_intent_data[metadata][method]': 'checkout',
    'payment_intent_data[description]': '100 credits',
    'adaptive_pricing[enabled]': 'false',
    expires_at: String(sessionEnd(NOW_S * 1_000, 1_800_000)),
    success_url: 'https://shop.example/back',
    cancel_url: 'https://shop.example/back?left=1',
  })
})

test('PY4: the same attempt asked again a little later is the same request', async () => {
  const far = farSide({ [CREATE]: { json: openSession } })
  const times = [NOW_S, NOW_S + 20].map((seconds) => seconds * 1_000)
  for (const now of times) await openStripe({ now: () => now, ask: far.ask }).create(account, ask)
  expect(far.heard[0]?.body).toBe(far.heard[1]?.body)
})

test('PY9: whatever an attempt’s life, its session’s is one that Stripe takes', () => {
  const now = fc.integer({ min: 1_700_000_000_000, max: 2_000_000_000_000 })
  const life = fc.integer({ min: 0, max: 30 * 86_400_000 })
  fc.assert(
    fc.property(now, life, (nowMs, lifeMs) => {
      const leftMs = sessionEnd(nowMs, lifeMs) * 1_000 - nowMs
      expect(leftMs).toBeGreaterThan(31 * 60_000)
      expect(leftMs).toBeLessThan(23 * 3_600_000 + 1)
      if (lifeMs <= 22 * 3_600_000) expect(leftMs).toBeGreaterThanOrEqual(lifeMs)
    }),
  )
})

test('PY4: a card is kept only where that is asked for', async () => {
  const { stripe, heard } = open({ [CREATE]: { json: openSession } })
  await stripe.create(account, { ...ask, method: 'checkout_save' })
  expect(heard[0]?.form()).toMatchObject({
    'payment_intent_data[setup_future_usage]': 'off_session',
    customer_creation: 'always',
    'metadata[method]': 'checkout_save',
  })
})

test('T45: yen are asked for as yen, and what Stripe cannot carry not at all', async () => {
  const { stripe, heard } = open({ [CREATE]: { json: openSession } })
  await stripe.create(account, { ...ask, currency: 'JPY' })
  expect(heard[0]?.form()).toMatchObject({
    'line_items[0][price_data][currency]': 'jpy',
    'line_items[0][price_data][unit_amount]': '600',
  })
  const said = await stripe.create(account, { ...ask, amount: 1_234n, currency: 'KWD' })
  expect(said).toMatchObject({ said: 'no', code: 'amount_unsupported' })
  expect(heard).toHaveLength(1)
})

test.each([
  ['no answer', { lost: 'timeout' }],
  ['a fault of theirs', { status: 500, json: failure('api_error', 'x') }],
  ['a gateway’s page', { status: 502, text: '<html>' }],
  ['a gateway’s object', { status: 503, json: {} }],
  ['half an answer', { text: '{"id":"cs_te' }],
  ['a bare number', { text: '5' }],
  ['nothing', { text: 'null' }],
  ['a redirect', { status: 302, json: openSession }],
  ['another object', { json: { id: 'cs_test_1', object: 'checkout.session' } }],
  ['an address that is none', { json: { ...openSession, url: 'javascript:alert(1)' } }],
  ['too many requests', { status: 429, json: failure('rate_limit', 'rate_limit') }],
  ['a key they do not let in', { status: 401, json: failure('invalid_request_error', 'x') }],
  ['another request under this number', { status: 400, json: failure('idempotency_error', 'x') }],
  ['the same request under way', { status: 409, json: failure('idempotency_error', 'x') }],
])('PY4: after %s nobody knows what became of it', async (_, answer) => {
  const { stripe, heard } = open({ [CREATE]: answer, [CHARGE]: answer })
  expect(await stripe.create(account, ask)).toMatchObject({ said: 'unknown' })
  const payer = { ip: '203.0.113.1', instrument: { customer: 'cus_1', method: 'pm_1' } }
  const charge = await stripe.create(account, { ...ask, method: 'saved_card', payer })
  expect(charge).toMatchObject({ said: 'unknown' })
  expect(heard).toHaveLength(2)
})

test('PY4: what Stripe has read and refused has not happened', async () => {
  const answer = { status: 400, json: failure('invalid_request_error', 'amount_too_small') }
  const { stripe } = open({ [CREATE]: answer })
  expect(await stripe.create(account, ask)).toEqual({
    said: 'no',
    code: 'amount_too_small',
    text: 'amount_too_small',
  })
})

const charge: PayAsk = {
  ...ask,
  method: 'saved_card',
  payer: { ip: '203.0.113.1', instrument: { customer: 'cus_1', method: 'pm_1' } },
}
const ours = { trade_no: TRADE_NO, method: 'saved_card' }

test('PY4: a saved card is charged while its owner is away, under our number', async () => {
  const { stripe, heard } = open({ [CHARGE]: { json: intent({ metadata: ours }) } })
  expect(await stripe.create(account, charge)).toEqual({
    said: 'yes',
    value: { ref: 'pi_1', next: { kind: 'wait' }, fact: payment },
  })
  expect(heard[0]?.headers['Idempotency-Key']).toBe(TRADE_NO)
  expect(heard[0]?.form()).toEqual({
    amount: '600',
    currency: 'usd',
    customer: 'cus_1',
    payment_method: 'pm_1',
    off_session: 'true',
    confirm: 'true',
    description: '100 credits',
    'metadata[trade_no]': TRADE_NO,
    'metadata[method]': 'saved_card',
    'expand[0]': 'latest_charge',
  })
})

test('PY4: a card that waits for its bank is no payment yet', async () => {
  const processing = intent({ metadata: ours, status: 'processing', amount_received: 0 })
  const { stripe } = open({ [CHARGE]: { json: processing } })
  expect(await stripe.create(account, charge)).toEqual({
    said: 'yes',
    value: { ref: 'pi_1', next: { kind: 'wait' } },
  })
})

test.each([
  ['authentication_required', 'authentication_required', undefined],
  ['card_declined', 'authentication_required', 'authentication_required'],
  ['card_declined', 'card_declined', 'insufficient_funds'],
])('PY4: a card that says %s is refused as %s', async (code, refused, decline) => {
  const json = failure('card_error', code, decline === undefined ? {} : { decline_code: decline })
  const { stripe } = open({ [CHARGE]: { status: 402, json } })
  expect(await stripe.create(account, charge)).toEqual({
    said: 'no',
    code: refused,
    text: decline ?? refused,
  })
})

test('PY4: without a saved card none is charged', async () => {
  const { stripe, heard } = open({})
  const said = await stripe.create(account, { ...ask, method: 'saved_card' })
  expect(said).toMatchObject({ said: 'no', code: 'instrument_missing' })
  expect(heard).toEqual([])
})

test.each([
  ['open', openSession, { state: 'open' }],
  ['expired', session({ status: 'expired', payment_status: 'unpaid' }), { state: 'closed' }],
  ['paid', session({ payment_intent: intent() }), { state: 'paid', fact: payment }],
  [
    'paid, and nothing more is said of it',
    session(),
    { state: 'paid', fact: { ...payment, paidAt: (NOW_S - 60) * 1_000 } },
  ],
  [
    'with a bank',
    session({ payment_status: 'unpaid', payment_intent: intent({ status: 'processing' }) }),
    { state: 'open', so: 'underWay' },
  ],
  [
    'back from the bank without money',
    session({
      payment_status: 'unpaid',
      payment_intent: intent({ status: 'requires_payment_method' }),
    }),
    { state: 'failed' },
  ],
  ['paid with nothing that names it', session({ payment_intent: null }), { state: 'open' }],
])('T40: a session that is %s', async (_, json, view) => {
  const { stripe, heard } = open({ [SEE]: { json } })
  expect(await stripe.query(account, attempt)).toEqual({ said: 'yes', value: view })
  expect(heard[0]?.url.searchParams.get('expand[0]')).toBe('payment_intent.latest_charge')
})

test('PY1: the answer names the card that was kept', async () => {
  const kept = intent({ customer: 'cus_1', setup_future_usage: 'off_session' })
  const { stripe } = open({ [SEE]: { json: session({ payment_intent: kept }) } })
  expect(await stripe.query(account, attempt)).toMatchObject({
    value: { state: 'paid', fact: { instrument: { customer: 'cus_1', method: 'pm_1' } } },
  })
})

test('PY2: a live payment on a test account says that it is one', async () => {
  const { stripe } = open({ [SEE]: { json: session({ livemode: true }) } })
  expect(await stripe.query(account, attempt)).toMatchObject({
    value: { fact: { livemode: true } },
  })
})

test.each([
  ['succeeded', {}, { state: 'paid', fact: payment }],
  ['processing', {}, { state: 'open' }],
  ['requires_action', {}, { state: 'open' }],
  ['requires_payment_method', {}, { state: 'failed' }],
  ['canceled', {}, { state: 'closed' }],
])('PY3: a charge that is %s', async (status, over, view) => {
  const { stripe } = open({
    'GET /v1/payment_intents/pi_1': { json: intent({ status, metadata: ours, ...over }) },
  })
  const seen = await stripe.query(account, { ...attempt, method: 'saved_card', ref: 'pi_1' })
  expect(seen).toEqual({ said: 'yes', value: view })
})

test('PY4: what Stripe does not know is not there', async () => {
  const gone = { status: 404, json: failure('invalid_request_error', 'resource_missing') }
  const { stripe } = open({ [SEE]: gone })
  expect(await stripe.query(account, attempt)).toEqual({
    said: 'yes',
    value: { state: 'not_there' },
  })
  expect(await stripe.close(account, attempt)).toEqual({ said: 'yes', value: 'not_there' })
})

const SEARCH = 'GET /v1/payment_intents/search'

test('PY4: where the answer was lost a payment is found by our number', async () => {
  const lost = { ...attempt, ref: undefined }
  const failed = intent({ id: 'pi_0', status: 'requires_payment_method' })
  const { stripe, heard } = open({
    [SEARCH]: [
      { json: { data: [failed, intent()], has_more: false } },
      { json: { data: [], has_more: false } },
    ],
  })
  expect(await stripe.query(account, lost)).toEqual({
    said: 'yes',
    value: { state: 'paid', fact: payment },
  })
  expect(heard[0]?.url.searchParams.get('query')).toBe(`metadata['trade_no']:'${TRADE_NO}'`)
  expect(await stripe.query(account, lost)).toEqual({ said: 'yes', value: { state: 'not_there' } })
})

test('PY4: a question that is refused says nothing of what it was about', async () => {
  const refused = { status: 400, json: failure('invalid_request_error', 'not_here') }
  const { stripe } = open({ [SEE]: refused, [SEARCH]: refused })
  for (const ref of [attempt.ref, undefined]) {
    const said = { said: 'unknown', why: 'refused_not_here' }
    expect(await stripe.query(account, { ...attempt, ref })).toEqual(said)
    expect(await stripe.close(account, { ...attempt, ref })).toEqual(said)
  }
})

test('PY9: an open session is ended at Stripe', async () => {
  const { stripe, heard } = open({
    [SEE]: { json: openSession },
    [EXPIRE]: { json: session({ status: 'expired', payment_status: 'unpaid' }) },
  })
  expect(await stripe.close(account, attempt)).toEqual({ said: 'yes', value: 'closed' })
  expect(heard.map(({ method }) => method)).toEqual(['GET', 'POST'])
})

test('T36: where somebody paid before it was ended it is paid', async () => {
  const refused = { status: 400, json: failure('invalid_request_error', 'x') }
  const { stripe } = open({
    [SEE]: [{ json: openSession }, { json: session({ payment_intent: intent() }) }],
    [EXPIRE]: refused,
  })
  expect(await stripe.close(account, attempt)).toEqual({ said: 'yes', value: 'paid' })
})

test('PY9: while a bank is at work nothing is ended', async () => {
  const waits = session({
    payment_status: 'unpaid',
    payment_intent: intent({ status: 'processing' }),
  })
  const { stripe } = open({
    [SEE]: { json: waits },
    [EXPIRE]: { status: 400, json: failure('invalid_request_error', 'x') },
  })
  expect(await stripe.close(account, attempt)).toMatchObject({
    said: 'no',
    code: 'payment_under_way',
  })
})

test('PY4: an end whose answer is lost is not known', async () => {
  const { stripe } = open({ [SEE]: { json: openSession }, [EXPIRE]: { lost: 'timeout' } })
  expect(await stripe.close(account, attempt)).toMatchObject({ said: 'unknown' })
})

test('PY9: a charge that a card refused is given up at Stripe, too', async () => {
  const refused = intent({ status: 'requires_payment_method', metadata: ours })
  const { stripe, heard } = open({
    'GET /v1/payment_intents/pi_1': { json: refused },
    'POST /v1/payment_intents/pi_1/cancel': {
      json: intent({ status: 'canceled', metadata: ours }),
    },
  })
  const card = { ...attempt, method: 'saved_card', ref: 'pi_1' }
  expect(await stripe.close(account, card)).toEqual({ said: 'yes', value: 'closed' })
  expect(heard).toHaveLength(2)
})
