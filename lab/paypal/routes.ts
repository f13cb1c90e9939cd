import { type Answer, type Made, notFound } from './answer.ts'
import { captureAlone } from './capture.ts'
import { captureOrder } from './capture-order.ts'
import { type Asked, createOrder } from './create-order.ts'
import { disputeFace } from './dispute.ts'
import type { Merchant } from './merchant.ts'
import { orderFace } from './order.ts'
import { patchOrder } from './patch-order.ts'
import { refundFace } from './refund.ts'
import { createRefund } from './refund-capture.ts'
import { report } from './report.ts'

export interface Call extends Asked {
  readonly id: string
  readonly query: URLSearchParams
}
type Handler = (merchant: Merchant, call: Call) => Answer | Made

/** What this lab plays of PayPal's API: `:id` stands for one part of the path. */
export const ROUTES: Readonly<Record<string, Handler>> = {
  'POST /v2/checkout/orders': createOrder,
  'GET /v2/checkout/orders/:id': (merchant, { id }) =>
    withOne(merchant.books.orders, id, (order) => found(() => orderFace(merchant, order))),
  'PATCH /v2/checkout/orders/:id': (merchant, { id, body }) =>
    withOne(merchant.books.orders, id, (order) => patchOrder(merchant, order, body)),
  'POST /v2/checkout/orders/:id/capture': (merchant, { id }) =>
    withOne(merchant.books.orders, id, (order) => captureOrder(merchant, order)),
  'GET /v2/payments/captures/:id': (merchant, { id }) =>
    withOne(merchant.books.captures, id, (one) => found(() => captureAlone(one, merchant))),
  'POST /v2/payments/captures/:id/refund': (merchant, call) =>
    withOne(merchant.books.captures, call.id, (one) => createRefund(merchant, one, call)),
  'GET /v2/payments/refunds/:id': (merchant, { id }) =>
    withOne(merchant.books.refunds, id, (refund) => found(() => refundFace(refund))),
  'GET /v1/customer/disputes/:id': (merchant, { id }) =>
    withOne(merchant.books.disputes, id, (one) => found(() => disputeFace(merchant, one))),
  'GET /v1/reporting/transactions': (merchant, { query }) => report(merchant, query),
}

const found = (face: () => object): Made => ({ status: 200, full: face, brief: face })

function withOne<T>(
  all: ReadonlyMap<string, T>,
  id: string,
  work: (one: T) => Answer | Made,
): Answer | Made {
  const one = all.get(id)
  return one === undefined ? notFound() : work(one)
}
