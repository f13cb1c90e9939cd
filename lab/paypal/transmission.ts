import { randomBytes, randomUUID, sign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { isoOf } from './books.ts'
import type { Leaf } from './chain.ts'

const MINUTE_MS = 60_000

/** 25 times within three days: first ever further apart, then every four hours. PayPal does not publish the steps. */
export const RETRIES_MS: readonly number[] = [
  ...Array.from({ length: 8 }, (_, i) => 2 ** i * MINUTE_MS),
  ...Array<number>(17).fill(239 * MINUTE_MS),
]

/** What one attempt is signed over, and with what. */
export interface Transmission {
  readonly webhookId: string
  /** Of the first attempt: a retry is as old as what it tells. */
  readonly firstAt: number
  readonly origin: string
  readonly leaf: Leaf
  readonly forged: boolean
}

export function headersOf(body: string, one: Transmission): Readonly<Record<string, string>> {
  const id = randomUUID()
  const time = isoOf(one.firstAt)
  const text = `${id}|${time}|${one.webhookId}|${crc32(body)}`
  const signature = one.forged ? randomBytes(256) : sign('sha256', Buffer.from(text), one.leaf.key)
  return {
    'content-type': 'application/json',
    'user-agent': 'PayPal/AUHD-214.0-58843279',
    'paypal-auth-algo': 'SHA256withRSA',
    'paypal-auth-version': 'v2',
    'paypal-cert-url': `${one.origin}/v1/notifications/certs/${one.leaf.id}`,
    'paypal-transmission-id': id,
    'paypal-transmission-time': time,
    'paypal-transmission-sig': signature.toString('base64'),
    'correlation-id': randomBytes(7).toString('hex'),
  }
}
