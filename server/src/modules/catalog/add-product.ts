import type { AuditDeps } from '#audit'
import { type Database, inTx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import { PRODUCTS_MAX } from './limits.ts'
import type { PublishedProduct } from './product.ts'
import { catalog } from './refusals.ts'
import { insertProduct, lockCatalog, readShelf } from './store.ts'
import { type ProductType, parseTerms } from './terms.ts'
import { type Editor, writeVersion } from './write-version.ts'

export interface CatalogDeps extends AuditDeps {
  readonly db: Database
}

export type AddNo = 'product_terms_invalid' | 'product_id_taken' | 'catalog_full'

/** Puts a new product on the shelf in its first version. Who names its id can send it again without a second one. */
export async function addProduct(
  deps: CatalogDeps,
  want: Editor & {
    readonly id?: number | undefined
    readonly type: ProductType
    readonly terms: unknown
  },
): Promise<Outcome<PublishedProduct, AddNo>> {
  const terms = parseTerms(want.type, want.terms)
  if (!terms.ok) return terms
  return inTx(deps.db, async (tx) => {
    await lockCatalog(tx)
    const taken = (await readShelf(tx)).map(({ id }) => id)
    if (want.id !== undefined && taken.includes(want.id))
      return catalog.no('product_id_taken', { product_id: want.id })
    if (taken.length >= PRODUCTS_MAX) return catalog.no('catalog_full', { limit: PRODUCTS_MAX })
    const id = want.id ?? nextFree(taken)
    await insertProduct(tx, { id, type: want.type, preset: undefined, now: deps.clock.now() })
    const product = { id, type: want.type, version: 1, terms: terms.value }
    return done(await writeVersion(tx, deps, product, want))
  })
}

/** No product is ever removed, so a number that is free was never anybody's. */
export function nextFree(taken: readonly number[]): number {
  const all = new Set(taken)
  let id = 1
  while (all.has(id)) id += 1
  return id
}
