import type { Instant } from '#kernel/clock'
import { inTx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import { canBePaid, listAttempts } from '#payments'
import type { Counter } from './deps.ts'
import { AT_ONCE_MAX, CLOSE_AGAIN_MS } from './limits.ts'
import type { Order } from './order.ts'
import { closeLater, findOrder, listToClose, lockOrder, moveOrder } from './order-store.ts'
import { tellTopUp } from './tell-top-up.ts'

/**
 * Ends an order that nobody has paid: at the providers first, here when each of them has said so. One that does not
 * answer keeps it closing, and is asked again; paid meanwhile, it is paid.
 */
export async function closeOrder(deps: Counter, id: string): Promise<Order | undefined> {
  const began = await inTx(deps.db, async (tx) => {
    const order = await lockOrder(tx, id)
    if (!order) return false
    await moveOrder(tx, id, 'begin_close')
    return true
  })
  if (!began) return undefined
  await deps.payments.closeAll(id)
  await inTx(deps.db, async (tx) => {
    const order = await lockOrder(tx, id)
    const attempts = await listAttempts(tx, id)
    if (order?.state !== 'closing' || attempts.some(canBePaid)) return
    if (!(await moveOrder(tx, id, 'close'))) return
    await tell(tx, deps.clock, {
      topic: 'checkout.closed',
      owner: order.owner,
      data: { order_id: id, product_id: order.product.id },
    })
    await tellTopUp(tx, deps, order, 'declined')
  })
  return findOrder(deps.db, id)
}

/** The minute's look at what has run out. */
export async function closeDueOrders(deps: Counter): Promise<void> {
  const now = deps.clock.now()
  const later = (now + CLOSE_AGAIN_MS) as Instant
  // Each is taken once: whatever cannot be closed keeps no other open.
  for (;;) {
    const due = await listToClose(deps.db, now)
    if (due.length === 0) return
    await eachAlone(due, async (id) => {
      await closeLater(deps.db, id, later)
      await closeOrder(deps, id)
    })
  }
}

/** Some at a time, none of which keeps another from being done. */
export async function eachAlone(
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
): Promise<void> {
  const faults: unknown[] = []
  for (let i = 0; i < ids.length; i += AT_ONCE_MAX)
    for (const one of await Promise.allSettled(ids.slice(i, i + AT_ONCE_MAX).map(work)))
      if (one.status === 'rejected') faults.push(one.reason)
  if (faults.length > 0) throw new AggregateError(faults, 'some could not be done')
}
