import { expect, test } from 'vitest'
import {
  type Asked,
  json,
  MCHID,
  newSigner,
  paid,
  type Reply,
  refuse,
  TODAY,
  wechatAccount,
  wechatGround,
} from '../../../../../test/wechat-pay.ts'
import type { RefundAsk } from '../../channel.ts'
import { openWechat } from './index.ts'

const signer = newSigner('5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC')
const account = wechatAccount({ platform_certificates: [signer.certificate] })
const { out_trade_no: tradeNo, transaction_id: txn } = paid()

const ask: RefundAsk = {
  refundNo: '01kaq8x7m3w9t2c5v6b4n0z1yf',
  amount: 1000n,
  currency: 'CNY',
  reason: '用户申请',
  notifyUrl: 'https://pay.example/api/v1/hooks/wechat/main',
  payment: {
    ...{ tradeNo, txn, ref: undefined, method: 'native', amount: 3000n, currency: 'CNY' },
    createdAt: TODAY as RefundAsk['payment']['createdAt'],
    expiresAt: (TODAY + 1_800_000) as RefundAsk['payment']['expiresAt'],
  },
}
const answer = (over: object = {}) => ({
  refund_id: '50000000382019052709732678859',
  out_refund_no: ask.refundNo,
  transaction_id: txn,
  out_trade_no: tradeNo,
  channel: 'ORIGINAL',
  user_received_account: '招商银行信用卡0403',
  create_time: '2026-11-21T17:24:00+08:00',
  status: 'PROCESSING',
  amount: { total: 3000, refund: 1000, payer_total: 2500, payer_refund: 900, currency: 'CNY' },
  ...over,
})
const fact = (over: object = {}) => ({
  kind: 'refund',
  ...{ merchant: MCHID, livemode: true, refundNo: ask.refundNo, tradeNo, txn },
  refund: '50000000382019052709732678859',
  ...{ amount: 1000n, currency: 'CNY', state: 'pending', at: TODAY },
  ...over,
})

const opened = (reply: (asked: Asked) => Reply) => {
  const wechat = wechatGround(reply, signer)
  return { ...wechat, channel: openWechat(wechat.ground) }
}

test('PY4: a refund asks for a part of the price under its own number', async () => {
  const { channel, asked } = opened(() => json(answer()))
  expect(await channel.refund(account, ask)).toEqual({ said: 'yes', value: fact() })
  expect(asked).toMatchObject([{ method: 'POST', path: '/v3/refund/domestic/refunds' }])
  expect(asked[0]?.json).toEqual({
    transaction_id: txn,
    out_refund_no: ask.refundNo,
    reason: '用户申请',
    notify_url: ask.notifyUrl,
    amount: { refund: 1000, total: 3000, currency: 'CNY' },
  })
})

test('T55: the same refund asked for again is the same request', async () => {
  const { channel, asked } = opened(() => json(answer()))
  await channel.refund(account, ask)
  await channel.refund(account, ask)
  expect(asked[0]?.body).toBe(asked[1]?.body)
})

test('PY4: a long reason is cut, an empty one left out', async () => {
  const { channel, asked } = opened(() => json(answer()))
  await channel.refund(account, { ...ask, reason: '退'.repeat(50) })
  await channel.refund(account, { ...ask, reason: '' })
  expect(asked[0]?.json['reason']).toBe('退'.repeat(26))
  expect(asked[1]?.json).not.toHaveProperty('reason')
})

test.each([
  ['PROCESSING', 'pending'],
  ['SUCCESS', 'succeeded'],
  ['CLOSED', 'failed'],
  ['ABNORMAL', 'abnormal'],
])('T58: %s is %s, asked for or asked after', async (status, state) => {
  const { channel, asked } = opened(() => json(answer({ status })))
  expect(await channel.refund(account, ask)).toMatchObject({ said: 'yes', value: { state } })
  expect(await channel.queryRefund(account, ask)).toEqual({ said: 'yes', value: fact({ state }) })
  expect(asked[1]).toMatchObject({
    method: 'GET',
    path: `/v3/refund/domestic/refunds/${ask.refundNo}`,
  })
})

test('PY1: a refund is as old as its success, else as its making', async () => {
  const success_time = '2026-11-21T17:25:00+08:00'
  const { channel } = opened(() => json(answer({ status: 'SUCCESS', success_time })))
  expect(await channel.refund(account, ask)).toMatchObject({ value: { at: TODAY + 60_000 } })
})

test.each<[string, Reply]>([
  ['an answer of another refund', json(answer({ out_refund_no: 'another' }))],
  ['an answer without its number', json(answer({ refund_id: undefined }))],
  ['a state nobody knows', json(answer({ status: 'LOST' }))],
  ['a fault', refuse(500, 'SYSTEM_ERROR')],
  ['a limit', refuse(429, 'FREQUENCY_LIMITED')],
  ['an unsigned answer', { ...json(answer()), by: 'nobody' }],
  ['nothing', { lost: true, why: 'timeout' } as never],
])('T55: %s leaves unknown what became of a refund', async (_, reply) => {
  const { channel } = opened(() => reply)
  expect(await channel.refund(account, ask)).toMatchObject({ said: 'unknown' })
  expect(await channel.queryRefund(account, ask)).toMatchObject({ said: 'unknown' })
})

test('PY4: a refund that WeChat refuses has not happened', async () => {
  const { channel } = opened(() => refuse(403, 'NOT_ENOUGH'))
  expect(await channel.refund(account, ask)).toEqual({
    said: 'no',
    code: 'NOT_ENOUGH',
    text: 'NOT_ENOUGH',
  })
})

test('PY4: a refund that WeChat does not know is not there', async () => {
  const { channel } = opened(() => refuse(404, 'RESOURCE_NOT_EXISTS'))
  expect(await channel.queryRefund(account, ask)).toEqual({
    said: 'yes',
    value: { kind: 'not_there' },
  })
  // Asked for, the same words mean the payment.
  expect(await channel.refund(account, ask)).toMatchObject({ said: 'no' })
})
