import { expect, test } from 'vitest'
import {
  APP,
  alipaySides,
  attempt,
  type Line,
  NOW,
  REFUND_NO,
  type Script,
  TRADE_NO,
  TXN,
} from '../../../../../test/alipay-side.ts'
import type { RefundAsk } from '../../channel.ts'
import { openAlipay } from './index.ts'

const alipaySide = alipaySides(openAlipay)

const REFUND = '/v3/alipay/trade/refund'
const QUERY = '/v3/alipay/trade/fastpay/refund/query'
const answer = (fund_change: string, more = {}) => ({
  ...{ out_trade_no: TRADE_NO, trade_no: TXN, fund_change, refund_fee: '25.00', ...more },
})
const found = (more = {}) => ({
  ...{ out_trade_no: TRADE_NO, trade_no: TXN, out_request_no: REFUND_NO },
  ...{ refund_status: 'REFUND_SUCCESS', refund_amount: '5.00', total_amount: '30.00' },
  ...{ gmt_refund_pay: '2026-11-21 18:00:00', ...more },
})
const NOTHING: Line = { body: { out_trade_no: TRADE_NO, trade_no: TXN } }
const LOST: Line = { body: '', how: 'lost' }

const refundAsk: RefundAsk = {
  refundNo: REFUND_NO,
  amount: 500n,
  currency: 'CNY',
  reason: 'unused & <b>wanted=back</b>',
  notifyUrl: 'https://pay.example/hook',
  payment: { ...attempt(), txn: TXN },
}
const open = (script: Script) => {
  const side = alipaySide({ script })
  return {
    side,
    refund: () => side.channel.refund(side.account, refundAsk),
    query: () => side.channel.queryRefund(side.account, refundAsk),
  }
}

test('T43: of a refund that moved money its own amount is said, not the sum of them all', async () => {
  const { side, refund } = open({ [REFUND]: { body: answer('Y') } })
  expect(await refund()).toEqual({
    said: 'yes',
    value: {
      ...{ kind: 'refund', merchant: APP, livemode: true, state: 'succeeded', currency: 'CNY' },
      ...{ refundNo: REFUND_NO, refund: `${TXN}/${REFUND_NO}`, txn: TXN, tradeNo: TRADE_NO },
      ...{ amount: 500n, at: NOW + 1_000 },
    },
  })
  expect(side.lastBody()).toEqual({
    ...{ trade_no: TXN, out_trade_no: TRADE_NO, out_request_no: REFUND_NO },
    ...{ refund_amount: '5.00', refund_reason: 'unused    b wanted back  b' },
  })
})

test('T58: a refund that moved nothing, or does not say, is pending until it is asked for', async () => {
  for (const body of [answer('N'), answer(''), answer('y')])
    expect(await open({ [REFUND]: { body } }).refund()).toMatchObject({
      value: { state: 'pending' },
    })
})

test('T55: a refund whose answer is lost is unknown; the query finds it under its number', async () => {
  const { refund, query } = open({ [REFUND]: LOST, [QUERY]: { body: found() } })
  expect((await refund()).said).toBe('unknown')
  expect(await query()).toMatchObject({
    said: 'yes',
    value: { state: 'succeeded', amount: 500n, at: Date.UTC(2026, 10, 21, 10) },
  })
})

test('T55: a refusal is one only if no earlier call under the number has done it', async () => {
  const refused: Line = { status: 400, body: { code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' } }
  const after = (line: Line) => open({ [REFUND]: refused, [QUERY]: line }).refund()
  expect(await after(NOTHING)).toMatchObject({ said: 'no', code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' })
  expect(await after({ body: found() })).toMatchObject({
    said: 'yes',
    value: { state: 'succeeded' },
  })
  for (const line of [LOST, { status: 403, body: { code: 'ACQ.ACCESS_FORBIDDEN' } }])
    expect((await after(line)).said).toBe('unknown')
  const busy: Line = { status: 400, body: { code: 'ACQ.SYSTEM_ERROR' } }
  expect((await open({ [REFUND]: busy }).refund()).said).toBe('unknown')
})

test('T56: of a number that was used with another amount, what really went back is said', async () => {
  const refused: Line = { status: 400, body: { code: 'ACQ.DISCORDANT_REPEAT_REQUEST' } }
  const { refund } = open({
    [REFUND]: refused,
    [QUERY]: { body: found({ refund_amount: '4.00' }) },
  })
  expect(await refund()).toMatchObject({ value: { state: 'succeeded', amount: 400n } })
})

test('T58: that the query went well is no success: only REFUND_SUCCESS is', async () => {
  const viewOf = async (line: Line) => {
    const said = await open({ [QUERY]: line }).query()
    if (said.said !== 'yes') return said.said
    return said.value.kind === 'refund' ? said.value.state : said.value.kind
  }
  expect(await viewOf(NOTHING)).toBe('not_there')
  expect(await viewOf({ body: found({ refund_status: 'REFUND_PROCESSING' }) })).toBe('pending')
  expect(await viewOf({ body: found({ refund_status: 'REFUND_FAIL' }) })).toBe('failed')
  expect(await viewOf({ status: 400, body: { code: 'ACQ.TRADE_NOT_EXIST' } })).toBe('not_there')
  expect(await viewOf({ status: 400, body: { code: 'ACQ.INVALID_PARAMETER' } })).toBe('no')
  for (const other of [
    { out_request_no: 'other' },
    { trade_no: 'other' },
    { out_trade_no: 'other' },
  ])
    expect(await viewOf({ body: found(other) })).toBe('unknown')
})

test('PY4: an answer about another trade says nothing of this refund', async () => {
  for (const more of [{ trade_no: 'other' }, { out_trade_no: 'other' }])
    expect((await open({ [REFUND]: { body: answer('Y', more) } }).refund()).said).toBe('unknown')
})

test('T45: an amount that is none is not made one', async () => {
  const { query } = open({ [QUERY]: { body: found({ refund_amount: '5.0' }) } })
  expect(await query()).toMatchObject({ value: { state: 'succeeded', amount: undefined } })
})
