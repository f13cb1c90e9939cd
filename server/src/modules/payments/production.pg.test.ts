import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter, readBody } from '../../../test/counter.ts'
import { type Knock, merchantOf, SANDBOX_SECRET, shopper, somebody } from '../../../test/shopper.ts'
import { BOOTSTRAP_KEY } from '../../../test/world.ts'

const PRODUCTION = {
  TONGBAO_MODE: 'production',
  TONGBAO_BOOTSTRAP_KEY: '',
  TONGBAO_SECRET: 'x'.repeat(40),
  TONGBAO_PUBLIC_URL: 'http://localhost:7300',
  TONGBAO_SMTP_URL: 'smtp://127.0.0.1:9',
}
let counter: Counter
let key: string
beforeAll(async () => {
  counter = await openCounter()
  const scopes = [
    ...['payments:pay', 'payments:read', 'payments:refund', 'credits:read', 'credits:charge'],
    ...['channels:read', 'channels:write'],
  ]
  const made = await counter.ask('api-keys', { name: 'an app', scopes })
  key = made.body.key
}, 60_000)
afterAll(() => counter.close())

/** A house in production on the same database, and a shopper at its door. */
async function openProduction(env: Readonly<Record<string, string>> = {}) {
  const node = await counter.world.anotherNode({ ...PRODUCTION, ...env })
  const knock: Knock = async (method, url, { as, body, headers = {} } = {}) => {
    const bearer = as === BOOTSTRAP_KEY ? key : as
    const reply = await node.http.inject({
      ...{
        method,
        url,
        headers: { ...headers, ...(bearer && { authorization: `Bearer ${bearer}` }) },
      },
      ...(body && { payload: body }),
    })
    return { status: reply.statusCode, body: readBody(reply.body || 'null') }
  }
  const put = (path: string, body: object) =>
    knock('PUT', `/api/v1/admin/channels/${path}`, { as: key, body })
  return { ...shopper(knock), knock, put, stop: () => node.stop() }
}
const account = (more: object = {}) => ({
  ...{ merchant: merchantOf('main'), livemode: false, enabled: true, settings: {} },
  ...{ secrets: { signing_secret: SANDBOX_SECRET }, minor_max: 5_000_000 },
  ...more,
})
const wish = (more: object = {}) => ({
  ...{ external_id: somebody(), product_id: 2, pay_channel: 'sandbox' },
  ...more,
})

test('PY10 T71: in production the sandbox is shut, though its accounts are there from another day', async () => {
  const { buy, cashier, settle, balance } = counter
  const before = await buy(wish())
  const { order, tell, saidOf, knock, put, stop } = await openProduction()
  const refused = await order(wish())
  expect([refused.status, refused.body.code]).toEqual([404, 'channel_unknown'])
  expect(await tell(saidOf(before))).toBe(404)
  const callback = await knock('POST', '/api/v1/payments/callback', { body: Buffer.from('{}') })
  expect(callback.status).toBe(404)
  const opened = await put('sandbox/main', account())
  expect(opened.body.code).toBe('channel_unknown')
  expect((await knock('GET', `/cashier/${before.payment_id.slice(4)}`)).status).toBe(404)
  await stop()
  await cashier(before, 'pay')
  await settle()
  expect(await balance('nobody-bought-anything')).toBe('0 0 0')
})

test('PY10 T20: play money and real money never pay for each other', async () => {
  const { put, order, must, stop } = await openProduction({ TONGBAO_SANDBOX: 'on' })
  const bank = { settings: { instructions: 'A bank' }, secrets: {} }
  const tried = await order(wish({ pay_channel: 'offline' }))
  expect([tried.status, tried.body.code]).toEqual([422, 'channel_off'])
  expect((await put('offline/live', account({ ...bank, livemode: true }))).status).toBe(200)
  const real = await must(order(wish({ pay_channel: 'offline' })), 201)
  expect(real.body).toMatchObject({ livemode: true, pay_channel: 'offline' })
  const play = await must(order(wish()), 201)
  const { order_id, owner } = real.body
  const no = await order({ order_id, owner, pay_channel: 'sandbox' })
  expect([no.status, no.body.code]).toEqual([422, 'channel_off'])
  // A test account may pay for play money; the live one may not.
  const other = { order_id: play.body.order_id, owner: play.body.owner, pay_channel: 'offline' }
  expect((await order({ ...other, account: 'live' })).body.code).toBe('channel_off')
  expect((await must(order(other), 201)).body).toMatchObject({ livemode: false })
  await stop()
})
