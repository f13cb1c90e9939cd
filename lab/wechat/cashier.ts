import { button, pageOf, safe } from '../kit/page.ts'
import type { LabReply, LabRequest } from '../kit/provider.ts'
import { html } from '../kit/serve.ts'
import type { Merchant, Order } from './merchant.ts'
import { H5_LINK_MS } from './orders.ts'

/**
 * What a payer sees: for H5 orders at the address that was answered, with `redirect_url` added by the app; for native
 * ones with the `pr` of their code.
 */
export function cashierPage(merchant: Merchant, { url }: LabRequest): LabReply {
  const query = url.searchParams
  const token = query.get('package') ?? query.get('pr')
  const order = [...merchant.orders.values()].find((one) => one.token === token)
  if (!order) return html(pageOf('WeChat Pay', '<p>This code leads nowhere.</p>'), 404)
  const isStale = merchant.kit.now() - order.linkedAt > H5_LINK_MS
  if (query.has('package') && isStale)
    return html(pageOf('WeChat Pay', '<p>This address worked for five minutes.</p>'), 410)
  const goal = query.get('redirect_url')
  const next = goal !== null && /^https?:/i.test(goal) ? goal : `${url.pathname}${url.search}`
  return html(pageOf('WeChat Pay', orderText(order) + payButton(order, next)))
}

const orderText = (order: Order): string =>
  `<p>${safe(order.description)}</p><p><strong>${yuan(order.total)} CNY</strong></p>
<p>${safe(order.number)}: ${order.state}</p>`

const payButton = (order: Order, next: string): string =>
  order.payment || order.state === 'CLOSED'
    ? ''
    : button('/__lab/wechat/pay', 'pay', {
        input: JSON.stringify({ out_trade_no: order.number }),
        next,
      })

/** `12.30`, of fen. */
export const yuan = (fen: number): string =>
  `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
