import Type from 'typebox'
import { actorOf } from '#audit'
import { door } from '#kernel/http-refusals'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { addProduct, type CatalogDeps } from './add-product.ts'
import { changeProduct } from './change-product.ts'
import {
  PRODUCT_ID_MAX,
  REASON_LETTERS_MAX,
  VERSION_ROWS_MAX,
  VERSION_ROWS_USUAL,
} from './limits.ts'
import { isOnSale } from './offer.ts'
import { parseProductId } from './product.ts'
import { area, ById } from './product-routes.ts'
import { catalog } from './refusals.ts'
import { ListedProduct, orNull, StaffProduct, staffAnswer, strict, TypeShape } from './shapes.ts'
import { listProducts, readVersions } from './store.ts'
import { TermsBody } from './terms.ts'

const BASE = '/api/v1/admin/products'
const Reason = Type.Optional(Type.String({ minLength: 1, maxLength: REASON_LETTERS_MAX }))
const TERMS_EXAMPLE = {
  name: { en: '1500 credits', zh: '1500积分' },
  blurb: { en: '100 on top', zh: '加送100积分' },
  prices: [
    { currency: 'CNY', amount: 6800 },
    { currency: 'USD', amount: 999 },
  ],
  credits: 1500,
  bonus: { kind: 'flat', credits: 100 },
  refund: { window_days: 7, pro_rata: true, fee: { percent_bp: 0, minimum_minor: 0 } },
}

export const adminRoutes = (deps: CatalogDeps): Route[] => [
  ...readRoutes(deps),
  ...editRoutes(deps),
]

const readRoutes = ({ db, clock }: CatalogDeps): Route[] => [
  defineRoute({
    method: 'GET',
    url: BASE,
    scope: 'products:read',
    name: 'list_all_products',
    summary: 'Every product in its newest version, on sale or not',
    area,
    answer: Type.Object({ items: Type.Array(ListedProduct) }, strict),
    handle: async () => {
      const now = clock.now()
      const items = (await listProducts(db)).map((product) => ({
        ...staffAnswer(product),
        versions: product.version, // they are numbered without gaps
        on_sale: isOnSale(product.terms, now),
      }))
      return done({ items })
    },
  }),
  defineRoute({
    method: 'GET',
    url: `${BASE}/:id/versions`,
    scope: 'products:read',
    name: 'list_product_versions',
    summary: 'What a product was, the newest version first',
    area,
    params: ById,
    query: Type.Object(
      {
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: VERSION_ROWS_MAX, default: VERSION_ROWS_USUAL }),
        ),
        cursor: Type.Optional(Type.String({ maxLength: 100 })),
      },
      strict,
    ),
    answer: Type.Object(
      { items: Type.Array(StaffProduct), next_cursor: orNull(Type.String()) },
      strict,
    ),
    refuses: {
      product_unknown: catalog.texts.product_unknown,
      cursor_invalid: door.texts.cursor_invalid,
    },
    handle: async ({ params, query }) => {
      const { cursor, limit = VERSION_ROWS_USUAL } = query
      const before = cursor === undefined ? undefined : parsePlace(cursor)
      if (cursor !== undefined && before === undefined) return door.no('cursor_invalid')
      const id = parseProductId(params.id)
      const rows = id === undefined ? [] : await readVersions(db, id, { before, limit: limit + 1 })
      // Beyond the first version there is nothing, but it is a product all the same.
      if (rows.length === 0 && before === undefined) return catalog.no('product_unknown')
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return done({
        items: rows.slice(0, limit).map(staffAnswer),
        next_cursor: last ? String(last.version) : null,
      })
    },
  }),
]

const parsePlace = (unchecked: string): number | undefined =>
  /^[1-9]\d{0,8}$/.test(unchecked) ? Number(unchecked) : undefined

const editRoutes = (deps: CatalogDeps): Route[] => {
  const { product_unknown, product_terms_invalid, product_changed } = catalog.texts
  const { product_id_taken, catalog_full } = catalog.texts
  return [
    defineRoute({
      method: 'POST',
      url: BASE,
      scope: 'products:write',
      name: 'add_product',
      summary: 'Put a new product on the shelf',
      area,
      status: 201,
      body: Type.Object(
        {
          product_id: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: PRODUCT_ID_MAX,
              description: 'Name it and the call may be repeated; else it gets the next free one',
            }),
          ),
          product_type: TypeShape,
          terms: TermsBody,
          reason: Reason,
        },
        { ...strict, examples: [{ product_type: 'recharge', terms: TERMS_EXAMPLE }] },
      ),
      answer: StaffProduct,
      refuses: { product_terms_invalid, product_id_taken, catalog_full },
      handle: async (call) => {
        const { product_id, product_type, terms, reason } = call.body
        const added = await addProduct(deps, {
          ...{ id: product_id, type: product_type, terms, reason },
          actor: actorOf(call),
        })
        return added.ok ? done(staffAnswer(added.value)) : added
      },
    }),
    defineRoute({
      method: 'PUT',
      url: `${BASE}/:id`,
      scope: 'products:write',
      name: 'change_product',
      summary: 'Publish the next version of a product; orders keep the one they were made from',
      area,
      params: ById,
      body: Type.Object(
        {
          version: Type.Integer({
            minimum: 1,
            maximum: 2_147_483_647,
            description: 'The one you saw; refused when there is a newer one',
          }),
          terms: TermsBody,
          reason: Reason,
        },
        {
          ...strict,
          examples: [
            { version: 1, terms: { ...TERMS_EXAMPLE, active: false }, reason: 'sold out' },
          ],
        },
      ),
      answer: StaffProduct,
      refuses: { product_unknown, product_changed, product_terms_invalid },
      handle: async (call) => {
        const { version, terms, reason } = call.body
        const id = parseProductId(call.params.id)
        if (id === undefined) return catalog.no('product_unknown')
        const actor = actorOf(call)
        const changed = await changeProduct(deps, { id, version, terms, reason, actor })
        return changed.ok ? done(staffAnswer(changed.value)) : changed
      },
    }),
  ]
}
