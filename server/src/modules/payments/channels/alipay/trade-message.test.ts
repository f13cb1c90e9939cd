import { expect, test } from 'vitest'
import {
  APP,
  alipaySides,
  posted,
  REFUND_NO,
  TRADE_NO,
  TXN,
  tradeFields,
} from '../../../../../test/alipay-side.ts'
import type { Delivery, Parsed } from '../../channel.ts'
import { openAlipay } from './index.ts'

const alipaySide = alipaySides(openAlipay)
type AlipaySide = ReturnType<typeof alipaySide>
const side = alipaySide()
const hear = (delivery: Delivery, at: AlipaySide = side): Promise<Parsed> =>
  at.channel.parseNotification(at.account, delivery)
const factsOf = async (fields: Record<string, string>, at: AlipaySide = side) => {
  const heard = await hear(at.told(fields), at)
  if (heard.verdict !== 'genuine') throw new Error(heard.why)
  return heard.facts
}

test('T16: a message for another app or seller makes a fact that does not fit the account', async () => {
  expect(await factsOf(tradeFields({ app_id: '2021999' }))).toMatchObject([{ merchant: '2021999' }])
  expect(await factsOf(tradeFields({ seller_id: '2088999' }))).toMatchObject([
    { kind: 'payment', merchant: '2088999' },
  ])
  const [fitting] = await factsOf(tradeFields())
  expect(fitting?.merchant).toBe(side.account.merchant)
})

test('T42: TRADE_FINISHED is the same payment as TRADE_SUCCESS, and one by itself', async () => {
  const [success] = await factsOf(tradeFields())
  const finished = await factsOf(
    tradeFields({
      trade_status: 'TRADE_FINISHED',
      notify_id: 'n2',
      notify_time: '2027-02-20 03:00:00',
    }),
  )
  expect(finished).toEqual([success])
  expect(success).toMatchObject({
    kind: 'payment',
    merchant: APP,
    livemode: true,
    tradeNo: TRADE_NO,
    txn: TXN,
    amount: 3000n,
    currency: 'CNY',
    paidAt: Date.UTC(2026, 10, 21, 9, 24, 4),
  })
})

const refundFields = tradeFields({
  gmt_refund: '2026-11-21 18:00:00.123',
  refund_fee: '15.00',
  out_biz_no: REFUND_NO,
})
const REFUND_QUERY = '/v3/alipay/trade/fastpay/refund/query'
const refundAnswer = (more: object = {}) => ({
  ...{ trade_no: TXN, out_trade_no: TRADE_NO, out_request_no: REFUND_NO },
  ...{ refund_status: 'REFUND_SUCCESS', refund_amount: '5.00', total_amount: '30.00', ...more },
})

test('T43: a success with a refund is the refund alone, and its amount is asked for: the message adds all of them up', async () => {
  const asked = alipaySide({ script: { [REFUND_QUERY]: { body: refundAnswer() } } })
  expect(await factsOf(refundFields, asked)).toMatchObject([
    {
      kind: 'refund',
      merchant: APP,
      refundNo: REFUND_NO,
      refund: `${TXN}/${REFUND_NO}`,
      txn: TXN,
      tradeNo: TRADE_NO,
      state: 'succeeded',
      amount: 500n,
    },
  ])
  expect(asked.lastBody()).toMatchObject({ trade_no: TXN, out_request_no: REFUND_NO })
})

test('T43: either mark of a refund is enough, and an end that comes with one is a refund too', async () => {
  const asked = alipaySide({ script: { [REFUND_QUERY]: { body: refundAnswer() } } })
  const { gmt_refund: _, ...fee } = refundFields as Record<string, string>
  const { refund_fee: __, ...time } = refundFields as Record<string, string>
  for (const fields of [
    fee,
    time,
    { ...fee, trade_status: 'TRADE_CLOSED' },
    { ...fee, trade_status: 'TRADE_FINISHED' },
  ])
    expect(await factsOf(fields, asked)).toMatchObject([{ kind: 'refund', state: 'succeeded' }])
})

test('T43: a refund from the console has no number of ours', async () => {
  const number = 'HZ0120261121001'
  const body = refundAnswer({ out_request_no: number })
  const asked = alipaySide({ script: { [REFUND_QUERY]: { body } } })
  const [fact] = await factsOf({ ...refundFields, out_biz_no: number }, asked)
  expect(fact).toMatchObject({ refundNo: undefined, refund: `${TXN}/${number}`, amount: 500n })
})

test('T43: where Alipay cannot be asked the message comes again; where it knows nothing, no amount is made up', async () => {
  const lost = alipaySide({ script: { [REFUND_QUERY]: { body: '', how: 'lost' } } })
  expect(await hear(lost.told(refundFields), lost)).toMatchObject({
    verdict: 'later',
    reply: { status: 503 },
  })
  const nothing = alipaySide({ script: { [REFUND_QUERY]: { body: { trade_no: TXN } } } })
  expect(await factsOf(refundFields, nothing)).toMatchObject([
    { kind: 'refund', state: 'pending', amount: undefined, refundNo: REFUND_NO },
  ])
})

test('T43: nothing is asked for a message that is forged, or for somebody else', async () => {
  const quiet = alipaySide()
  const forged = posted({ ...refundFields, sign: 'AAAA', sign_type: 'RSA2' })
  expect((await hear(forged, quiet)).verdict).toBe('forged')
  expect(await factsOf({ ...refundFields, seller_id: '2088999' }, quiet)).toMatchObject([
    { kind: 'refund', merchant: '2088999', amount: undefined, state: 'pending' },
  ])
  expect(quiet.asked).toEqual([])
})

test('T34: an end without a refund is an end and no more; who waits, and what is unknown, are no facts', async () => {
  const { gmt_payment: _, ...unpaid } = tradeFields({ trade_status: 'TRADE_CLOSED' })
  expect(await factsOf(unpaid)).toEqual([
    { kind: 'end', merchant: APP, livemode: true, tradeNo: TRADE_NO, how: 'closed' },
  ])
  expect(await factsOf(tradeFields({ trade_status: 'WAIT_BUYER_PAY' }))).toEqual([])
  expect(await factsOf(tradeFields({ trade_status: 'TRADE_PENDING' }))).toEqual([])
})

test.each([
  '100.0',
  '1e2',
  '１００.00',
  '-30.00',
  '+30.00',
  ' 30.00',
  '30',
  '30.000',
  '123456789012.00',
  '0x1f.00',
  '30,00',
])('T45: %s is no amount', async (total_amount) => {
  expect(await factsOf(tradeFields({ total_amount }))).toMatchObject([
    { kind: 'payment', amount: undefined },
  ])
})

test('T45: the whole price counts, not what a coupon left to pay', async () => {
  const [fact] = await factsOf(tradeFields({ buyer_pay_amount: '0.01', receipt_amount: '0.01' }))
  expect(fact).toMatchObject({ amount: 3000n })
})

const transferTold = (content: object, more: Record<string, string> = {}) => ({
  ...{ notify_id: '2026112100262170000', app_id: APP, charset: 'UTF-8', version: '1.1' },
  ...{ msg_method: 'alipay.fund.trans.order.changed', utc_timestamp: '1795253043000' },
  biz_content: JSON.stringify({
    ...{ out_biz_no: REFUND_NO, order_id: '20261121110070001506', trans_amount: '88.00' },
    ...{ product_code: 'TRANS_ACCOUNT_NO_PWD', biz_scene: 'DIRECT_TRANSFER', ...content },
  }),
  ...more,
})

test('T72: what Alipay tells of a transfer is a fact, signed with its sign_type or without', async () => {
  for (const how of [{}, { withType: true }] as const) {
    const heard = await hear(side.told(transferTold({ status: 'SUCCESS' }), how))
    expect(heard).toMatchObject({
      type: 'alipay.fund.trans.order.changed',
      facts: [
        {
          kind: 'transfer',
          merchant: APP,
          transferNo: REFUND_NO,
          transfer: '20261121110070001506',
          amount: 8800n,
          state: 'succeeded',
        },
      ],
    })
  }
})

test('T72: only SUCCESS is success, and red packets are none of ours', async () => {
  const stateOf = async (status: string) => {
    const [fact] = await factsOf(transferTold({ status, error_code: 'PAYEE_NOT_EXIST' }))
    return fact?.kind === 'transfer' ? fact.state : undefined
  }
  const states = ['DEALING', 'WAIT_PAY', 'FAIL', 'CLOSED', 'REFUND', 'SOMETHING_NEW']
  expect(await Promise.all(states.map(stateOf))).toEqual([
    ...['processing', 'processing', 'failed', 'cancelled', 'returned', undefined],
  ])
  const packet = transferTold({ status: 'SUCCESS', product_code: 'STD_RED_PACKET' })
  expect(await factsOf(packet)).toEqual([])
  expect(await factsOf(transferTold({ status: 'SUCCESS' }, { app_id: '2021999' }))).toMatchObject([
    { merchant: '2021999' },
  ])
  expect(
    await factsOf({ ...transferTold({}), biz_content: '{"status":"FAIL","status":"SUCCESS"}' }),
  ).toEqual([])
})
