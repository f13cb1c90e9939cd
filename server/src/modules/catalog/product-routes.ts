import Type from 'typebox'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import type { CatalogDeps } from './add-product.ts'
import { isOnSale } from './offer.ts'
import { parseProductId } from './product.ts'
import { catalog } from './refusals.ts'
import { ShownProduct, shown, strict, TypeShape } from './shapes.ts'
import { findProduct, listProducts } from './store.ts'
import { CurrencyShape } from './terms.ts'

export const area = 'catalog'
export const ById = Type.Object({ id: Type.String({ maxLength: 64, examples: ['1'] }) }, strict)

/** What is on sale, for anybody who looks. */
export const productRoutes = ({ db, clock }: CatalogDeps): Route[] => [
  defineRoute({
    method: 'GET',
    url: '/api/v1/products',
    scope: 'public',
    name: 'list_products',
    summary: 'What is on sale now, in the order of the shelf',
    area,
    query: Type.Object(
      { product_type: Type.Optional(TypeShape), currency: Type.Optional(CurrencyShape) },
      strict,
    ),
    answer: Type.Object({ items: Type.Array(ShownProduct) }, strict),
    handle: async ({ query, language }) => {
      const { product_type, currency } = query
      const now = clock.now()
      const items = (await listProducts(db))
        .filter(({ terms }) => isOnSale(terms, now))
        .filter(({ type }) => product_type === undefined || type === product_type)
        .map((product) => shown(product, language, currency))
        .filter(({ prices }) => prices.length > 0)
      return done({ items })
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/api/v1/products/:id',
    scope: 'public',
    name: 'get_product',
    summary: 'One product that is on sale now',
    area,
    params: ById,
    answer: ShownProduct,
    refuses: { product_unknown: catalog.texts.product_unknown },
    handle: async ({ params, language }) => {
      const id = parseProductId(params.id)
      const product = id === undefined ? undefined : await findProduct(db, id)
      // What is not on sale yet is nobody's business.
      return product && isOnSale(product.terms, clock.now())
        ? done(shown(product, language))
        : catalog.no('product_unknown')
    },
  }),
]
