import Type from 'typebox'
import type { AccountOf } from '../../channel.ts'
import { BaseUrl, strict } from '../shape.ts'

export const StripeSettings = Type.Object(
  {
    base_url: Type.Optional(BaseUrl),
    publishable_key: Type.Optional(Type.String({ pattern: '^pk_\\S{8,200}$' })),
    account: Type.String({ pattern: '^acct_[A-Za-z0-9]{1,60}$' }),
  },
  strict,
)

export const StripeSecrets = Type.Object(
  {
    secret_key: Type.String({ pattern: '^[rs]k_\\S{8,400}$' }),
    /** One, or two for as long as one follows the other. */
    webhook_secrets: Type.Array(Type.String({ pattern: '^whsec_\\S{8,400}$' }), {
      minItems: 1,
      maxItems: 4,
    }),
  },
  strict,
)

export type StripeAccount = AccountOf<typeof StripeSettings, typeof StripeSecrets>
