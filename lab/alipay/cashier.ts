import type { LabReply, LabRequest } from '../kit/provider.ts'
import { chinaTime } from './china-time.ts'
import { signFields } from './notify.ts'
import type { Buyer, Order, Trade } from './order.ts'
import type { Refusal } from './said.ts'
import type { Shop } from './shop.ts'
import { enter, pay } from './trade.ts'
import { yuan } from './yuan.ts'

const PATH = '/cashier'

export const BUYER: Buyer = { id: '2088000000000031', logonId: 'lab***@example.com' }

/** Seen from the gateway, wherever that is served. */
export const cashierAddress = ({ token }: Order): string => `cashier?order=${token}`

/** Where the payer of a web or phone page arrives: signing in makes the trade, paying pays it. */
export function showCashier(shop: Shop, { method, url, body }: LabRequest): LabReply | undefined {
  if (url.pathname !== PATH) return undefined
  const token = url.searchParams.get('order')
  const order = [...shop.orders.values()].find((each) => each.token === token)
  if (order === undefined || order.way === 'precreate') return page(404, '没有这个订单')
  if (method === 'GET') return page(200, choices(order))
  const action = new URLSearchParams(body.toString()).get('action')
  if (action === 'enter') return outcome(shop, order, enter(shop, order, BUYER), false)
  if (action === 'pay')
    return outcome(shop, order, pay(shop, order, BUYER, wrongFen(shop, order)), true)
  return order.quitUrl === undefined ? page(200, '已离开') : goTo(order.quitUrl)
}

/** What is paid instead of the order's amount, while that fault strikes. */
export const wrongFen = (shop: Shop, order: Order): number | undefined =>
  shop.kit.strikes('wrong_amount') ? order.fen + 1 : undefined

function outcome(shop: Shop, order: Order, trade: Trade | Refusal, paid: boolean): LabReply {
  if ('ok' in trade) return page(409, trade.sub)
  if (!paid) return page(200, choices(order))
  return order.returnUrl === undefined
    ? page(200, '付款成功')
    : goTo(returnAddress(shop, order, order.returnUrl, trade))
}

/** Signed like a notification, and yet no proof of anything: it goes through the payer's hands, as often as they like. */
function returnAddress(shop: Shop, order: Order, returnUrl: string, trade: Trade): string {
  const fields = {
    charset: 'utf-8',
    out_trade_no: order.number,
    method: `alipay.trade.${order.way}.pay.return`,
    total_amount: yuan(trade.fen),
    trade_no: trade.id,
    auth_app_id: order.app.id,
    version: '1.0',
    app_id: order.app.id,
    seller_id: shop.seller.id,
    timestamp: chinaTime(shop.kit.now()),
  }
  const address = new URL(returnUrl)
  const sign = signFields(fields, shop.alipay.keys)
  for (const [name, value] of Object.entries({ ...fields, sign_type: 'RSA2', sign }))
    address.searchParams.append(name, value)
  return address.href
}

const choices = (order: Order): string => `
  <h1>${escaped(order.subject)}</h1>
  <p>￥${yuan(order.fen)}</p>
  <form method="post">
    <button name="action" value="enter">登录</button>
    <button name="action" value="pay">付款</button>
    <button name="action" value="quit">离开</button>
  </form>`

const page = (status: number, content: string): LabReply => ({
  status,
  headers: { 'content-type': 'text/html;charset=utf-8' },
  body: `<!doctype html><html lang="zh"><meta charset="utf-8"><title>收银台</title>${content}`,
})

const goTo = (location: string): LabReply => ({ status: 303, headers: { location } })

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
