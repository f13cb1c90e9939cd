import Type, { type Static } from 'typebox'
import type { Account } from '../../channel.ts'
import { KEYS_MAX, PEM_LETTERS_MAX } from './limits.ts'

export const GATEWAY = 'https://openapi.alipay.com'

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' })
const Pem = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: PEM_LETTERS_MAX, description }))

/** Either `alipay_public_key`, or all three certificates: with those, the certificates are used. */
export const AlipaySettings = Type.Object(
  {
    gateway: Type.Optional(
      Type.String({ pattern: '^https?://[^\\s?#@]+$', default: GATEWAY, description: 'No path.' }),
    ),
    app_id: Id,
    seller_id: Id,
    alipay_public_key: Type.Optional(
      Type.Union(
        [
          Type.String({ minLength: 1, maxLength: PEM_LETTERS_MAX }),
          Type.Array(Type.String({ minLength: 1, maxLength: PEM_LETTERS_MAX }), {
            maxItems: KEYS_MAX,
          }),
        ],
        { description: "Alipay's key, not the app's: PEM or bare base64. Two while it rotates." },
      ),
    ),
    app_cert: Pem('The certificate of the app, PEM.'),
    alipay_root_cert: Pem('The root certificates of Alipay, PEM.'),
    alipay_cert: Pem('The certificate that Alipay signs with, PEM. Two while it rotates.'),
    qr_product: Type.Optional(
      Type.Enum(['FACE_TO_FACE_PAYMENT', 'QR_CODE_OFFLINE'], {
        description: 'Which contract QR codes are made under; Alipay takes the first where none.',
      }),
    ),
    transfer_scene: Type.Optional(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 64 }),
          infos: Type.Array(
            Type.Object(
              {
                type: Type.String({ minLength: 1, maxLength: 64 }),
                content: Type.String({ minLength: 1, maxLength: 256 }),
              },
              strict,
            ),
            { maxItems: 8 },
          ),
        },
        { ...strict, description: 'What newer contracts want to know of every transfer.' },
      ),
    ),
  },
  strict,
)

export const AlipaySecrets = Type.Object(
  {
    private_key: Type.String({
      minLength: 1,
      maxLength: PEM_LETTERS_MAX,
      description: 'RSA, PKCS#1 or PKCS#8, PEM or bare base64.',
    }),
  },
  strict,
)

export type Settings = Static<typeof AlipaySettings>
export type AlipayAccount = Account<Settings, Static<typeof AlipaySecrets>>
