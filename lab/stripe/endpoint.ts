import { createHmac, randomBytes } from 'node:crypto'
import type { Kit } from '../kit/provider.ts'
import { newId } from './books.ts'

const HOUR_MS = 3_600_000

/** How long both secrets sign after a rotation, unless somebody says otherwise. */
export const OVERLAP_MS = 24 * HOUR_MS

/** Live mode: up to three days, further and further apart. Stripe does not publish the steps. */
export const RETRIES_MS: readonly number[] = [
  5 * 60_000,
  30 * 60_000,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  ...Array<number>(4).fill(12 * HOUR_MS),
]

/** The one address notifications go to, and what they are signed with. */
export interface Endpoint {
  readonly url: () => string | undefined
  /** Newest first. */
  readonly secrets: () => readonly string[]
  readonly set: (url: string, secret?: string) => void
  readonly rotate: (overlapMs: number) => string
  /** Signs now: each attempt has a time of its own. `forged` signs with a secret nobody has. */
  readonly headers: (body: string, forged: boolean) => Readonly<Record<string, string>>
}

export function openEndpoint(kit: Kit): Endpoint {
  let url: string | undefined
  let secrets: readonly string[] = [newId('whsec_', 32)]
  return {
    url: () => url,
    secrets: () => secrets,
    set: (to, secret) => {
      url = to
      if (secret !== undefined) secrets = [secret]
    },
    rotate: (overlapMs) => {
      const [old] = secrets
      const fresh = newId('whsec_', 32)
      secrets = old === undefined || overlapMs <= 0 ? [fresh] : [fresh, old]
      if (overlapMs > 0)
        kit.later(overlapMs, () => {
          secrets = secrets.filter((one) => one !== old)
        })
      return fresh
    },
    headers: (body, forged) => ({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': signatureOf(
        body,
        forged ? [newId('whsec_', 32)] : secrets,
        Math.floor(kit.now() / 1000),
      ),
    }),
  }
}

/** `v0` is what Stripe adds in test mode: it fits no secret, and who reads it reads nothing. */
function signatureOf(body: string, secrets: readonly string[], at: number): string {
  const signed = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`,
  )
  return [`t=${at}`, ...signed, `v0=${randomBytes(32).toString('hex')}`].join(',')
}
