import { type Books, type Capture, isoOf, type Order, type Refund } from './books.ts'
import { captureFace } from './capture.ts'
import type { Merchant } from './merchant.ts'
import { spoken } from './money.ts'
import { optional } from './optional.ts'
import { pageOf } from './page.ts'
import { PAYER } from './payer.ts'
import { refundFace } from './refund.ts'

/** An order as PayPal shows it. */
export function orderFace(merchant: Merchant, order: Order): object {
  const { id, status, unit, createdAt, updatedAt } = order
  const isKnown = status === 'APPROVED' || status === 'COMPLETED'
  return {
    id,
    intent: 'CAPTURE',
    status,
    ...(isKnown && {
      payment_source: {
        paypal: {
          email_address: PAYER.email_address,
          account_id: PAYER.payer_id,
          account_status: 'VERIFIED',
          name: PAYER.name,
          address: PAYER.address,
        },
      },
      payer: PAYER,
    }),
    purchase_units: [
      {
        reference_id: unit.referenceId,
        amount: spoken(unit),
        payee: { email_address: merchant.email, merchant_id: merchant.id },
        ...optional('description', unit.description),
        ...optional('custom_id', unit.customId),
        ...optional('invoice_id', unit.invoiceId),
        ...optional('soft_descriptor', unit.softDescriptor),
        ...paymentsOf(merchant, order),
      },
    ],
    create_time: isoOf(createdAt),
    update_time: isoOf(updatedAt),
    links: linksOf(order),
  }
}

export const orderBrief = (order: Order): object => ({
  id: order.id,
  status: order.status,
  links: linksOf(order),
})

export const capturesOf = ({ captures }: Books, order: Order): Capture[] =>
  [...captures.values()].filter((capture) => capture.order === order)

function paymentsOf(merchant: Merchant, order: Order): object {
  const captures = capturesOf(merchant.books, order)
  if (captures.length === 0) return {}
  const refunds: Refund[] = [...merchant.books.refunds.values()].filter(
    ({ capture }) => capture.order === order,
  )
  return {
    payments: {
      captures: captures.map((capture) => captureFace(capture)),
      ...(refunds.length > 0 && { refunds: refunds.map((refund) => refundFace(refund)) }),
    },
  }
}

function linksOf(order: Order): object[] {
  const { id, origin, status, sourced } = order
  const href = `${origin}/v2/checkout/orders/${id}`
  const page = `${origin}${pageOf(order)}`
  const self = { href, rel: 'self', method: 'GET' }
  const capture = { href: `${href}/capture`, rel: 'capture', method: 'POST' }
  if (status === 'COMPLETED' || status === 'VOIDED') return [self]
  if (sourced) {
    const action = { href: page, rel: 'payer-action', method: 'GET' }
    return status === 'APPROVED' ? [self, capture] : [self, action]
  }
  const update = { href, rel: 'update', method: 'PATCH' }
  const approve = { href: page, rel: 'approve', method: 'GET' }
  return [self, approve, update, capture]
}
