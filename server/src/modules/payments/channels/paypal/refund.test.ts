import { expect, test } from 'vitest'
import type { Instant } from '#kernel/clock'
import { farSide } from '../../../../../test/far-side.ts'
import * as objects from '../../../../../test/paypal-objects.ts'
import type { RefundAsk } from '../../channel.ts'
import { openPaypal } from './index.ts'
import type { PaypalAccount } from './settings.ts'

const { NOW_MS, PAID_AT, REFUND_NO, TOKEN, TRADE_NO, order, refund, refusal } = objects
const account: PaypalAccount = {
  name: 'main',
  merchant: 'MERCHANT1',
  livemode: true,
  settings: { webhook_id: '4JH86294D6297924G', merchant_id: 'MERCHANT1' },
  secrets: { client_id: 'client-1-of-tests', client_secret: 'secret-1-of-tests' },
}
const ask: RefundAsk = {
  refundNo: REFUND_NO,
  amount: 200n,
  currency: 'USD',
  reason: 'changed their mind',
  notifyUrl: 'https://shop.example/hooks',
  payment: {
    tradeNo: TRADE_NO,
    ref: 'ORDER1',
    txn: 'CAP1',
    method: 'checkout',
    amount: 600n,
    currency: 'USD',
    createdAt: NOW_MS as Instant,
    expiresAt: (NOW_MS + 1_800_000) as Instant,
  },
}
function open(script: Parameters<typeof farSide>[0]) {
  const far = farSide({ 'POST /v1/oauth2/token': TOKEN, ...script })
  const heard = () => far.heard.filter(({ url }) => url.pathname !== '/v1/oauth2/token')
  return { heard, paypal: openPaypal({ now: () => NOW_MS, ask: far.ask }) }
}
const REFUND = 'POST /v2/payments/captures/CAP1/refund'
const SEE = 'GET /v2/checkout/orders/ORDER1'
const fact = {
  kind: 'refund',
  merchant: 'MERCHANT1',
  livemode: true,
  refundNo: REFUND_NO,
  refund: 'REF1',
  txn: 'CAP1',
  tradeNo: TRADE_NO,
  amount: 200n,
  currency: 'USD',
  state: 'succeeded',
  at: Date.parse(PAID_AT),
}
const with_ = (...refunds: object[]) => ({ json: order('COMPLETED', { refunds }) })
const ofConsole = refund({ id: 'REF0', custom_id: TRADE_NO, invoice_id: TRADE_NO })

test('PY4: a refund is asked for under its number, which PayPal keeps with it', async () => {
  const { paypal, heard } = open({ [REFUND]: { status: 201, json: refund() } })
  expect(await paypal.refund(account, ask)).toEqual({ said: 'yes', value: fact })
  expect(heard()[0]?.headers['paypal-request-id']).toBe(REFUND_NO)
  expect(heard()[0]?.json()).toEqual({
    amount: { currency_code: 'USD', value: '2.00' },
    custom_id: `refund-${REFUND_NO}`,
    invoice_id: REFUND_NO,
  })
})

test('T55: a refund whose answer is lost is unknown until the order has said it', async () => {
  const { paypal } = open({ [REFUND]: { lost: 'timeout' }, [SEE]: with_(ofConsole, refund()) })
  expect(await paypal.refund(account, ask)).toMatchObject({ said: 'unknown' })
  expect(await paypal.queryRefund(account, ask)).toEqual({ said: 'yes', value: fact })
})

test('PY4: a refund that its order does not list is not there; without the order nobody knows', async () => {
  const { paypal } = open({
    [SEE]: [with_(ofConsole), { json: order('COMPLETED') }, refusal('INVALID_RESOURCE_ID', 404)],
  })
  const gone = { said: 'yes', value: { kind: 'not_there' } }
  expect(await paypal.queryRefund(account, ask)).toEqual(gone)
  expect(await paypal.queryRefund(account, ask)).toEqual(gone)
  expect(await paypal.queryRefund(account, ask)).toMatchObject({ said: 'unknown' })
})

test('PY4: where the order is not known the capture names it', async () => {
  const origin = { supplementary_data: { related_ids: { order_id: 'ORDER1' } } }
  const { paypal } = open({
    'GET /v2/payments/captures/CAP1': [{ json: origin }, refusal('NOT_HERE')],
    [SEE]: with_(refund()),
  })
  const lost = { ...ask, payment: { ...ask.payment, ref: undefined } }
  expect(await paypal.queryRefund(account, lost)).toEqual({ said: 'yes', value: fact })
  expect(await paypal.queryRefund(account, lost)).toMatchObject({ said: 'unknown' })
})

test('PY5: fully refunded is done where it was us, and refused where it was not', async () => {
  const fully = refusal('CAPTURE_FULLY_REFUNDED')
  const byUs = open({ [REFUND]: fully, [SEE]: with_(refund()) })
  expect(await byUs.paypal.refund(account, ask)).toEqual({ said: 'yes', value: fact })
  const byOthers = open({ [REFUND]: fully, [SEE]: with_(ofConsole) })
  expect(await byOthers.paypal.refund(account, ask)).toMatchObject({
    said: 'no',
    code: 'capture_fully_refunded',
  })
})

test.each([
  ['COMPLETED', 'succeeded'],
  ['PENDING', 'pending'],
  ['FAILED', 'failed'],
  ['CANCELLED', 'failed'],
])('T58: a refund that is %s is %s', async (status, state) => {
  const { paypal } = open({ [REFUND]: { status: 201, json: refund({ status }) } })
  expect(await paypal.refund(account, ask)).toMatchObject({ said: 'yes', value: { state } })
})

test('T45: what PayPal cannot carry is not asked back', async () => {
  const { paypal, heard } = open({})
  const said = await paypal.refund(account, { ...ask, amount: 50n, currency: 'TWD' })
  expect(said).toMatchObject({ said: 'no', code: 'amount_unsupported' })
  expect(heard()).toEqual([])
})
