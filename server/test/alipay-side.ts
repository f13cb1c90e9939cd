import { createVerify, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Instant } from '#kernel/clock'

const VECTORS = join(import.meta.dirname, '../../../shared/vectors')
export const hasVectors = existsSync(VECTORS)
export const vectorText = (name: string): string => readFileSync(join(VECTORS, name), 'utf8')

export const NOW = Date.UTC(2026, 10, 21, 9, 24, 3)
export const SELLER = '2088102175953034'
export const APP = '2021000122671234'
export const TRADE_NO = '01kakx5q2v8n4r7t9w3y6z1c5e'
export const REFUND_NO = '01kakx6d4g7j9m2p5s8v1x4a7b'
export const TXN = '2026112122001468450512505578'

/** What the other side answers: a refusal is one with a status. */
export interface Line {
  readonly status?: number
  readonly body: object | string | Buffer
  /** What is wrong with it. */
  readonly how?: 'unsigned' | 'forged' | 'cut' | 'lost'
  /** How far its clock is ahead of ours. */
  readonly aheadMs?: number
  /** What it says its clock says. */
  readonly timestamp?: string
}
export type Script = Readonly<Record<string, Line | readonly Line[]>>

interface Request {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}
type Answered =
  | { readonly lost: true; readonly why: string }
  | {
      readonly lost: false
      readonly status: number
      readonly headers: Headers
      readonly body: Buffer
    }
interface Ground {
  readonly now: () => number
  readonly ask: (request: Request) => Promise<Answered>
}

interface Options {
  readonly script?: Script
  readonly settings?: object
  /** With keys that no other side has. */
  readonly fresh?: boolean
}

const NO_SUCH_PATH: Line = { status: 404, body: { code: 'NO_SUCH_PATH' } }

const newKeys = () => ({
  app: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  alipay: generateKeyPairSync('rsa', { modulusLength: 2048 }),
})
// They take longer than a test.
const KEYS = newKeys()

/** Alipay's side of the protocol, written for these tests alone: it shares no line with the channel. */
export const alipaySides =
  <Channel>(openChannel: (ground: Ground) => Channel) =>
  (options: Options = {}) => {
    const side = newSide(options)
    return { ...side, channel: openChannel(side.ground) }
  }

function newSide({ script = {}, settings = {}, fresh = false }: Options) {
  const { app, alipay } = fresh ? newKeys() : KEYS
  const clock = { now: NOW }
  const asked: Request[] = []
  const turns = new Map<string, number>()
  const pem = (key: KeyObject, type: 'spki' | 'pkcs8') =>
    key.export({ format: 'pem', type }).toString()

  const answer = (request: Request): Answered => {
    asked.push(request)
    const { pathname } = new URL(request.url)
    const lines: readonly Line[] = [script[pathname] ?? NO_SUCH_PATH].flat()
    const turn = turns.get(pathname) ?? 0
    turns.set(pathname, turn + 1)
    const line = lines[Math.min(turn, lines.length - 1)]
    if (!line || line.how === 'lost') return { lost: true, why: 'timeout' }
    if (pathname.startsWith('/v3/') && !isSigned(request, app.publicKey))
      return {
        lost: false,
        status: 401,
        headers: new Headers(),
        body: Buffer.from('{"code":"invalid-signature"}'),
      }
    const body = Buffer.isBuffer(line.body)
      ? line.body
      : Buffer.from(typeof line.body === 'string' ? line.body : JSON.stringify(line.body))
    const headers = new Headers(
      line.how === 'unsigned' ? {} : signedHeaders(clock.now, line, body, alipay.privateKey),
    )
    return {
      lost: false,
      status: line.status ?? 200,
      headers,
      body: line.how === 'cut' ? body.subarray(0, -3) : body,
    }
  }

  const account = {
    name: 'main',
    merchant: APP,
    livemode: true,
    settings: {
      gateway: 'https://openapi.alipay.com',
      app_id: APP,
      seller_id: SELLER,
      alipay_public_key: pem(alipay.publicKey, 'spki'),
      ...settings,
    },
    secrets: { private_key: pem(app.privateKey, 'pkcs8') },
  }
  const ground = {
    now: () => clock.now,
    ask: (request: Request) => Promise.resolve(answer(request)),
  }
  return {
    app,
    alipay,
    account,
    clock,
    asked,
    ground,
    answer,
    /** What was asked last, read. */
    lastBody: () => JSON.parse(asked.at(-1)?.body ?? 'null'),
    /** A form as Alipay posts it, signed over what it says. */
    told: (fields: Readonly<Record<string, string>>, how: { readonly withType?: true } = {}) =>
      posted({ ...fields, ...signature(fields, alipay.privateKey, how.withType) }),
  }
}

function signedHeaders(
  now: number,
  { how, aheadMs = 1_000, timestamp = String(now + aheadMs) }: Line,
  body: Buffer,
  key: KeyObject,
): Record<string, string> {
  const nonce = randomBytes(8).toString('hex')
  const said = how === 'forged' ? Buffer.concat([body, Buffer.from(' ')]) : body
  const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), said, Buffer.from('\n')])
  return {
    'alipay-timestamp': timestamp,
    'alipay-nonce': nonce,
    'alipay-signature': sign('RSA-SHA256', text, key).toString('base64'),
  }
}

/** The rule of the third version, as its page says it. */
export function isSigned(
  { method, url, headers = {}, body = '' }: Request,
  key: KeyObject,
): boolean {
  const [, who = '', signature = ''] =
    /^ALIPAY-SHA256withRSA (.*),sign=(.*)$/.exec(headers['authorization'] ?? '') ?? []
  const { pathname, search } = new URL(url)
  return createVerify('RSA-SHA256')
    .update(`${who}\n${method}\n${pathname}${search}\n${body}\n`)
    .verify(key, signature, 'base64')
}

export function signature(
  fields: Readonly<Record<string, string>>,
  key: KeyObject,
  withType: boolean = false,
): { sign: string; sign_type: string } {
  const signed: Record<string, string> = { ...fields, ...(withType && { sign_type: 'RSA2' }) }
  const text = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${signed[name]}`)
    .join('&')
  return { sign: sign('RSA-SHA256', Buffer.from(text), key).toString('base64'), sign_type: 'RSA2' }
}

interface Delivery {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export const posted = (
  fields: Readonly<Record<string, string>> | string,
  type = 'application/x-www-form-urlencoded; charset=utf-8',
): Delivery => ({
  method: 'POST',
  path: '/api/v1/hooks/alipay/main',
  headers: { 'content-type': type },
  body: Buffer.from(typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()),
})

export const tradeFields = (more: Readonly<Record<string, string>> = {}) => ({
  notify_id: '2026112100222172405068450559358070',
  notify_type: 'trade_status_sync',
  notify_time: '2026-11-21 17:24:05',
  charset: 'utf-8',
  version: '1.0',
  app_id: APP,
  auth_app_id: APP,
  seller_id: SELLER,
  buyer_id: '2088102534368455',
  subject: '充值 600 积分',
  out_trade_no: TRADE_NO,
  trade_no: TXN,
  trade_status: 'TRADE_SUCCESS',
  total_amount: '30.00',
  buyer_pay_amount: '29.00',
  receipt_amount: '30.00',
  gmt_create: '2026-11-21 17:24:01',
  gmt_payment: '2026-11-21 17:24:04',
  ...more,
})

const at = (ms: number): Instant => ms as Instant

/** What was asked for, as the tables have it. */
export const attempt = (more: { readonly method?: string } = {}) => ({
  tradeNo: TRADE_NO,
  ref: undefined,
  method: 'precreate',
  amount: 3000n,
  currency: 'CNY',
  createdAt: at(NOW),
  expiresAt: at(NOW + 30 * 60_000),
  ...more,
})
