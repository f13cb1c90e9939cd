import Type from 'typebox'
import type { AccountOf } from '../../channel.ts'
import { APIV3_KEY_BYTES } from './limits.ts'

const strict = { additionalProperties: false } as const
const Pem = (what: string) =>
  Type.String({
    pattern: `^\\s*-----BEGIN (?:${what})-----[A-Za-z0-9+/=\\s]+-----END `,
    maxLength: 8192,
  })
const AppId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,32}$' })

const BASE_URL = 'https://api.mch.weixin.qq.com'

/** What staff may see of an account at WeChat Pay. */
export const WechatSettings = Type.Object(
  {
    base_url: Type.Optional(
      Type.String({
        default: BASE_URL,
        pattern: '^https?://[A-Za-z0-9.:[\\]-]+$',
        maxLength: 200,
        description:
          'Scheme and host without a path, for a path is signed; a local provider in tests',
      }),
    ),
    mchid: Type.String({ pattern: '^[0-9]{1,32}$' }),
    appid: AppId,
    h5_appid: Type.Optional(AppId),
    merchant_serial: Type.String({
      pattern: '^[0-9A-Fa-f]{1,64}$',
      description: 'Of the merchant’s own API certificate, whose key is the secret merchant_key',
    }),
    public_key_id: Type.Optional(Type.String({ pattern: '^PUB_KEY_ID_[0-9A-Za-z]{1,64}$' })),
    public_key: Type.Optional(Pem('PUBLIC KEY')),
    platform_certificates: Type.Optional(
      Type.Array(Pem('CERTIFICATE'), {
        maxItems: 10,
        description: 'To begin with; later ones are downloaded',
      }),
    ),
    transfer_scene_id: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,16}$',
        description: '1005 is commissions; without a scene nothing is transferred',
      }),
    ),
    transfer_scene_reports: Type.Optional(
      Type.Array(
        Type.Object(
          {
            info_type: Type.String({ minLength: 1, maxLength: 15 }),
            info_content: Type.String({ minLength: 1, maxLength: 32 }),
          },
          strict,
        ),
        { maxItems: 10, description: 'What the scene wants told, word for word as it was granted' },
      ),
    ),
    transfer_perception: Type.Optional(
      Type.String({ maxLength: 64, description: 'What the payee reads it is for' }),
    ),
  },
  strict,
)

/** What nobody sees again. */
export const WechatSecrets = Type.Object(
  {
    merchant_key: Pem('PRIVATE KEY|RSA PRIVATE KEY'),
    apiv3_keys: Type.Array(Type.String({ pattern: `^[\\x20-\\x7e]{${APIV3_KEY_BYTES}}$` }), {
      minItems: 1,
      maxItems: 4,
      description: 'Newest first; an old one stays until nothing sealed with it is on its way',
    }),
  },
  strict,
)

/** One of our accounts at WeChat Pay. */
export type Merchant = AccountOf<typeof WechatSettings, typeof WechatSecrets>

export const baseUrlOf = ({ settings }: Merchant): string => settings.base_url ?? BASE_URL
