import Type from 'typebox'
import { Value } from 'typebox/value'
import type { Facts } from '#kernel/outcome'
import { PRODUCT_TYPES, type ProductType, parseTerms, type Terms, termsJson } from './terms.ts'

/** What can be bought, as one of its versions promises it. */
export interface Product {
  readonly id: number
  readonly type: ProductType
  readonly version: number
  readonly terms: Terms
}

export interface PublishedProduct extends Product {
  /** RFC 3339. */
  readonly publishedAt: string
  readonly publishedBy: string
}

const ID = /^[1-9]\d{0,4}$/

/** As it stands in an address; whether there is such a product is another question. */
export const parseProductId = (unchecked: string): number | undefined =>
  ID.test(unchecked) ? Number(unchecked) : undefined

const Snapshot = Type.Object({
  product_id: Type.Integer({ minimum: 1 }),
  product_type: Type.Enum([...PRODUCT_TYPES]),
  version: Type.Integer({ minimum: 1 }),
  terms: Type.Unknown(),
})

/** Everything that was promised, as an order keeps it. */
export const snapshotOf = ({ id, type, version, terms }: Product): Facts => ({
  product_id: id,
  product_type: type,
  version,
  terms: termsJson(terms),
})

export function parseSnapshot(unchecked: unknown): Product | undefined {
  if (!Value.Check(Snapshot, unchecked)) return undefined
  const { product_id, product_type, version } = unchecked
  const terms = parseTerms(product_type, unchecked.terms)
  return terms.ok ? { id: product_id, type: product_type, version, terms: terms.value } : undefined
}
