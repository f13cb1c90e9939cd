import '../../lab/kit/reflect-metadata.ts'
import { sign, webcrypto } from 'node:crypto'
import { crc32 } from 'node:zlib'
import * as x509 from '@peculiar/x509'

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2_048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const
const HOUR_MS = 3_600_000

x509.cryptoProvider.set(webcrypto)

export const LEAF_NAME = 'messageverificationcerts.sandbox.paypal.com'

export const makeKeys = (modulusLength = 2_048): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey({ ...ALGORITHM, modulusLength }, true, ['sign', 'verify'])

interface Wanted {
  readonly name: string
  readonly keys: webcrypto.CryptoKeyPair
  /** Who signs it; itself where nobody is named. */
  readonly by?: {
    readonly certificate: x509.X509Certificate
    readonly keys: webcrypto.CryptoKeyPair
  }
  readonly isCa?: boolean
  readonly nowMs: number
  readonly fromMs?: number
  readonly untilMs?: number
  /** Names besides the common one. */
  readonly alsoFor?: readonly string[]
}

let serial = 1

export function makeCertificate(wanted: Wanted): Promise<x509.X509Certificate> {
  const { name, keys, by, isCa = false, nowMs, alsoFor = [] } = wanted
  serial += 1
  return x509.X509CertificateGenerator.create({
    serialNumber: serial.toString(16).padStart(4, '0'),
    subject: `CN=${name}`,
    issuer: by ? by.certificate.subject : `CN=${name}`,
    notBefore: new Date(wanted.fromMs ?? nowMs - HOUR_MS),
    notAfter: new Date(wanted.untilMs ?? nowMs + 24 * HOUR_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: (by?.keys ?? keys).privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(isCa, undefined, true),
      ...(alsoFor.length === 0
        ? []
        : [
            new x509.SubjectAlternativeNameExtension(
              alsoFor.map((value) => ({ type: 'dns', value })),
            ),
          ]),
    ],
  })
}

/** A root, an issuer below it, and who signs messages, as PayPal has them. */
export async function makeSigner(nowMs: number) {
  const [rootKeys, issuerKeys, leafKeys] = [await makeKeys(), await makeKeys(), await makeKeys()]
  const root = await makeCertificate({
    ...{ name: 'A root of the tests', keys: rootKeys, isCa: true, nowMs },
  })
  const issuer = await makeCertificate({
    ...{ name: 'An issuer of the tests', keys: issuerKeys, isCa: true, nowMs },
    by: { certificate: root, keys: rootKeys },
  })
  const leaf = await makeCertificate({
    ...{ name: LEAF_NAME, keys: leafKeys, nowMs },
    by: { certificate: issuer, keys: issuerKeys },
  })
  const pem = (...all: readonly x509.X509Certificate[]): string =>
    all.map((one) => `${one.toString('pem')}\n`).join('')
  return {
    root: { certificate: root, keys: rootKeys },
    issuer: { certificate: issuer, keys: issuerKeys },
    leaf: { certificate: leaf, keys: leafKeys },
    pem,
    rootPem: pem(root),
    chainPem: pem(leaf, issuer),
    headers: await headersBy(leafKeys),
  }
}

interface Signed {
  readonly body: string | Buffer
  readonly webhookId: string
  readonly url: string
  readonly time: string
  readonly algorithm?: 'SHA256withRSA' | 'SHA1withRSA'
}

async function headersBy(keys: webcrypto.CryptoKeyPair) {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = { key: pkcs8, format: 'der', type: 'pkcs8' } as const
  return ({ body, webhookId, url, time, algorithm = 'SHA256withRSA' }: Signed) => {
    const id = 'dfb3be50-fd74-11e4-8bf3-77339302725b'
    const text = Buffer.from(`${id}|${time}|${webhookId}|${crc32(body)}`)
    const digest = algorithm === 'SHA256withRSA' ? 'RSA-SHA256' : 'RSA-SHA1'
    return {
      'paypal-transmission-id': id,
      'paypal-transmission-time': time,
      'paypal-transmission-sig': sign(digest, text, key).toString('base64'),
      'paypal-cert-url': url,
      'paypal-auth-algo': algorithm,
    }
  }
}
