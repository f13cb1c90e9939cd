import { inTx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import type { CatalogDeps } from './add-product.ts'
import type { PublishedProduct } from './product.ts'
import { catalog } from './refusals.ts'
import { findProduct, lockCatalog } from './store.ts'
import { parseTerms } from './terms.ts'
import { type Editor, writeVersion } from './write-version.ts'

export type ChangeNo = 'product_unknown' | 'product_changed' | 'product_terms_invalid'

/** Publishes the next version of a product, made from the one its editor saw. */
export function changeProduct(
  deps: CatalogDeps,
  want: Editor & { readonly id: number; readonly version: number; readonly terms: unknown },
): Promise<Outcome<PublishedProduct, ChangeNo>> {
  return inTx(deps.db, async (tx) => {
    await lockCatalog(tx)
    const latest = await findProduct(tx, want.id)
    if (!latest) return catalog.no('product_unknown')
    const { id, type, version } = latest
    if (version !== want.version) return catalog.no('product_changed', { product_id: id, version })
    const terms = parseTerms(type, want.terms)
    if (!terms.ok) return terms
    const product = { id, type, version: version + 1, terms: terms.value }
    return done(await writeVersion(tx, deps, product, want))
  })
}
