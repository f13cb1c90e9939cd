import { systemActor } from '#audit'
import { inTx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { done, type Outcome } from '#kernel/outcome'
import { type CatalogDeps, nextFree } from './add-product.ts'
import { PRODUCTS_MAX } from './limits.ts'
import { PRESETS, type PresetName, type PresetProduct } from './presets.ts'
import type { PublishedProduct } from './product.ts'
import { catalog } from './refusals.ts'
import { insertProduct, lockCatalog, readShelf } from './store.ts'
import { parseTerms } from './terms.ts'
import { writeVersion } from './write-version.ts'

/**
 * Lays out what a preset sells and is not there yet; answers with what it added. Into an empty catalog the first of them
 * gets the id 1, the second 2, and so on; what staff have changed meanwhile stays as they left it.
 */
export function seedCatalog(
  deps: CatalogDeps,
  preset: PresetName,
): Promise<Outcome<readonly PublishedProduct[], 'catalog_full'>> {
  return inTx(deps.db, async (tx) => {
    await lockCatalog(tx)
    const shelf = await readShelf(tx)
    const there = new Set(shelf.map((one) => one.preset))
    const missing = PRESETS[preset]
      .map((one: PresetProduct, i) => ({ ...one, preset: `${preset}:${i + 1}` }))
      .filter((one) => !there.has(one.preset))
    if (shelf.length + missing.length > PRODUCTS_MAX)
      return catalog.no('catalog_full', { limit: PRODUCTS_MAX })
    const taken = shelf.map(({ id }) => id)
    const added: PublishedProduct[] = []
    for (const { type, terms: written, preset: origin } of missing) {
      const terms = parseTerms(type, written)
      invariant(terms.ok, 'CT5', `the preset ${origin} contradicts itself`)
      const id = nextFree(taken)
      taken.push(id)
      await insertProduct(tx, { id, type, preset: origin, now: deps.clock.now() })
      const product = { id, type, version: 1, terms: terms.value }
      added.push(await writeVersion(tx, deps, product, { actor: systemActor('seed') }))
    }
    return done(added)
  })
}
