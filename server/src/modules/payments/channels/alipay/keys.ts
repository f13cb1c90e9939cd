import {
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto'
import { RSA_BITS_MIN } from './limits.ts'
import type { AlipayAccount, Settings } from './settings.ts'

/** What an app signs with, and how it says which certificate Alipay has of it. */
export interface Signer {
  readonly key: KeyObject
  readonly certificates: { readonly app: string; readonly root: string } | undefined
}

/** A key of Alipay, under the name that a kept message bears. */
export interface AlipayKey {
  readonly id: string
  readonly key: KeyObject
}

export function signerOf({ settings, secrets }: AlipayAccount): Signer | undefined {
  const key = parsePrivateKey(secrets.private_key)
  if (!key) return undefined
  const { app_cert, alipay_root_cert } = settings
  if (!usesCertificates(settings)) return { key, certificates: undefined }
  const app = certSn(app_cert ?? '')
  const root = rootCertSn(alipay_root_cert ?? '')
  return app !== undefined && root !== undefined ? { key, certificates: { app, root } } : undefined
}

/** All that are configured, so that a rotation has an overlap. None where none can be read. */
export const alipayKeysOf = (settings: Settings): readonly AlipayKey[] =>
  (usesCertificates(settings)
    ? blocksOf(settings.alipay_cert ?? '').map(fromCertificate)
    : [settings.alipay_public_key ?? []].flat().flatMap(blocksOf).map(fromPublicKey)
  ).filter((key) => key !== undefined)

const usesCertificates = (settings: Settings): boolean =>
  settings.app_cert !== undefined &&
  settings.alipay_root_cert !== undefined &&
  settings.alipay_cert !== undefined

export const signText = (key: KeyObject, text: string): string =>
  sign('sha256', Buffer.from(text), key).toString('base64')

const BASE64 = /^[A-Za-z0-9+/]{1,2048}={0,2}$/

/** The id of the key that signed it. SHA-256 whatever the message says of itself. */
export function signedBy(
  keys: readonly AlipayKey[],
  bytes: Buffer,
  signature: string,
): string | undefined {
  if (!BASE64.test(signature)) return undefined
  const decoded = Buffer.from(signature, 'base64')
  return keys.find(({ key }) => verify('sha256', bytes, key, decoded))?.id
}

export const parsePrivateKey = (unchecked: string): KeyObject | undefined => {
  const der = derOf(unchecked)
  return (['pkcs8', 'pkcs1'] as const)
    .map((type) => attempt(() => createPrivateKey({ key: der, format: 'der', type })))
    .find(isStrong)
}

export const parsePublicKey = (unchecked: string): KeyObject | undefined => {
  const der = derOf(unchecked)
  return (['spki', 'pkcs1'] as const)
    .map((type) => attempt(() => createPublicKey({ key: der, format: 'der', type })))
    .find(isStrong)
}

const fromPublicKey = (unchecked: string): AlipayKey | undefined => {
  const key = parsePublicKey(unchecked)
  if (!key) return undefined
  const der = key.export({ format: 'der', type: 'spki' })
  return { id: hash('sha256', der).slice(0, 32), key }
}

const fromCertificate = (pem: string): AlipayKey | undefined => {
  const id = certSn(pem)
  const key = attempt(() => new X509Certificate(pem).publicKey)
  return id !== undefined && isStrong(key) ? { id, key } : undefined
}

/** What Alipay calls the serial number of a certificate: of its issuer, last name first, and its decimal number. */
export const certSn = (pem: string): string | undefined =>
  attempt(() => snOf(new X509Certificate(pem)))

/** Of the roots that are RSA, joined; those of other kinds are for other algorithms. */
export const rootCertSn = (pems: string): string | undefined =>
  attempt(() =>
    blocksOf(pems)
      .map((pem) => new X509Certificate(pem))
      .filter((root) => root.signatureAlgorithmOid?.startsWith(RSA_OID))
      .map(snOf)
      .join('_'),
  ) || undefined

const RSA_OID = '1.2.840.113549.1.1.'

const snOf = ({ issuer, serialNumber }: X509Certificate): string =>
  hash('md5', issuer.split('\n').reverse().join(',') + BigInt(`0x${serialNumber}`))

const isStrong = (key: KeyObject | undefined): key is KeyObject =>
  key?.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN

const blocksOf = (text: string): readonly string[] =>
  text.match(/-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----/g) ?? (text === '' ? [] : [text])

// Alipay's own tool hands keys out without armour, and people wrap them in the wrong one.
const derOf = (text: string): Buffer =>
  Buffer.from(text.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, ''), 'base64')

// The parsers of node:crypto throw; ours answer.
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
