import { afterAll, beforeAll, expect, test } from 'vitest'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../server/test/world.ts'
import * as credits from '../examples/credits.ts'
import { receive } from '../examples/live.ts'
import { createTongbao, isRefusal, type Tongbao, UnreachableError } from '../src/index.ts'
import { openCutter } from './cutter.ts'

let world: TestWorld
let url: string
let tongbao: Tongbao
beforeAll(async () => {
  world = await openWorld()
  url = await world.http.listen({ host: '127.0.0.1', port: 0 })
  tongbao = createTongbao({ baseUrl: url, key: BOOTSTRAP_KEY })
})
afterAll(() => world.close())

const grant = (external_id: string, amount: number) =>
  tongbao.post('/api/v1/credits/grants', { body: { external_id, amount, source: 'purchase' } })
const standing = async (external_id: string) => {
  const { available, held } = await tongbao.get('/api/v1/credits/balance', {
    query: { external_id },
  })
  return [available, held]
}

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of list) items.push(item)
  return items
}

test('an answer that was lost is asked for again with the same key: one charge', async () => {
  await grant('cut', 100)
  const proxy = await openCutter(url, 2)
  const behind = createTongbao({ baseUrl: proxy.url, key: BOOTSTRAP_KEY })
  const { balance, charge_id } = await behind.charge({ external_id: 'cut', amount: 30 })
  proxy.close()
  expect(balance).toEqual({ available: 70, held: 0, debt: 0 })
  const charges = await all(
    tongbao.each('/api/v1/credits/history', { query: { external_id: 'cut', kind: 'charge' } }),
  )
  expect(charges.map(({ entry_id }) => entry_id)).toEqual([charge_id])
})

test('who has lost every answer finds out with the key of the error', async () => {
  await grant('lost', 100)
  const proxy = await openCutter(url, 99)
  const behind = createTongbao({ baseUrl: proxy.url, key: BOOTSTRAP_KEY, triesMax: 2 })
  const want = { external_id: 'lost', amount: 30 }
  const caught: unknown = await behind.charge(want).catch((error: unknown) => error)
  proxy.close()
  if (!(caught instanceof UnreachableError)) throw new Error('it was reached')
  const { charge_id } = await tongbao.charge(want, { key: caught.key })
  expect(charge_id).toMatch(/^chg_/)
  expect(await standing('lost')).toEqual([70, 0])
})

test('a job pays what it cost; one that throws pays nothing; one begun twice pays once', async () => {
  await grant('job', 100)
  const want = { external_id: 'job', amount: 60 }
  const spending = (amount: number) => (hold: { spend(amount: number): void }) => {
    hold.spend(amount)
    return 'done'
  }
  const once = await tongbao.withHold(want, spending(45), { key: 'sdk-job-one' })
  expect(once).toMatchObject({ result: 'done', spent: 45, balance: { available: 55, held: 0 } })
  const twice = await tongbao.withHold({ ...want, amount: 60 }, spending(45), {
    key: 'sdk-job-one',
  })
  expect(twice.chargeId).toBe(once.chargeId)
  const failing = tongbao.withHold({ ...want, amount: 50 }, async (hold) => {
    expect(await standing('job')).toEqual([5, 50])
    await hold.extend(7_200)
    throw new Error('the picture failed')
  })
  await expect(failing).rejects.toThrow('the picture failed')
  expect(await standing('job')).toEqual([55, 0])
  const free = await tongbao.withHold({ ...want, amount: 50 }, spending(0))
  expect(free).toMatchObject({ chargeId: undefined, spent: 0, balance: { available: 55 } })
  const whole = await tongbao.withHold({ ...want, amount: 50 }, () => 'all of it')
  expect(whole).toMatchObject({ spent: 50, balance: { available: 5, held: 0 } })
  await expect(tongbao.withHold(want, () => 'never')).rejects.toMatchObject({
    code: 'insufficient_credits',
    missing: 55,
  })
})

test('refusals speak the language that was asked for, and name the field', async () => {
  const chinese = createTongbao({ baseUrl: url, key: BOOTSTRAP_KEY, language: 'zh-CN' })
  const poor = await chinese
    .charge({ external_id: 'nobody-yet', amount: 30 })
    .catch((error: unknown) => error)
  expect(isRefusal(poor, 'insufficient_credits') && poor.message).toBe(
    '积分不足！当前积分：0，需要：30',
  )
  const wrong = await tongbao
    .charge({ external_id: 'ada', amount: 1, action: 'NOT A NAME' })
    .catch((error: unknown) => error)
  expect(wrong).toMatchObject({ name: 'InvalidRequestError', status: 400 })
  expect(isRefusal(wrong) && wrong.errors[0]?.pointer).toBe('/action')
  expect(isRefusal(wrong) && wrong.requestId).toMatch(/./)
  const nobody = createTongbao({ baseUrl: url }).charge({ external_id: 'ada', amount: 1 })
  await expect(nobody).rejects.toMatchObject({ name: 'UnauthenticatedError', status: 401 })
})

test('a list is the same in pages of two as at once', async () => {
  await grant('pages', 100)
  for (const amount of [1, 2, 3, 4, 5]) await tongbao.charge({ external_id: 'pages', amount })
  const query = { external_id: 'pages' }
  const whole = await tongbao.get('/api/v1/credits/history', { query })
  const pages = await all(
    tongbao.pages('/api/v1/credits/history', { query: { ...query, limit: 2 } }),
  )
  expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 2])
  expect(pages.flatMap(({ items }) => items)).toEqual(whole.items)
})

test('the examples of the README do what they say', async () => {
  await grant('ada', 200)
  expect(await credits.charge(tongbao)).toMatchObject({ balance: { available: 170 } })
  expect(await credits.hold(tongbao, async () => ({ seconds: 8 }))).toMatchObject({
    result: { seconds: 8 },
    spent: 40,
  })
  expect(await credits.refuse(tongbao)).toBe('999870 credits are missing')
  expect(await credits.lists(tongbao)).toEqual([-30])
  const { hold_id } = await tongbao.post('/api/v1/credits/holds', {
    body: { external_id: 'ada', amount: 10 },
  })
  const { lots, hold, grant: thanks } = await credits.any(tongbao, hold_id)
  expect([lots.items.length, hold.state]).toEqual([1, 'open'])
  expect(thanks).toMatchObject({ amount: 100, source: 'bonus' })
  const seconds = { kind: 'per_unit', name: 'seconds', parameter: 'duration_s' } as const
  await tongbao.post('/api/v1/admin/prices', {
    body: {
      action: 'video.generate',
      rule: { terms: [{ ...seconds, credits: 5, unit_size: 1 }] },
      reason: 'Eight seconds are forty credits',
    },
  })
  expect(await credits.estimate(tongbao)).toEqual({ credits: 40, affordable: true })
})

test('a message is received as the README says', async () => {
  const request = new Request('http://app.example.com/hooks', {
    method: 'POST',
    body: '{"test": 2432232314}',
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,',
    },
  })
  await expect(receive(request, 'whsec_c2VjcmV0')).rejects.toThrow('webhook-timestamp')
})
