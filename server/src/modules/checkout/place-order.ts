import { hash } from 'node:crypto'
import { findProduct, type Offer, type OfferNo, offerOf, type Product } from '#catalog'
import { creditRefusals } from '#credits'
import type { Instant } from '#kernel/clock'
import { type Database, inTx, type Tx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import type { Counter } from './deps.ts'
import { FULFILLERS } from './fulfillers.ts'
import { BY_ITSELF, lifeMs, type Order } from './order.ts'
import { countPurchases, findOrderByKey, insertOrder, lockPurchases } from './order-store.ts'
import { checkout } from './refusals.ts'

export interface OrderWish {
  readonly owner: string
  readonly productId: number
  readonly currency: string
  readonly channel: string | undefined
  readonly livemode: boolean
}

export type QuoteNo = OfferNo | 'product_not_deliverable'
export interface Quoted {
  readonly product: Product
  readonly offer: Offer
}

/** What it would cost now, and what it would give this owner. */
export async function quoteOrder(
  deps: Pick<Counter, 'clock'>,
  db: Database | Tx,
  want: OrderWish,
): Promise<Outcome<Quoted, QuoteNo>> {
  const product = await findProduct(db, want.productId)
  const { counted, isFirst } = await countPurchases(db, want)
  const offer = offerOf(product, {
    ...{ currency: want.currency, channel: want.channel, now: deps.clock.now() },
    ...{ purchasesBefore: counted, firstPurchase: isFirst },
  })
  if (!offer.ok) return offer
  // A card in a bundle is promised as well, and nobody delivers it yet.
  if (!product || !FULFILLERS[product.type] || product.terms.monthCard)
    return checkout.no('product_not_deliverable')
  return done({ product, offer: offer.value })
}

interface Asked {
  readonly key: string
  readonly request: string
  readonly by: string
}

interface Placed {
  readonly order: Order
  /** The key had made it before. */
  readonly replayed: boolean
}

/** Writes down what was promised. A key makes one order: the same request finds it again. */
export function placeOrder(
  deps: Counter,
  want: OrderWish,
  { key, request, by }: Asked,
): Promise<Outcome<Placed, QuoteNo | 'idempotency_key_reused'>> {
  const asked = hash('sha256', request)
  return inTx(deps.db, async (tx) => {
    await lockPurchases(tx, want.owner, want.productId)
    const earlier = await findOrderByKey(tx, want.owner, key)
    if (earlier)
      return earlier.asked === asked
        ? done({ order: earlier.order, replayed: true })
        : creditRefusals.no('idempotency_key_reused')
    const quoted = await quoteOrder(deps, tx, want)
    if (!quoted.ok) return quoted
    const topUp = by === BY_ITSELF ? key : undefined
    const order = { ...orderOf(deps, want, quoted.value), topUp }
    // The same key for another product waited for no common lock: the index judges.
    if (await insertOrder(tx, { ...order, key, asked, by })) return done({ order, replayed: false })
    return creditRefusals.no('idempotency_key_reused')
  })
}

function orderOf(deps: Counter, want: OrderWish, { product, offer }: Quoted): Omit<Order, 'topUp'> {
  const now = deps.clock.now()
  const { credits, bonuses, price } = offer
  return {
    ...{ id: deps.newId('ord'), owner: want.owner, product, gives: { credits, bonuses } },
    ...{ amount: price.amount, currency: price.currency, livemode: want.livemode },
    asset: deps.production && !want.livemode ? 'test_credit' : 'credit',
    ...{
      state: 'created',
      factId: undefined,
      attemptId: undefined,
      refunded: 0n,
      underway: 0n,
      frozen: undefined,
    },
    ...{ turn: 0, createdAt: now, paidAt: undefined },
    expiresAt: (now + lifeMs(want.channel)) as Instant,
  }
}
