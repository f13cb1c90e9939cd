import Type from 'typebox'
import type { AccountOf } from '../../channel.ts'
import { BaseUrl, Secret, strict } from '../shape.ts'

export const PaypalSettings = Type.Object(
  {
    base_url: Type.Optional(BaseUrl),
    /** Of the webhook that PayPal's console made for us: part of what is signed, and never read from a message. */
    webhook_id: Type.String({ pattern: '^[A-Za-z0-9-]{8,60}$' }),
    merchant_id: Type.String({ pattern: '^[A-Za-z0-9]{6,30}$' }),
    /** The only hosts, with their port, that a signing certificate is fetched from. */
    cert_hosts: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z0-9.-]{1,200}(?::\\d{1,5})?$' }), {
        minItems: 1,
        maxItems: 10,
      }),
    ),
    /** The only roots that a signing certificate may come from, as PEM. */
    roots: Type.Optional(
      Type.Array(Type.String({ pattern: '^\\s*-----BEGIN CERTIFICATE-----', maxLength: 10_000 }), {
        minItems: 1,
        maxItems: 20,
      }),
    ),
  },
  strict,
)

export const PaypalSecrets = Type.Object({ client_id: Secret, client_secret: Secret }, strict)

export type PaypalAccount = AccountOf<typeof PaypalSettings, typeof PaypalSecrets>

const LIVE_URL = 'https://api-m.paypal.com'
const SANDBOX_HOST = 'api-m.sandbox.paypal.com'

export const baseUrlOf = ({ settings }: PaypalAccount): string => settings.base_url ?? LIVE_URL

/** PayPal's answers do not say whether they are about money; their address does. A stand-in is what the account is. */
export function isLive(account: PaypalAccount): boolean {
  const { origin, hostname } = new URL(baseUrlOf(account))
  if (origin === LIVE_URL) return true
  return hostname !== SANDBOX_HOST && account.livemode
}
