import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { farSide } from '../../../../../test/far-side.ts'
import { makeSigner } from '../../../../../test/paypal-signer.ts'
import { openCertificates } from './certificates.ts'
import type { PaypalAccount } from './settings.ts'
import { judgeSignature, stringToSign } from './signature.ts'

const VECTOR = join(import.meta.dirname, '../../../../../../../shared/vectors/paypal-webhook.json')
const vector = existsSync(VECTOR) ? JSON.parse(readFileSync(VECTOR, 'utf8')) : undefined

test.skipIf(!vector)('PY6: what is signed of PayPal’s own test event is its own string', () => {
  const signed = stringToSign(
    { id: vector.transmission_id, time: vector.transmission_time },
    vector.webhook_id,
    Buffer.from(vector.body),
  )
  expect(signed).toBe(vector.string_to_sign)
  expect(signed.endsWith(`|${vector.crc32_decimal}`)).toBe(true)
})

const NOW_MS = Date.parse('2026-11-21T12:00:00Z')
const URL_ = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42'
const WEBHOOK = '4JH86294D6297924G'
const BODY = '{"id":"WH-1","amount":"6.00"}'

let signer: Awaited<ReturnType<typeof makeSigner>>
let account: PaypalAccount
beforeAll(async () => {
  signer = await makeSigner(NOW_MS)
  account = {
    name: 'main',
    merchant: 'MERCHANT1',
    livemode: false,
    settings: { webhook_id: WEBHOOK, merchant_id: 'MERCHANT1', roots: [signer.rootPem] },
    secrets: { client_id: 'client-1-of-tests', client_secret: 'secret-1-of-tests' },
  }
})

const at = (offsetMs: number) => new Date(NOW_MS + offsetMs).toISOString()
const signed = (over: Partial<Parameters<typeof signer.headers>[0]> = {}) =>
  signer.headers({ body: BODY, webhookId: WEBHOOK, url: URL_, time: at(0), ...over })

async function judge(headers: Record<string, string | string[]>, body: string | Buffer = BODY) {
  const far = farSide({ 'GET /v1/notifications/certs/CERT-360caa42': { text: signer.chainPem } })
  const certificates = openCertificates({ now: () => NOW_MS, ask: far.ask })
  const judged = await judgeSignature(
    certificates,
    account,
    { headers, body: Buffer.from(body) },
    NOW_MS,
  )
  return { judged, asked: far.heard.length }
}
const forged = (why: string) => ({ verdict: 'forged', why })

test('PY6: what PayPal’s key signed for our webhook is genuine, and says which key', async () => {
  const { judged } = await judge(signed())
  expect(judged).toEqual({ verdict: 'genuine', keyId: 'CERT-360caa42', livemode: false })
})

test('T23: what was signed for the webhook of another app is not for us', async () => {
  const { judged } = await judge(signed({ webhookId: '5JH86294D6297924G' }))
  expect(judged).toEqual(forged('signature_wrong'))
})

test('T23: the signer does not choose a weaker way to sign, and nobody is asked', async () => {
  const weak = signed({ algorithm: 'SHA1withRSA' })
  for (const algorithm of ['SHA1withRSA', 'invalid_digest_method', 'sha256withrsa', ''])
    expect(await judge({ ...weak, 'paypal-auth-algo': algorithm })).toEqual({
      judged: forged('signature_algorithm_wrong'),
      asked: 0,
    })
  const { judged } = await judge({ ...weak, 'paypal-auth-algo': 'SHA256withRSA' })
  expect(judged).toEqual(forged('signature_wrong'))
})

test('T23: the same JSON written otherwise is not what was signed', async () => {
  const { judged } = await judge(signed(), JSON.stringify(JSON.parse(BODY), null, 1))
  expect(judged).toEqual(forged('signature_wrong'))
})

test('T23: the checksum is of the bytes, be they text or not', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0x7b])
  const { judged } = await judge(signed({ body: bytes }), bytes)
  expect(judged).toMatchObject({ verdict: 'genuine' })
})

test('PY6: as old as PayPal’s last attempt is genuine, older or from the future is not', async () => {
  const hours = 3_600_000
  for (const offset of [0, -73 * hours, 5 * 60_000])
    expect((await judge(signed({ time: at(offset) }))).judged).toMatchObject({ verdict: 'genuine' })
  for (const offset of [-73 * hours - 1, 5 * 60_000 + 1])
    expect(await judge(signed({ time: at(offset) }))).toEqual({
      judged: forged('signature_out_of_time'),
      asked: 0,
    })
})

test.each([
  ['no header', 'paypal-transmission-id', ''],
  ['an id with a bar in it', 'paypal-transmission-id', 'a|b'],
  ['a list of ids', 'paypal-transmission-id', ['a', 'b']],
  ['no time', 'paypal-transmission-time', ''],
  ['a time of another form', 'paypal-transmission-time', 'Sat, 21 Nov 2026 12:00:00 GMT'],
  ['no signature', 'paypal-transmission-sig', ''],
  ['a signature that is none', 'paypal-transmission-sig', 'é'.repeat(344)],
  ['a signature without end', 'paypal-transmission-sig', 'A'.repeat(100_000)],
  ['an address without end', 'paypal-cert-url', `${URL_}${'A'.repeat(100_000)}`],
])('T17: %s is refused, nothing breaks and nobody is asked', async (_, name, value) => {
  expect(await judge({ ...signed(), [name]: value })).toEqual({
    judged: forged('signature_malformed'),
    asked: 0,
  })
})

test('T17: a day that no calendar has is no time', async () => {
  const { judged } = await judge(signed({ time: '2026-02-31T25:00:00Z' }))
  expect(judged).toEqual(forged('signature_out_of_time'))
})

test('PY6: a signature of the right form by nobody is wrong', async () => {
  const { judged } = await judge({ ...signed(), 'paypal-transmission-sig': 'A'.repeat(344) })
  expect(judged).toEqual(forged('signature_wrong'))
})
