import {
  type CipherGCMTypes,
  constants,
  createCipheriv,
  createSign,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  randomBytes,
} from 'node:crypto'

// The far side of the wall to WeChat, written from the protocol: it knows the keys of both sides, checks what it is
// asked, and signs what it says. Nothing in it is the product's.

const newPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const merchantPair = newPair()

export const MCHID = '1900000109'
export const APPID = 'wx8888888888888888'
export const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
export const MERCHANT_SERIAL = '5F1C72E2A8931B72A2E13AF8DEE92471EB397115'
export const APIV3_KEY = 'a key of the tests, thirty-two b'
/** 2026-11-21T17:24:00+08:00 */
export const TODAY = 1_795_253_040_000

const merchantPem = merchantPair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** One who signs as WeChat. */
interface Signer {
  readonly serial: string
  readonly privateKey: KeyObject
  readonly publicPem: string
  readonly certificate: string
}

/** With a certificate of its own; `id` makes it one of the newer kind, which have none in use. */
export function newSigner(serial: string, life = { from: 2020, to: 2040 }): Signer {
  const { publicKey, privateKey } = newPair()
  return {
    serial,
    privateKey,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    certificate: certificateOf(
      /^[0-9A-F]+$/.test(serial) ? serial : '01',
      publicKey,
      privateKey,
      life,
    ),
  }
}

export const wechatAccount = (settings: object = {}, secrets: object = {}) => ({
  name: 'main',
  merchant: MCHID,
  livemode: true,
  settings: { mchid: MCHID, appid: APPID, merchant_serial: MERCHANT_SERIAL, ...settings },
  secrets: { merchant_key: merchantPem, apiv3_keys: [APIV3_KEY], ...secrets },
})

export const signedAs = (
  signer: Signer,
  body: string | Uint8Array,
  { at = TODAY, nonce = randomBytes(16).toString('hex') } = {},
): Record<string, string> => {
  const timestamp = String(Math.floor(at / 1000))
  const sign = createSign('RSA-SHA256')
  sign.update(`${timestamp}\n${nonce}\n`).update(body).update('\n')
  return {
    'wechatpay-serial': signer.serial,
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': sign.sign(signer.privateKey, 'base64'),
  }
}

export function seal(plain: string | Buffer, { about = 'about', key = APIV3_KEY } = {}) {
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as CipherGCMTypes, key, nonce).setAAD(
    Buffer.from(about),
  )
  const bytes = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: bytes.toString('base64'),
    associated_data: about,
    nonce,
  }
}

export const certificateList = (signers: readonly Signer[], key = APIV3_KEY): string =>
  JSON.stringify({
    data: signers.map(({ serial, certificate }) => ({
      serial_no: serial,
      effective_time: '2020-01-01T00:00:00+08:00',
      expire_time: '2040-01-01T00:00:00+08:00',
      encrypt_certificate: seal(certificate, { about: 'certificate', key }),
    })),
  })

export interface Asked {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly json: Readonly<Record<string, unknown>>
}

/** `nobody` signs nothing. */
export interface Reply {
  readonly status: number
  readonly body?: string | Buffer
  readonly by?: Signer | 'nobody'
  readonly at?: number
  readonly headers?: Record<string, string>
}
type Lost = { readonly lost: true; readonly why: string }

/** A WeChat that answers as it is told, once it has verified who asks. */
export function wechatGround(answer: (asked: Asked) => Reply | Lost, signer: Signer) {
  const clock = { at: TODAY }
  const asked: Asked[] = []
  const nonces = new Set<string>()
  const ask = async (request: {
    readonly method: string
    readonly url: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  }) => {
    const { pathname, search } = new URL(request.url)
    const { method, headers = {}, body = '' } = request
    const one = {
      method,
      path: pathname + search,
      headers,
      body,
      json: body ? JSON.parse(body) : {},
    }
    asked.push(one)
    const refusal = refusalOf(one, clock.at, nonces)
    const said = refusal ?? answer(one)
    if ('lost' in said) return said
    const bytes = Buffer.from(said.body ?? '')
    const by = said.by ?? signer
    const signature = by === 'nobody' ? {} : signedAs(by, bytes, { at: said.at ?? clock.at })
    const all = new Headers({ ...signature, ...said.headers })
    return { lost: false as const, status: said.status, headers: all, body: bytes }
  }
  return { clock, asked, ground: { now: () => clock.at, ask } }
}

export const json = (value: unknown, status = 200): Reply => ({
  status,
  body: JSON.stringify(value),
})
export const refuse = (status: number, code: string): Reply =>
  json({ code, message: 'words for people' }, status)

const HEADER =
  /^WECHATPAY2-SHA256-RSA2048 mchid="(\d+)",nonce_str="([0-9A-Za-z]{16,32})",timestamp="(\d{10})",serial_no="([0-9A-F]+)",signature="([A-Za-z0-9+/]+=*)"$/

function refusalOf(asked: Asked, at: number, nonces: Set<string>): Reply | undefined {
  const [, mchid, nonce = '', timestamp, serial, signature = ''] =
    HEADER.exec(asked.headers['authorization'] ?? '') ?? []
  const isSigned = createVerify('RSA-SHA256')
    .update(`${asked.method}\n${asked.path}\n${timestamp}\n${nonce}\n${asked.body}\n`)
    .verify(merchantPair.publicKey, signature, 'base64')
  const isOurs =
    isSigned &&
    mchid === MCHID &&
    serial === MERCHANT_SERIAL &&
    Math.abs(at / 1000 - Number(timestamp)) <= 300 &&
    !nonces.has(nonce) &&
    asked.headers['accept'] === 'application/json' &&
    (asked.headers['user-agent'] ?? '') !== '' &&
    (asked.body === '' || asked.headers['content-type'] === 'application/json')
  nonces.add(nonce)
  return isOurs ? undefined : { ...refuse(401, 'SIGN_ERROR'), by: 'nobody' }
}

/** What was encrypted for this signer. */
export const decryptedBy = (signer: Signer, ciphertext: string): string =>
  privateDecrypt(
    { key: signer.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    Buffer.from(ciphertext, 'base64'),
  ).toString()

/** A notification as WeChat sends it; `plain` is what is sealed in it. */
export function notification(
  signer: Signer,
  plain: object | string,
  about: {
    readonly type?: string
    readonly originalType?: string
    readonly at?: number
    readonly key?: string
    readonly resource?: (sealed: ReturnType<typeof seal>) => object
    readonly body?: (body: string) => string
  } = {},
) {
  const { type = 'TRANSACTION.SUCCESS', originalType = 'transaction', at = TODAY } = about
  const text = typeof plain === 'string' ? plain : JSON.stringify(plain)
  const sealed = seal(text, { about: originalType, ...(about.key && { key: about.key }) })
  const resource = { original_type: originalType, ...sealed }
  const whole = JSON.stringify({
    id: 'EV-2018022511223320873',
    create_time: '2026-11-21T17:24:00+08:00',
    resource_type: 'encrypt-resource',
    event_type: type,
    summary: '通知',
    resource: about.resource ? { ...resource, ...about.resource(sealed) } : resource,
  })
  const body = Buffer.from(about.body ? about.body(whole) : whole)
  return delivery(signedAs(signer, body, { at }), body)
}

export const delivery = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string | Buffer,
) => ({
  method: 'POST',
  path: '/api/v1/hooks/wechat/main',
  headers: { 'content-type': 'application/json', ...headers } as Record<
    string,
    string | string[] | undefined
  >,
  body: Buffer.from(body),
})

/** Of a transaction that was paid. */
export const paid = (over: object = {}) => ({
  appid: APPID,
  mchid: MCHID,
  out_trade_no: '01kaq8x7m3w9t2c5v6b4n0z1yd',
  transaction_id: '4200002345202611210123456789',
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  attach: '',
  success_time: '2026-11-21T17:23:58+08:00',
  payer: { openid: OPENID },
  amount: { total: 3000, payer_total: 3000, currency: 'CNY', payer_currency: 'CNY' },
  ...over,
})

// A certificate in DER by hand, as little as a reader takes: version 3, sha256WithRSAEncryption, one name.
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const inside = Buffer.concat(parts)
  const size = inside.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), inside])
}
const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const RSA_SHA256 = der(0x30, hex('06092a864886f70d01010b'), hex('0500'))
const NAME = der(0x30, der(0x31, der(0x30, hex('0603550403'), der(0x0c, Buffer.from('Tenpay')))))
const newYear = (year: number): Buffer => der(0x18, Buffer.from(`${year}0101000000Z`))

function certificateOf(
  serial: string,
  publicKey: KeyObject,
  privateKey: KeyObject,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const number = hex(serial.padStart(serial.length + (serial.length % 2), '0'))
  const signed = der(
    0x30,
    der(0xa0, hex('020102')),
    der(0x02, (number[0] ?? 0) > 127 ? Buffer.concat([hex('00'), number]) : number),
    ...[RSA_SHA256, NAME, der(0x30, newYear(from), newYear(to)), NAME],
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = createSign('RSA-SHA256').update(signed).sign(privateKey)
  const whole = der(0x30, signed, RSA_SHA256, der(0x03, hex('00'), signature))
  const text = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`
}
