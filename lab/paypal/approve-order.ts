import { isOpen, type Order } from './books.ts'
import type { Merchant } from './merchant.ts'
import { orderFace } from './order.ts'
import { tell } from './tell.ts'

/** The payer agrees, with an instrument that will pay or with one that will not. Undefined where it is too late. */
export function approveOrder(
  merchant: Merchant,
  order: Order,
  declined: boolean,
): Order | undefined {
  if (!isOpen(order)) return undefined
  order.status = 'APPROVED'
  order.declined = declined
  order.updatedAt = merchant.kit.now()
  tell(merchant, {
    type: 'CHECKOUT.ORDER.APPROVED',
    about: 'checkout-order',
    summary: 'An order has been approved by buyer',
    resource: orderFace(merchant, order),
    origin: order.origin,
  })
  return order
}

/** Approved and not captured in time: PayPal lets the payer's money go. */
export function reverseApproval(merchant: Merchant, order: Order): Order | undefined {
  if (order.status !== 'APPROVED') return undefined
  order.status = 'VOIDED'
  order.updatedAt = merchant.kit.now()
  tell(merchant, {
    type: 'CHECKOUT.PAYMENT-APPROVAL.REVERSED',
    about: 'checkout-order',
    summary: 'A payment has been reversed after approval.',
    resource: { order_id: order.id, ...orderFace(merchant, order) },
    origin: order.origin,
  })
  return order
}
