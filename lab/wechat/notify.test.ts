import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Lab, openLab } from '../kit/open-lab.ts'
import { type PlayedApp, playApp } from '../kit/played-app.ts'
import type { Json } from '../kit/provider.ts'
import {
  accountOf,
  type IndependentClient,
  isGenuine,
  keysOf,
  openClient,
  opened,
} from './independent-client.ts'

let lab: Lab
let app: PlayedApp
let client: IndependentClient
let keys: Awaited<ReturnType<typeof keysOf>>

beforeEach(async () => {
  // The table of retries, a day long, passes in a tenth of a second.
  lab = await openLab({ providers: ['wechat'], scale: 864_000 })
  app = await playApp()
  client = await openClient(lab)
  keys = await keysOf(lab, ['certificate'])
})
afterEach(async () => {
  await lab.close()
  await app.close()
})

const apiV3Key = () => accountOf(lab).apiV3Key
const events = () => app.heard.map((heard) => opened(heard, apiV3Key()))

async function pay(number: string, wish: Json = {}): Promise<void> {
  await client.post('/v3/pay/transactions/native', {
    ...{ appid: 'wx8888888888888888', mchid: '1900000109', description: '600 credits' },
    ...{ out_trade_no: number, notify_url: `${app.url}/hooks`, amount: { total: 600 } },
  })
  await lab.control('wechat', 'pay', { out_trade_no: number, ...wish })
}

test('a payment is told once, sealed and signed, and the independent library reads it', async () => {
  await pay('order1', { coupon: 100, openid: 'openid-of-ada' })
  await lab.settled()
  expect(app.heard).toHaveLength(1)
  expect(app.heard.map((heard) => isGenuine(heard, keys))).toEqual([true])
  const [{ event, plain } = { event: {}, plain: {} }] = events()
  expect(event).toMatchObject({
    ...{ event_type: 'TRANSACTION.SUCCESS', resource_type: 'encrypt-resource' },
    resource: { original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM' },
  })
  expect(plain).toMatchObject({
    ...{ appid: 'wx8888888888888888', mchid: '1900000109', out_trade_no: 'order1' },
    ...{ trade_state: 'SUCCESS', trade_type: 'NATIVE', payer: { openid: 'openid-of-ada' } },
    amount: { total: 600, payer_total: 500, currency: 'CNY', payer_currency: 'CNY' },
  })
  expect(plain['transaction_id']).toBe(lab.books()[0]?.id)
})

test('the signature holds for these bytes alone', async () => {
  await pay('order1')
  await lab.settled()
  const [heard] = app.heard
  expect(heard && isGenuine({ ...heard, body: `${heard.body} ` }, keys)).toBe(false)
})

test('nobody acknowledges: it comes sixteen times within a day, then no more', async () => {
  app.answers(() => 500)
  await pay('order1')
  await lab.settled()
  expect(app.heard).toHaveLength(16)
  expect(new Set(events().map(({ event }) => event['id'])).size).toBe(1)
  expect(new Set(app.heard.map(({ headers }) => headers['wechatpay-nonce'])).size).toBe(16)
  expect(lab.deliveries()).toMatchObject([{ state: 'given_up' }])
})

test('200 and 204 acknowledge, anything else does not', async () => {
  app.answers((_, count) => [400, 302, 201, 204][count - 1] ?? 200)
  await pay('order1')
  await lab.settled()
  expect(app.heard).toHaveLength(4)
})

test('T06: a probe has a signature that says so, and the genuine one comes besides', async () => {
  await lab.control('wechat', 'probe', { share: 1 })
  app.answers(({ headers }) => (isProbe(headers) ? 401 : 200))
  await pay('order1')
  await lab.settled()
  expect(app.heard.filter(({ headers }) => isProbe(headers))).toHaveLength(1)
  const genuine = app.heard.filter((heard) => isGenuine(heard, keys))
  expect(genuine.map((heard) => opened(heard, apiV3Key()).plain['out_trade_no'])).toEqual([
    'order1',
  ])
})

test('a share of a half is every second notification', async () => {
  await lab.control('wechat', 'probe', { share: 0.5 })
  for (const n of [1, 2, 3, 4]) await pay(`order${n}`)
  await lab.settled()
  expect(app.heard.filter(({ headers }) => isProbe(headers))).toHaveLength(2)
})

const isProbe = (headers: PlayedApp['heard'][number]['headers']): boolean =>
  String(headers['wechatpay-signature']).startsWith('WECHATPAY/SIGNTEST/')

test('forge: it names the right key, and is not signed with it', async () => {
  lab.fault({ fault: 'forge' })
  await pay('order1')
  await lab.settled()
  expect(app.heard.map((heard) => isGenuine(heard, keys))).toEqual([false, true])
  const serials = app.heard.map(({ headers }) => headers['wechatpay-serial'])
  expect(serials[0]).toBe(serials[1])
})

test('T45: wrong_amount: the notification names one fen more, the query does not', async () => {
  lab.fault({ fault: 'wrong_amount' })
  await pay('order1')
  await lab.settled()
  expect(events()[0]?.plain).toMatchObject({ amount: { total: 601 } })
  expect(app.heard.every((heard) => isGenuine(heard, keys))).toBe(true)
  const path = '/v3/pay/transactions/out-trade-no/order1?mchid=1900000109'
  expect((await client.get(path)).body).toMatchObject({ amount: { total: 600 } })
})

test('T10: any other event can be sent, sealed and signed as well', async () => {
  await lab.control('wechat', 'notify', {
    ...{ url: `${app.url}/hooks`, type: 'PAYSCORE.USER_OPEN_SERVICE', original: 'payscore' },
    plain: { mchid: '1900000109', out_trade_no: 'unheard-of' },
  })
  await lab.settled()
  expect(app.heard.map((heard) => isGenuine(heard, keys))).toEqual([true])
  expect(events()[0]).toMatchObject({
    event: { event_type: 'PAYSCORE.USER_OPEN_SERVICE', resource: { original_type: 'payscore' } },
    plain: { out_trade_no: 'unheard-of' },
  })
})

test('T69: after a rotation the new APIv3 key opens what is sent, the old one does not', async () => {
  const old = apiV3Key()
  await lab.control('wechat', 'rotate_api_v3_key')
  await pay('order1')
  await lab.settled()
  expect(apiV3Key()).not.toBe(old)
  expect(events()).toHaveLength(1)
  expect(() => app.heard.map((heard) => opened(heard, old))).toThrow()
})
