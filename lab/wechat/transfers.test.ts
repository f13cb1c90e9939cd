import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Lab, openLab } from '../kit/open-lab.ts'
import { type PlayedApp, playApp } from '../kit/played-app.ts'
import type { Json } from '../kit/provider.ts'
import {
  accountOf,
  encrypted,
  type IndependentClient,
  keysOf,
  openClient,
  opened,
} from './independent-client.ts'

const BILLS = '/v3/fund-app/mch-transfer/transfer-bills'
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
  number = `bill${count}`
  await lab.control('wechat', 'balance', { amount: 100_000 })
  await lab.control('wechat', 'transfer_start', { state: 'WAIT_USER_CONFIRM' })
})
afterAll(async () => {
  await lab.close()
  await app.close()
})

const REPORT = [
  { info_type: '岗位类型', info_content: '推广员' },
  { info_type: '报酬说明', info_content: '推广佣金' },
]
const transfer = (change: Json = {}, by = client) =>
  by.post(BILLS, {
    ...{ appid: 'wx8888888888888888', out_bill_no: number, transfer_scene_id: '1005' },
    ...{ openid: 'openid-of-ada', transfer_amount: 1_000, transfer_remark: 'commission' },
    ...{ notify_url: `${app.url}/transfers`, transfer_scene_report_infos: REPORT },
    ...change,
  })
const query = () => client.get(`${BILLS}/out-bill-no/${number}`)
const state = async () => (await query()).body['state']
const control = (name: string, input: Json = {}) =>
  lab.control('wechat', name, { out_bill_no: number, ...input })
const refused = async (said: ReturnType<typeof transfer>) => {
  const { status, body } = await said
  return [status, body['code']]
}
const told = () =>
  app.heard
    .filter(({ path }) => path === '/transfers')
    .map((heard) => opened(heard, accountOf(lab).apiV3Key))
    .filter(({ plain }) => plain['out_bill_no'] === number)
/** What is left of the balance, asked by whether a transfer of it still waits for money. */
const affords = async (amount: number) => {
  const said = await transfer({ out_bill_no: `${number}probe${amount}`, transfer_amount: amount })
  return said.body['state'] === 'WAIT_USER_CONFIRM'
}

test('a transfer waits for the payee, who takes it, and then it is told', async () => {
  const { body } = await transfer()
  expect(body).toMatchObject({ state: 'WAIT_USER_CONFIRM', out_bill_no: number })
  expect(String(body['package_info'])).toMatch(/^[\w+/=]{60,}$/)
  await lab.settled()
  expect(told()).toEqual([])
  await control('confirm_transfer')
  await lab.settled()
  expect((await query()).body).toMatchObject({ state: 'SUCCESS', transfer_amount: 1_000 })
  expect(told()).toMatchObject([
    {
      event: {
        event_type: 'MCHTRANSFER.BILL.FINISHED',
        resource: { original_type: 'mch_payment' },
      },
      plain: { state: 'SUCCESS', mch_id: '1900000109', openid: 'openid-of-ada' },
    },
  ])
  const byId = await client.get(`${BILLS}/transfer-bill-no/${body['transfer_bill_no']}`)
  expect(byId.body).toMatchObject({ out_bill_no: number })
})

test('T72: the same number again is one transfer, with other parameters it is refused', async () => {
  const [first, second] = [await transfer(), await transfer()]
  expect(second.body).toEqual(first.body)
  expect(await refused(transfer({ transfer_amount: 1_001 }))).toEqual([400, 'INVALID_REQUEST'])
  expect(lab.books().filter((line) => line.number === number)).toHaveLength(1)
})

test('T72: nobody confirms within a day: it fails, and the money is back', async () => {
  await transfer({ transfer_amount: 60_000 })
  expect(await affords(60_000)).toBe(false)
  await control('expire_transfer')
  await lab.settled()
  expect((await query()).body).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
  expect(told().map(({ plain }) => plain['state'])).toEqual(['FAIL'])
  expect(await affords(60_000)).toBe(true)
  await expect(control('confirm_transfer')).rejects.toThrow('FAIL')
})

test('a day goes by on the lab’s clock', async () => {
  const fast = await openLab({ providers: ['wechat'], scale: 86_400_000 })
  try {
    await transfer({ notify_url: `${app.url}/elsewhere` }, await openClient(fast))
    await expect.poll(() => fast.books()[0]?.state).toBe('FAIL')
  } finally {
    await fast.close()
  }
})

test('T72: a transfer that is cancelled is cancelling first, and then told as cancelled', async () => {
  await transfer({ transfer_amount: 60_000 })
  const said = await client.post(`${BILLS}/out-bill-no/${number}/cancel`, {})
  expect(said.body).toMatchObject({ state: 'CANCELING' })
  await expect(control('confirm_transfer')).rejects.toThrow('CANCEL')
  await lab.settled()
  expect(await state()).toBe('CANCELLED')
  expect(told().map(({ plain }) => plain['state'])).toEqual(['CANCELLED'])
  expect(await affords(60_000)).toBe(true)
})

test('what the payee has taken cannot be cancelled', async () => {
  await transfer()
  await control('confirm_transfer')
  await lab.settled()
  const said = client.post(`${BILLS}/out-bill-no/${number}/cancel`, {})
  expect(await refused(said)).toEqual([400, 'INVALID_REQUEST'])
})

test('T72: without the money it is processing, and the same number again moves it on', async () => {
  await lab.control('wechat', 'balance', { amount: 999 })
  expect((await transfer()).body).toMatchObject({ state: 'PROCESSING' })
  await lab.control('wechat', 'balance', { amount: 1_000 })
  expect((await transfer()).body).toMatchObject({ state: 'WAIT_USER_CONFIRM' })
})

test.each(['ACCEPTED', 'PROCESSING'])('T72: %s comes before anything is decided', async (start) => {
  await lab.control('wechat', 'transfer_start', { state: start })
  const { body } = await transfer()
  expect(body).toMatchObject({ state: start })
  expect(body).not.toHaveProperty('package_info')
})

test('a transfer fails for the reason that is named', async () => {
  await transfer()
  await control('fail_transfer', { reason: 'ACCOUNT_NOT_EXIST' })
  expect((await query()).body).toMatchObject({ state: 'FAIL', fail_reason: 'ACCOUNT_NOT_EXIST' })
})

test('a name is encrypted for the key that is named, and compared with the payee’s', async () => {
  const [[serial, certificate] = ['', '']] = Object.entries(await keysOf(lab, ['certificate']))
  const [publicKey = ''] = Object.values(await keysOf(lab, ['public_key']))
  const naming = await openClient(lab, ['certificate'], { 'Wechatpay-Serial': serial })
  await lab.control('wechat', 'payee', { openid: 'openid-of-ada', name: '艾达' })
  await transfer({ user_name: encrypted('艾伦', certificate) }, naming)
  await control('confirm_transfer')
  expect((await query()).body).toMatchObject({ state: 'FAIL', fail_reason: 'NAME_NOT_CORRECT' })
  number = `${number}again`
  await transfer({ user_name: encrypted('艾达', certificate) }, naming)
  await control('confirm_transfer')
  await lab.settled()
  expect(await state()).toBe('SUCCESS')
  number = `${number}key`
  const foreign = encrypted('艾达', publicKey)
  expect(await refused(transfer({ user_name: foreign }, naming))).toEqual([400, 'PARAM_ERROR'])
  const unnamed = transfer({ user_name: encrypted('艾达', certificate) })
  expect(await refused(unnamed)).toEqual([400, 'PARAM_ERROR'])
})

test.each<[string, Json, string]>([
  ['no name from 2000 yuan on', { transfer_amount: 200_000 }, 'PARAM_ERROR'],
  ['a name below 0.30 yuan', { transfer_amount: 29, user_name: 'x' }, 'PARAM_ERROR'],
  ['an amount below 0.10 yuan', { transfer_amount: 9 }, 'PARAM_ERROR'],
  ['a number with another letter', { out_bill_no: 'bill_1' }, 'PARAM_ERROR'],
  ['a number that is too long', { out_bill_no: 'x'.repeat(33) }, 'PARAM_ERROR'],
  ['another app', { appid: 'wx1' }, 'APPID_MCHID_NOT_MATCH'],
  ['nothing reported', { transfer_scene_report_infos: [] }, 'PARAM_ERROR'],
  ['half a report', { transfer_scene_report_infos: REPORT.slice(1) }, 'PARAM_ERROR'],
  ['a notify_url with a query', { notify_url: 'https://a.example/?b' }, 'PARAM_ERROR'],
])('a transfer with %s is refused', async (_, change, code) => {
  expect(await refused(transfer(change))).toEqual([400, code])
})

test('a transfer that is not there is not found', async () => {
  expect(await refused(query())).toEqual([404, 'NOT_FOUND'])
  const cancel = client.post(`${BILLS}/out-bill-no/${number}/cancel`, {})
  expect(await refused(cancel)).toEqual([404, 'NOT_FOUND'])
})
