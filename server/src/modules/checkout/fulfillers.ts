import type { AuditDeps } from '#audit'
import type { ProductType } from '#catalog'
import { grantOrder } from '#credits'
import type { Tx } from '#kernel/db'
import type { Order } from './order.ts'

/** Gives what was paid for, in the transaction of the payment. */
type Fulfil = (tx: Tx, deps: AuditDeps, order: Order) => Promise<void>

const giveCredits: Fulfil = (tx, deps, order) =>
  grantOrder(tx, deps, {
    ...{ owner: order.owner, asset: order.asset, orderId: order.id, ...order.gives },
    description: order.product.terms.name.zh,
  })

/** By kind of product. One that nobody delivers is not sold. */
export const FULFILLERS: Readonly<Partial<Record<ProductType, Fulfil>>> = {
  recharge: giveCredits,
  bundle: giveCredits,
}
