import { createVerify } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  APPID,
  type Asked,
  json,
  MCHID,
  newSigner,
  OPENID,
  paid,
  type Reply,
  refuse,
  TODAY,
  wechatAccount,
  wechatGround,
} from '../../../../../test/wechat-pay.ts'
import type { PayAsk } from '../../channel.ts'
import { openWechat } from './index.ts'
import { cutToBytes, cutToLetters } from './words.ts'

const signer = newSigner('5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC')
const stranger = newSigner('6DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC')
const certified = { platform_certificates: [signer.certificate] }
const account = wechatAccount(certified)
const { out_trade_no: tradeNo } = paid()

const opened = (answer: (asked: Asked) => Reply) => {
  const wechat = wechatGround(answer, signer)
  return { ...wechat, channel: openWechat(wechat.ground) }
}
const answering = (...replies: readonly Reply[]) => {
  const left = [...replies]
  return opened(() => left.shift() ?? refuse(500, 'SYSTEM_ERROR'))
}

const ask: PayAsk = {
  tradeNo,
  method: 'native',
  amount: 3000n,
  currency: 'CNY',
  title: '600 credits 充值',
  createdAt: TODAY as PayAsk['createdAt'],
  expiresAt: (TODAY + 1_800_000) as PayAsk['expiresAt'],
  notifyUrl: 'https://pay.example/api/v1/hooks/wechat/main',
  returnUrl: 'https://pay.example/orders?id=1&from=wechat',
  payer: { ip: '203.0.113.7', openid: OPENID },
}
const attempt = { ...ask, ref: undefined }
const common = {
  appid: APPID,
  mchid: MCHID,
  description: '600 credits 充值',
  out_trade_no: tradeNo,
  time_expire: '2026-11-21T17:54:00+08:00',
  notify_url: 'https://pay.example/api/v1/hooks/wechat/main',
  amount: { total: 3000, currency: 'CNY' },
}

test('PY4: a native order answers with the text of its code', async () => {
  const { channel, asked } = answering(json({ code_url: 'weixin://wxpay/bizpayurl?pr=qnZ2Xk' }))
  expect(await channel.create(account, ask)).toEqual({
    said: 'yes',
    value: { ref: undefined, next: { kind: 'qr', text: 'weixin://wxpay/bizpayurl?pr=qnZ2Xk' } },
  })
  expect(asked).toMatchObject([{ method: 'POST', path: '/v3/pay/transactions/native' }])
  expect(asked[0]?.json).toEqual(common)
})

test('PY4: an order of a page in WeChat answers with what the page signs in with', async () => {
  const { channel, asked, clock } = answering(json({ prepay_id: 'wx2016120815' }))
  const created = await channel.create(account, { ...ask, method: 'jsapi' })
  expect(asked[0]).toMatchObject({ path: '/v3/pay/transactions/jsapi' })
  expect(asked[0]?.json).toEqual({ ...common, payer: { openid: OPENID } })
  if (created.said !== 'yes' || created.value.next.kind !== 'jsapi') throw new Error('not created')
  const { params } = created.value.next
  expect(params).toMatchObject({
    appId: APPID,
    timeStamp: String(clock.at / 1000),
    package: 'prepay_id=wx2016120815',
    signType: 'RSA',
  })
  const text = `${APPID}\n${params['timeStamp']}\n${params['nonceStr']}\nprepay_id=wx2016120815\n`
  const verify = createVerify('RSA-SHA256').update(text)
  expect(verify.verify(account.secrets.merchant_key, String(params['paySign']), 'base64')).toBe(
    true,
  )
})

test('PY6: a page in WeChat is not paid by somebody nobody has named', async () => {
  const { channel, asked } = answering()
  const nobody = { ...ask, method: 'jsapi', payer: { ip: '203.0.113.7' } }
  expect(await channel.create(account, nobody)).toMatchObject({
    said: 'no',
    code: 'openid_missing',
  })
  expect(asked).toEqual([])
})

test('PY4: an order of a page outside WeChat answers with where the browser goes, and back', async () => {
  const address = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx2016&package=24'
  const { channel, asked } = answering(json({ h5_url: address }), json({ h5_url: 'javascript:0' }))
  const settings = { ...certified, h5_appid: 'wxh5' }
  expect(await channel.create(wechatAccount(settings), { ...ask, method: 'h5' })).toMatchObject({
    value: {
      next: {
        kind: 'redirect',
        url: `${address}&redirect_url=https%3A%2F%2Fpay.example%2Forders%3Fid%3D1%26from%3Dwechat`,
      },
    },
  })
  expect(asked[0]).toMatchObject({ path: '/v3/pay/transactions/h5' })
  expect(asked[0]?.json).toEqual({
    ...common,
    appid: 'wxh5',
    scene_info: { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } },
  })
  expect(await channel.create(account, { ...ask, method: 'h5' })).toMatchObject({ said: 'unknown' })
})

test('PY4: another method is refused before anybody is asked', async () => {
  const { channel, asked } = answering()
  expect(channel.methods).toEqual(['native', 'jsapi', 'h5'])
  expect(await channel.create(account, { ...ask, method: '../refund' })).toMatchObject({
    said: 'no',
    code: 'method_unknown',
  })
  expect(asked).toEqual([])
})

test('PY4: the same order asked for again is the same request, but for its signature', async () => {
  const { channel, asked } = opened(() => json({ code_url: 'weixin://x' }))
  await channel.create(account, ask)
  await channel.create(account, ask)
  expect(asked[0]?.body).toBe(asked[1]?.body)
  expect(asked[0]?.headers['authorization']).not.toBe(asked[1]?.headers['authorization'])
})

test('PY4: a title is cut to what WeChat takes, and never within a letter', async () => {
  const { channel, asked } = answering(json({ code_url: 'weixin://x' }))
  await channel.create(account, { ...ask, title: `${'充'.repeat(42)}😀值` })
  expect(asked[0]?.json['description']).toBe('充'.repeat(42))
  expect([cutToBytes('a😀', 4), cutToBytes('a😀b', 5), cutToBytes('', 5)]).toEqual(['a', 'a😀', ''])
  expect([cutToLetters('😀😀', 1), cutToLetters('ab', 3)]).toEqual(['😀', 'ab'])
})

test.each([
  [400, 'PARAM_ERROR'],
  [401, 'SIGN_ERROR'],
  [403, 'NO_AUTH'],
  [400, 'INVALID_REQUEST'],
  [404, 'MCH_NOT_EXISTS'],
])('PY4: a refusal is a no, with WeChat’s own code: %i %s', async (status, code) => {
  const said = { said: 'no', code, text: code }
  expect(await answering(refuse(status, code)).channel.create(account, ask)).toEqual(said)
})

test('PY6: unsigned only that refusal is believed which says that nobody was recognised', async () => {
  const unsigned = (status: number, code: string) =>
    opened(() => ({ ...refuse(status, code), by: 'nobody' })).channel
  expect(await unsigned(401, 'SIGN_ERROR').create(account, ask)).toMatchObject({ said: 'no' })
  const others = [
    [400, 'SIGN_ERROR'],
    [401, 'ORDER_NOT_EXIST'],
    [404, 'ORDER_NOT_EXIST'],
    [400, 'PARAM_ERROR'],
  ] as const
  for (const [status, code] of others) {
    const channel = unsigned(status, code)
    expect(await channel.create(account, ask)).toMatchObject({ said: 'unknown' })
    expect(await channel.query(account, attempt)).toMatchObject({ said: 'unknown' })
    expect(await channel.close(account, attempt)).toMatchObject({ said: 'unknown' })
  }
})

const unclear: [string, Reply][] = [
  ['a fault of WeChat’s', refuse(500, 'SYSTEM_ERROR')],
  ['a fault under another status', refuse(403, 'SYSTEM_ERROR')],
  ['too many at once', refuse(429, 'FREQUENCY_LIMITED')],
  ['too many at once under another status', refuse(403, 'RATELIMIT_EXCEEDED')],
  ['too many at once under another code', refuse(429, 'INVALID_REQUEST')],
  ['a gateway between', { status: 502, body: '<html>', by: 'nobody' }],
  ['a proxy that forbids', { status: 403, body: '<html>', by: 'nobody' }],
  ['a refusal in another form', json({ error: 'no' }, 403)],
  ['a code that is no word', json({ code: 403 }, 403)],
  ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' } }],
  ['accepted and no more', { ...json({ code_url: 'weixin://x' }), status: 202 }],
  ['an answer that nobody signed', { ...json({ code_url: 'weixin://x' }), by: 'nobody' }],
  ['an answer signed by another', { ...json({ code_url: 'weixin://x' }), by: stranger }],
  [
    'an answer signed by another under WeChat’s serial',
    { ...json({ code_url: 'weixin://x' }), by: { ...stranger, serial: signer.serial } },
  ],
  ['an answer of an hour ago', { ...json({ code_url: 'weixin://x' }), at: TODAY - 3_600_000 }],
  ['a refusal signed by another', { ...refuse(400, 'PARAM_ERROR'), by: stranger }],
  [
    'a refusal of somebody unknown, signed by another',
    { ...refuse(401, 'SIGN_ERROR'), by: stranger },
  ],
  ['an empty answer', { status: 200 }],
  ['an answer that is no JSON', { status: 200, body: 'code_url' }],
  ['an answer that says it twice', { status: 200, body: '{"code_url":"a","code_url":"b"}' }],
  ['an answer without what was asked for', json({ prepay_id: 'wx' })],
  ['an empty text', json({ code_url: '' })],
  ['nothing', { lost: true, why: 'timeout' } as never],
  ['an earlier order under the number', refuse(403, 'OUT_TRADE_NO_USED')],
  ['an earlier order that was paid', refuse(400, 'ORDERPAID')],
]
test.each(unclear)('PY4: %s leaves unknown what became of an order', async (_, reply) => {
  expect(await opened(() => reply).channel.create(account, ask)).toMatchObject({ said: 'unknown' })
})

test('PY6: with a key or an address that is none nothing is sent', async () => {
  const { channel, asked } = answering()
  const broken = [
    wechatAccount(certified, { merchant_key: 'no key' }),
    wechatAccount({ ...certified, base_url: 'https://[' }),
  ]
  for (const one of broken)
    expect(await channel.create(one, ask)).toEqual({ said: 'unknown', why: 'account_unusable' })
  expect(asked).toEqual([])
})

test('PY1: an order that is paid answers with the fact that a notification would tell', async () => {
  const { channel, asked } = answering(json(paid()))
  expect(await channel.query(account, attempt)).toEqual({
    said: 'yes',
    value: {
      state: 'paid',
      fact: {
        kind: 'payment',
        ...{ merchant: MCHID, livemode: true, tradeNo, payer: OPENID },
        ...{ txn: '4200002345202611210123456789', amount: 3000n, currency: 'CNY' },
        paidAt: Date.parse('2026-11-21T17:23:58+08:00'),
      },
    },
  })
  expect(asked).toMatchObject([
    {
      method: 'GET',
      body: '',
      path: `/v3/pay/transactions/out-trade-no/${tradeNo}?mchid=${MCHID}`,
    },
  ])
})

test.each([
  ['SUCCESS', 'paid'],
  ['REFUND', 'paid'],
  ['NOTPAY', 'open'],
  ['USERPAYING', 'open'],
  ['ACCEPT', 'open'],
  ['CLOSED', 'closed'],
  ['REVOKED', 'closed'],
  ['PAYERROR', 'failed'],
])('PY3: %s is %s', async (trade_state, state) => {
  const { channel } = answering(json(paid({ trade_state })))
  expect(await channel.query(account, attempt)).toMatchObject({ said: 'yes', value: { state } })
})

test.each([
  ['of a state nobody knows', paid({ trade_state: 'constructor' })],
  ['without a state', paid({ trade_state: undefined })],
  ['of another order', paid({ out_trade_no: 'another' })],
  ['of a payment without its number', paid({ transaction_id: undefined })],
])('PY4: an answer %s says nothing', async (_, answer) => {
  const { channel } = answering(json(answer))
  expect(await channel.query(account, attempt)).toMatchObject({ said: 'unknown' })
})

test('PY9: an order that WeChat does not know is not there, and that is an answer', async () => {
  const { channel } = answering(refuse(404, 'ORDER_NOT_EXIST'), refuse(403, 'NO_AUTH'))
  expect(await channel.query(account, attempt)).toEqual({
    said: 'yes',
    value: { state: 'not_there' },
  })
  expect(await channel.query(account, attempt)).toMatchObject({ said: 'no', code: 'NO_AUTH' })
})

test('PY9: a close that WeChat confirms with 204 is a close, its empty body signed', async () => {
  const { channel, asked } = answering({ status: 204 }, { status: 204, by: 'nobody' })
  expect(await channel.close(account, attempt)).toEqual({ said: 'yes', value: 'closed' })
  expect(asked[0]).toMatchObject({
    method: 'POST',
    path: `/v3/pay/transactions/out-trade-no/${tradeNo}/close`,
    json: { mchid: MCHID },
  })
  expect(await channel.close(account, attempt)).toMatchObject({ said: 'unknown' })
})

test.each([
  ['paid', 'SUCCESS'],
  ['paid', 'REFUND'],
  ['closed', 'CLOSED'],
])('T36: a close that is refused is %s where the books say %s', async (value, trade_state) => {
  const { channel } = answering(refuse(400, 'ORDERPAID'), json(paid({ trade_state })))
  expect(await channel.close(account, attempt)).toEqual({ said: 'yes', value })
})

test('PY9: a close that is refused of an order that is open is no close', async () => {
  const { channel } = answering(refuse(403, 'TRADE_ERROR'), json(paid({ trade_state: 'NOTPAY' })))
  expect(await channel.close(account, attempt)).toMatchObject({ said: 'no', code: 'TRADE_ERROR' })
})

test('PY9: a close that is refused is unknown where the books cannot be read', async () => {
  const { channel } = answering(refuse(400, 'ORDERPAID'), refuse(500, 'SYSTEM_ERROR'))
  expect(await channel.close(account, attempt)).toMatchObject({ said: 'unknown' })
})

test('PY9: what is closed already is closed, and what was never there is not', async () => {
  const { channel, asked } = answering(refuse(400, 'ORDER_CLOSED'), refuse(404, 'ORDER_NOT_EXIST'))
  expect(await channel.close(account, attempt)).toMatchObject({ value: 'closed' })
  expect(await channel.close(account, attempt)).toMatchObject({ value: 'not_there' })
  expect(asked).toHaveLength(2)
})

test('PY6: requests go to where the account is, and nowhere by default but to WeChat', async () => {
  const urls: string[] = []
  const { ground } = answering()
  const { query } = openWechat({
    now: ground.now,
    ask: (request) => {
      urls.push(request.url)
      return Promise.resolve({ lost: true, why: 'timeout' })
    },
  })
  await query(account, attempt)
  await query(wechatAccount({ ...certified, base_url: 'http://127.0.0.1:7401' }), attempt)
  expect(urls.map((url) => new URL(url).origin)).toEqual([
    'https://api.mch.weixin.qq.com',
    'http://127.0.0.1:7401',
  ])
})

test('T70: what is said of a call repeats nothing secret', async () => {
  const canary = 'canary'
  const answer = { ...json({ code: 'PARAM_ERROR', message: canary, detail: canary }, 400) }
  const { channel } = opened(() => answer)
  const said = [
    await channel.create(account, { ...ask, payer: { ip: canary, openid: canary } }),
    await channel.create(wechatAccount(certified, { merchant_key: canary }), ask),
    await opened(() => json({ code_url: 5, canary })).channel.create(account, ask),
  ]
  expect(said.map((one) => one.said)).toEqual(['no', 'unknown', 'unknown'])
  expect(JSON.stringify(said)).not.toContain(canary)
})
