import { verify } from 'node:crypto'
import type { LabRequest } from '../kit/provider.ts'
import { type Refusal, refuse } from './answer.ts'
import type { Merchant } from './merchant.ts'

const SCHEME = 'WECHATPAY2-SHA256-RSA2048 '
const FIELDS = ['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature'] as const
type Field = (typeof FIELDS)[number]
const AWAY_S_MAX = 300

const unsigned = (message: string): Refusal => refuse(401, 'SIGN_ERROR', message)

/** Why a request is not this merchant's, or not in the form that every request has; undefined where it is. */
export function refuseCaller(merchant: Merchant, request: LabRequest): Refusal | undefined {
  return refuseForm(request) ?? refuseSignature(merchant, request)
}

function refuseForm({ method, headers }: LabRequest): Refusal | undefined {
  if (!headers['user-agent']) return refuse(400, 'PARAM_ERROR', 'User-Agent is missing')
  const takesJson = /(?:^|,)\s*(?:application\/json|application\/\*|\*\/\*)/.test(
    headers['accept'] ?? '',
  )
  if (!takesJson) return refuse(406, 'INVALID_REQUEST', 'Accept is to name application/json')
  const isJson = /^application\/json\b/i.test(headers['content-type'] ?? '')
  if (method === 'POST' && !isJson)
    return refuse(415, 'INVALID_REQUEST', 'Content-Type is to be application/json')
  return undefined
}

function refuseSignature(merchant: Merchant, request: LabRequest): Refusal | undefined {
  const fields = parseAuthorization(request.headers['authorization'] ?? '')
  if (!fields) return unsigned(`Authorization is to read ${SCHEME}${FIELDS.join('="…",')}="…"`)
  const { mchid, serial_no, timestamp, nonce_str, signature } = fields
  const { keys, kit, nonces } = merchant
  if (mchid !== merchant.mchid) return unsigned('mchid: no merchant is called so')
  if (serial_no !== keys.merchant.serial)
    return unsigned("serial_no: not the serial number of the merchant's API certificate")
  if (!/^\d{10}$/.test(timestamp)) return unsigned('timestamp: seconds since 1970 are wanted')
  const awayS = Math.abs(Math.floor(kit.now() / 1000) - Number(timestamp))
  if (awayS > AWAY_S_MAX) return unsigned('timestamp: more than five minutes away')
  if (!/^[0-9A-Za-z]{1,32}$/.test(nonce_str)) return unsigned('nonce_str: 32 letters at most')
  forgetOld(nonces, kit.now())
  if (nonces.has(nonce_str)) return unsigned('nonce_str: used before')
  const { pathname, search } = request.url
  const head = [request.method, pathname + search, timestamp, nonce_str, ''].join('\n')
  const isSigned = verify(
    'sha256',
    Buffer.concat([Buffer.from(head), request.body, Buffer.from('\n')]),
    keys.merchant.publicKey,
    Buffer.from(signature, 'base64'),
  )
  if (!isSigned) return unsigned('signature: not of method, address, timestamp, nonce and body')
  nonces.set(nonce_str, kit.now())
  return undefined
}

/** Each field once, in any order. */
function parseAuthorization(header: string): Record<Field, string> | undefined {
  if (!header.startsWith(SCHEME)) return undefined
  const pairs = header
    .slice(SCHEME.length)
    .split(',')
    .map((pair) => pair.match(/^\s*([a-z_]+)="([^"]*)"\s*$/)?.slice(1) ?? [])
  const found = new Map(pairs.map(([name, value]) => [name, value]))
  if (found.size !== FIELDS.length || pairs.length !== FIELDS.length) return undefined
  const of = (name: Field): string => found.get(name) ?? ''
  if (FIELDS.some((name) => of(name) === '')) return undefined
  return {
    mchid: of('mchid'),
    nonce_str: of('nonce_str'),
    timestamp: of('timestamp'),
    serial_no: of('serial_no'),
    signature: of('signature'),
  }
}

/** A request that old is refused by its timestamp. */
function forgetOld(nonces: Map<string, number>, now: number): void {
  for (const [nonce, at] of nonces) {
    if (now - at < 2 * AWAY_S_MAX * 1000) break
    nonces.delete(nonce)
  }
}
