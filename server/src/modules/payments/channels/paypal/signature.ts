import { verify } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { crc32 } from 'node:zlib'
import type { Certificates } from './certificates.ts'
import { SIGNATURE_AGE_MAX_MS, SIGNATURE_AHEAD_MAX_MS } from './limits.ts'
import type { PaypalAccount } from './settings.ts'

export type Judged =
  | { readonly verdict: 'genuine'; readonly keyId: string; readonly livemode: boolean }
  | { readonly verdict: 'forged' | 'later'; readonly why: string }

const forged = (why: string): Judged => ({ verdict: 'forged', why })

/**
 * Judges a message by its headers and its bytes as they came, without asking PayPal what it thinks of it. What costs
 * a way out, the certificate, comes after all that costs nothing.
 */
export async function judgeSignature(
  certificates: Certificates,
  account: PaypalAccount,
  message: { readonly headers: IncomingHttpHeaders; readonly body: Buffer },
  nowMs: number,
): Promise<Judged> {
  const signed = readHeaders(message.headers)
  if (!signed) return forged('signature_malformed')
  // The signer does not choose: a weaker way to sign is one that somebody else may know.
  if (signed.algorithm !== 'SHA256withRSA') return forged('signature_algorithm_wrong')
  const ageMs = nowMs - Date.parse(signed.time)
  if (!(ageMs <= SIGNATURE_AGE_MAX_MS && ageMs >= -SIGNATURE_AHEAD_MAX_MS))
    return forged('signature_out_of_time')
  const found = await certificates.keyAt(signed.certificate, account)
  if (found.found !== 'key') return { verdict: found.found, why: found.why }
  const text = stringToSign(signed, account.settings.webhook_id, message.body)
  if (!verify('RSA-SHA256', Buffer.from(text), found.key, signed.signature))
    return forged('signature_wrong')
  const keyId = signed.certificate.slice(signed.certificate.lastIndexOf('/') + 1)
  return { verdict: 'genuine', keyId, livemode: found.livemode }
}

/** Over the checksum of the bytes, so nobody may read and write the body before it is judged. */
export const stringToSign = (
  { id, time }: { readonly id: string; readonly time: string },
  webhookId: string,
  body: Buffer,
): string => [id, time, webhookId, crc32(body)].join('|')

interface Signed {
  readonly id: string
  readonly time: string
  readonly algorithm: string
  readonly certificate: string
  readonly signature: Buffer
}

const ID = /^[\w-]{1,100}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/
const SIGNATURE = /^[A-Za-z0-9+/]{40,1400}={0,2}$/
const URL_LETTERS_MAX = 500

function readHeaders(headers: IncomingHttpHeaders): Signed | undefined {
  const read = (name: string): string => {
    const value = headers[`paypal-${name}`]
    return typeof value === 'string' ? value : ''
  }
  const id = read('transmission-id')
  const time = read('transmission-time')
  const certificate = read('cert-url')
  const signature = read('transmission-sig')
  const good =
    ID.test(id) &&
    TIME.test(time) &&
    SIGNATURE.test(signature) &&
    certificate.length <= URL_LETTERS_MAX
  if (!good) return undefined
  return {
    ...{ id, time, certificate },
    algorithm: read('auth-algo'),
    signature: Buffer.from(signature, 'base64'),
  }
}
