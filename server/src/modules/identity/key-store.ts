import { type Selectable, sql } from 'kysely'
import type { IdentityApiKeys } from '#kernel/database-types'
import type { Database, Tx } from '#kernel/db'
import type { KeyKind } from './api-key.ts'

export interface ApiKey {
  readonly id: string
  readonly kind: KeyKind
  readonly name: string
  readonly shown: string
  readonly scopes: readonly string[]
  readonly spendCap: bigint | null
  readonly spendCapEvery: 'day' | 'month' | null
  readonly allowList: readonly string[]
  readonly createdBy: string
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

const KEY = [
  'id',
  'kind',
  'name',
  'shown',
  'scopes',
  'spend_cap',
  'spend_cap_every',
  'allow_list',
  'created_by',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
] as const

type KeyRow = Pick<Selectable<IdentityApiKeys>, (typeof KEY)[number]>

const keyOf = (row: KeyRow): ApiKey => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  shown: row.shown,
  scopes: row.scopes,
  spendCap: row.spend_cap,
  spendCapEvery: row.spend_cap_every,
  allowList: row.allow_list,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  revokedAt: row.revoked_at?.toISOString() ?? null,
})

export interface NewKey {
  readonly id: string
  readonly kind: KeyKind
  readonly name: string
  readonly hash: Buffer
  readonly shown: string
  readonly scopes: readonly string[]
  readonly spendCap: bigint | null
  readonly spendCapEvery: 'day' | 'month' | null
  readonly allowList: readonly string[]
  readonly createdBy: string
  readonly createdAt: string
  readonly expiresAt: string | null
}

export async function insertKey(tx: Tx, key: NewKey): Promise<ApiKey> {
  const row = await tx
    .insertInto('identity.api_keys')
    .values({
      id: key.id,
      kind: key.kind,
      name: key.name,
      hash: key.hash,
      shown: key.shown,
      scopes: [...key.scopes],
      spend_cap: key.spendCap,
      spend_cap_every: key.spendCapEvery,
      allow_list: [...key.allowList],
      created_by: key.createdBy,
      created_at: key.createdAt,
      expires_at: key.expiresAt,
    })
    .returning(KEY)
    .executeTakeFirstOrThrow()
  return keyOf(row)
}

/** Looks a key up and notes that it was used: one statement, once a minute for each key and node. */
export async function takeKey(db: Database, hash: Buffer, at: string): Promise<ApiKey | undefined> {
  const row = await db
    .updateTable('identity.api_keys')
    .set({ last_used_at: at })
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .returning(KEY)
    .executeTakeFirst()
  return row && keyOf(row)
}

/** Who made a key; undefined for the bootstrap key, which nobody made. */
export async function makerOfKey(db: Database, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('identity.api_keys')
    .select('created_by')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.created_by
}

/** How much a key may move in a window; undefined without a cap, and for what is no key. */
export async function findKeyCap(
  db: Database,
  id: string,
): Promise<{ readonly amount: bigint; readonly every: 'day' | 'month' } | undefined> {
  const row = await db
    .selectFrom('identity.api_keys')
    .select(KEY)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && spendCapOf(keyOf(row))
}

export const spendCapOf = ({ spendCap, spendCapEvery }: ApiKey) =>
  spendCap === null || spendCapEvery === null
    ? undefined
    : { amount: spendCap, every: spendCapEvery }

export async function listKeys(
  db: Database,
  before: { readonly at: string; readonly id: string } | undefined,
  limit: number,
): Promise<ApiKey[]> {
  let query = db.selectFrom('identity.api_keys').select(KEY)
  if (before)
    query = query.where(sql<boolean>`(created_at, id) < (${before.at}::timestamptz, ${before.id})`)
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(keyOf)
}

/** Undefined when there is no such key; revoking twice keeps the first moment. */
export async function markRevoked(tx: Tx, id: string, at: string): Promise<ApiKey | undefined> {
  const row = await tx
    .updateTable('identity.api_keys')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, ${at}::timestamptz)` })
    .where('id', '=', id)
    .returning(KEY)
    .executeTakeFirst()
  return row && keyOf(row)
}
