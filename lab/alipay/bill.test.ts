import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../kit/provider.ts'
import { chinaDay, parseChinaDay } from './china-time.ts'
import { encodeGbk } from './gbk.ts'
import { openStage, order, type Stage } from './stage.ts'
import { parseYuan, yuan } from './yuan.ts'
import { zip } from './zip.ts'

const HOUR_MS = 3_600_000
const gbk = (bytes: Buffer): string => new TextDecoder('gbk', { fatal: true }).decode(bytes)

/** By the directory at its end, as an archive is read. */
function unzip(archive: Buffer) {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06'))
  let at = archive.readUInt32LE(end + 16)
  return Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
    const names = archive.readUInt16LE(at + 28)
    const name = archive.subarray(at + 46, at + 46 + names)
    const flags = archive.readUInt16LE(at + 8)
    const packed = archive.readUInt32LE(at + 20)
    const local = archive.readUInt32LE(at + 42)
    expect(archive.readUInt32LE(local)).toBe(0x04034b50)
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const content = inflateRawSync(archive.subarray(from, from + packed))
    expect(crc32(content)).toBe(archive.readUInt32LE(at + 16))
    at += 46 + names + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
    return { name, flags, content }
  })
}

const ask = (stage: Stage, bill_date: string, bill_type = 'trade') =>
  stage.exec('alipay.data.dataservice.bill.downloadurl.query', { bill_type, bill_date })

async function download(stage: Stage, day: string) {
  const { billDownloadUrl } = await ask(stage, day)
  const response = await fetch(String(billDownloadUrl))
  return unzip(Buffer.from(await response.arrayBuffer()))
}

/** Moves to ten in the morning of a day in China, so that no test depends on when it runs. */
function toMorning(stage: Stage): string {
  const tomorrow = chinaDay(stage.now() + 24 * HOUR_MS)
  stage.pass((parseChinaDay(tomorrow) ?? 0) + 10 * HOUR_MS - stage.now())
  return tomorrow
}

async function pay(stage: Stage, out_trade_no: string, total_amount: string, more?: Json) {
  await stage.exec('alipay.trade.precreate', order({ out_trade_no, total_amount, ...more }))
  await stage.control('pay', { out_trade_no })
}

const refund = (
  stage: Stage,
  out_trade_no: string,
  refund_amount: string,
  out_request_no: string,
) => stage.exec('alipay.trade.refund', { out_trade_no, refund_amount, out_request_no })

/** The cells of the rows between the heading and the end of the list. */
function cellsOf(text: string): string[][] {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => line.startsWith('支付宝交易号'))
  const to = lines.findIndex((line) => line.includes('列表结束'))
  return lines.slice(from + 1, to).map((line) => line.split(',').map((cell) => cell.trim()))
}

test('what lies in the archive is in GBK, names too, and no flag says otherwise', async () => {
  await using stage = await openStage()
  const day = toMorning(stage)
  await pay(stage, 'o1', '10.00')
  stage.pass(24 * HOUR_MS)
  const files = await download(stage, day)
  expect(files.map(({ flags }) => flags)).toEqual([0, 0])
  const head = `20880000000000150156_${day.replaceAll('-', '')}`
  expect(files.map(({ name }) => gbk(name))).toEqual([
    `${head}_业务明细.csv`,
    `${head}_业务明细(汇总).csv`,
  ])
  expect(gbk(files[0]?.content ?? Buffer.alloc(0))).toContain('学习点数 100% + 礼物')
})

test('the rows of a day, and their sums, are what the books have of it', async () => {
  await using stage = await openStage()
  const day = toMorning(stage)
  await pay(stage, 'o1', '10.01', { body: '备注' })
  await pay(stage, 'o2', '0.07')
  await refund(stage, 'o1', '3.00', 'r1')
  await stage.control('refund_outcome', { out_trade_no: 'o1', outcome: 'fail' })
  await refund(stage, 'o1', '1.00', 'r2')
  await stage.exec('alipay.trade.precreate', order({ out_trade_no: 'unpaid' }))
  stage.pass(24 * HOUR_MS)
  await pay(stage, 'o3', '5.00')
  await refund(stage, 'o2', '0.07', 'r3')
  const [first] = await download(stage, day)
  const text = gbk(first?.content ?? Buffer.alloc(0))
  const rows = cellsOf(text)
  const ofDay = stage.provider
    .books()
    .filter(({ number }) => ['o1', 'o2', 'r1'].includes(number))
    .map(({ kind, id, number, amount }) => [
      id,
      kind === 'payment' ? '交易' : '退款',
      kind === 'payment' ? amount : -amount,
      kind === 'payment' ? '' : number,
    ])
  expect(rows.map((row) => [row[0], row[2], fenOf(row[11]), row[21]]).sort()).toEqual(ofDay.sort())
  expect(rows.map(({ length }) => length)).toEqual([25, 25, 25])
  expect(rows.find((row) => row[1] === 'o1')?.at(-1)).toBe('备注')
  expect(text).toContain('#交易合计：2笔，商家实收共10.08元，商家优惠共0.00元')
  expect(text).toContain('#退款合计：1笔，商家实收退款共-3.00元，商家优惠退款共0.00元')
})

test('a refund has the day it was made, and the hour in which its trade began', async () => {
  await using stage = await openStage()
  const day = toMorning(stage)
  await pay(stage, 'o1', '10.00')
  stage.pass(24 * HOUR_MS)
  await refund(stage, 'o1', '4.00', 'r1')
  stage.pass(24 * HOUR_MS)
  const next = chinaDay((parseChinaDay(day) ?? 0) + 24 * HOUR_MS)
  const [first] = await download(stage, next)
  const [row, ...others] = cellsOf(gbk(first?.content ?? Buffer.alloc(0)))
  expect(others).toEqual([])
  expect(row).toMatchObject({ 2: '退款', 11: '-4.00', 21: 'r1' })
  expect(row?.[4]).toMatch(new RegExp(`^${day} 10:`))
  expect(row?.[5]).toMatch(new RegExp(`^${next} 10:`))
})

test('T63: a day is a day in China, to its last moment', async () => {
  await using stage = await openStage()
  const day = toMorning(stage)
  stage.pass(14 * HOUR_MS - 2_000 - (stage.now() % 1_000))
  await pay(stage, 'before', '1.00')
  stage.pass(5_000)
  await pay(stage, 'after', '2.00')
  stage.pass(40 * HOUR_MS)
  const numbers = async (of: string) => {
    const [first] = await download(stage, of)
    return cellsOf(gbk(first?.content ?? Buffer.alloc(0))).map((row) => row[1])
  }
  expect(await numbers(day)).toEqual(['before'])
  expect(await numbers(chinaDay((parseChinaDay(day) ?? 0) + 24 * HOUR_MS))).toEqual(['after'])
})

test('the summary has one line for the shop and one for all of it', async () => {
  await using stage = await openStage()
  const day = toMorning(stage)
  await pay(stage, 'o1', '100.00')
  await refund(stage, 'o1', '30.00', 'r1')
  stage.pass(24 * HOUR_MS)
  const [, second] = await download(stage, day)
  expect(gbk(second?.content ?? Buffer.alloc(0)).split('\n')).toContain(
    '合计,,1,1,70.00,70.00,0.00,0.00,0.00,-0.60,0.00,69.40',
  )
})

test('T65: a comma in a name is a column more, as nothing is quoted', async () => {
  await using stage = await openStage()
  const day = toMorning(stage)
  await pay(stage, 'o1', '1.00', { subject: 'a,b' })
  await pay(stage, 'o2', '1.00')
  stage.pass(24 * HOUR_MS)
  const [first] = await download(stage, day)
  expect(cellsOf(gbk(first?.content ?? Buffer.alloc(0))).map(({ length }) => length)).toEqual([
    26, 25,
  ])
})

test('T66: a bill is there from nine the next morning, a day without business has none', async () => {
  await using stage = await openStage()
  const day = toMorning(stage)
  await pay(stage, 'o1', '1.00')
  const none = { code: '40004', subCode: 'BILL_NOT_EXIST' }
  expect(await ask(stage, day)).toMatchObject(none)
  stage.pass(22 * HOUR_MS)
  expect(await ask(stage, day)).toMatchObject(none)
  stage.pass(2 * HOUR_MS)
  expect(await ask(stage, day)).toMatchObject({ code: '10000' })
  expect(await ask(stage, '2020-01-01')).toMatchObject(none)
})

test('T66: its address lasts for half a minute, and another can be had', async () => {
  await using stage = await openStage()
  await pay(stage, 'o1', '1.00')
  const { bill_date } = await stage.control('issue_bill')
  const first = String((await ask(stage, String(bill_date)))['billDownloadUrl'])
  stage.pass(29_000)
  expect((await fetch(first)).status).toBe(200)
  stage.pass(2_000)
  expect((await fetch(first)).status).toBe(403)
  const second = String((await ask(stage, String(bill_date)))['billDownloadUrl'])
  expect((await fetch(second)).status).toBe(200)
  await stage.control('expire_bills')
  expect((await fetch(second)).status).toBe(403)
})

test('v3 has the address by GET', async () => {
  await using stage = await openStage()
  await pay(stage, 'o1', '1.00')
  const { bill_date } = await stage.control('issue_bill')
  const path = '/v3/alipay/data/dataservice/bill/downloadurl/query'
  const query = { bill_type: 'trade', bill_date: String(bill_date) }
  const sdk = await stage.sdk('key')
  const { data } = await sdk.curl('GET', path, { query })
  expect(
    unzip(Buffer.from(await (await fetch(data.bill_download_url)).arrayBuffer())),
  ).toHaveLength(2)
  await expect(sdk.curl('POST', path, { body: query })).rejects.toMatchObject({
    code: 'invalid-http-method',
  })
})

test.each([
  ['2026-02-30', 'trade'],
  ['2026-11', 'trade'],
  ['2026-11-01', 'signcustomer'],
])('there is no bill of %s for %s', async (day, type) => {
  await using stage = await openStage()
  expect(await ask(stage, day, type)).toMatchObject({ subCode: 'INVAILID_ARGUMENTS' })
})

test('it is laid out as a bill that was published', async ({ skip }) => {
  let published: string[]
  try {
    const name = '../../../shared/vectors/alipay-trade-bill-sample.utf8.csv'
    published = readFileSync(join(import.meta.dirname, name), 'utf8').split('\n')
  } catch {
    return skip('the published bill is not here')
  }
  await using stage = await openStage()
  const day = toMorning(stage)
  await pay(stage, 'o1', '1.00')
  await refund(stage, 'o1', '0.50', 'r1')
  stage.pass(24 * HOUR_MS)
  const [first] = await download(stage, day)
  const written = gbk(first?.content ?? Buffer.alloc(0)).split('\n')
  const shape = (line: string) => line.replace(/-?\d+(?:\.\d+)?/g, '0')
  const frame = (lines: readonly string[]) => lines.filter((line) => /^[#支]/.test(line)).map(shape)
  expect(frame(written)).toEqual(frame(published))
})

test('every letter that GBK has comes back from its bytes, and others become a question mark', () => {
  const letters = fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCharCode(code))
  const ascii = fc.string({ unit: 'binary-ascii' })
  void fc.assert(
    fc.property(fc.array(fc.oneof(letters, ascii)), (parts) => {
      const text = parts.join('')
      expect(gbk(encodeGbk(text))).toBe(text)
    }),
  )
  expect(gbk(encodeGbk('点😀é…（元）'))).toBe('点?é…（元）')
})

test('whatever is zipped comes out as it went in', () => {
  const files = fc.array(
    fc.record({ name: fc.uint8Array({ minLength: 1 }), content: fc.uint8Array() }),
  )
  void fc.assert(
    fc.property(files, (all) => {
      const packed = all.map(({ name, content }) => ({
        name: Buffer.from(name),
        content: Buffer.from(content),
      }))
      expect(unzip(zip(packed))).toEqual(packed.map((file) => ({ ...file, flags: 0 })))
    }),
  )
})

test('yuan are read as they are written', () => {
  void fc.assert(
    fc.property(fc.nat(99_999_999_999), (fen) => {
      expect(parseYuan(yuan(fen))).toBe(fen)
    }),
  )
})

const fenOf = (cell: string | undefined): number => {
  const fen = parseYuan(cell?.replace('-', ''))
  return (fen ?? Number.NaN) * (cell?.startsWith('-') ? -1 : 1)
}
