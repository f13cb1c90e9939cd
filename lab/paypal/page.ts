import { pageOf as htmlOf, safe } from '../kit/page.ts'
import type { LabReply, LabRequest } from '../kit/provider.ts'
import { html } from '../kit/serve.ts'
import { isOpen, type Order } from './books.ts'
import type { Merchant } from './merchant.ts'
import { spoken } from './money.ts'
import { PAYER } from './payer.ts'

const PAGE = '/__lab/paypal/checkoutnow'

/** Where the payer of an order goes. */
export const pageOf = ({ id }: { readonly id: string }): string => `${PAGE}?token=${id}`

/** Back to the shop, which learns whose order it was; undefined where it did not say where it is. */
export const shopOf = ({ id, returnUrl }: Order): string | undefined =>
  backTo(returnUrl, { token: id, PayerID: PAYER.payer_id })

/** The page on which the payer agrees or not, with buttons that are controls. Undefined for any other address. */
export function approvePage(merchant: Merchant, { method, url }: LabRequest): LabReply | undefined {
  if (method !== 'GET' || url.pathname !== PAGE) return undefined
  const order = merchant.books.orders.get(url.searchParams.get('token') ?? '')
  if (!order) return page(404, '<p>There is no such order.</p>')
  const { value, currency_code } = spoken(order.unit)
  const cancel = backTo(order.cancelUrl, { token: order.id })
  return page(
    200,
    `<p>${safe(order.unit.description ?? order.unit.referenceId)}: ${value} ${currency_code}, ${order.status}</p>
${isOpen(order) ? formOf(order) : ''}
${cancel === undefined ? '' : `<p><a href="${safe(cancel)}">Cancel and go back</a></p>`}`,
  )
}

const formOf = (order: Order): string => `<form method="post" action="/__lab/paypal/approve">
<input type="hidden" name="order" value="${order.id}">
<input type="hidden" name="next" value="${safe(pageOf(order))}">
<button name="instrument" value="good">Agree and pay</button>
<button name="instrument" value="declined">Agree with what is then declined</button>
</form>`

function backTo(to: string | undefined, more: Readonly<Record<string, string>>) {
  if (to === undefined) return undefined
  const url = new URL(to)
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value)
  return url.href
}

const page = (status: number, body: string): LabReply =>
  html(htmlOf('PayPal, in the lab', body), status)
