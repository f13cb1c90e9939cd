import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { asObject, parseStrictJson } from '../../strict-json.ts'
import { openSealed } from './sealed.ts'
import type { Merchant } from './settings.ts'

/** A key that WeChat signs with: of a certificate, or one of the newer kind that has an id and no end. */
export interface WechatKey {
  readonly serial: string
  readonly key: KeyObject
  readonly fromMs: number
  readonly toMs: number
}
export type WechatKeys = ReadonlyMap<string, WechatKey>

/** Serials are numbers: a leading zero or the case of a letter makes no other one. Ids of public keys are words. */
export const spellSerial = (serial: string): string =>
  isKeyId(serial) ? serial : serial.toUpperCase().replace(/^0+/, '')

export const isKeyId = (serial: string): boolean => serial.startsWith('PUB_KEY_ID_')

export const isValidAt = ({ fromMs, toMs }: WechatKey, nowMs: number): boolean =>
  fromMs <= nowMs && nowMs < toMs

/** Certificates and public keys together: while a merchant moves from one to the other, WeChat uses both. */
export function configuredKeys({ settings }: Merchant): WechatKeys {
  const { public_key_id, public_key, platform_certificates = [] } = settings
  const certificates = platform_certificates.map(parseCertificate)
  const own = public_key_id !== undefined && public_key !== undefined
  return bySerial([...certificates, own ? parsePublicKey(public_key_id, public_key) : undefined])
}

/** The list of platform certificates as WeChat answers it. Undefined where any of it is not what it should be. */
export function openCertificates(
  body: Uint8Array,
  apiv3Keys: readonly string[],
): WechatKeys | undefined {
  const list = asObject(parseStrictJson(body))?.['data']
  if (!Array.isArray(list) || list.length === 0) return undefined
  const keys = list.map((unchecked): WechatKey | undefined => {
    const { serial_no, encrypt_certificate } = asObject(unchecked) ?? {}
    const pem = openSealed(encrypt_certificate, apiv3Keys)
    const key = pem && parseCertificate(pem)
    return typeof serial_no === 'string' && key?.serial === spellSerial(serial_no) ? key : undefined
  })
  return keys.includes(undefined) ? undefined : bySerial(keys)
}

const bySerial = (keys: readonly (WechatKey | undefined)[]): WechatKeys =>
  new Map(keys.flatMap((one) => (one ? [[one.serial, one]] : [])))

function parseCertificate(pem: string | Buffer): WechatKey | undefined {
  try {
    const { serialNumber, publicKey, validFromDate, validToDate } = new X509Certificate(pem)
    const [fromMs, toMs] = [validFromDate.getTime(), validToDate.getTime()]
    return rsa({ serial: spellSerial(serialNumber), key: publicKey, fromMs, toMs })
  } catch {
    return undefined
  }
}

function parsePublicKey(serial: string, pem: string): WechatKey | undefined {
  try {
    return rsa({ serial, key: createPublicKey(pem), fromMs: 0, toMs: Number.POSITIVE_INFINITY })
  } catch {
    return undefined
  }
}

// A key of another kind would be verified by that kind's rules.
const rsa = (one: WechatKey): WechatKey | undefined =>
  one.key.asymmetricKeyType === 'rsa' ? one : undefined
