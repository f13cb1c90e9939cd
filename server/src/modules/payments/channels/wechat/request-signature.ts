import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import type { Request } from '../../channel.ts'
import { baseUrlOf, type Merchant } from './settings.ts'

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'

export interface Asking {
  readonly method: 'GET' | 'POST'
  /** Path and query. */
  readonly path: string
  readonly body?: unknown
  /** Which of WeChat's keys the answer is to be signed with, and what is encrypted was encrypted with. */
  readonly serial?: string | undefined
  readonly bytesMax?: number
}

interface Moment {
  /** In seconds, as text. */
  readonly timestamp: string
  readonly nonce: string
}

export const momentAt = (nowMs: number): Moment => ({
  timestamp: String(Math.floor(nowMs / 1000)),
  nonce: randomBytes(16).toString('hex'),
})

/** Every line ends, the last one of an empty body, too. */
export const lines = (...parts: readonly string[]): string =>
  parts.map((one) => `${one}\n`).join('')

/** Undefined where the key is none. */
export function rsaSign(text: string, pem: string): string | undefined {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType !== 'rsa') return undefined
    return sign('RSA-SHA256', Buffer.from(text), key).toString('base64')
  } catch {
    return undefined
  }
}

/** The request as it goes out, signed; undefined where the account's key or address is none. */
export function signedRequest(
  account: Merchant,
  asking: Asking,
  moment: Moment,
): Request | undefined {
  const { method, bytesMax, serial = account.settings.public_key_id } = asking
  // Escaped first and signed afterwards, for what arrives is what is verified.
  const url = URL.parse(asking.path, baseUrlOf(account))
  if (url === null) return undefined
  const body = asking.body === undefined ? '' : JSON.stringify(asking.body)
  const { timestamp, nonce } = moment
  const text = lines(method, url.pathname + url.search, timestamp, nonce, body)
  const signature = rsaSign(text, account.secrets.merchant_key)
  if (signature === undefined) return undefined
  const { mchid, merchant_serial } = account.settings
  const fields = { mchid, nonce_str: nonce, timestamp, serial_no: merchant_serial, signature }
  const spelled = Object.entries(fields).map(([name, value]) => `${name}="${value}"`)
  return {
    method,
    url: url.href,
    headers: {
      accept: 'application/json',
      'user-agent': 'tongbao',
      authorization: `${SCHEME} ${spelled.join(',')}`,
      ...(body !== '' && { 'content-type': 'application/json' }),
      ...(serial !== undefined && { 'wechatpay-serial': serial }),
    },
    ...(body !== '' && { body }),
    ...(bytesMax !== undefined && { bytesMax }),
  }
}

/** What a page in WeChat calls the cashier with. `signType` is not part of what is signed. */
export function pageParams(
  { settings, secrets }: Merchant,
  prepayId: string,
  { timestamp, nonce }: Moment,
): Readonly<Record<string, string>> | undefined {
  const wrapped = `prepay_id=${prepayId}`
  const paySign = rsaSign(lines(settings.appid, timestamp, nonce, wrapped), secrets.merchant_key)
  return paySign === undefined
    ? undefined
    : {
        appId: settings.appid,
        timeStamp: timestamp,
        nonceStr: nonce,
        package: wrapped,
        signType: 'RSA',
        paySign,
      }
}
