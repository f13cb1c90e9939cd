import { type KeyObject, verify } from 'node:crypto'
import { parseBase64 } from './base64.ts'
import { SIGNATURE_AGE_MS_MAX } from './limits.ts'
import { lines } from './request-signature.ts'

/** What WeChat says beside a message about who wrote it. */
export interface Signature {
  readonly serial: string
  readonly timestamp: string
  readonly nonce: string
  readonly bytes: Buffer
}

/** One header by its lower-case name; undefined also where it stands twice. */
export type Header = (name: string) => string | undefined

/** WeChat sends these on purpose to see who believes everything. */
const PROBE = 'WECHATPAY/SIGNTEST/'
const ALGORITHM = 'WECHATPAY2-SHA256-RSA2048'
const SERIAL = /^[0-9A-Za-z_]{1,128}$/
const TIMESTAMP = /^\d{10}$/
const NONCE = /^[\x21-\x7e]{1,128}$/
const VALUE_LETTERS_MAX = 2048

/** `absent`: there is none at all, as beside some refusals. */
export function readSignature(header: Header): Signature | 'absent' | 'probe' | 'malformed' {
  const value = header('wechatpay-signature')
  if (value === undefined) return 'absent'
  if (value.startsWith(PROBE)) return 'probe'
  const serial = header('wechatpay-serial') ?? ''
  const timestamp = header('wechatpay-timestamp') ?? ''
  const nonce = header('wechatpay-nonce') ?? ''
  const isWhole =
    (header('wechatpay-signature-type') ?? ALGORITHM) === ALGORITHM &&
    SERIAL.test(serial) &&
    TIMESTAMP.test(timestamp) &&
    NONCE.test(nonce) &&
    value !== '' &&
    value.length <= VALUE_LETTERS_MAX
  const bytes = isWhole ? parseBase64(value) : undefined
  return bytes === undefined ? 'malformed' : { serial, timestamp, nonce, bytes }
}

export const isFresh = ({ timestamp }: Signature, nowMs: number): boolean =>
  Math.abs(nowMs - Number(timestamp) * 1000) < SIGNATURE_AGE_MS_MAX

/** Over the bytes as they came: the same JSON, written again, is another message. */
export function isSignedBy(key: KeyObject, signature: Signature, body: Uint8Array): boolean {
  const { timestamp, nonce, bytes } = signature
  const message = Buffer.concat([Buffer.from(lines(timestamp, nonce)), body, Buffer.from('\n')])
  return verify('RSA-SHA256', message, key, bytes)
}
