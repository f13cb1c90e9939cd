import { hash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  type Asked,
  json,
  newSigner,
  type Reply,
  refuse,
  wechatAccount,
  wechatGround,
} from '../../../../../test/wechat-pay.ts'
import { openWechat } from './index.ts'

const signer = newSigner('5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC')
const account = wechatAccount({ platform_certificates: [signer.certificate] })
const DAY = '2026-11-20'

const TEXT = '交易时间,公众账号ID\r\n`2026-11-20 05:01:46,`wx8888888888888888\r\n'
const bytes = Buffer.from(`\ufeff${TEXT}`)
const sha1 = hash('sha1', bytes)
const FILE = '/v3/billdownload/file?token=6XIv5TUPto7pByrTQKhd6kwvyKLG2uY2&tartype=gzip'
const place = (over: object = {}) =>
  json({
    hash_type: 'SHA1',
    hash_value: sha1,
    download_url: `https://api.mch.weixin.qq.com${FILE}`,
    ...over,
  })
const file = (body: Buffer, status = 200): Reply => ({ status, body, by: 'nobody' })

function opened(list: Reply, content: Reply = file(gzipSync(bytes))) {
  const wechat = wechatGround(({ path }: Asked) => (path === FILE ? content : list), signer)
  const { downloadBill } = openWechat(wechat.ground)
  return { ...wechat, download: () => downloadBill(account, DAY) }
}

test('T62: a bill is what WeChat hashed, unpacked, and without the mark at its start', async () => {
  const { download, asked } = opened(place())
  expect(await download()).toEqual({ said: 'yes', value: { text: TEXT, digest: sha1 } })
  expect(asked.map(({ method, path }) => [method, path])).toEqual([
    ['GET', '/v3/bill/tradebill?bill_date=2026-11-20&bill_type=ALL&tar_type=GZIP'],
    ['GET', FILE],
  ])
})

test('T62: a bill that came unpacked, or whose hash is in capitals, is the same bill', async () => {
  expect(await opened(place(), file(bytes)).download()).toMatchObject({ value: { text: TEXT } })
  const loud = opened(place({ hash_value: sha1.toUpperCase() }))
  expect(await loud.download()).toMatchObject({ value: { digest: sha1 } })
})

test.each<[string, Reply]>([
  ['that is not what was hashed', file(gzipSync(Buffer.concat([bytes, Buffer.from('x')])))],
  ['that was cut off', file(gzipSync(bytes).subarray(0, -10))],
  ['that was cut off unpacked', file(bytes.subarray(0, -10))],
  ['that is empty', file(Buffer.alloc(0))],
])('T62: a bill %s is none', async (_, content) => {
  expect(await opened(place(), content).download()).toEqual({
    said: 'unknown',
    why: 'bill_digest',
  })
})

test('T62: a bill in another writing is none', async () => {
  const other = Buffer.from([0xbd, 0xbb, 0xd2, 0xd7])
  const { download } = opened(place({ hash_value: hash('sha1', other) }), file(gzipSync(other)))
  expect(await download()).toEqual({ said: 'unknown', why: 'bill_text' })
})

test('T66: an address that has expired, or a file that is lost, is asked for again another time', async () => {
  expect(await opened(place(), file(Buffer.from('{}'), 404)).download()).toEqual({
    said: 'unknown',
    why: 'status_404',
  })
  const lost = { lost: true, why: 'timeout' } as never
  expect(await opened(place(), lost).download()).toEqual({ said: 'unknown', why: 'timeout' })
})

test('T66: a day without any business has an empty bill', async () => {
  for (const status of [400, 404]) {
    const { download, asked } = opened(refuse(status, 'NO_STATEMENT_EXIST'))
    expect(await download()).toEqual({
      said: 'yes',
      value: { text: '', digest: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' },
    })
    expect(asked).toHaveLength(1)
  }
})

test('T66: a bill that is being written is not there yet, and one that is refused is refused', async () => {
  expect(await opened(refuse(400, 'STATEMENT_CREATING')).download()).toEqual({
    said: 'unknown',
    why: 'STATEMENT_CREATING',
  })
  expect(await opened(refuse(403, 'NO_AUTH')).download()).toMatchObject({ said: 'no' })
  expect(await opened(refuse(500, 'SYSTEM_ERROR')).download()).toMatchObject({ said: 'unknown' })
})

test.each<[string, Reply]>([
  ['that is unsigned', { ...place(), by: 'nobody' }],
  ['without a hash', place({ hash_value: undefined })],
  ['with a hash of another kind', place({ hash_type: 'MD5' })],
  ['without an address', place({ download_url: undefined })],
  ['with an address that is none', place({ download_url: 'here' })],
  ['with an address of another sort', place({ download_url: 'https://api.mch.weixin.qq.com/x' })],
])('T62: an answer %s leads to no file', async (_, list) => {
  const { download, asked } = opened(list)
  expect(await download()).toMatchObject({ said: 'unknown' })
  expect(asked).toHaveLength(1)
})

test('PY6: whatever host an address names, the merchant’s signature goes to WeChat alone', async () => {
  const list = place({ download_url: `https://elsewhere.example${FILE}` })
  const urls: string[] = []
  const { ground } = opened(list)
  const channel = openWechat({
    now: ground.now,
    ask: (request) => {
      urls.push(request.url)
      return ground.ask(request)
    },
  })
  expect(await channel.downloadBill(account, DAY)).toMatchObject({ said: 'yes' })
  expect(urls.map((url) => new URL(url).host)).toEqual([
    'api.mch.weixin.qq.com',
    'api.mch.weixin.qq.com',
  ])
})
