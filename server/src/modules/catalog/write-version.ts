import { type Actor, type AuditDeps, writeAudit } from '#audit'
import type { Tx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import type { Product, PublishedProduct } from './product.ts'
import { insertVersion } from './store.ts'
import { priceJson } from './terms.ts'

export interface Editor {
  readonly actor: Actor
  readonly reason?: string | undefined
}

/** A version, its line in the trail and its event, in the transaction of whoever holds the catalog's lock. */
export async function writeVersion(
  tx: Tx,
  deps: AuditDeps,
  product: Product,
  { actor, reason }: Editor,
): Promise<PublishedProduct> {
  const { id, type, version, terms } = product
  // Read behind the lock: whoever waited for another editor is not earlier than that one.
  const now = deps.clock.now()
  await insertVersion(tx, product, actor.id, now)
  await writeAudit(tx, deps, actor, {
    action: 'catalog.product_published',
    target: { kind: 'product', id: String(id) },
    before: { version: version - 1 },
    after: {
      ...{ product_id: id, kind: type, version, enabled: terms.active },
      price: terms.prices.map(priceJson),
      credits: Number(terms.credits),
    },
    ...(reason !== undefined && { reason }),
    result: 'done',
  })
  await tell(tx, deps.clock, {
    topic: 'catalog.product_published',
    data: { product_id: id, product_type: type, version },
  })
  return { ...product, publishedAt: new Date(now).toISOString(), publishedBy: actor.id }
}
