import type { Route } from '#kernel/routes'
import type { CatalogDeps } from './add-product.ts'
import { adminRoutes } from './admin-routes.ts'
import { productRoutes } from './product-routes.ts'

export interface Catalog {
  readonly routes: readonly Route[]
}

export const openCatalog = (deps: CatalogDeps): Catalog => ({
  routes: [...productRoutes(deps), ...adminRoutes(deps)],
})
