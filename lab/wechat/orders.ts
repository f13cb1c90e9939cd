import type { Static } from 'typebox'
import {
  type Answer,
  invalid,
  isRefusal,
  ok,
  type Refusal,
  refuse,
  wrongParameter,
} from './answer.ts'
import { type Merchant, newPrepayId, newToken, type Order } from './merchant.ts'
import { refuseNotifyUrl } from './notify-url.ts'
import type { Call } from './routes.ts'
import { CLOSE, H5, JSAPI, NATIVE, parse } from './shapes.ts'
import { orderView } from './views.ts'

/** The address of the page of an H5 order works so long after it was handed out. */
export const H5_LINK_MS = 5 * 60_000

export function orderNative(merchant: Merchant, { body }: Call): Answer {
  const parsed = parse(NATIVE, body)
  if (isRefusal(parsed)) return parsed
  const order = enter(merchant, parsed.body, 'NATIVE')
  if (isRefusal(order)) return order
  return ok({ code_url: `weixin://wxpay/bizpayurl?pr=${order.token}` })
}

export function orderJsapi(merchant: Merchant, { body }: Call): Answer {
  const parsed = parse(JSAPI, body)
  if (isRefusal(parsed)) return parsed
  const order = enter(merchant, parsed.body, 'JSAPI', parsed.body.payer.openid)
  return isRefusal(order) ? order : ok({ prepay_id: order.prepayId })
}

export function orderH5(merchant: Merchant, { body, origin }: Call): Answer {
  const parsed = parse(H5, body)
  if (isRefusal(parsed)) return parsed
  const order = enter(merchant, parsed.body, 'MWEB')
  if (isRefusal(order)) return order
  order.linkedAt = merchant.kit.now()
  const query = new URLSearchParams({ prepay_id: order.prepayId, package: order.token })
  return ok({ h5_url: `${origin}/__lab/wechat/cashier?${query}` })
}

/** A new order, or the same one again where nothing about it has changed. */
function enter(
  merchant: Merchant,
  body: Static<typeof NATIVE>,
  tradeType: Order['tradeType'],
  openid?: string,
): Order | Refusal {
  const refused = refuseMerchant(merchant, body) ?? refuseNotifyUrl(body.notify_url)
  if (refused) return refused
  const expiresAt = body.time_expire === undefined ? undefined : parseMoment(body.time_expire)
  if (Number.isNaN(expiresAt)) return wrongParameter('/time_expire', 'a time by RFC 3339 is wanted')
  const asked = JSON.stringify([
    tradeType,
    openid,
    body.appid,
    body.description,
    body.time_expire,
    body.attach,
    body.notify_url,
    body.amount.total,
  ])
  const before = merchant.orders.get(body.out_trade_no)
  if (before) return enterAgain(before, asked)
  const now = merchant.kit.now()
  if (expiresAt !== undefined && expiresAt <= now)
    return wrongParameter('/time_expire', 'in the past')
  const order: Order = {
    ...{ number: body.out_trade_no, tradeType, asked, appid: body.appid, openid, expiresAt },
    ...{ description: body.description, attach: body.attach, notifyUrl: body.notify_url },
    total: body.amount.total,
    prepayId: newPrepayId(now),
    token: newToken(5),
    linkedAt: now,
    state: 'NOTPAY',
    payment: undefined,
    refunds: [],
  }
  merchant.orders.set(order.number, order)
  return order
}

function enterAgain(before: Order, asked: string): Order | Refusal {
  if (before.payment) return refuse(403, 'OUT_TRADE_NO_USED', 'the order was paid')
  if (before.state === 'CLOSED') return refuse(400, 'ORDER_CLOSED', 'the order was closed')
  if (before.asked !== asked)
    return invalid('this out_trade_no was used before with other parameters')
  return before
}

function refuseMerchant(
  merchant: Merchant,
  { appid, mchid }: { readonly appid: string; readonly mchid: string },
): Refusal | undefined {
  if (mchid !== merchant.mchid) return refuse(400, 'MCH_NOT_EXISTS', 'mchid: not the caller')
  if (appid === merchant.appid) return undefined
  return refuse(400, 'APPID_MCHID_NOT_MATCH', 'appid: not bound to this merchant')
}

/** In ms; not a number where it is none. */
function parseMoment(unchecked: string): number {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/
  return form.test(unchecked) ? Date.parse(unchecked) : Number.NaN
}

export const queryOrder = (merchant: Merchant, { params, query }: Call): Answer =>
  answerQuery(merchant, query, merchant.orders.get(params[0] ?? ''))

export const queryTransaction = (merchant: Merchant, { params, query }: Call): Answer =>
  answerQuery(
    merchant,
    query,
    [...merchant.orders.values()].find(({ payment }) => payment?.id === params[0]),
  )

function answerQuery(merchant: Merchant, query: URLSearchParams, order: Order | undefined): Answer {
  const mchid = query.get('mchid')
  if (mchid === null) return wrongParameter('mchid', 'missing in the query')
  if (mchid !== merchant.mchid) return refuse(400, 'MCH_NOT_EXISTS', 'mchid: not the caller')
  return order ? ok(orderView(merchant, order)) : NO_ORDER
}

const NO_ORDER = refuse(404, 'ORDER_NOT_EXIST', 'there is no such order')

export function closeOrder(merchant: Merchant, { params, body }: Call): Answer {
  const parsed = parse(CLOSE, body)
  if (isRefusal(parsed)) return parsed
  if (parsed.body.mchid !== merchant.mchid)
    return refuse(400, 'MCH_NOT_EXISTS', 'mchid: not the caller')
  const order = merchant.orders.get(params[0] ?? '')
  if (!order) return NO_ORDER
  if (order.payment) return refuse(400, 'ORDERPAID', 'the order was paid')
  if (order.state === 'CLOSED') return refuse(400, 'ORDER_CLOSED', 'the order was closed before')
  order.state = 'CLOSED'
  return { status: 204 }
}
