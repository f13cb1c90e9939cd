import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { AlipaySdk } from 'alipay-sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  APP,
  alipaySides,
  hasVectors,
  posted,
  SELLER,
  signature,
  tradeFields,
  vectorText,
} from '../../../../../test/alipay-side.ts'
import type { Delivery, Parsed } from '../../channel.ts'
import { openAlipay } from './index.ts'

const alipaySide = alipaySides(openAlipay)
type AlipaySide = ReturnType<typeof alipaySide>

const side = alipaySide()
const hear = (delivery: Delivery, at: AlipaySide = side): Promise<Parsed> =>
  at.channel.parseNotification(at.account, delivery)
const refused = async (delivery: Delivery, at: AlipaySide = side): Promise<string> => {
  const heard = await hear(delivery, at)
  if (heard.verdict !== 'forged') throw new Error(heard.verdict)
  expect(heard.reply).toEqual({ status: 400, type: 'text/plain', body: 'fail' })
  return heard.why
}
/** The official client, asked what it thinks of the same form. */
const sdkTrusts = (delivery: Delivery, alipayPublicKey: string): boolean =>
  new AlipaySdk({ appId: APP, privateKey: 'unused', alipayPublicKey }).checkNotifySignV2(
    Object.fromEntries(new URLSearchParams(delivery.body.toString())),
  )

interface Vector {
  readonly alipay_public_key: string
  readonly params: Readonly<Record<string, unknown>>
}
const vector = (name: string): Vector => JSON.parse(vectorText('alipay.json'))[name]
const vectorHeard = (name: string, change: object = {}) => {
  const { alipay_public_key, params } = vector(name)
  const fields = Object.fromEntries(
    Object.entries({ ...params, ...change }).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
  const settings = { ...side.account.settings, alipay_public_key }
  return side.channel.parseNotification({ ...side.account, settings }, posted(fields))
}

test.skipIf(!hasVectors)('PY6: a notification of the real Alipay is genuine', async () => {
  const heard = await vectorHeard('trade_notify_valid')
  expect(heard).toMatchObject({
    verdict: 'genuine',
    id: '2019081500222155624068450559358070',
    type: 'TRADE_SUCCESS',
    facts: [
      {
        kind: 'payment',
        tradeNo: '20190815155618536-564-57',
        txn: '2019081522001468450512505578',
        amount: 10n,
        currency: 'CNY',
        paidAt: Date.UTC(2019, 7, 15, 7, 56, 24),
        payer: '2088102534368455',
      },
    ],
  })
})

test.skipIf(!hasVectors)('PY6: one that was altered, or signed by another, is forged', async () => {
  expect((await vectorHeard('trade_notify_valid', { total_amount: '0.11' })).verdict).toBe('forged')
  expect((await vectorHeard('trade_notify_invalid')).verdict).toBe('forged')
})

test.skipIf(!hasVectors)(
  'PY6: messages of the open platform are signed with their sign_type, and move nothing',
  async () => {
    const heard = await vectorHeard('open_platform_message_valid')
    expect(heard).toMatchObject({
      verdict: 'genuine',
      type: 'alipay.open.servicemarket.order.notify',
      facts: [],
    })
    expect((await vectorHeard('open_platform_message_invalid')).verdict).toBe('forged')
  },
)

test('T11: another sign_type than RSA2, or none, is refused although it is rightly signed', async () => {
  const fields = tradeFields()
  const text = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const sha1 = sign('RSA-SHA1', Buffer.from(text), side.alipay.privateKey).toString('base64')
  const delivery = posted({ ...fields, sign: sha1, sign_type: 'RSA' })
  expect(sdkTrusts(delivery, String(side.account.settings.alipay_public_key))).toBe(true)
  expect(await refused(delivery)).toMatch(/sign_type/)
  // Named rightly, SHA-1 is no signature either.
  await refused(posted({ ...fields, sign: sha1, sign_type: 'RSA2' }))
  const { sign: good } = signature(fields, side.alipay.privateKey)
  for (const sign_type of ['RSA', 'rsa2', 'constructor', '__proto__', 'SM2', ''])
    expect(await refused(posted({ ...fields, sign: good, sign_type }))).toMatch(/sign_type/)
  expect(await refused(posted({ ...fields, sign: good }))).toMatch(/sign_type/)
})

test('PY6: no signature, an empty one, and one that is no base64 are refused', async () => {
  for (const change of [{}, { sign: '' }, { sign: '====' }, { sign: 'é'.repeat(344) }])
    await refused(posted({ ...tradeFields(), sign_type: 'RSA2', ...change }))
})

test('T12: a field that is there twice is refused', async () => {
  const body = side.told(tradeFields()).body.toString()
  for (const twice of ['total_amount=30.00', 'total_amount=9999.00', 'sign_type=RSA2', 'sign=x'])
    expect(await refused(posted(`${body}&${twice}`))).toBe('a field is there twice')
})

test('PY6: a trade is never signed with its sign_type', async () => {
  await refused(side.told(tradeFields(), { withType: true }))
})

const RECUT = 'a value reads like several fields'

test('T13: what one paid a cent for is not cut anew into another order’s success', async () => {
  const tail = { out_trade_no: 'victim', total_amount: '9999.00', trade_no: 'T2' }
  const body = `hi&notify_id=N2&out_trade_no=victim&seller_id=${SELLER}&total_amount=9999.00&trade_no=T2&trade_status=TRADE_SUCCESS&zz=`
  const paid: Record<string, string> = { ...tradeFields({ total_amount: '0.01' }), body }
  const { sign: genuine } = signature(paid, side.alipay.privateKey)
  // Everything that stood behind `body` goes into the last field that it names.
  const names = Object.keys(paid).sort()
  const behind = names.slice(names.indexOf('body') + 1).map((name) => `${name}=${paid[name]}`)
  const cut: Record<string, string> = {
    ...Object.fromEntries(
      names.slice(0, names.indexOf('body')).map((name) => [name, paid[name] ?? '']),
    ),
    ...{ body: 'hi', notify_id: 'N2', seller_id: SELLER, trade_status: 'TRADE_SUCCESS', ...tail },
    zz: `&${behind.join('&')}`,
  }
  const delivery = posted({ ...cut, sign: genuine, sign_type: 'RSA2' })
  expect(sdkTrusts(delivery, String(side.account.settings.alipay_public_key))).toBe(true)
  expect(await refused(delivery)).toBe(RECUT)
})

test('T13: no two fields of a genuine message can be folded into one', async () => {
  const fields: Record<string, string> = {
    ...tradeFields({ gmt_refund: '2026-11-21 17:30:00.123', refund_fee: '30.00' }),
  }
  const { sign: genuine } = signature(fields, side.alipay.privateKey)
  const names = Object.keys(fields).sort()
  for (const [i, name] of names.slice(0, -1).entries()) {
    const next = names[i + 1] ?? ''
    const { [next]: folded, ...rest } = fields
    const delivery = posted({
      ...{ ...rest, [name]: `${fields[name]}&${next}=${folded}` },
      ...{ sign: genuine, sign_type: 'RSA2' },
    })
    expect(sdkTrusts(delivery, String(side.account.settings.alipay_public_key))).toBe(true)
    expect(await refused(delivery)).toBe(RECUT)
  }
})

test('T13: a field cannot hide in a name', async () => {
  const { buyer_id, buyer_pay_amount, ...rest } = tradeFields()
  const { sign: genuine } = signature(tradeFields(), side.alipay.privateKey)
  const hidden = { [`buyer_id=${buyer_id}&buyer_pay_amount`]: buyer_pay_amount }
  const delivery = posted({ ...rest, ...hidden, sign: genuine, sign_type: 'RSA2' })
  expect(sdkTrusts(delivery, String(side.account.settings.alipay_public_key))).toBe(true)
  expect(await refused(delivery)).toBe('a field without a proper name')
})

test.each([
  'notify_id',
  'app_id',
  'seller_id',
  'out_trade_no',
  'trade_no',
  'trade_status',
  'total_amount',
  'notify_time',
])('T13: a trade without %s is refused, however well it is signed', async (name) => {
  const { [name]: _, ...rest } = tradeFields() as Record<string, string>
  expect(await refused(side.told(rest))).toBe(`${name} is missing or malformed`)
  expect(await refused(side.told({ ...rest, [name]: '' }))).toBe(`${name} is missing or malformed`)
})

test('T14: a subject of any letters verifies, here and in the official client', async () => {
  const letters = fc.oneof(
    fc.constantFrom('100% off', '%E4%BD', 'a+b c', '充值 😀 + 50%', '%', '\u{1F4B0}%2B', '&quot;'),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  )
  await fc.assert(
    fc.asyncProperty(letters, async (subject) => {
      fc.pre(!/[\0]|&[A-Za-z_]\w*=/.test(subject))
      const delivery = side.told(tradeFields({ subject }))
      expect((await hear(delivery)).verdict).toBe('genuine')
      expect(sdkTrusts(delivery, String(side.account.settings.alipay_public_key))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('T14: an app that escapes blanks as %20 is understood like one that writes +', async () => {
  const body = side.told(tradeFields()).body.toString().replaceAll('+', '%20')
  expect((await hear(posted(body))).verdict).toBe('genuine')
})

test('T15: another charset than utf-8 is refused, and why is said', async () => {
  expect(await refused(side.told(tradeFields({ charset: 'GBK' })))).toMatch(/charset is not utf-8/)
  const gbk = posted('charset=GBK&subject=%B3%E4%D6%B5')
  expect(await refused(gbk)).toMatch(/charset is not utf-8/)
  const { charset: _, ...none } = tradeFields()
  expect(await refused(side.told(none))).toMatch(/charset is not utf-8/)
  const told = side.told(tradeFields())
  const type = 'application/x-www-form-urlencoded; text/html; charset=GBK'
  expect(await refused({ ...told, headers: { 'content-type': type } })).toMatch(/charset is not/)
  expect((await hear({ ...told, headers: {} })).verdict).toBe('genuine')
  expect((await hear(side.told(tradeFields({ charset: 'UTF-8' })))).verdict).toBe('genuine')
})

test('T24: bytes that are no utf-8, NUL, broken escapes, a flood of fields and other methods are refused', async () => {
  const body = side.told(tradeFields()).body.toString()
  for (const bad of ['x=%ff', 'x=%E4%BD', 'x=%00', 'x=%', 'x=%zz', 'x', '=x', '', '&'.repeat(200)])
    await refused(posted(`${body}&${bad}`))
  const subject = (letter: string) => side.told(tradeFields({ subject: letter }))
  expect(await refused(subject('a\0b'))).toBe('a field with NUL in it')
  // What stands for a broken letter was signed: the broken letter itself was not.
  const broken = subject('\ufffd').body.toString().replace('%EF%BF%BD', '%FF')
  expect(await refused(posted(broken))).toMatch(/charset is not utf-8/)
  await refused({ ...side.told(tradeFields()), method: 'GET' })
  await refused(posted(''))
})

test('PY6: without a readable key of Alipay nothing is believed, and the message comes again', async () => {
  for (const alipay_public_key of [undefined, '', 'no key', []]) {
    const settings = { ...side.account.settings, alipay_public_key }
    const { alipay_public_key: _, ...none } = settings
    const account = {
      ...side.account,
      settings: alipay_public_key === undefined ? none : { ...none, alipay_public_key },
    }
    const heard = await side.channel.parseNotification(account, side.told(tradeFields()))
    expect(heard).toMatchObject({ verdict: 'later', reply: { status: 503, body: 'fail' } })
  }
})

test('T69: while keys rotate the old and the new one are believed, and the message says which', async () => {
  const next = alipaySide({ fresh: true })
  const keys = [side, next].map((one) => String(one.account.settings.alipay_public_key))
  const both = { ...side.account, settings: { ...side.account.settings, alipay_public_key: keys } }
  const heard = await Promise.all(
    [side, next].map((one) => side.channel.parseNotification(both, one.told(tradeFields()))),
  )
  const ids = heard.map((one) => (one.verdict === 'genuine' ? one.keyId : one.why))
  expect(new Set(ids).size).toBe(2)
  expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true)
  // In one text, as a console's field takes them, and without armour.
  const bare = keys.map((key) => key.replace(/-----[A-Z ]+-----|\s/g, ''))
  for (const alipay_public_key of [keys.join('\n'), bare]) {
    const account = { ...side.account, settings: { ...side.account.settings, alipay_public_key } }
    expect((await side.channel.parseNotification(account, next.told(tradeFields()))).verdict).toBe(
      'genuine',
    )
  }
})

test('PY8: the acknowledgement is the seven bytes that Alipay waits for', () => {
  expect(side.channel.acknowledge()).toEqual({ status: 200, type: 'text/plain', body: 'success' })
})

test('PY6: keys that are too short, and certificates in the place of a key, are no keys', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const fields = tradeFields()
  const account = {
    ...side.account,
    settings: {
      ...side.account.settings,
      alipay_public_key: weak.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    },
  }
  const delivery = posted({
    ...fields,
    ...signature(
      fields,
      createPrivateKey(weak.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    ),
  })
  expect((await openAlipay(side.ground).parseNotification(account, delivery)).verdict).toBe('later')
})
