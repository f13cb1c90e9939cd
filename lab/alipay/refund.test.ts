import { expect, test } from 'vitest'
import type { Json } from '../kit/provider.ts'
import { fieldsOf, openStage, order, type Stage } from './stage.ts'

const NUMBER = { out_trade_no: 'order_1' }
const DAY_MS = 86_400_000

/** A payment of ¥100, and how to give it back. */
async function openPaid() {
  const stage = await openStage()
  await stage.exec('alipay.trade.precreate', order({ total_amount: '100.00' }))
  await stage.control('pay', NUMBER)
  stage.sent.length = 0
  return Object.assign(stage, {
    refund: (refund_amount: string, out_request_no?: string, more?: Json) =>
      stage.exec('alipay.trade.refund', {
        ...NUMBER,
        refund_amount,
        ...(out_request_no !== undefined && { out_request_no }),
        ...more,
      }),
    ask: (out_request_no: string, more?: Json) =>
      stage.exec('alipay.trade.fastpay.refund.query', { ...NUMBER, out_request_no, ...more }),
  })
}

const refundsIn = ({ provider }: Stage) =>
  provider
    .books()
    .flatMap(({ kind, number, amount, state }) =>
      kind === 'refund' ? [{ number, amount, state }] : [],
    )

test('one number is one refund, however often it is asked for', async () => {
  await using stage = await openPaid()
  expect(await stage.refund('30.00', 'r1')).toMatchObject({ fundChange: 'Y', refundFee: '30.00' })
  expect(await stage.refund('30.00', 'r1')).toMatchObject({ fundChange: 'N', refundFee: '30.00' })
  expect(await stage.refund('20.00', 'r2')).toMatchObject({ fundChange: 'Y', refundFee: '50.00' })
  expect(refundsIn(stage)).toEqual([
    { number: 'r1', amount: 3_000, state: 'success' },
    { number: 'r2', amount: 2_000, state: 'success' },
  ])
  expect(stage.sent).toHaveLength(2)
})

test('T56: the same number for another amount is refused', async () => {
  await using stage = await openPaid()
  await stage.refund('30.00', 'r1')
  for (const amount of ['30.01', '29.99'])
    expect(await stage.refund(amount, 'r1')).toMatchObject({
      subCode: 'ACQ.DISCORDANT_REPEAT_REQUEST',
    })
})

test('T54: of a payment of 100 three refunds of 30 go back, whoever asks at once', async () => {
  await using stage = await openPaid()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => stage.refund('30.00', `r${i}`)),
  )
  expect(answers.filter(({ fundChange }) => fundChange === 'Y')).toHaveLength(3)
  expect(
    answers.filter(({ subCode }) => subCode === 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL'),
  ).toHaveLength(17)
})

test.each([
  ['0.00', 'r1'],
  ['0.001', 'r1'],
  ['-1.00', 'r1'],
  ['30.00', 'a/b'],
  ['30.00', undefined],
])('a refund of %s under %s is refused', async (amount, number) => {
  await using stage = await openPaid()
  expect(await stage.refund(amount, number)).toMatchObject({ subCode: 'ACQ.INVALID_PARAMETER' })
  expect(refundsIn(stage)).toEqual([])
})

test('the whole needs no number of its own', async () => {
  await using stage = await openPaid()
  expect(await stage.refund('100.00')).toMatchObject({ fundChange: 'Y' })
  expect(await stage.refund('100.00')).toMatchObject({ fundChange: 'N' })
  expect(await stage.ask('order_1')).toMatchObject({ refundStatus: 'REFUND_SUCCESS' })
})

test('refunds end with the trade, and after twelve months', async () => {
  await using stage = await openPaid()
  await stage.exec('alipay.trade.precreate', order({ out_trade_no: 'unpaid' }))
  await stage.control('scan', { out_trade_no: 'unpaid' })
  expect(await stage.refund('1.00', 'r1', { out_trade_no: 'unpaid' })).toMatchObject({
    subCode: 'ACQ.TRADE_STATUS_ERROR',
  })
  expect(await stage.refund('1.00', 'r1', { out_trade_no: 'nobody' })).toMatchObject({
    subCode: 'ACQ.TRADE_NOT_EXIST',
  })
  stage.pass(364 * DAY_MS)
  expect(await stage.refund('1.00', 'r1')).toMatchObject({ fundChange: 'Y' })
  stage.pass(2 * DAY_MS)
  expect(await stage.refund('1.00', 'r2')).toMatchObject({ subCode: 'ACQ.TRADE_NOT_ALLOW_REFUND' })
  await stage.control('finish', NUMBER)
  expect(await stage.refund('1.00', 'r2')).toMatchObject({ subCode: 'ACQ.TRADE_HAS_FINISHED' })
})

test('T43: a part that goes back is told with the sum of all parts; the last one closes the trade', async () => {
  await using stage = await openPaid()
  await stage.refund('30.00', 'r1')
  await stage.refund('20.00', 'r2')
  await stage.refund('50.00', 'r3')
  const told = stage.sent.map((one) => fieldsOf(one))
  expect(told).toMatchObject([
    { trade_status: 'TRADE_SUCCESS', refund_fee: '30.00', out_biz_no: 'r1' },
    { trade_status: 'TRADE_SUCCESS', refund_fee: '50.00', out_biz_no: 'r2' },
    { trade_status: 'TRADE_CLOSED', refund_fee: '100.00', out_biz_no: 'r3' },
  ])
  for (const fields of told) {
    expect(fields).toMatchObject({ total_amount: '100.00', out_trade_no: 'order_1' })
    expect(fields['gmt_refund']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/)
    expect((await stage.sdk()).checkNotifySignV2(fields)).toBe(true)
  }
  expect(await stage.exec('alipay.trade.query', NUMBER)).toMatchObject({
    tradeStatus: 'TRADE_CLOSED',
  })
  expect(await stage.refund('50.00', 'r3')).toMatchObject({ fundChange: 'N' })
  expect(await stage.refund('1.00', 'r4')).toMatchObject({ subCode: 'ACQ.TRADE_HAS_CLOSE' })
})

test('T58: what does not move at once says so, holds its part back, and ends later in success', async () => {
  await using stage = await openPaid()
  await stage.control('refund_outcome', { ...NUMBER, outcome: 'pending' })
  expect(await stage.refund('60.00', 'r1')).toMatchObject({ fundChange: 'N', refundFee: '0.00' })
  const waiting = await stage.ask('r1')
  expect(waiting).toMatchObject({ code: '10000', refundAmount: '60.00' })
  expect(waiting).not.toHaveProperty('refundStatus')
  expect(await stage.refund('60.00', 'r2')).toMatchObject({
    subCode: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
  })
  expect(stage.sent).toEqual([])
  await stage.control('refund_outcome', { ...NUMBER, out_request_no: 'r1', outcome: 'success' })
  expect(await stage.ask('r1')).toMatchObject({ refundStatus: 'REFUND_SUCCESS' })
  expect(stage.sent).toHaveLength(1)
})

test('T58: what fails leaves the money where it was, and may be tried again under its number', async () => {
  await using stage = await openPaid()
  await stage.control('refund_outcome', { ...NUMBER, outcome: 'fail' })
  expect(await stage.refund('60.00', 'r1')).toMatchObject({ fundChange: 'N' })
  expect(await stage.ask('r1')).not.toHaveProperty('refundStatus')
  expect(refundsIn(stage)).toMatchObject([{ number: 'r1', state: 'fail' }])
  expect(await stage.refund('60.00', 'r1')).toMatchObject({ fundChange: 'Y', refundFee: '60.00' })
  expect(refundsIn(stage)).toMatchObject([{ number: 'r1', state: 'success' }])
})

test('that the query ran says nothing of a refund that never came', async () => {
  await using stage = await openPaid()
  expect(await stage.ask('never')).toEqual({ code: '10000', msg: 'Success' })
})

test('when a refund was paid is said to who asks for it', async () => {
  await using stage = await openPaid()
  await stage.refund('30.00', 'r1')
  expect(await stage.ask('r1')).not.toHaveProperty('gmtRefundPay')
  expect(await stage.ask('r1', { query_options: ['gmt_refund_pay'] })).toHaveProperty(
    'gmtRefundPay',
  )
})

test('v3 refunds by the same rules', async () => {
  await using stage = await openPaid()
  const sdk = await stage.sdk('key')
  const refund = (refund_amount: string) =>
    sdk.curl('POST', '/v3/alipay/trade/refund', {
      body: { ...NUMBER, refund_amount, out_request_no: 'r1' },
    })
  expect((await refund('30.00')).data).toMatchObject({ fund_change: 'Y', refund_fee: '30.00' })
  await expect(refund('31.00')).rejects.toMatchObject({
    code: 'ACQ.DISCORDANT_REPEAT_REQUEST',
    responseHttpStatus: 400,
  })
  const { data } = await sdk.curl('POST', '/v3/alipay/trade/fastpay/refund/query', {
    body: { ...NUMBER, out_request_no: 'r1' },
  })
  expect(data).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '30.00' })
})

test('T59: what is given back in the console is told under a number nobody asked for', async () => {
  await using stage = await openPaid()
  const { out_request_no } = await stage.control('refund_in_console', {
    ...NUMBER,
    amount: '30.00',
  })
  expect(fieldsOf(stage.sent[0])).toMatchObject({ refund_fee: '30.00', out_biz_no: out_request_no })
  await expect(stage.control('refund_in_console', NUMBER)).rejects.toThrow(
    'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
  )
  expect(refundsIn(stage)).toEqual([{ number: out_request_no, amount: 3_000, state: 'success' }])
})
