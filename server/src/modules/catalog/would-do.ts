import type { Clock, Instant } from '#kernel/clock'
import type { Database } from '#kernel/db'
import { isOnSale, ownBonus } from './offer.ts'
import type { PublishedProduct } from './product.ts'
import { listProducts } from './store.ts'
import { priceJson } from './terms.ts'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly machineMs: () => number
}

/** What whoever has too little could buy, in the words of the API. */
type WouldDo = {
  readonly product_id: number
  readonly credits: number
  readonly prices: { readonly currency: string; readonly amount: number }[]
}

/** Who has run out asks again and again. */
const REMEMBERED_MS = 5_000
const SHOWN_MAX = 5

/** What is on sale and gives so many credits at least, the smallest first. */
export function openWouldDo({ db, clock, machineMs }: Deps) {
  let known:
    | { readonly at: number; readonly products: Promise<readonly PublishedProduct[]> }
    | undefined
  return async (missing: bigint): Promise<WouldDo[]> => {
    if (!known || machineMs() - known.at > REMEMBERED_MS)
      known = { at: machineMs(), products: listProducts(db) }
    const products = await known.products.catch((error: unknown) => {
      known = undefined
      throw error
    })
    return whatWouldDo(products, missing, clock.now())
  }
}

/** Pure. */
const whatWouldDo = (
  products: readonly PublishedProduct[],
  missing: bigint,
  now: Instant,
): WouldDo[] =>
  products
    .filter(({ type, terms }) => type === 'recharge' && isOnSale(terms, now))
    .map((product) => ({ product, total: totalOf(product) }))
    .filter(({ total }) => total >= missing)
    .sort((a, b) => Number(a.total - b.total))
    .slice(0, SHOWN_MAX)
    .map(({ product: { id, terms }, total }) => ({
      product_id: id,
      credits: Number(total),
      prices: terms.prices.map(priceJson),
    }))

const totalOf = ({ terms }: PublishedProduct): bigint =>
  terms.credits + (terms.prices[0] ? ownBonus(terms.bonus, terms.prices[0]) : 0n)
