import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { makeCertificate } from '../kit/certificates.ts'

/** What the platform signs with: a certificate by its serial number, or the public key by its id. */
export interface PlatformKey {
  readonly id: string
  readonly privateKey: KeyObject
  /** The certificate, or the bare public key. */
  readonly pem: string
  readonly from: number
  readonly until: number
}

export interface Keys {
  readonly merchant: {
    readonly serial: string
    readonly privateKey: KeyObject
    readonly publicKey: KeyObject
    readonly certificate: string
  }
  /** The newest one signs; the older ones are still handed out. */
  certificates: readonly PlatformKey[]
  readonly publicKey: PlatformKey
}

const YEAR_MS = 365 * 86_400_000
const LIFE_MS = 5 * YEAR_MS

const makePair = promisify(generateKeyPair)
const rsa = () => makePair('rsa', { modulusLength: 2048 })

export async function makeKeys(mchid: string, now: number): Promise<Keys> {
  const [merchant, pair, certificate] = await Promise.all([rsa(), rsa(), makePlatform(now)])
  const serial = newSerial()
  return {
    merchant: {
      serial,
      ...merchant,
      certificate: await makeCertificate({
        ...{ subject: `CN=${mchid}`, issuer: 'CN=Lab Merchant Root', serial },
        publicKey: merchant.publicKey,
        signingKey: certificate.privateKey,
        from: new Date(now),
        until: new Date(now + LIFE_MS),
      }),
    },
    certificates: [certificate],
    publicKey: {
      id: `PUB_KEY_ID_01${randomDigits(32)}`,
      privateKey: pair.privateKey,
      pem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      from: now,
      until: Number.POSITIVE_INFINITY,
    },
  }
}

/** A certificate of the platform, as it gets a new one every few years. */
export async function makePlatform(now: number): Promise<PlatformKey> {
  const { privateKey, publicKey } = await rsa()
  const id = newSerial()
  const pem = await makeCertificate({
    ...{ subject: 'CN=Tenpay.com', issuer: 'CN=Lab Platform Root', serial: id, publicKey },
    signingKey: privateKey,
    from: new Date(now),
    until: new Date(now + LIFE_MS),
  })
  return { id, privateKey, pem, from: now, until: now + LIFE_MS }
}

export const signed = (text: string, privateKey: KeyObject): string =>
  sign('sha256', Buffer.from(text), privateKey).toString('base64')

/** 20 bytes that are a positive number. */
const newSerial = (): string => `5${randomBytes(20).toString('hex').slice(1)}`.toUpperCase()

const randomDigits = (count: number): string =>
  [...randomBytes(count)].map((byte) => byte % 10).join('')
