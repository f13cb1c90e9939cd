import { createVerify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fieldsOf, NOTIFY_URL, openStage, order, type Stage } from './stage.ts'

const NUMBER = { out_trade_no: 'order_1' }
const MINUTE_MS = 60_000

test('T14: a success is told with whatever letters the subject has, and the official client believes it', async () => {
  await using stage = await openStage()
  const subject = '50% off + 礼物 😀 "x" \'y\' <b>'
  await stage.exec(
    'alipay.trade.precreate',
    order({ subject, body: 'a=b&c', passback_params: 'p' }),
  )
  await stage.control('pay', { ...NUMBER, buyer: '2088000000000032' })
  const [notification] = stage.sent
  expect(notification).toMatchObject({ provider: 'alipay', url: NOTIFY_URL })
  expect(notification?.message({ forged: false }).headers).toEqual({
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  })
  const fields = fieldsOf(notification)
  expect(fields).toMatchObject({
    notify_type: 'trade_status_sync',
    trade_status: 'TRADE_SUCCESS',
    app_id: '2021000000000001',
    seller_id: '2088000000000015',
    buyer_id: '2088000000000032',
    total_amount: '88.88',
    charset: 'utf-8',
    sign_type: 'RSA2',
    body: 'a=b&c',
    passback_params: 'p',
    subject,
  })
  expect(fields).not.toHaveProperty('refund_fee')
  const sdk = await stage.sdk()
  expect(sdk.checkNotifySignV2(fields)).toBe(true)
  expect(sdk.checkNotifySignV2({ ...fields, total_amount: '88.89' })).toBe(false)
})

test('it has the fields of a notification that was really sent', async ({ skip }) => {
  let real: { readonly trade_notify_valid: { readonly params: object } }
  try {
    const path = join(import.meta.dirname, '../../../shared/vectors/alipay.json')
    real = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return skip('the published vectors are not here')
  }
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order())
  await stage.control('pay', NUMBER)
  const names = Object.keys(fieldsOf(stage.sent[0]))
  expect(names.sort()).toEqual(Object.keys(real.trade_notify_valid.params).sort())
})

/** Whether it is signed over its bytes as they came, those fields left out: the client tries both ways, and UTF-8. */
async function isSignedWithout(stage: Stage, body: string, ...names: readonly string[]) {
  const bytes = (text: string) => unescape(text.replaceAll('+', ' '))
  const pairs = body.split('&').map((pair) => pair.split('=').map(bytes) as [string, string])
  const text = pairs
    .filter(([name]) => !names.includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&')
  const { config } = await stage.sdk()
  return createVerify('sha256')
    .update(text, 'latin1')
    .verify(config.alipayPublicKey, new Map(pairs).get('sign') ?? '', 'base64')
}

test.each(['utf-8', 'GBK'])(
  'of a trade, all is signed but the signature and its type: %s',
  async (letters) => {
    await using stage = await openStage()
    await stage.exec('alipay.trade.precreate', order())
    await stage.control('pay', NUMBER)
    await stage.control('use_gbk', { on: letters === 'GBK' })
    const { body = '' } = stage.sent[0]?.message({ forged: false }) ?? {}
    expect(await isSignedWithout(stage, body, 'sign', 'sign_type')).toBe(true)
    expect(await isSignedWithout(stage, body, 'sign')).toBe(false)
  },
)

test('of a message of the platform, all is signed but the signature', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.fund.trans.uni.transfer', {
    out_biz_no: 'out_1',
    trans_amount: '1.00',
    product_code: 'TRANS_ACCOUNT_NO_PWD',
    biz_scene: 'DIRECT_TRANSFER',
    order_title: '创作者收益',
    payee_info: { identity: '2088000000000033', identity_type: 'ALIPAY_USER_ID' },
  })
  const { body = '' } = stage.sent[0]?.message({ forged: false }) ?? {}
  expect(await isSignedWithout(stage, body, 'sign')).toBe(true)
  expect(await isSignedWithout(stage, body, 'sign', 'sign_type')).toBe(false)
})

test('it comes again after 4, 10, 10 minutes, 1, 2, 6 and 15 hours, until the body is exactly success', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order())
  await stage.control('pay', NUMBER)
  const [notification] = stage.sent
  expect(notification?.retriesMs.map((ms) => ms / MINUTE_MS)).toEqual([
    4, 10, 10, 60, 120, 360, 900,
  ])
  expect(notification?.acknowledged(200, 'success')).toBe(true)
  for (const body of ['SUCCESS', 'success\n', '"success"', '<p>success</p>', ''])
    expect(notification?.acknowledged(200, body)).toBe(false)
  for (const status of [302, 400, 500])
    expect(notification?.acknowledged(status, 'success')).toBe(false)
})

test('an attempt keeps its id and its news, and has the time of its own', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order())
  await stage.control('pay', NUMBER)
  const { notify_time: first, sign: _, ...news } = fieldsOf(stage.sent[0])
  stage.pass(10 * MINUTE_MS)
  const again = fieldsOf(stage.sent[0])
  expect(again).toMatchObject(news)
  expect(again['notify_time']).not.toBe(first)
  expect((await stage.sdk()).checkNotifySignV2(again)).toBe(true)
})

test('a forged one looks the same and is signed by nobody', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order())
  await stage.control('pay', NUMBER)
  const forged = fieldsOf(stage.sent[0], true)
  expect(Object.keys(forged)).toEqual(Object.keys(fieldsOf(stage.sent[0])))
  expect((await stage.sdk()).checkNotifySignV2(forged)).toBe(false)
})

test('T15: an account set to GBK is told in GBK, letters and signature, until it is set back', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order())
  await stage.control('pay', NUMBER)
  await stage.control('use_gbk')
  const message = stage.sent[0]?.message({ forged: false })
  expect(message?.headers).toEqual({
    'content-type': 'application/x-www-form-urlencoded; charset=GBK',
  })
  expect(message?.body).toContain('subject=%D1%A7%CF%B0%B5%E3%CA%FD+100%25+%2B+%C0%F1%CE%EF')
  expect(message?.body).toContain('charset=GBK')
  expect((await stage.sdk()).checkNotifySignV2(fieldsOf(stage.sent[0]))).toBe(false)
  await stage.control('use_gbk', { on: false })
  expect((await stage.sdk()).checkNotifySignV2(fieldsOf(stage.sent[0]))).toBe(true)
})

test('a new key of Alipay signs what is under way', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order())
  await stage.control('pay', NUMBER)
  const before = await stage.sdk()
  await stage.control('rotate_keys')
  const fields = fieldsOf(stage.sent[0])
  expect(before.checkNotifySignV2(fields)).toBe(false)
  expect((await stage.sdk()).checkNotifySignV2(fields)).toBe(true)
})

test('what closes is told as closed: by its end, by the merchant, and never once it is paid', async () => {
  await using stage = await openStage()
  for (const out_trade_no of ['late', 'ended', 'paid', 'unseen'])
    await stage.exec('alipay.trade.precreate', order({ out_trade_no }))
  for (const out_trade_no of ['late', 'ended']) await stage.control('scan', { out_trade_no })
  await stage.control('pay', { out_trade_no: 'paid' })
  for (const out_trade_no of ['late', 'paid', 'unseen'])
    await stage.control('close_by_timeout', { out_trade_no })
  await stage.exec('alipay.trade.close', { out_trade_no: 'ended' })
  const told = stage.sent.map((one) => fieldsOf(one))
  expect(told.map((one) => [one['out_trade_no'], one['trade_status']])).toEqual([
    ['paid', 'TRADE_SUCCESS'],
    ['late', 'TRADE_CLOSED'],
    ['ended', 'TRADE_CLOSED'],
  ])
  expect(told[1]).not.toHaveProperty('gmt_payment')
})

test('T42: what was paid is finished when its time has come, and is told so', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order())
  await expect(stage.control('finish', NUMBER)).rejects.toThrow()
  await stage.control('pay', NUMBER)
  await stage.control('finish', NUMBER)
  const [paid, finished] = stage.sent.map((one) => fieldsOf(one))
  expect(finished).toMatchObject({ trade_status: 'TRADE_FINISHED', trade_no: paid?.['trade_no'] })
  expect(finished?.['notify_id']).not.toBe(paid?.['notify_id'])
})

test('who named no address is told nothing', async () => {
  await using stage = await openStage()
  const sdk = await stage.sdk()
  await sdk.curl('POST', '/v3/alipay/trade/precreate', { body: order() })
  await stage.control('pay', NUMBER)
  expect(stage.sent).toEqual([])
})

test('v3 takes the address in the body', async () => {
  await using stage = await openStage()
  const sdk = await stage.sdk()
  await sdk.curl('POST', '/v3/alipay/trade/precreate', { body: order({ notify_url: NOTIFY_URL }) })
  await stage.control('pay', NUMBER)
  expect(stage.sent.map(({ url }) => url)).toEqual([NOTIFY_URL])
})
