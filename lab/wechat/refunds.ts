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
import {
  give,
  type Merchant,
  type Order,
  type Payment,
  type Refund,
  type RefundState,
  take,
} from './merchant.ts'
import { notifyRefund } from './notify.ts'
import { refuseNotifyUrl } from './notify-url.ts'
import type { Call } from './routes.ts'
import { parse, REFUND } from './shapes.ts'
import { refundView } from './views.ts'

const YEAR_MS = 365 * 86_400_000
const REFUNDS_MAX = 50
/** How long a refund is on its way. */
const REFUND_MS = 2_000

export function requestRefund(merchant: Merchant, { body }: Call): Answer {
  const parsed = parse(REFUND, body)
  if (isRefusal(parsed)) return parsed
  const wanted = parsed.body
  const badUrl = wanted.notify_url === undefined ? undefined : refuseNotifyUrl(wanted.notify_url)
  if (badUrl) return badUrl
  const paid = findPaid(merchant, wanted)
  if (isRefusal(paid)) return paid
  const before = merchant.refunds.get(wanted.out_refund_no)
  if (before) return again(before, paid.order, wanted.amount.refund)
  const refused = refuseRefund(merchant, paid, wanted.amount)
  if (refused) return refused
  const refund = beginRefund(merchant, paid.order, {
    number: wanted.out_refund_no,
    amount: wanted.amount.refund,
    notifyUrl: wanted.notify_url,
  })
  return ok(refundView(refund))
}

type Paid = { readonly order: Order; readonly payment: Payment }

function findPaid(merchant: Merchant, wanted: Static<typeof REFUND>): Paid | Refusal {
  const { transaction_id, out_trade_no } = wanted
  if (transaction_id === undefined && out_trade_no === undefined)
    return wrongParameter('/transaction_id', 'one of transaction_id and out_trade_no is wanted')
  const order = [...merchant.orders.values()].find(
    ({ number, payment }) =>
      (out_trade_no === undefined || number === out_trade_no) &&
      (transaction_id === undefined || payment?.id === transaction_id),
  )
  if (!order?.payment) return refuse(404, 'RESOURCE_NOT_EXISTS', 'no such order was paid')
  return { order, payment: order.payment }
}

function again(before: Refund, order: Order, amount: number): Answer {
  if (before.order !== order || before.amount !== amount)
    return invalid('this out_refund_no was used before with another amount or order')
  return ok(refundView(before))
}

function refuseRefund(
  merchant: Merchant,
  { order, payment }: Paid,
  { refund, total }: { readonly refund: number; readonly total: number },
): Refusal | undefined {
  if (total !== payment.total) return invalid('amount.total is not the amount of the order')
  if (merchant.kit.now() - payment.at > YEAR_MS) return invalid('paid more than a year ago')
  const counted = order.refunds.filter(({ state }) => state !== 'CLOSED')
  if (counted.length >= REFUNDS_MAX) return invalid('50 refunds of one order are the most')
  const gone = counted.reduce((sum, { amount }) => sum + amount, 0)
  if (gone + refund > payment.total) return invalid('more than what is left of the order')
  if (!take(merchant, refund)) return refuse(403, 'NOT_ENOUGH', 'the balance does not suffice')
  return undefined
}

/** On its way; it ends as the lab was told that refunds end. */
export function beginRefund(
  merchant: Merchant,
  order: Order,
  wanted: Pick<Refund, 'number' | 'amount' | 'notifyUrl'>,
): Refund {
  const { payment } = order
  if (!payment) throw new Error('the order is not paid')
  const now = merchant.kit.now()
  const refund: Refund = {
    ...{ ...wanted, order, payment, createdAt: now, at: now, state: 'PROCESSING' },
    id: merchant.newId('50300'),
  }
  order.refunds.push(refund)
  order.state = 'REFUND'
  merchant.refunds.set(refund.number, refund)
  const end = merchant.refundResult
  merchant.kit.later(REFUND_MS, () => endRefund(merchant, refund, end))
  return refund
}

/** One that was abnormal may succeed later, by hand; the other ends are final. */
export function endRefund(merchant: Merchant, refund: Refund, end: RefundState): void {
  const isOpen = refund.state === 'PROCESSING' || refund.state === 'ABNORMAL'
  if (!isOpen || end === 'PROCESSING' || end === refund.state) return
  refund.state = end
  refund.at = merchant.kit.now()
  if (end === 'CLOSED') give(merchant, refund.amount)
  notifyRefund(merchant, refund)
}

export function queryRefund(merchant: Merchant, { params }: Call): Answer {
  const refund = merchant.refunds.get(params[0] ?? '')
  return refund
    ? ok(refundView(refund))
    : refuse(404, 'RESOURCE_NOT_EXISTS', 'there is no such refund')
}
