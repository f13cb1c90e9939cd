import { AlipaySdk } from 'alipay-sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  APP,
  alipaySides,
  attempt,
  type Line,
  NOW,
  type Script,
  TRADE_NO,
  TXN,
} from '../../../../../test/alipay-side.ts'
import type { PayAsk } from '../../channel.ts'
import { openAlipay } from './index.ts'
import { parseShanghai, shanghaiText } from './shanghai.ts'
import { parseYuan, yuanText } from './yuan.ts'

const alipaySide = alipaySides(openAlipay)

const PRECREATE = '/v3/alipay/trade/precreate'
const QUERY = '/v3/alipay/trade/query'
const CLOSE = '/v3/alipay/trade/close'
const QR = { out_trade_no: TRADE_NO, qr_code: 'https://qr.alipay.com/bax04455bp1jlvn7mx0h60ea' }
const NOT_THERE: Line = { status: 400, body: { code: 'ACQ.TRADE_NOT_EXIST', message: '…' } }
const trade = (trade_status: string, more = {}) => ({
  ...{ out_trade_no: TRADE_NO, trade_no: TXN, trade_status, total_amount: '30.00' },
  ...{ send_pay_date: '2026-11-21 17:24:04', buyer_user_id: '2088102534368455', ...more },
})

const payAsk = (more: Partial<PayAsk> = {}): PayAsk => ({
  ...attempt(),
  title: '600 积分',
  notifyUrl: 'https://pay.example/api/v1/hooks/alipay/main',
  returnUrl: 'https://pay.example/back?order=1',
  payer: { ip: '203.0.113.9' },
  ...more,
})
const open = (script: Script, settings = {}) => {
  const side = alipaySide({ script, settings })
  return {
    side,
    create: (more?: Partial<PayAsk>) => side.channel.create(side.account, payAsk(more)),
    query: () => side.channel.query(side.account, attempt()),
    close: () => side.channel.close(side.account, attempt()),
  }
}

test('PY9: a code ends at its instant in Shanghai, and so many minutes after it was made', async () => {
  const { side, create } = open({ [PRECREATE]: { body: QR } })
  expect(await create()).toEqual({
    said: 'yes',
    value: { ref: undefined, next: { kind: 'qr', text: QR.qr_code } },
  })
  expect(side.lastBody()).toEqual({
    out_trade_no: TRADE_NO,
    total_amount: '30.00',
    subject: '600 积分',
    time_expire: '2026-11-21 17:54:03',
    qr_code_timeout_express: '30m',
    notify_url: 'https://pay.example/api/v1/hooks/alipay/main',
  })
  await create({ expiresAt: (NOW + 1) as PayAsk['expiresAt'] })
  expect(side.lastBody()).toMatchObject({ qr_code_timeout_express: '1m' })
})

test('PY9: under another contract for codes Alipay is told so', async () => {
  const { side, create } = open({ [PRECREATE]: { body: QR } }, { qr_product: 'QR_CODE_OFFLINE' })
  await create()
  expect(side.lastBody()).toMatchObject({ product_code: 'QR_CODE_OFFLINE' })
})

test('PY4: what Alipay never saw is refused here, and nothing is sent', async () => {
  const { side, create } = open({})
  for (const more of [
    { title: 'a/b' },
    { title: 'a=b' },
    { title: 'a&total_amount' },
    { title: '' },
    { title: 'x'.repeat(257) },
    { currency: 'USD' },
    { method: 'native' },
    { amount: 0n },
    { amount: -1n },
    { amount: 10_000_000_000_000n },
  ])
    expect((await create(more)).said).toBe('no')
  for (const method of ['page', 'wap'])
    expect((await create({ method, title: 'a&b=c' })).said).toBe('no')
  expect(side.asked).toEqual([])
})

test('PY4: a code for another trade, no code, and one for what is there already leave it unknown', async () => {
  for (const line of [
    { body: { ...QR, out_trade_no: 'other' } },
    { body: { out_trade_no: TRADE_NO } },
    { body: { ...QR, qr_code: 'no address' } },
    { status: 400, body: { code: 'ACQ.TRADE_HAS_SUCCESS' } },
  ])
    expect((await open({ [PRECREATE]: line }).create()).said).toBe('unknown')
  const refused = open({ [PRECREATE]: { status: 400, body: { code: 'ACQ.ACCESS_FORBIDDEN' } } })
  expect(await refused.create()).toMatchObject({ said: 'no', code: 'ACQ.ACCESS_FORBIDDEN' })
})

test.each([
  ['page', 'alipay.trade.page.pay', 'FAST_INSTANT_TRADE_PAY', {}],
  [
    'wap',
    'alipay.trade.wap.pay',
    'QUICK_WAP_WAY',
    { quit_url: 'https://pay.example/back?order=1&left=1' },
  ],
] as const)(
  'PY6: a %s link is what the official client makes of it, signature and all',
  async (method, api, product_code, more) => {
    const { side, create } = open({})
    const said = await create({ method })
    if (said.said !== 'yes' || said.value.next.kind !== 'redirect') throw new Error(said.said)
    const url = new URL(said.value.next.url)
    expect(url.origin + url.pathname).toBe('https://openapi.alipay.com/gateway.do')
    const sdk = new AlipaySdk({
      appId: APP,
      keyType: 'PKCS8',
      privateKey: side.account.secrets.private_key,
    })
    const theirs = new URL(
      sdk.pageExecute(api, 'GET', {
        ...{ timestamp: '2026-11-21 17:24:03', format: 'JSON' },
        notify_url: 'https://pay.example/api/v1/hooks/alipay/main',
        return_url: 'https://pay.example/back?order=1',
        bizContent: {
          ...{ out_trade_no: TRADE_NO, total_amount: '30.00', subject: '600 积分' },
          ...{ time_expire: '2026-11-21 17:54:03', product_code, ...more },
        },
      }),
    )
    const read = ({ searchParams }: URL) => {
      const { sign: _, alipay_sdk: __, ...rest } = Object.fromEntries(searchParams)
      return rest
    }
    expect(read(url)).toEqual(read(theirs))
    // It adds its own name to what it signs; without that the official checker must find ours good.
    const { sign, ...signed } = Object.fromEntries(url.searchParams)
    const checker = new AlipaySdk({
      ...{ appId: APP, privateKey: 'unused' },
      alipayPublicKey: side.app.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    })
    expect(checker.checkNotifySignV2({ ...signed, sign })).toBe(true)
    expect(side.asked).toEqual([])
  },
)

test.each([
  ['WAIT_BUYER_PAY', { state: 'open' }],
  ['TRADE_CLOSED', { state: 'closed' }],
] as const)('PY9: %s is %o', async (status, view) => {
  expect(await open({ [QUERY]: { body: trade(status) } }).query()).toEqual({
    said: 'yes',
    value: view,
  })
})

test('T42: success and finish are one payment, the same that a notification says', async () => {
  for (const status of ['TRADE_SUCCESS', 'TRADE_FINISHED'])
    expect(await open({ [QUERY]: { body: trade(status) } }).query()).toEqual({
      said: 'yes',
      value: {
        state: 'paid',
        fact: {
          ...{ kind: 'payment', merchant: APP, livemode: true, tradeNo: TRADE_NO, txn: TXN },
          ...{ amount: 3000n, currency: 'CNY', payer: '2088102534368455' },
          paidAt: Date.UTC(2026, 10, 21, 9, 24, 4),
        },
      },
    })
})

test('T45: what a query says in other digits, or another currency, is not the price', async () => {
  const factOf = async (more: object) => {
    const said = await open({ [QUERY]: { body: trade('TRADE_SUCCESS', more) } }).query()
    return said.said === 'yes' && said.value.state === 'paid' ? said.value.fact : undefined
  }
  for (const total_amount of ['30.0', '30', '3e1', 30, '３０.００', '-30.00'])
    expect(await factOf({ total_amount })).toMatchObject({ amount: undefined })
  expect(await factOf({ trans_currency: 'USD' })).toMatchObject({ currency: 'USD' })
})

test('PY4: a state nobody knows, another trade, and a payment without a number are unknown', async () => {
  for (const body of [
    trade('TRADE_PENDING'),
    trade('TRADE_SUCCESS', { out_trade_no: 'other' }),
    trade('TRADE_SUCCESS', { trade_no: '' }),
    {},
  ])
    expect((await open({ [QUERY]: { body } }).query()).said).toBe('unknown')
})

test('T37: before anybody scans there is no trade: not_there, and never closed', async () => {
  const { query, close } = open({ [QUERY]: NOT_THERE, [CLOSE]: NOT_THERE })
  expect(await query()).toEqual({ said: 'yes', value: { state: 'not_there' } })
  expect(await close()).toEqual({ said: 'yes', value: 'not_there' })
})

test('PY9: what waits for its payer is closed at Alipay', async () => {
  const { side, close } = open({ [CLOSE]: { body: { out_trade_no: TRADE_NO, trade_no: TXN } } })
  expect(await close()).toEqual({ said: 'yes', value: 'closed' })
  expect(side.lastBody()).toEqual({ out_trade_no: TRADE_NO })
  const other = open({ [CLOSE]: { body: { out_trade_no: 'other', trade_no: TXN } } })
  expect((await other.close()).said).toBe('unknown')
})

test.each(['ACQ.TRADE_HAS_SUCCESS', 'ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID'])(
  'T36: a close that is refused with %s is followed by a look, and says what that says',
  async (code) => {
    const refused: Line = { status: 400, body: { code } }
    const after = (line: Line) => open({ [CLOSE]: refused, [QUERY]: line }).close()
    expect(await after({ body: trade('TRADE_SUCCESS') })).toEqual({ said: 'yes', value: 'paid' })
    expect(await after({ body: trade('TRADE_CLOSED') })).toEqual({ said: 'yes', value: 'closed' })
    expect(await after(NOT_THERE)).toEqual({ said: 'yes', value: 'not_there' })
    expect(await after({ body: trade('WAIT_BUYER_PAY') })).toMatchObject({ said: 'no', code })
    expect(await after({ body: '', how: 'lost' })).toMatchObject({ said: 'unknown' })
  },
)

test('PY4: a close whose answer is lost is not a close', async () => {
  expect((await open({ [CLOSE]: { body: '', how: 'lost' } }).close()).said).toBe('unknown')
  const busy: Line = { status: 400, body: { code: 'ACQ.SYSTEM_ERROR' } }
  expect((await open({ [CLOSE]: busy }).close()).said).toBe('unknown')
})

test('T45: yuan and back is the same amount, and nothing else is read', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 9_999_999_999_999n), (fen) => {
      expect(parseYuan(yuanText(fen))).toBe(fen)
    }),
  )
  fc.assert(
    fc.property(fc.string({ maxLength: 14 }), (text) => {
      if (!/^[0-9]{1,11}\.[0-9]{2}$/.test(text)) expect(parseYuan(text)).toBeUndefined()
    }),
  )
})

test('PY1: a time of Shanghai is the same instant on every machine', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_600_000_000, max: 4_000_000_000 }), (seconds) => {
      expect(parseShanghai(shanghaiText(seconds * 1_000))).toBe(seconds * 1_000)
    }),
  )
  for (const text of [
    '',
    '2026-13-01 00:00:00',
    '2026-11-21T17:24:03',
    '2026-11-21 25:00:00',
    undefined,
  ])
    expect(parseShanghai(text)).toBeUndefined()
})
