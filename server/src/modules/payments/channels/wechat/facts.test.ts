import { expect, test } from 'vitest'
import {
  MCHID,
  newSigner,
  notification,
  OPENID,
  paid,
  TODAY,
  wechatAccount,
  wechatGround,
} from '../../../../../test/wechat-pay.ts'
import { openWechat } from './index.ts'

const signer = newSigner('5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC')
const account = wechatAccount({ platform_certificates: [signer.certificate] })
const { ground } = wechatGround(() => ({ lost: true, why: 'nobody' }), signer)
const channel = openWechat(ground)

const parse = (one: ReturnType<typeof notification>, to = account) =>
  channel.parseNotification(to, one)
const tell = (plain: object | string, about: Parameters<typeof notification>[2] = {}) =>
  parse(notification(signer, plain, about))

test('PY1: a payment is one fact, with the numbers of both sides', async () => {
  expect(await tell(paid())).toEqual({
    verdict: 'genuine',
    id: 'EV-2018022511223320873',
    type: 'TRANSACTION.SUCCESS',
    keyId: signer.serial,
    facts: [
      {
        kind: 'payment',
        merchant: MCHID,
        livemode: true,
        tradeNo: paid().out_trade_no,
        txn: '4200002345202611210123456789',
        amount: 3000n,
        currency: 'CNY',
        paidAt: Date.parse('2026-11-21T17:23:58+08:00'),
        payer: OPENID,
      },
    ],
  })
})

test('T46: what counts is the price, not what the payer paid after a coupon', async () => {
  const amount = { total: 3000, payer_total: 2500, currency: 'CNY', payer_currency: 'CNY' }
  expect(await tell(paid({ amount }))).toMatchObject({ facts: [{ amount: 3000n }] })
})

test.each([
  ['a text', { total: '3000', currency: 'CNY' }],
  ['a fraction', { total: 3000.5, currency: 'CNY' }],
  ['less than nothing', { total: -3000, currency: 'CNY' }],
  ['more than a double can hold', { total: 2 ** 53, currency: 'CNY' }],
  ['missing', { payer_total: 3000, currency: 'CNY' }],
  ['no object', 3000],
])('PY2: an amount that is %s is a fact that fits nothing', async (_, amount) => {
  const parsed = await tell(paid({ amount }))
  expect(parsed).toMatchObject({ verdict: 'genuine', facts: [{ kind: 'payment' }] })
  expect(parsed.verdict === 'genuine' && parsed.facts[0]).toHaveProperty('amount', undefined)
})

test('PY2: another currency is said, and one that is no word fits nothing', async () => {
  const priced = (currency: unknown) => tell(paid({ amount: { total: 1, currency } }))
  expect(await priced('JPY')).toMatchObject({ facts: [{ currency: 'JPY' }] })
  expect(await priced(156)).toMatchObject({ facts: [{ currency: '' }] })
  expect(await priced(undefined)).toMatchObject({ facts: [{ currency: 'CNY' }] })
})

test('T03: an app that is not configured makes it another’s, the one for pages outside WeChat does not', async () => {
  const merchantTold = async (appid: string | undefined, settings: object = {}) => {
    const told = notification(signer, paid({ appid }))
    const certified = { platform_certificates: [signer.certificate], ...settings }
    const parsed = await parse(told, wechatAccount(certified))
    return parsed.verdict === 'genuine' && parsed.facts[0]?.merchant
  }
  expect(await merchantTold('wx0000000000000000')).toBe(`${MCHID}/wx0000000000000000`)
  expect(await merchantTold(undefined)).toBe(`${MCHID}/`)
  expect(await merchantTold('wxh5', { h5_appid: 'wxh5' })).toBe(MCHID)
})

test('T10: what is of another kind is genuine and says nothing', async () => {
  const cases = [
    [{ openid: OPENID }, { type: 'PAYSCORE.USER_OPEN_SERVICE', originalType: 'payscore' }],
    [paid(), { type: 'TRANSACTION.SUCCESS', originalType: 'combine-transaction' }],
    [paid(), { type: 'TRANSACTION.FAIL', originalType: 'transaction' }],
    [paid(), { type: 'constructor', originalType: 'transaction' }],
  ] as const
  for (const [plain, about] of cases)
    expect(await tell(plain, about)).toMatchObject({
      verdict: 'genuine',
      type: about.type,
      facts: [],
    })
})

test('PY6: a success that is none is looked up, and decides nothing', async () => {
  expect(await tell(paid({ trade_state: 'NOTPAY' }))).toMatchObject({
    facts: [{ kind: 'look', tradeNo: paid().out_trade_no, merchant: MCHID }],
  })
})

test('PY6: a genuine message that lacks what must be said is asked for again', async () => {
  const lacks = [
    { transaction_id: undefined },
    { success_time: undefined },
    // Of no zone: it would be another moment on every machine.
    { success_time: '2026-11-21T17:23:58' },
  ]
  for (const over of lacks)
    expect(await tell(paid(over))).toMatchObject({ verdict: 'forged', why: 'body' })
})

const refunded = (over: object = {}) => ({
  mchid: MCHID,
  transaction_id: '4200002345202611210123456789',
  out_trade_no: paid().out_trade_no,
  refund_id: '50000000382019052709732678859',
  out_refund_no: '01kaq8x7m3w9t2c5v6b4n0z1yf',
  refund_status: 'SUCCESS',
  success_time: '2026-11-21T17:23:00+08:00',
  user_received_account: '招商银行信用卡0403',
  amount: { total: 3000, refund: 1000, payer_total: 2500, payer_refund: 900 },
  ...over,
})
test('PY1: a refund is one fact, with what was taken from the price', async () => {
  const told = await tell(refunded(), { type: 'REFUND.SUCCESS', originalType: 'refund' })
  expect(told.verdict === 'genuine' && told.facts).toEqual([
    {
      kind: 'refund',
      merchant: MCHID,
      livemode: true,
      refundNo: '01kaq8x7m3w9t2c5v6b4n0z1yf',
      refund: '50000000382019052709732678859',
      txn: '4200002345202611210123456789',
      tradeNo: paid().out_trade_no,
      amount: 1000n,
      currency: 'CNY',
      state: 'succeeded',
      at: Date.parse('2026-11-21T17:23:00+08:00'),
    },
  ])
})

test('T58: a refund that was closed has failed, and one that the bank sent back is abnormal', async () => {
  const stateTold = async (status: string) => {
    const told = await tell(refunded({ refund_status: status, success_time: undefined }), {
      type: `REFUND.${status}`,
      originalType: 'refund',
    })
    return told.verdict === 'genuine' && told.facts[0]
  }
  expect(await stateTold('CLOSED')).toMatchObject({ state: 'failed', at: TODAY })
  expect(await stateTold('ABNORMAL')).toMatchObject({ state: 'abnormal', at: TODAY })
})

const transferred = (state: string, over: object = {}) => ({
  mchid: MCHID,
  out_bill_no: '01kaq8x7m3w9t2c5v6b4n0z1ye',
  transfer_bill_no: '1330000071100999991182020050700019480001',
  state,
  transfer_amount: 5000,
  openid: OPENID,
  create_time: '2026-11-21T17:00:00+08:00',
  update_time: '2026-11-21T17:20:00+08:00',
  ...over,
})
const tellTransfer = async (state: string, over: object = {}) => {
  const about = { type: 'MCHTRANSFER.BILL.FINISHED', originalType: 'mch_payment' }
  const told = await tell(transferred(state, over), about)
  return told.verdict === 'genuine' ? told.facts : told.why
}
test('T72: how a transfer ended is one fact', async () => {
  expect(await tellTransfer('SUCCESS')).toEqual([
    {
      kind: 'transfer',
      merchant: MCHID,
      livemode: true,
      transferNo: '01kaq8x7m3w9t2c5v6b4n0z1ye',
      transfer: '1330000071100999991182020050700019480001',
      amount: 5000n,
      currency: 'CNY',
      state: 'succeeded',
    },
  ])
  expect(await tellTransfer('FAIL', { fail_reason: 'PAYEE_ACCOUNT_ABNORMAL' })).toMatchObject([
    { state: 'failed', why: 'PAYEE_ACCOUNT_ABNORMAL' },
  ])
  expect(await tellTransfer('CANCELLED')).toMatchObject([{ state: 'cancelled' }])
  // Documents spell the merchant in two ways.
  expect(await tellTransfer('SUCCESS', { mchid: undefined, mch_id: MCHID })).toMatchObject([
    { merchant: MCHID },
  ])
})
