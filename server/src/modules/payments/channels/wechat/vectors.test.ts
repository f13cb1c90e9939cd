import { createPublicKey, createVerify, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { delivery, newSigner, wechatAccount, wechatGround } from '../../../../../test/wechat-pay.ts'
import { openWechat } from './index.ts'
import { lines, pageParams, rsaSign, signedRequest } from './request-signature.ts'
import { openSealed } from './sealed.ts'
import { isSignedBy } from './signature.ts'
import { openCertificates } from './wechat-key.ts'

// Vectors of the official clients lie beside the project, where they do at all.
const ROOT = join(import.meta.dirname, '../../../../../..')
const FILE = join(ROOT, '../shared/vectors/wechatpay-v3.json')
const vectors = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : undefined
const withVectors = test.skipIf(vectors === undefined)

const NOTIFIED_AT = 1_624_523_846_000

/** The notification of the official Go client, at its time, to a merchant who knows its certificate. */
async function parseOfficial(over: { readonly body?: string; readonly keys?: string[] } = {}) {
  const { notify } = vectors
  const { ground, clock } = wechatGround(() => ({ lost: true, why: 'nobody' }), newSigner('01'))
  clock.at = NOTIFIED_AT
  const account = wechatAccount(
    { platform_certificates: [notify.platform_cert_pem] },
    { apiv3_keys: over.keys ?? [notify.apiv3_key_16_byte_TEST_ONLY] },
  )
  const headers = {
    'wechatpay-serial': notify.serial,
    'wechatpay-timestamp': notify.timestamp,
    'wechatpay-nonce': notify.nonce,
    'wechatpay-signature': notify.signature,
  }
  return openWechat(ground).parseNotification(account, delivery(headers, over.body ?? notify.body))
}

withVectors(
  'T09: the official notification verifies, and its key of 16 bytes opens nothing',
  async () => {
    expect(await parseOfficial()).toMatchObject({ verdict: 'forged', why: 'seal' })
  },
)

withVectors('T04: the official notification, changed by one letter, does not verify', async () => {
  const body = vectors.notify.body.replace('PAYSCORE', 'PAYSC0RE')
  expect(await parseOfficial({ body })).toMatchObject({ verdict: 'forged', why: 'signature' })
  const spaced = JSON.stringify(JSON.parse(vectors.notify.body), undefined, 1)
  expect(await parseOfficial({ body: spaced })).toMatchObject({ why: 'signature' })
})

withVectors('PY6: what the official Java client verifies, and what it does not', () => {
  const { merchant_cert_pem, wechat_public_key_pem, message, signature } = vectors.rsa_verify
  const official = { serial: '', timestamp: '', nonce: '', bytes: Buffer.from(signature, 'base64') }
  const certified = new X509Certificate(merchant_cert_pem).publicKey
  // Its message is bare, without the lines of time and nonce that ours always has.
  const isBare = (key: typeof certified) =>
    createVerify('RSA-SHA256').update(message).verify(key, official.bytes)
  expect(isBare(certified)).toBe(true)
  expect(isBare(createPublicKey(wechat_public_key_pem))).toBe(false)
  expect(isSignedBy(certified, official, Buffer.from(message))).toBe(false)
})

withVectors('PY6: the official sealed message opens, with any key of the ring', () => {
  const { key, aad, nonce, ciphertext, plaintext } = vectors.aes256
  const sealed = { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data: aad }
  const other = 'x'.repeat(32)
  expect(openSealed(sealed, [key])?.toString()).toBe(plaintext)
  expect(openSealed(sealed, [other, key])?.toString()).toBe(plaintext)
  expect(openSealed(sealed, [other])).toBeUndefined()
})

withVectors('T09: the official sealed message, changed in any part, does not open', () => {
  const { key, aad, nonce, ciphertext } = vectors.aes256
  const sealed = { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data: aad }
  const flipped = Buffer.from(ciphertext, 'base64')
  flipped[0] = (flipped[0] ?? 0) ^ 1
  const untagged = Buffer.from(flipped).fill(0, flipped.length - 16)
  const changes = [
    { associated_data: 'associatedDatb' },
    { associated_data: '' },
    { associated_data: undefined },
    { nonce: 'uluk4a9R25RX' },
    { nonce: 'uluk4a9R25R' },
    { nonce: undefined },
    { ciphertext: flipped.toString('base64') },
    { ciphertext: untagged.toString('base64') },
    { ciphertext: Buffer.from(ciphertext, 'base64').subarray(0, -1).toString('base64') },
    { ciphertext: 'AAAA' },
    { ciphertext: '' },
    { ciphertext: `${ciphertext}!` },
    { algorithm: 'AEAD_SM4_GCM' },
    { algorithm: 'AEAD_AES_128_GCM' },
    { algorithm: undefined },
  ]
  expect(changes.map((change) => openSealed({ ...sealed, ...change }, [key]))).toEqual(
    changes.map(() => undefined),
  )
})

withVectors('PY6: the official list of certificates opens with its key and with no other', () => {
  const { key, aad, nonce, ciphertext, serial_no } = vectors.cert_download
  const listOf = (serial: string) =>
    Buffer.from(
      JSON.stringify({
        data: [
          {
            serial_no: serial,
            encrypt_certificate: {
              algorithm: 'AEAD_AES_256_GCM',
              ...{ nonce, associated_data: aad, ciphertext },
            },
          },
        ],
      }),
    )
  const found = openCertificates(listOf(serial_no), [key])?.get(serial_no)
  expect(found?.serial).toBe('5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC')
  expect(new Date(found?.fromMs ?? 0).toISOString()).toBe('2023-09-19T15:15:58.000Z')
  expect(new Date(found?.toMs ?? 0).toISOString()).toBe('2028-09-17T15:15:58.000Z')
  expect(openCertificates(listOf(serial_no), ['x'.repeat(32)])).toBeUndefined()
  expect(openCertificates(listOf('5DEA10EF55877E3C'), [key])).toBeUndefined()
})

withVectors('PY6: a request is signed over the official string', () => {
  const { method, url, timestamp, nonce, body } = vectors.request_sign_string
  const text = lines(method, url, String(timestamp), nonce, body)
  expect(text).toBe(
    'GET\n/v3/pay/transactions/id/1217752501201407033233368018?mchid=1230000109\n1652750623\n' +
      'eBYqCOxa0QudMnPvVilkTzOg3gHh5Z3u\n\n',
  )
  const account = wechatAccount()
  const request = signedRequest(
    account,
    { method, path: url },
    { timestamp: String(timestamp), nonce },
  )
  const signature = /signature="(.+)"$/.exec(request?.headers?.['authorization'] ?? '')?.[1]
  expect(signature).toBe(rsaSign(text, account.secrets.merchant_key))
})

test('PY6: the page of the official example is signed over the official string', () => {
  const account = wechatAccount()
  const nonce = '5K8264ILTKCH16CQ2502SI8ZNMTM67VS'
  const moment = { timestamp: '1414561699', nonce }
  const params = pageParams(account, 'wx201410272009395522657a690389285100', moment)
  const text = `wx8888888888888888\n1414561699\n${nonce}\nprepay_id=wx201410272009395522657a690389285100\n`
  expect(params).toEqual({
    appId: 'wx8888888888888888',
    timeStamp: '1414561699',
    nonceStr: nonce,
    package: 'prepay_id=wx201410272009395522657a690389285100',
    signType: 'RSA',
    paySign: rsaSign(text, account.secrets.merchant_key),
  })
})

test('PY6: a key that is none signs nothing, and does not throw', () => {
  const { publicPem, certificate } = newSigner('01')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const elliptic = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  expect(['', 'text', publicPem, certificate, elliptic].map((pem) => rsaSign('text', pem))).toEqual(
    Array.from({ length: 5 }),
  )
})
