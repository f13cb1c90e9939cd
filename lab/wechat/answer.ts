import { randomUUID } from 'node:crypto'
import type { Json, LabReply } from '../kit/provider.ts'
import { type PlatformKey, signed } from './keys.ts'
import { type Merchant, newestCertificate, newToken } from './merchant.ts'

/** What came of a request: a value, nothing to say (204), or a refusal. */
export type Answer =
  | { readonly status: 200; readonly value: Json }
  | { readonly status: 204 }
  | Refusal
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 406 | 415
  readonly code: string
  readonly message: string
  readonly detail?: Json
}

export const ok = (value: Json): Answer => ({ status: 200, value })
export const refuse = (
  status: Refusal['status'],
  code: string,
  message: string,
  detail?: Json,
): Refusal => ({ status, code, message, ...(detail && { detail }) })
export const isRefusal = (thing: object): thing is Refusal => 'code' in thing && 'message' in thing

export const invalid = (message: string): Refusal => refuse(400, 'INVALID_REQUEST', message)
export const wrongParameter = (field: string, issue: string): Refusal =>
  refuse(400, 'PARAM_ERROR', `${field}: ${issue}`, { field, issue, location: 'body' })

/** Signed, a 204 over an empty body. */
export function signedReply(merchant: Merchant, answer: Answer, key: PlatformKey): LabReply {
  const reply = unsignedReply(answer)
  const body = reply.body?.toString() ?? ''
  return { ...reply, headers: { ...reply.headers, ...signatureHeaders(merchant, body, key) } }
}

/** Where it is not clear for whom. */
export function unsignedReply(answer: Answer): LabReply {
  if (answer.status === 204) return { status: 204 }
  const { status, ...rest } = answer
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify('value' in rest ? rest.value : rest),
  }
}

export function signatureHeaders(
  { kit }: Merchant,
  body: string,
  { id, privateKey }: Pick<PlatformKey, 'id' | 'privateKey'>,
): Record<string, string> {
  const timestamp = String(Math.floor(kit.now() / 1000))
  const nonce = newToken(16)
  return {
    'request-id': randomUUID(),
    'wechatpay-nonce': nonce,
    'wechatpay-serial': id,
    'wechatpay-signature': signed(`${timestamp}\n${nonce}\n${body}\n`, privateKey),
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    'wechatpay-timestamp': timestamp,
  }
}

/** The key that the caller wants the answer to be signed with, by the rules of the merchant's mode. */
export function keyForAnswer(
  merchant: Merchant,
  wanted: string | undefined,
): PlatformKey | Refusal {
  const { mode, keys } = merchant
  if (wanted === undefined) {
    if (mode !== 'public_key') return newestCertificate(merchant)
    return refuse(400, 'PARAM_ERROR', 'Wechatpay-Serial: the id of the public key is missing')
  }
  const known = [
    ...(mode === 'certificate' ? [] : [keys.publicKey]),
    ...(mode === 'public_key' ? [] : keys.certificates),
  ]
  return (
    known.find(({ id }) => id === wanted) ??
    refuse(400, 'PARAM_ERROR', 'Wechatpay-Serial: no key of this merchant is called so')
  )
}
