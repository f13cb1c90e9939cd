import { Aes, Decorator, Formatter, Rsa } from 'wechatpay-axios-plugin'
import type { Lab } from '../kit/open-lab.ts'
import type { Heard } from '../kit/played-app.ts'
import type { Json } from '../kit/provider.ts'

/** An answer, good or bad; a good one had a signature that the independent client found to be right. */
interface Said {
  readonly status: number
  readonly body: Json
  readonly text: string
}

export interface IndependentClient {
  get(path: string): Promise<Said>
  post(path: string, body: Json): Promise<Said>
}

interface Account {
  readonly mchid: string
  readonly merchantSerial: string
  readonly merchantKey: string
  readonly apiV3Key: string
}

export function accountOf(lab: Lab): Account {
  const { settings, secrets } = lab.account('wechat')
  const { mchid, merchant_serial } = Object(settings)
  const { merchant_key, apiv3_keys } = Object(secrets)
  return {
    mchid: String(mchid),
    merchantSerial: String(merchant_serial),
    merchantKey: String(merchant_key),
    apiV3Key: String(apiv3_keys[0]),
  }
}

export type Signer = 'certificate' | 'public_key'
type PlatformKeys = Readonly<Record<string, string>>

/** By the names that signatures bear. */
export async function keysOf(lab: Lab, signers: readonly Signer[]): Promise<PlatformKeys> {
  const keys = await lab.control('wechat', 'keys')
  return Object.fromEntries(
    signers.map((signer) => {
      const { id, pem } = Object(keys[signer])
      return [String(id), String(pem)]
    }),
  )
}

/**
 * A client of WeChat Pay that somebody else wrote: what it signs we must understand, and it refuses what we sign
 * wrongly. It knows the platform by the keys that are named.
 */
export async function openClient(
  lab: Lab,
  signers: readonly Signer[] = ['certificate'],
  headers: Readonly<Record<string, string>> = {},
): Promise<IndependentClient> {
  const { mchid, merchantSerial, merchantKey } = accountOf(lab)
  const config = {
    baseURL: lab.url('wechat'),
    ...{ mchid, serial: merchantSerial, privateKey: merchantKey },
    certs: await keysOf(lab, signers),
    headers: { ...headers },
  }
  const client = Decorator.jsonBased(config)
  const ask = async (method: 'GET' | 'POST', path: string, data?: Json): Promise<Said> => {
    const { pathname: url, searchParams } = new URL(path, lab.url('wechat'))
    try {
      const { status, data: body } = await client.request({
        ...{ method, url, params: Object.fromEntries(searchParams), ...(data && { data }) },
        ...(url.includes('billdownload') && { responseType: 'arraybuffer' as const }),
      })
      return said(status, body)
    } catch (error) {
      const { response } = Object(error)
      // One without a status of failure is a signature that the client did not accept.
      if (response === undefined || response.status < 300) throw error
      return said(response.status, response.data)
    }
  }
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) }
}

const said = (status: number, data: unknown): Said => ({
  status,
  body: typeof data === 'object' && data !== null && !Buffer.isBuffer(data) ? { ...data } : {},
  text: Buffer.isBuffer(data) ? data.toString('base64') : String(data ?? ''),
})

/** Whether the independent library finds that a notification is signed by one of the keys. */
export function isGenuine({ headers, body }: Heard, keys: PlatformKeys): boolean {
  const key = keys[String(headers['wechatpay-serial'])]
  const [timestamp, nonce] = [headers['wechatpay-timestamp'], headers['wechatpay-nonce']]
  if (key === undefined) return false
  return Rsa.verify(
    Formatter.response(String(timestamp), String(nonce), body),
    String(headers['wechatpay-signature']),
    Rsa.from(key, Rsa.KEY_TYPE_PUBLIC),
  )
}

/** The event, with its resource opened by the independent library. */
export function opened({ body }: Heard, apiV3Key: string): { event: Json; plain: Json } {
  const event: Json = JSON.parse(body)
  return { event, plain: unsealed(event['resource'], apiV3Key) }
}

function unsealed(resource: unknown, apiV3Key: string): Json {
  return JSON.parse(unsealedText(resource, apiV3Key))
}

export function unsealedText(resource: unknown, apiV3Key: string): string {
  const { ciphertext, nonce, associated_data } = Object(resource)
  return Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data)
}

/** For a field that only the platform may read. */
export const encrypted = (text: string, key: string): string =>
  Rsa.encrypt(text, Rsa.from(key, Rsa.KEY_TYPE_PUBLIC))

/** Of the parameters with which a page calls WeChat. */
export const pageSignature = (lab: Lab, ...lines: string[]): string =>
  Rsa.sign(
    Formatter.joinedByLineFeed(...lines),
    Rsa.from(accountOf(lab).merchantKey, Rsa.KEY_TYPE_PRIVATE),
  )
