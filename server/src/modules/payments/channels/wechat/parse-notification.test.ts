import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  APIV3_KEY,
  delivery,
  MCHID,
  newSigner,
  notification,
  paid,
  seal,
  signedAs,
  TODAY,
  wechatAccount,
  wechatGround,
} from '../../../../../test/wechat-pay.ts'
import { openWechat } from './index.ts'

const signer = newSigner('5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC')
const account = wechatAccount({ platform_certificates: [signer.certificate] })
const { ground } = wechatGround(() => ({ lost: true, why: 'nobody' }), signer)
const channel = openWechat(ground)

const parse = (one: ReturnType<typeof notification>, to = account) =>
  channel.parseNotification(to, one)
const tell = (plain: object | string, about: Parameters<typeof notification>[2] = {}) =>
  parse(notification(signer, plain, about))
const forged = (why: string) => ({
  verdict: 'forged',
  why,
  reply: {
    status: 401,
    type: 'application/json',
    body: JSON.stringify({ code: 'FAIL', message: why }),
  },
})

test('PY8: what was kept is acknowledged with 204 and no body', () => {
  expect(channel.acknowledge()).toEqual({ status: 204 })
})

test('T03: what is for another account does not open with this one’s key', async () => {
  const toOther = notification(signer, paid({ mchid: '1900000110' }), { key: 'o'.repeat(32) })
  expect(await parse(toOther)).toEqual(forged('seal'))
})

test('T03: where two accounts share a key, the merchant tells them apart', async () => {
  expect(await tell(paid({ mchid: '1900000110' }))).toMatchObject({
    facts: [{ merchant: '1900000110' }],
  })
  expect(await tell(paid({ mchid: undefined, sp_mchid: MCHID }))).toMatchObject({
    facts: [{ merchant: '' }],
  })
})

test('T04: the same JSON with other spaces has another signature', async () => {
  const one = notification(signer, paid())
  const again = Buffer.from(JSON.stringify(JSON.parse(one.body.toString()), undefined, 1))
  expect(await parse({ ...one, body: again })).toEqual(forged('signature'))
  expect(await parse({ ...one, body: Buffer.concat([one.body, Buffer.from('\n')]) })).toEqual(
    forged('signature'),
  )
  expect(await parse(one)).toMatchObject({ verdict: 'genuine' })
})

test('T05: a timestamp more than 300 s away is refused, in both directions', async () => {
  const aged = async (seconds: number) =>
    (await tell(paid(), { at: TODAY + seconds * 1000 })).verdict
  expect(await Promise.all([-299, 0, 299].map(aged))).toEqual(['genuine', 'genuine', 'genuine'])
  expect(await Promise.all([-301, -300, 300, 301].map(aged))).toEqual(
    Array.from({ length: 4 }, () => 'forged'),
  )
})

test('T05: a timestamp that is no number of seconds is refused', async () => {
  const { body } = notification(signer, paid())
  const seconds = String(TODAY / 1000)
  for (const timestamp of [
    `${seconds}000`,
    'soon',
    '',
    ` ${seconds}`,
    `+${seconds}`,
    '1.8e9',
    '-1',
  ]) {
    const headers = { ...signedAs(signer, body), 'wechatpay-timestamp': timestamp }
    expect(await parse(delivery(headers, body))).toEqual(forged('malformed'))
  }
})

const broken: [string, object, string][] = [
  ['no serial', { 'wechatpay-serial': undefined }, 'malformed'],
  ['an empty serial', { 'wechatpay-serial': '' }, 'malformed'],
  ['two serials', { 'wechatpay-serial': ['5D', '5E'] }, 'malformed'],
  ['a serial of another alphabet', { 'wechatpay-serial': '../../key' }, 'malformed'],
  ['no nonce', { 'wechatpay-nonce': undefined }, 'malformed'],
  ['an empty nonce', { 'wechatpay-nonce': '' }, 'malformed'],
  ['a nonce with a line in it', { 'wechatpay-nonce': 'a\nb' }, 'malformed'],
  ['no timestamp', { 'wechatpay-timestamp': undefined }, 'malformed'],
  ['no signature', { 'wechatpay-signature': undefined }, 'absent'],
  ['two signatures', { 'wechatpay-signature': ['AAAA', 'BBBB'] }, 'absent'],
  ['an empty signature', { 'wechatpay-signature': '' }, 'malformed'],
  ['a signature that is no base64', { 'wechatpay-signature': 'not base64!!' }, 'malformed'],
  ['a signature of zeros', { 'wechatpay-signature': 'A'.repeat(342).concat('==') }, 'signature'],
  ['a signature without end', { 'wechatpay-signature': 'A'.repeat(4_096) }, 'malformed'],
  ['another algorithm', { 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' }, 'malformed'],
  ['another nonce', { 'wechatpay-nonce': 'abcdef' }, 'signature'],
  ['another time', { 'wechatpay-timestamp': String(TODAY / 1000 + 1) }, 'signature'],
]
test.each(broken)('PY6: %s is refused', async (_, headers, why) => {
  const one = notification(signer, paid())
  expect(await parse({ ...one, headers: { ...one.headers, ...headers } })).toEqual(forged(why))
  // By an account of the newer kind, too.
  const byKey = { ...signer, serial: 'PUB_KEY_ID_1' }
  const newer = wechatAccount({ public_key_id: byKey.serial, public_key: signer.publicPem })
  const another = notification(byKey, paid())
  expect(await parse(another, newer)).toMatchObject({ verdict: 'genuine' })
  expect(await parse({ ...another, headers: { ...another.headers, ...headers } }, newer)).toEqual(
    forged(why),
  )
})

test('PY6: the algorithm may be named, where it is the one', async () => {
  const one = notification(signer, paid())
  const named = { ...one.headers, 'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048' }
  expect(await parse({ ...one, headers: named })).toMatchObject({ verdict: 'genuine' })
})

test('PY6: whoever signs with another key under the serial of WeChat’s is not believed', async () => {
  const thief = { ...newSigner('01'), serial: signer.serial }
  expect(await parse(notification(thief, paid()))).toEqual(forged('signature'))
})

test('T06: WeChat’s probes are refused by their name, and the next delivery is believed', async () => {
  const one = notification(signer, paid())
  const signature = `WECHATPAY/SIGNTEST/${one.headers['wechatpay-signature']}`
  const probe = { ...one, headers: { ...one.headers, 'wechatpay-signature': signature } }
  expect(await parse(probe)).toEqual(forged('probe'))
  expect(await parse(one)).toMatchObject({ verdict: 'genuine' })
})

const flip = (ciphertext: string, at: number, untagged = false): string => {
  const bytes = Buffer.from(ciphertext, 'base64')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  if (untagged) bytes.fill(0, bytes.length - 16)
  return bytes.toString('base64')
}
test.each<[string, (sealed: ReturnType<typeof seal>) => object]>([
  ['a letter was changed', ({ ciphertext }) => ({ ciphertext: flip(ciphertext, 3) })],
  ['and its tag is zeros', ({ ciphertext }) => ({ ciphertext: flip(ciphertext, 3, true) })],
  ['it is about something else', () => ({ associated_data: 'refund' })],
  ['it has another nonce', () => ({ nonce: 'abcdefabcdef' })],
  ['it names another algorithm', () => ({ algorithm: 'AEAD_SM4_GCM' })],
  ['it names no algorithm', () => ({ algorithm: undefined })],
  ['it is no text', () => ({ ciphertext: 5 })],
])('T09: what is sealed is refused where %s, though rightly signed', async (_, resource) => {
  expect(await tell(paid(), { resource })).toEqual(forged('seal'))
})

test('T09: a key of 16 bytes opens nothing, though it is what sealed it', async () => {
  const short = 'a key of the tes'
  const certified = { platform_certificates: [signer.certificate] }
  const keys = (...apiv3_keys: string[]) => wechatAccount(certified, { apiv3_keys })
  const one = notification(signer, paid(), { key: short })
  expect(await parse(one, keys(short))).toEqual(forged('seal'))
  expect(await parse(one, keys(short, APIV3_KEY))).toEqual(forged('seal'))
})

test('T69: while the key of the account is changed, what either sealed is read', async () => {
  const newer = 'n'.repeat(32)
  const certified = { platform_certificates: [signer.certificate] }
  const both = wechatAccount(certified, { apiv3_keys: [newer, APIV3_KEY] })
  for (const key of [newer, APIV3_KEY])
    expect(await parse(notification(signer, paid(), { key }), both)).toMatchObject({
      verdict: 'genuine',
    })
  expect(await parse(notification(signer, paid(), { key: newer }))).toEqual(forged('seal'))
})

test('T24: a name that stands twice is refused, outside the seal and inside', async () => {
  const twice = JSON.stringify(paid()).replace('"total":3000', '"total":3000,"total":300000')
  expect(await tell(twice)).toEqual(forged('body'))
  const outside = { body: (body: string) => body.replace('{', '{"id":"other",') }
  expect(await tell(paid(), outside)).toEqual(forged('body'))
})

test.each<[string, string | Buffer]>([
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['NUL', '{"id":"\0"}'],
  ['endless depth', '['.repeat(100_000)],
  ['no JSON', 'id=1'],
  ['nothing', ''],
  ['JSON that is no object', '["id"]'],
  ['a prototype', '{"__proto__":{"id":"1"}}'],
  ['no id', '{"event_type":"TRANSACTION.SUCCESS"}'],
  ['an id that is a number', '{"id":1,"event_type":"TRANSACTION.SUCCESS"}'],
])('T24 T25: a signed body of %s is refused', async (_, body) => {
  expect(await parse(delivery(signedAs(signer, Buffer.from(body)), body))).toEqual(forged('body'))
})

test.each<[string, string | Buffer]>([
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['NUL', String.raw`{"mchid":"\u0000"}`],
  ['endless depth', '['.repeat(100_000)],
  ['a prototype', '{"__proto__":{"trade_state":"SUCCESS"}}'],
  ['no object', '"SUCCESS"'],
])('T24 T25: what is sealed is refused where it is %s', async (_, plain) => {
  expect(await tell(paid(), { resource: () => seal(plain, { about: 'transaction' }) })).toEqual(
    forged('body'),
  )
})

test('PY6: whatever arrives is answered, and nothing unsigned is believed', async () => {
  const word = fc.oneof(fc.string(), fc.constantFrom(signer.serial, String(TODAY / 1000), 'AAAA'))
  const headers = fc.dictionary(
    fc.constantFrom(...Object.keys(signedAs(signer, ''))),
    fc.oneof(word, fc.array(word, { maxLength: 2 })),
  )
  const body = fc.oneof(fc.string(), fc.json()).map((text) => Buffer.from(text))
  await fc.assert(
    fc.asyncProperty(headers, body, async (some, bytes) => {
      const { verdict } = await parse(delivery(some, bytes))
      expect(['forged', 'later']).toContain(verdict)
    }),
  )
})

test('T70: what is answered repeats nothing of what came', async () => {
  const one = notification(signer, paid({ payer: { openid: 'canary' }, amount: 'canary' }))
  const replies = [
    await parse({ ...one, headers: { ...one.headers, 'wechatpay-nonce': 'canary' } }),
    await parse(delivery(signedAs(signer, 'canary'), 'canary')),
    await parse({ ...one, headers: { ...one.headers, 'wechatpay-serial': 'canary' } }),
  ]
  expect(JSON.stringify(replies)).not.toContain('canary')
})
