import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Lab, openLab } from '../kit/open-lab.ts'
import { type PlayedApp, playApp } from '../kit/played-app.ts'
import type { Json } from '../kit/provider.ts'
import { type IndependentClient, openClient, pageSignature } from './independent-client.ts'

const PAY = '/v3/pay/transactions'
let lab: Lab
let app: PlayedApp
let client: IndependentClient
let number = ''
let count = 0

beforeAll(async () => {
  lab = await openLab({ providers: ['wechat'] })
  app = await playApp()
  client = await openClient(lab)
})
beforeEach(() => {
  count += 1
  number = `order${count}`
})
afterAll(async () => {
  await lab.close()
  await app.close()
})

const order = (change: Json = {}): Json => ({
  ...{ appid: 'wx8888888888888888', mchid: '1900000109', description: '600 credits' },
  ...{ out_trade_no: number, notify_url: `${app.url}/hooks`, amount: { total: 600 } },
  ...change,
})
const place = (change: Json = {}, method = 'native') =>
  client.post(`${PAY}/${method}`, order(change))
const query = () => client.get(`${PAY}/out-trade-no/${number}?mchid=1900000109`)
const close = () => client.post(`${PAY}/out-trade-no/${number}/close`, { mchid: '1900000109' })
const pay = (wish: Json = {}) => lab.control('wechat', 'pay', { out_trade_no: number, ...wish })
const refused = async (said: ReturnType<typeof place>) => {
  const { status, body } = await said
  return [status, body['code']]
}

test('a native order is placed, found unpaid, paid, and found paid', async () => {
  const placed = await place()
  expect(placed.body['code_url']).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=\w+$/)
  expect((await query()).body).toMatchObject({
    ...{ trade_state: 'NOTPAY', out_trade_no: number, amount: { total: 600, currency: 'CNY' } },
  })
  await pay({ openid: 'openid-of-ada' })
  const { body } = await query()
  expect(body).toMatchObject({
    ...{ trade_state: 'SUCCESS', trade_type: 'NATIVE', mchid: '1900000109' },
    amount: { total: 600, payer_total: 600, currency: 'CNY', payer_currency: 'CNY' },
    payer: { openid: 'openid-of-ada' },
  })
  expect(body['success_time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/)
  const byId = await client.get(`${PAY}/id/${body['transaction_id']}?mchid=1900000109`)
  expect(byId.body).toEqual(body)
})

test('a coupon makes what the payer pays smaller, and the amount stays', async () => {
  await place()
  await pay({ coupon: 100 })
  expect((await query()).body).toMatchObject({
    amount: { total: 600, payer_total: 500 },
    promotion_detail: [{ amount: 100 }],
  })
})

test('an order is closed with an empty answer, and can then neither be paid nor closed', async () => {
  await place()
  const closed = await close()
  expect([closed.status, closed.text]).toEqual([204, ''])
  expect((await query()).body).toMatchObject({ trade_state: 'CLOSED' })
  await expect(pay()).rejects.toThrow('closed')
  expect(await refused(close())).toEqual([400, 'ORDER_CLOSED'])
  expect(await refused(place())).toEqual([400, 'ORDER_CLOSED'])
})

test('T36: closing an order that was paid is refused', async () => {
  await place()
  await pay()
  expect(await refused(close())).toEqual([400, 'ORDERPAID'])
  expect((await query()).body).toMatchObject({ trade_state: 'SUCCESS' })
})

test('T52: the same code is paid once', async () => {
  await place()
  await pay()
  await expect(pay()).rejects.toThrow('paid already')
  expect(lab.books().filter((line) => line.number === number)).toHaveLength(1)
})

test('T53: the same order again is the same code, one with another amount is refused', async () => {
  const [first, second] = [await place(), await place()]
  expect(second.body).toEqual(first.body)
  expect(await refused(place({ amount: { total: 601 } }))).toEqual([400, 'INVALID_REQUEST'])
  expect(await refused(place({ description: 'other words' }))).toEqual([400, 'INVALID_REQUEST'])
  await pay()
  expect(await refused(place())).toEqual([403, 'OUT_TRADE_NO_USED'])
})

test('an order has a last moment to pay, and stays unpaid after it', async () => {
  const soon = new Date(Date.now() + 3_600_000).toISOString()
  await place({ time_expire: soon })
  await lab.control('wechat', 'expire', { out_trade_no: number })
  await expect(pay()).rejects.toThrow('last moment')
  expect((await query()).body).toMatchObject({ trade_state: 'NOTPAY' })
  await pay({ late: true })
  expect((await query()).body).toMatchObject({ trade_state: 'SUCCESS' })
})

test.each<[string, Json]>([
  ['a number that is too short', { out_trade_no: 'five5' }],
  ['a number that is too long', { out_trade_no: 'x'.repeat(33) }],
  ['a number with another letter', { out_trade_no: 'order.number' }],
  ['a description that is too long', { description: '字'.repeat(128) }],
  ['no description', { description: '' }],
  ['an attachment that is too long', { attach: 'x'.repeat(129) }],
  ['an amount of nothing', { amount: { total: 0 } }],
  ['an amount with a fraction', { amount: { total: 6.5 } }],
  ['an amount as a text', { amount: { total: '600' } }],
  ['another currency', { amount: { total: 600, currency: 'USD' } }],
  ['a last moment that has passed', { time_expire: '2020-01-01T00:00:00+08:00' }],
  ['a last moment that is none', { time_expire: '2027-01-01 00:00:00' }],
  ['a notify_url with a query', { notify_url: 'https://app.example/hooks?id=1' }],
  ['a notify_url without TLS', { notify_url: 'http://app.example/hooks' }],
  ['a notify_url that is no address', { notify_url: '/hooks' }],
])('an order with %s is refused', async (_, change) => {
  expect(await refused(place(change))).toEqual([400, 'PARAM_ERROR'])
})

test('an order of another merchant or app is refused', async () => {
  expect(await refused(place({ mchid: '1900000110' }))).toEqual([400, 'MCH_NOT_EXISTS'])
  expect(await refused(place({ appid: 'wx1' }))).toEqual([400, 'APPID_MCHID_NOT_MATCH'])
})

test('a query names the merchant, and an order that is not there is not found', async () => {
  const at = (rest: string) => client.get(`${PAY}/out-trade-no/${number}${rest}`)
  expect(await refused(at(''))).toEqual([400, 'PARAM_ERROR'])
  expect(await refused(at('?mchid=1'))).toEqual([400, 'MCH_NOT_EXISTS'])
  expect(await refused(at('?mchid=1900000109'))).toEqual([404, 'ORDER_NOT_EXIST'])
  expect(await refused(close())).toEqual([404, 'ORDER_NOT_EXIST'])
  expect(await refused(client.get('/v3/nothing'))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  expect(await refused(client.get(`${PAY}/native`))).toEqual([405, 'INVALID_REQUEST'])
})

test('a JSAPI order is for one payer, whose app checks what the page signed', async () => {
  expect(await refused(place({}, 'jsapi'))).toEqual([400, 'PARAM_ERROR'])
  const { body } = await place({ payer: { openid: 'openid-of-ada' } }, 'jsapi')
  const lines = ['wx8888888888888888', '1414561699', 'nonce', `prepay_id=${body['prepay_id']}`]
  const [appId = '', timeStamp = '', nonceStr = '', given = ''] = lines
  const params = {
    ...{ appId, timeStamp, nonceStr, package: given, signType: 'RSA' },
    paySign: pageSignature(lab, ...lines),
  }
  const call = (change: Json) =>
    lab.control('wechat', 'jsapi_pay', { params: { ...params, ...change } })
  await expect(call({ nonceStr: 'another' })).rejects.toThrow('paySign')
  await expect(call({ signType: 'MD5' })).rejects.toThrow('paySign')
  await call({})
  expect((await query()).body).toMatchObject({
    ...{ trade_state: 'SUCCESS', trade_type: 'JSAPI', payer: { openid: 'openid-of-ada' } },
  })
})

test('an H5 order leads to a page where one pays and returns, for five minutes', async () => {
  const scene_info = { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } }
  const { body } = await place({ scene_info }, 'h5')
  const back = `${app.url}/back`
  const address = `${body['h5_url']}&redirect_url=${encodeURIComponent(back)}`
  const page = await (await fetch(address)).text()
  expect(page).toContain('6.00 CNY')
  expect(page).toContain(back)
  const paid = await fetch(`${lab.url('wechat')}/__lab/wechat/pay`, {
    method: 'POST',
    body: new URLSearchParams({ input: JSON.stringify({ out_trade_no: number }), next: back }),
    redirect: 'manual',
  })
  expect([paid.status, paid.headers.get('location')]).toEqual([303, back])
  expect((await query()).body).toMatchObject({ trade_state: 'SUCCESS', trade_type: 'MWEB' })
  await lab.control('wechat', 'expire', { out_trade_no: number })
  expect((await fetch(address)).status).toBe(410)
})

test('every state that a query may answer can be set', async () => {
  await place()
  for (const state of ['USERPAYING', 'PAYERROR', 'REVOKED', 'NOTPAY']) {
    await lab.control('wechat', 'trade_state', { out_trade_no: number, state })
    expect((await query()).body).toMatchObject({ trade_state: state })
  }
})

test('the books have what was paid, and the page what was not', async () => {
  await place()
  const waits = async () => (await (await fetch(lab.page)).text()).includes(number)
  expect(await waits()).toBe(true)
  await pay({ amount: 601 })
  const line = lab.books('wechat').find((one) => one.number === number)
  expect(line).toMatchObject({ kind: 'payment', amount: 601, currency: 'CNY', state: 'SUCCESS' })
  expect(await waits()).toBe(false)
})
