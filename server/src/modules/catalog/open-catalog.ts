import type { Route } from '#kernel/routes'
import type { CatalogDeps } from './add-product.ts'
import { adminRoutes } from './admin-routes.ts'
import { productRoutes } from './product-routes.ts'
import { openWouldDo } from './would-do.ts'

export interface Catalog {
  readonly routes: readonly Route[]
  /** What is on sale and gives so many credits at least. */
  readonly wouldDo: ReturnType<typeof openWouldDo>
}

export const openCatalog = (deps: CatalogDeps & { readonly machineMs: () => number }): Catalog => ({
  wouldDo: openWouldDo(deps),
  routes: [...productRoutes(deps), ...adminRoutes(deps)],
})
