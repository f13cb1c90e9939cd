import type { Instant } from '#kernel/clock'
import {
  type Created,
  type NextStep,
  no,
  type PayAsk,
  type Said,
  unknown,
  yes,
} from '../../channel.ts'
import { call, saidOf } from './call.ts'
import { type Fields, textIn } from './fields.ts'
import type { Desk } from './judge-message.ts'
import { DESCRIPTION_BYTES_MAX } from './limits.ts'
import { momentAt, pageParams } from './request-signature.ts'
import type { Merchant } from './settings.ts'
import { cutToBytes } from './words.ts'

/** Refusals that speak of an earlier request under the same number: what became of that one is to be asked. */
const KNOWN_NUMBER: ReadonlySet<string> = new Set(['OUT_TRADE_NO_USED', 'ORDERPAID', 'ORDER_PAID'])

export async function createPayment(
  desk: Desk,
  account: Merchant,
  ask: PayAsk,
): Promise<Said<Created>> {
  const way = wayOf(account, ask)
  if (typeof way === 'string') return no(way)
  const told = await call(desk, account, {
    method: 'POST',
    path: `/v3/pay/transactions/${ask.method}`,
    body: {
      appid: way.appid,
      mchid: account.settings.mchid,
      description: cutToBytes(ask.title, DESCRIPTION_BYTES_MAX),
      out_trade_no: ask.tradeNo,
      time_expire: inShanghai(ask.expiresAt),
      notify_url: ask.notifyUrl,
      amount: { total: Number(ask.amount), currency: ask.currency },
      ...way.body,
    },
  })
  if (told.told === 'refused' && KNOWN_NUMBER.has(told.code)) return unknown(told.code)
  if (told.told !== 'done') return saidOf(told)
  const next = way.nextOf(told.fields, desk)
  return next ? yes({ ref: undefined, next }) : unknown('answer_incomplete')
}

interface Way {
  readonly appid: string
  readonly body: object
  readonly nextOf: (fields: Fields, desk: Desk) => NextStep | undefined
}

/** A code where there is none. */
function wayOf(account: Merchant, { method, payer, returnUrl }: PayAsk): Way | string {
  const { appid, h5_appid = appid } = account.settings
  switch (method) {
    case 'native':
      return { appid, body: {}, nextOf: (fields) => qrOf(fields) }
    case 'jsapi':
      if (payer.openid === undefined) return 'openid_missing'
      return {
        appid,
        body: { payer: { openid: payer.openid } },
        nextOf: (fields, desk) => pageOf(account, fields, desk),
      }
    case 'h5':
      return {
        appid: h5_appid,
        body: { scene_info: { payer_client_ip: payer.ip, h5_info: { type: 'Wap' } } },
        nextOf: (fields) => redirectOf(fields, returnUrl),
      }
    default:
      return 'method_unknown'
  }
}

function qrOf(fields: Fields): NextStep | undefined {
  const text = textIn(fields, 'code_url')
  return text === undefined ? undefined : { kind: 'qr', text }
}

function pageOf(account: Merchant, fields: Fields, { ground }: Desk): NextStep | undefined {
  const prepayId = textIn(fields, 'prepay_id')
  const params = prepayId && pageParams(account, prepayId, momentAt(ground.now()))
  return params ? { kind: 'jsapi', params } : undefined
}

function redirectOf(fields: Fields, returnUrl: string): NextStep | undefined {
  const url = textIn(fields, 'h5_url')
  if (url === undefined || !/^https?:\/\//.test(url) || !URL.canParse(url)) return undefined
  const and = url.includes('?') ? '&' : '?'
  return { kind: 'redirect', url: `${url}${and}redirect_url=${encodeURIComponent(returnUrl)}` }
}

const SHANGHAI_MS = 8 * 3_600_000

/** `2026-11-21T17:24:00+08:00`: in the zone and without the fractions that its documents show. */
const inShanghai = (at: Instant): string =>
  `${new Date(at + SHANGHAI_MS).toISOString().slice(0, 19)}+08:00`
