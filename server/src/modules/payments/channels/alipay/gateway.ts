import { randomBytes } from 'node:crypto'
import type { Instant } from '#kernel/clock'
import { type Answered, type Ground, no, type Said, unknown, yes } from '../../channel.ts'
import { parseStrictJson } from '../../strict-json.ts'
import { alipayKeysOf, type Signer, signedBy, signerOf, signText } from './keys.ts'
import { ANSWER_BYTES_MAX, ANSWER_FRESH_MS } from './limits.ts'
import { type AlipayAccount, GATEWAY } from './settings.ts'

/** One call of the API, version 3. */
export interface Call {
  readonly method: 'GET' | 'POST'
  /** `alipay/trade/query`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Fields
}

export type Fields = Readonly<Record<string, unknown>>

/** What Alipay signed. */
export interface Answer {
  readonly fields: Fields
  readonly at: Instant
}

/**
 * Asks Alipay. `no` is a refusal that Alipay has signed; whatever is not signed, not fresh or not certain is unknown,
 * and so is everything while an account lacks a readable key: an earlier call under the same number may have arrived.
 */
export async function callAlipay(
  ground: Ground,
  account: AlipayAccount,
  call: Call,
): Promise<Said<Answer>> {
  const signer = signerOf(account)
  const url = addressOf(account, `/v3/${call.path}`)
  if (!signer) return unknown('the key of the app cannot be read')
  if (!url) return unknown('the address of the gateway cannot be read')
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value)
  const body = call.body ? JSON.stringify(call.body) : ''
  const answered = await ground.ask({
    method: call.method,
    url: url.href,
    headers: headersOf(
      ground,
      account,
      signer,
      `${call.method}\n${url.pathname}${url.search}\n${body}\n`,
    ),
    ...(call.body && { body }),
    bytesMax: ANSWER_BYTES_MAX,
  })
  return answered.lost ? unknown(answered.why) : judge(ground, account, answered)
}

export const addressOf = ({ settings }: AlipayAccount, path: string): URL | undefined =>
  URL.parse(`${(settings.gateway ?? GATEWAY).replace(/\/+$/, '')}${path}`) ?? undefined

function headersOf(
  ground: Ground,
  { settings }: AlipayAccount,
  { key, certificates }: Signer,
  request: string,
): Record<string, string> {
  const nonce = randomBytes(16).toString('hex')
  const who = [
    `app_id=${settings.app_id}`,
    ...(certificates ? [`app_cert_sn=${certificates.app}`] : []),
    `nonce=${nonce}`,
    `timestamp=${ground.now()}`,
  ].join(',')
  return {
    accept: 'application/json',
    'content-type': 'application/json',
    'alipay-request-id': nonce,
    ...(certificates && { 'alipay-root-cert-sn': certificates.root }),
    authorization: `ALIPAY-SHA256withRSA ${who},sign=${signText(key, `${who}\n${request}`)}`,
  }
}

function judge(
  ground: Ground,
  account: AlipayAccount,
  { status, headers, body }: Extract<Answered, { lost: false }>,
): Said<Answer> {
  const at = signedAt(ground, account, headers, body)
  const fields = readFields(body)
  const code = fields && textOf(fields, 'code')
  const isCode = code !== undefined && /^[A-Za-z0-9_.-]{1,64}$/.test(code)
  if (at === undefined)
    return unknown(`status ${status}${isCode ? ` ${code}` : ''}, not signed or not lately`)
  if (status === 200 && fields) return yes({ fields, at })
  if (!isCode) return unknown(`status ${status} with an answer that cannot be read`)
  return status >= 400 && status < 500 && status !== 429 && !isUncertain(code)
    ? no(code)
    : unknown(code)
}

/** Freshness is ours to ask for: an old answer, played again, says what is no longer so. */
function signedAt(
  ground: Ground,
  { settings }: AlipayAccount,
  headers: Headers,
  body: Buffer,
): Instant | undefined {
  const timestamp = headers.get('alipay-timestamp') ?? ''
  const nonce = headers.get('alipay-nonce') ?? ''
  const signature = headers.get('alipay-signature') ?? ''
  if (!/^\d{13}$/.test(timestamp)) return undefined
  if (Math.abs(ground.now() - Number(timestamp)) > ANSWER_FRESH_MS) return undefined
  const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')])
  return signedBy(alipayKeysOf(settings), text, signature) === undefined
    ? undefined
    : (Number(timestamp) as Instant)
}

// Alipay writes these where it does not know itself, or has only counted the call.
const isUncertain = (code: string): boolean =>
  /SYSTEM_ERROR|UNKNOW|PROCESSING|DEALING|TIMEOUT|TIME_OUT|RATE_LIMIT|CALL.LIMITED|UNAVAILABLE/i.test(
    code,
  )

export const readFields = (unchecked: string | Buffer): Fields | undefined => {
  const parsed = parseStrictJson(unchecked)
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    ? (parsed as Fields)
    : undefined
}

export const textOf = (fields: Fields, name: string): string | undefined => {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
