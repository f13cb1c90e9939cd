import { give, type Merchant, newToken, type Order } from './merchant.ts'
import { notifyPaid } from './notify.ts'

export interface PayWish {
  /** Another amount than the order's, as only a mistake of the platform could make it. */
  readonly amount?: number | undefined
  /** How much of it the platform pays for the payer. */
  readonly coupon?: number | undefined
  readonly openid?: string | undefined
  /** The payer had begun before the order could no longer be paid. */
  readonly late?: boolean | undefined
}

/** The payer pays. Throws a sentence where they cannot. */
export function pay(merchant: Merchant, order: Order, wish: PayWish = {}): void {
  const { kit } = merchant
  if (order.payment) throw new Error('the order is paid already')
  if (order.state === 'CLOSED' || order.state === 'REVOKED') throw new Error('the order is closed')
  const now = kit.now()
  if (!wish.late && order.expiresAt !== undefined && order.expiresAt <= now)
    throw new Error('the last moment to pay has passed')
  const total = wish.amount ?? order.total
  const coupon = wish.coupon ?? 0
  if (coupon > total) throw new Error('the coupon is more than the amount')
  order.payment = {
    ...{ total, coupon, at: now },
    id: merchant.newId('4200'),
    openid: wish.openid ?? order.openid ?? `o${newToken(13)}`,
  }
  order.state = 'SUCCESS'
  give(merchant, total)
  notifyPaid(merchant, order)
}

export function findOrder(merchant: Merchant, number: string): Order {
  const order = merchant.orders.get(number)
  if (!order) throw new Error('there is no such order')
  return order
}
