import { generateKeyPair, type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** Making keys takes longer than all the rest: who opens many labs hands in some. */
export type NewKeys = () => Promise<KeyPair>

export const newKeyPair: NewKeys = () => promisify(generateKeyPair)('rsa', { modulusLength: 2048 })

/** RSA2 is Alipay's name for RSA with PKCS #1 v1.5 and SHA-256. */
export const signRsa2 = (text: string | Buffer, { privateKey }: KeyPair): string =>
  sign('sha256', Buffer.from(text), privateKey).toString('base64')

export const isSignedRsa2 = (text: string, signature: string, publicKey: KeyObject): boolean =>
  verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))

/**
 * What v1 signs, asked and told alike: names sorted, values as they are before they are escaped, empty ones left out.
 * Requests keep `sign_type`, notifications of trades drop it.
 */
export const signedText = (params: Readonly<Record<string, string>>): string =>
  Object.entries(params)
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

export const privatePem = (keys: KeyPair): string =>
  keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

export const publicPem = (keys: KeyPair): string =>
  keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()
