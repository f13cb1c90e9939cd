import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Lab, openLab } from '../kit/open-lab.ts'
import { type PlayedApp, playApp } from '../kit/played-app.ts'
import type { Json } from '../kit/provider.ts'
import { stillKit } from '../kit/still-kit.ts'
import { accountOf, type IndependentClient, openClient, opened } from './independent-client.ts'
import { makeKeys } from './keys.ts'
import { openMerchant } from './merchant.ts'

const REFUNDS = '/v3/refund/domestic/refunds'
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
beforeEach(async () => {
  count += 1
  number = `order${count}`
  await client.post('/v3/pay/transactions/native', {
    ...{ appid: 'wx8888888888888888', mchid: '1900000109', description: '600 credits' },
    ...{ out_trade_no: number, notify_url: `${app.url}/hooks`, amount: { total: 100 } },
  })
})
afterAll(async () => {
  await lab.close()
  await app.close()
})

const pay = () => lab.control('wechat', 'pay', { out_trade_no: number })
const refund = (part: string, amount: number, change: Json = {}) =>
  client.post(REFUNDS, {
    ...{ out_trade_no: number, out_refund_no: `${number}-${part}`, reason: 'unused' },
    notify_url: `${app.url}/refunds`,
    amount: { refund: amount, total: 100, currency: 'CNY' },
    ...change,
  })
const query = (part: string) => client.get(`${REFUNDS}/${number}-${part}`)
const refused = async (said: ReturnType<typeof refund>) => {
  const { status, body } = await said
  return [status, body['code']]
}
const told = () =>
  app.heard
    .filter(({ path }) => path === '/refunds')
    .map((heard) => opened(heard, accountOf(lab).apiV3Key))
    .filter(({ plain }) => plain['out_trade_no'] === number)
const end = (result: string, part?: string) =>
  lab.control('wechat', 'refund_result', {
    result,
    ...(part !== undefined && { out_refund_no: `${number}-${part}` }),
  })

test('a refund is on its way, succeeds, is told, and shows in the order', async () => {
  await pay()
  const { body } = await refund('a', 30)
  expect(body).toMatchObject({ status: 'PROCESSING', amount: { refund: 30, total: 100 } })
  await lab.settled()
  expect((await query('a')).body).toMatchObject({ status: 'SUCCESS', refund_id: body['refund_id'] })
  expect(told()).toMatchObject([
    {
      event: { event_type: 'REFUND.SUCCESS', resource: { original_type: 'refund' } },
      plain: { refund_status: 'SUCCESS', amount: { refund: 30, total: 100, payer_refund: 30 } },
    },
  ])
  const order = await client.get(`/v3/pay/transactions/out-trade-no/${number}?mchid=1900000109`)
  expect(order.body).toMatchObject({ trade_state: 'REFUND' })
})

test('the same number again is the same refund', async () => {
  await pay()
  const first = await refund('a', 30)
  await lab.settled()
  const second = await refund('a', 30)
  expect(second.body).toMatchObject({ status: 'SUCCESS', refund_id: first.body['refund_id'] })
  expect(lab.books().filter((line) => line.number === `${number}-a`)).toHaveLength(1)
})

test('T56: the same number with another amount is refused', async () => {
  await pay()
  await refund('a', 30)
  expect(await refused(refund('a', 31))).toEqual([400, 'INVALID_REQUEST'])
})

test('refunds of an order are no more than was paid', async () => {
  await pay()
  await refund('a', 60)
  expect(await refused(refund('b', 41))).toEqual([400, 'INVALID_REQUEST'])
  expect((await refund('b', 40)).status).toBe(200)
  expect(await refused(refund('c', 1))).toEqual([400, 'INVALID_REQUEST'])
})

test('T54: of a hundred refunds of 30 at once, three are taken', async () => {
  await pay()
  const parts = Array.from({ length: 100 }, (_, i) => refund(`p${i}`, 30))
  const statuses = (await Promise.all(parts)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(3)
})

test('an order has fifty refunds at most', async () => {
  await pay()
  for (let i = 0; i < 50; i += 1) expect((await refund(`p${i}`, 1)).status).toBe(200)
  expect(await refused(refund('one-more', 1))).toEqual([400, 'INVALID_REQUEST'])
})

test('an order can be refunded for a year', async () => {
  await pay()
  await lab.control('wechat', 'backdate', { out_trade_no: number, days: 364 })
  expect((await refund('a', 1)).status).toBe(200)
  await lab.control('wechat', 'backdate', { out_trade_no: number, days: 2 })
  expect(await refused(refund('b', 1))).toEqual([400, 'INVALID_REQUEST'])
})

test('without the money for it a refund is refused, and can be asked for again', async () => {
  await pay()
  await lab.control('wechat', 'balance', { amount: 29 })
  expect(await refused(refund('a', 30))).toEqual([403, 'NOT_ENOUGH'])
  await lab.control('wechat', 'balance', { amount: null })
  expect((await refund('a', 30)).status).toBe(200)
})

test('what was not paid is not refunded, nor by a wrong total, nor without a name', async () => {
  expect(await refused(refund('a', 30))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  await pay()
  const amount = { refund: 30, total: 101, currency: 'CNY' }
  expect(await refused(refund('a', 30, { amount }))).toEqual([400, 'INVALID_REQUEST'])
  expect(await refused(refund('a', 30, { out_refund_no: 'no spaces' }))).toEqual([
    400,
    'PARAM_ERROR',
  ])
  expect(await refused(refund('a', 30, { notify_url: 'http://a.example' }))).toEqual([
    400,
    'PARAM_ERROR',
  ])
  const nameless = { amount: { refund: 1, total: 100, currency: 'CNY' }, out_refund_no: 'a1' }
  expect(await refused(client.post(REFUNDS, nameless))).toEqual([400, 'PARAM_ERROR'])
  expect(await refused(query('a'))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
})

test('T58: a refund may turn out abnormal, and succeed by hand later', async () => {
  await pay()
  await end('ABNORMAL')
  await refund('a', 30)
  await end('SUCCESS')
  await lab.settled()
  expect((await query('a')).body).toMatchObject({ status: 'ABNORMAL' })
  await end('SUCCESS', 'a')
  await lab.settled()
  expect(told().map(({ event }) => event['event_type'])).toEqual([
    'REFUND.ABNORMAL',
    'REFUND.SUCCESS',
  ])
})

test('a refund that was closed gives its part back', async () => {
  await pay()
  await end('CLOSED')
  await refund('a', 100)
  await end('SUCCESS')
  await lab.settled()
  expect(told().map(({ event }) => event['event_type'])).toEqual(['REFUND.CLOSED'])
  expect((await refund('b', 100)).status).toBe(200)
})

test('a refund may take longer than anybody waits', async () => {
  await pay()
  await end('PROCESSING')
  await refund('a', 30)
  await end('SUCCESS')
  await lab.settled()
  expect((await query('a')).body).toMatchObject({ status: 'PROCESSING' })
  expect(told()).toEqual([])
})

test('T59: a refund in the console is told under a number that nobody asked for', async () => {
  await pay()
  await lab.control('wechat', 'refund_in_console', { out_trade_no: number, amount: 40 })
  await lab.settled()
  const line = lab.books().findLast(({ kind }) => kind === 'refund')
  expect(line).toMatchObject({ amount: 40, state: 'SUCCESS' })
  const heard = app.heard.filter(({ path }) => path === '/hooks').at(-1)
  const key = accountOf(lab).apiV3Key
  expect(heard && opened(heard, key).plain).toMatchObject({
    ...{ out_refund_no: line?.number, refund_status: 'SUCCESS', out_trade_no: number },
  })
})

test('T55: a refund whose answer is lost was made, and its number finds it', async () => {
  await pay()
  lab.fault({ fault: 'drop_after_commit' })
  await expect(refund('a', 30)).rejects.toThrow()
  await lab.settled()
  expect((await query('a')).body).toMatchObject({ status: 'SUCCESS', amount: { refund: 30 } })
})

test('two labs that are opened within one second share no number', async () => {
  const keys = await makeKeys('1900000109', 0)
  const [one, other] = [1, 2].map(() =>
    openMerchant(stillKit(0), '1900000109', 'wx8888888888888888', keys).newId('50300'),
  )
  expect(one).not.toBe(other)
})
