import { type RawBuilder, sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import type { Product, PublishedProduct } from './product.ts'
import { type ProductType, parseTerms, termsJson } from './terms.ts'

interface Row {
  readonly id: number
  readonly type: ProductType
  readonly version: number
  readonly terms: unknown
  readonly published_at: Date
  readonly published_by: string
}

const COLUMNS = sql`p.id, p.type, v.version, v.terms, v.published_at, v.published_by`
const VERSIONS = sql`catalog.products p join catalog.versions v on v.product_id = p.id`

function productOf({ terms: unchecked, ...row }: Row): PublishedProduct {
  const terms = parseTerms(row.type, unchecked)
  invariant(terms.ok, 'CT5', `version ${row.version} of product ${row.id} cannot be read`)
  const { id, type, version } = row
  return {
    ...{ id, type, version, terms: terms.value },
    publishedAt: row.published_at.toISOString(),
    publishedBy: row.published_by,
  }
}

/** Any number that no other lock of ours begins with. */
const CATALOG_LOCK = 7_468_020

/** Editors queue here: there are few, and each sees the number and the version that the one before it took. */
export async function lockCatalog(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CATALOG_LOCK})`.execute(tx)
}

/** In its latest version, on sale or not. */
export async function findProduct(
  db: Database | Tx,
  id: number,
): Promise<PublishedProduct | undefined> {
  const [latest] = await readVersions(db, id, { limit: 1 })
  return latest
}

export async function findProductVersion(
  db: Database | Tx,
  id: number,
  version: number,
): Promise<PublishedProduct | undefined> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from ${VERSIONS} where p.id = ${id}::int and v.version = ${version}::int
  `.execute(db)
  return rows[0] && productOf(rows[0])
}

/** Every product in its latest version, on sale or not, in the order of the shelf. */
export async function listProducts(db: Database | Tx): Promise<PublishedProduct[]> {
  const { rows } = await sql<Row>`
    select distinct on (p.id) ${COLUMNS} from ${VERSIONS} order by p.id, v.version desc
  `.execute(db)
  return rows.map(productOf).sort((a, b) => a.terms.sort - b.terms.sort || a.id - b.id)
}

/** The latest first. */
export async function readVersions(
  db: Database | Tx,
  id: number,
  want: { readonly before?: number | undefined; readonly limit: number },
): Promise<PublishedProduct[]> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from ${VERSIONS}
     where p.id = ${id}::int and ${beyond(want.before)}
     order by v.version desc
     limit ${want.limit}
  `.execute(db)
  return rows.map(productOf)
}

const beyond = (version: number | undefined): RawBuilder<unknown> =>
  version === undefined ? sql`true` : sql`v.version < ${version}::int`

/** What numbers are taken, and what was laid there by a preset. */
export async function readShelf(
  tx: Tx,
): Promise<readonly { readonly id: number; readonly preset: string | null }[]> {
  const { rows } = await sql<{ id: number; preset: string | null }>`
    select id, preset from catalog.products order by id
  `.execute(tx)
  return rows
}

export async function insertProduct(
  tx: Tx,
  one: {
    readonly id: number
    readonly type: ProductType
    readonly preset: string | undefined
    readonly now: Instant
  },
): Promise<void> {
  await sql`
    insert into catalog.products (id, type, preset, created_at)
    values (${one.id}, ${one.type}, ${one.preset ?? null}, ${rfc3339(one.now)}::timestamptz)
  `.execute(tx)
}

export async function insertVersion(
  tx: Tx,
  { id, version, terms }: Product,
  by: string,
  now: Instant,
): Promise<void> {
  await sql`
    insert into catalog.versions (product_id, version, terms, published_at, published_by)
    values (${id}, ${version}, ${JSON.stringify(termsJson(terms))}::jsonb,
            ${rfc3339(now)}::timestamptz, ${by})
  `.execute(tx)
}
