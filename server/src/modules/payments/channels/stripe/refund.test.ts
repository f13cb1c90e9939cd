import { expect, test } from 'vitest'
import type { Instant } from '#kernel/clock'
import { farSide } from '../../../../../test/far-side.ts'
import * as objects from '../../../../../test/stripe-objects.ts'
import type { RefundAsk } from '../../channel.ts'
import { openStripe } from './index.ts'
import type { StripeAccount } from './settings.ts'

const { NOW_S, TRADE_NO, REFUND_NO, failure, refund } = objects
const account: StripeAccount = {
  name: 'main',
  merchant: 'acct_1',
  livemode: true,
  settings: { account: 'acct_1' },
  secrets: { secret_key: 'sk_live_12345678', webhook_secrets: ['whsec_test_secret'] },
}
const ask: RefundAsk = {
  refundNo: REFUND_NO,
  amount: 200n,
  currency: 'USD',
  reason: 'changed their mind',
  notifyUrl: 'https://shop.example/hooks',
  payment: {
    tradeNo: TRADE_NO,
    ref: 'cs_test_1',
    txn: 'pi_1',
    method: 'checkout',
    amount: 600n,
    currency: 'USD',
    createdAt: (NOW_S * 1_000) as Instant,
    expiresAt: (NOW_S * 1_000 + 1_800_000) as Instant,
  },
}
const open = (script: Parameters<typeof farSide>[0]) => {
  const far = farSide(script)
  return { heard: far.heard, stripe: openStripe({ now: () => NOW_S * 1_000, ask: far.ask }) }
}
const REFUND = 'POST /v1/refunds'
const LIST = 'GET /v1/refunds'
const fact = {
  kind: 'refund',
  merchant: 'acct_1',
  livemode: true,
  refundNo: REFUND_NO,
  refund: 're_1',
  txn: 'pi_1',
  tradeNo: TRADE_NO,
  amount: 200n,
  currency: 'USD',
  state: 'succeeded',
  at: NOW_S * 1_000,
}

test('PY4: a refund is asked for under its number, which Stripe keeps with it', async () => {
  const { stripe, heard } = open({ [REFUND]: { json: refund() } })
  expect(await stripe.refund(account, ask)).toEqual({ said: 'yes', value: fact })
  expect(heard[0]?.url.origin).toBe('https://api.stripe.com')
  expect(heard[0]?.headers['Idempotency-Key']).toBe(REFUND_NO)
  expect(heard[0]?.form()).toEqual({
    payment_intent: 'pi_1',
    amount: '200',
    'metadata[refund_id]': REFUND_NO,
    'metadata[trade_no]': TRADE_NO,
  })
})

test('T55: a refund whose answer is lost is unknown until the list has said it', async () => {
  const others = Array.from({ length: 100 }, (_, i) => refund({ id: `re_x${i}`, metadata: {} }))
  const { stripe, heard } = open({
    [REFUND]: { lost: 'timeout' },
    [LIST]: [
      { json: { data: others, has_more: true } },
      { json: { data: [refund({ status: 'pending' })], has_more: false } },
    ],
  })
  expect(await stripe.refund(account, ask)).toMatchObject({ said: 'unknown' })
  expect(await stripe.queryRefund(account, ask)).toEqual({
    said: 'yes',
    value: { ...fact, state: 'pending' },
  })
  expect(heard[2]?.url.searchParams.get('starting_after')).toBe('re_x99')
})

test('PY4: a refund that no list names is not there', async () => {
  const { stripe } = open({
    [LIST]: { json: { data: [refund({ metadata: {} })], has_more: false } },
  })
  expect(await stripe.queryRefund(account, ask)).toEqual({
    said: 'yes',
    value: { kind: 'not_there' },
  })
})

test('PY4: a list with something unreadable in it says nothing of what it lacks', async () => {
  const { stripe } = open({ [LIST]: { json: { data: [{ id: 're_1' }], has_more: false } } })
  expect(await stripe.queryRefund(account, ask)).toMatchObject({ said: 'unknown' })
})

test('PY4: a list that is refused says nothing', async () => {
  const { stripe } = open({
    [LIST]: { status: 400, json: failure('invalid_request_error', 'not_here') },
  })
  expect(await stripe.queryRefund(account, ask)).toMatchObject({ said: 'unknown' })
})

test('PY4: a list without end is given up', async () => {
  const { stripe } = open({
    [LIST]: { json: { data: [refund({ metadata: {} })], has_more: true } },
  })
  expect(await stripe.queryRefund(account, ask)).toMatchObject({ said: 'unknown' })
})

const already = {
  status: 400,
  json: failure('invalid_request_error', 'charge_already_refunded'),
}

test('PY5: already refunded is done where it was us, and refused where it was not', async () => {
  const byUs = open({ [REFUND]: already, [LIST]: { json: { data: [refund()], has_more: false } } })
  expect(await byUs.stripe.refund(account, ask)).toEqual({ said: 'yes', value: fact })
  const another = refund({ metadata: {} })
  const byOthers = open({
    [REFUND]: already,
    [LIST]: { json: { data: [another], has_more: false } },
  })
  expect(await byOthers.stripe.refund(account, ask)).toMatchObject({
    said: 'no',
    code: 'charge_already_refunded',
  })
})

test.each([
  ['succeeded', 'succeeded'],
  ['pending', 'pending'],
  ['requires_action', 'pending'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
])('T58: a refund that is %s is %s', async (status, state) => {
  const { stripe } = open({ [REFUND]: { json: refund({ status }) } })
  expect(await stripe.refund(account, ask)).toMatchObject({ said: 'yes', value: { state } })
})

test('T45: what Stripe cannot carry is not asked back', async () => {
  const { stripe, heard } = open({})
  const said = await stripe.refund(account, { ...ask, amount: 1_234n, currency: 'KWD' })
  expect(said).toMatchObject({ said: 'no', code: 'amount_unsupported' })
  expect(heard).toEqual([])
})
