import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Formatter } from 'wechatpay-axios-plugin'
import { type Lab, openLab } from '../kit/open-lab.ts'
import { type PlayedApp, playApp } from '../kit/played-app.ts'
import type { Json } from '../kit/provider.ts'
import { shanghaiDay } from '../kit/shanghai.ts'
import { type IndependentClient, openClient } from './independent-client.ts'

const DAY_MS = 86_400_000
const VECTOR = join(import.meta.dirname, '../../../shared/vectors/wechat-trade-bill-ALL.csv')
let lab: Lab
let app: PlayedApp
let client: IndependentClient

// Four orders of the day before: paid, paid with a coupon, refunded in part, refunded in part by hand.
const day = () => shanghaiDay(Date.now() - DAY_MS)

beforeAll(async () => {
  lab = await openLab({ providers: ['wechat'] })
  app = await playApp()
  client = await openClient(lab)
  await pay('order1', 1_000, 'plain words')
  await pay('order2', 600, 'a,comma', { coupon: 100 })
  await pay('order3', 333, '六百积分')
  await client.post('/v3/refund/domestic/refunds', {
    ...{ out_trade_no: 'order3', out_refund_no: 'refund3' },
    amount: { refund: 33, total: 333, currency: 'CNY' },
  })
  await pay('order4', 6_800, 'console')
  await lab.control('wechat', 'refund_in_console', {
    out_trade_no: 'order4',
    amount: 800,
    notify: false,
  })
  await lab.settled()
  for (const n of [1, 2, 3, 4])
    await lab.control('wechat', 'backdate', { out_trade_no: `order${n}`, days: 1 })
})
afterAll(async () => {
  await lab.close()
  await app.close()
})

async function pay(number: string, total: number, description: string, wish: Json = {}) {
  await client.post('/v3/pay/transactions/native', {
    ...{ appid: 'wx8888888888888888', mchid: '1900000109', description, out_trade_no: number },
    ...{ notify_url: `${app.url}/hooks`, amount: { total } },
  })
  await lab.control('wechat', 'pay', { out_trade_no: number, ...wish })
}

async function fetchBill(path: string): Promise<{ text: string; hash: string; asked: Json }> {
  const { body } = await client.get(path)
  const file = await client.get(String(body['download_url']))
  const packed = Buffer.from(file.text, 'base64')
  const bytes = path.includes('GZIP') ? gunzipSync(packed) : packed
  const hash = createHash('sha1').update(bytes).digest('hex')
  return { text: bytes.toString('utf8'), hash, asked: body }
}

const trade = (query = '') => `/v3/bill/tradebill?bill_date=${day()}&bill_type=ALL${query}`
const parsed = (text: string) => {
  const { rows, summary }: { rows: Json[]; summary: Json } = Object(
    Formatter.castCsvBill(text.replace('\uFEFF', '')),
  )
  return { rows, summary }
}
const refused = async (said: ReturnType<IndependentClient['get']>) => {
  const { status, body } = await said
  return [status, body['code']]
}

test('a bill comes packed or not, and its hash is that of the file within', async () => {
  const plain = await fetchBill(trade())
  const packed = await fetchBill(trade('&tar_type=GZIP'))
  expect(packed.text).toBe(plain.text)
  expect(plain.asked).toMatchObject({ hash_type: 'SHA1', hash_value: plain.hash })
  expect(packed.asked).toMatchObject({ hash_value: plain.hash })
})

test('it is written as WeChat Pay writes it: a mark, CRLF, backticks, 27 columns, a sum', async () => {
  const { text } = await fetchBill(trade())
  expect(text.startsWith('\uFEFF交易时间,')).toBe(true)
  const lines = text.slice(1).split('\r\n')
  expect(lines.at(-1)).toBe('')
  expect(lines).toHaveLength(1 + 6 + 2 + 1)
  expect(lines[0]?.split(',')).toHaveLength(27)
  for (const line of lines.slice(1, 7)) expect(line.slice(1).split(',`')).toHaveLength(27)
  expect(lines[7]).toMatch(/^总交易单数,/)
})

// The public vectors lie beside the repository, where there are any.
test.skipIf(!existsSync(VECTOR))('the head and the sums are called as in a real bill', async () => {
  const real = readFileSync(VECTOR, 'utf8').trimEnd().split(/\r?\n/)
  const ours = (await fetchBill(trade())).text.trimEnd().split('\r\n')
  expect(ours[0]).toBe(real[0])
  expect(ours.at(-2)).toBe(real.at(-2))
})

test('the independent library reads rows that add up to the sum', async () => {
  const { rows, summary } = parsed((await fetchBill(trade())).text)
  expect(rows).toHaveLength(6)
  const fen = (name: string) =>
    rows.reduce((sum, row) => sum + Math.round(Number(row[name]) * 100), 0)
  expect(fen('订单金额')).toBe(8_733)
  expect(fen('申请退款金额')).toBe(833)
  expect(fen('代金券金额')).toBe(100)
  expect(fen('手续费')).toBe(6 + 4 + 2 - 0 + 41 - 5)
  expect(summary).toMatchObject({
    ...{ 总交易单数: '6.0', 订单总金额: '87.33', 申请退款总金额: '8.33' },
    手续费总金额: '0.48',
  })
  expect(rows.find((row) => row['商户订单号'] === 'order2')).toMatchObject({
    ...{ 商品名称: 'a,comma', 交易状态: 'SUCCESS', 订单金额: '6.00', 代金券金额: '1.00' },
    ...{ 微信退款单号: '0', 商户退款单号: '0', 退款金额: '0.00', 手续费: '0.04000' },
  })
  expect(rows.find((row) => row['商户退款单号'] === 'refund3')).toMatchObject({
    ...{ 交易状态: 'REFUND', 订单金额: '0.00', 退款金额: '0.33', 退款状态: 'SUCCESS' },
  })
})

test.each([
  ['SUCCESS', 20, 4],
  ['REFUND', 29, 2],
])('%s has columns and rows of its own', async (type, columns, count) => {
  const { text } = await fetchBill(trade().replace('ALL', type))
  const [head, ...lines] = text.trimEnd().split('\r\n')
  expect(head?.split(',')).toHaveLength(columns)
  expect(lines.slice(0, -2)).toHaveLength(count)
  for (const line of lines.slice(0, -2)) expect(line.slice(1).split(',`')).toHaveLength(columns)
})

test('the fund flow has fees of their own, and a balance that follows', async () => {
  const path = `/v3/bill/fundflowbill?bill_date=${day()}&account_type=BASIC`
  const { text } = await fetchBill(path)
  const { rows, summary } = parsed(text)
  const fen = (row: Json) =>
    Math.round(Number(row['收支金额(元)']) * 100) * (row['收支类型'] === '收入' ? 1 : -1)
  let balance = 0
  for (const row of rows) {
    balance += fen(row)
    expect(Math.round(Number(row['账户结余(元)']) * 100)).toBe(balance)
  }
  expect(balance).toBe(8_733 - 833 - 48)
  expect(summary).toMatchObject({ 资金流水总笔数: '10', 收入笔数: '4', 支出笔数: '6' })
})

test('a bill of today, of nothing, of long ago or of no day is refused', async () => {
  const of = (date: string) => refused(client.get(`/v3/bill/tradebill?bill_date=${date}`))
  expect(await of(shanghaiDay(Date.now()))).toEqual([400, 'NO_STATEMENT_EXIST'])
  expect(await of(shanghaiDay(Date.now() - 30 * DAY_MS))).toEqual([400, 'NO_STATEMENT_EXIST'])
  expect(await of('2019-02-19')).toEqual([400, 'PARAM_ERROR'])
  expect(await of('2026-13-40')).toEqual([400, 'PARAM_ERROR'])
  expect(await refused(client.get(trade('&tar_type=ZIP')))).toEqual([400, 'PARAM_ERROR'])
  expect(await refused(client.get(trade().replace('ALL', 'SOME')))).toEqual([400, 'PARAM_ERROR'])
})

test('T66: a bill may be in the making, and its address ends', async () => {
  await lab.control('wechat', 'bill', { wrong: 'creating' })
  expect(await refused(client.get(trade()))).toEqual([400, 'STATEMENT_CREATING'])
  const { body } = await client.get(trade())
  await lab.control('wechat', 'expire_downloads')
  expect((await client.get(String(body['download_url']))).status).toBe(404)
})

test.each([
  ['hash', (asked: Json, hash: string) => expect(asked['hash_value']).not.toBe(hash)],
  ['truncated', (_: Json, __: string, text: string) => expect(text).not.toContain('总交易单数')],
  ['footer', (_: Json, __: string, text: string) => expect(text).toContain('`987.33')],
  ['mchid', (_: Json, __: string, text: string) => expect(text).not.toContain('1900000109')],
  ['date', (_: Json, __: string, text: string) => expect(text).toContain('`2019-')],
])('T62: a bill can be spoiled once: %s', async (wrong, expects) => {
  await lab.control('wechat', 'bill', { wrong })
  const { asked, hash, text } = await fetchBill(trade())
  expects(asked, hash, text)
  if (wrong !== 'hash') expect(asked['hash_value']).toBe(hash)
  const next = await fetchBill(trade())
  expect(next.asked['hash_value']).toBe(next.hash)
  expect(parsed(next.text).rows).toHaveLength(6)
})
