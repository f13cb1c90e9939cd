import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { hasVectors, vectorText } from '../../../../../test/alipay-side.ts'
import { alipayKeysOf, certSn, parsePrivateKey, parsePublicKey, rootCertSn } from './keys.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const bare = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, '')

test('PY6: the key of an app is read in both forms, in armour, without, and in the wrong one', () => {
  for (const type of ['pkcs1', 'pkcs8'] as const) {
    const pem = pair.privateKey.export({ format: 'pem', type }).toString()
    const wrong = `-----BEGIN PRIVATE KEY-----\n${bare(pem)}\n-----END PRIVATE KEY-----`
    for (const text of [pem, pem.replaceAll('\n', '\r\n'), bare(pem), wrong])
      expect(parsePrivateKey(text)?.equals(pair.privateKey)).toBe(true)
  }
})

test('PY6: what is no RSA key of 2048 bits is none', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (const { privateKey, publicKey } of [weak, curve]) {
    expect(
      parsePrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
    ).toBeUndefined()
    expect(
      parsePublicKey(publicKey.export({ format: 'pem', type: 'spki' }).toString()),
    ).toBeUndefined()
  }
  for (const text of ['', 'MIIB', 'not a key', '-----BEGIN PRIVATE KEY-----'])
    expect([parsePrivateKey(text), parsePublicKey(text)]).toEqual([undefined, undefined])
})

interface Certificates {
  readonly cert_sn: {
    readonly app: string
    readonly alipay: string
    readonly root: string
    readonly files: readonly { readonly f: string; readonly pem: string }[]
  }
}

test.skipIf(!hasVectors)(
  'PY6: serial numbers of certificates are those that Alipay expects',
  () => {
    const { cert_sn }: Certificates = JSON.parse(vectorText('alipay.json'))
    const [app = '', alipay = '', root = ''] = cert_sn.files.map(({ pem }) => pem)
    expect([certSn(app), certSn(alipay), rootCertSn(root)]).toEqual([
      ...[cert_sn.app, cert_sn.alipay, cert_sn.root],
    ])
    const settings = { app_id: 'a', seller_id: 's', app_cert: app, alipay_root_cert: root }
    expect(alipayKeysOf({ ...settings, alipay_cert: alipay }).map(({ id }) => id)).toEqual([
      cert_sn.alipay,
    ])
  },
)

test('PY6: text that is no certificate has no serial number', () => {
  for (const text of ['', 'x', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'])
    expect([certSn(text), rootCertSn(text)]).toEqual([undefined, undefined])
})
