import { sql } from 'kysely'
import type { Database } from '#kernel/db'

/** Where we keep what is sealed, and what each row is told from the others by. */
export const SEALED = [
  { table: 'accounts', key: sql<string>`channel || '/' || name`, column: 'secrets' },
  { table: 'events', key: sql<string>`id`, column: 'body' },
  { table: 'transfers', key: sql<string>`id`, column: 'payee' },
] as const
export type Sealed = (typeof SEALED)[number]

interface Row {
  readonly key: string
  readonly sealed: string
}

/** The next of those that another than this key has sealed. */
export async function listSealed(
  db: Database,
  { table, key, column }: Sealed,
  { newest, after, limit }: { newest: string; after: string; limit: number },
): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select ${key} as key, ${sql.ref(column)} as sealed
      from ${sql.table(`payments.${table}`)}
     where ${key} > ${after} and not starts_with(${sql.ref(column)}, ${`${newest}.`})
     order by ${key}
     limit ${limit}
  `.execute(db)
  return rows
}

/** False where somebody has changed it meanwhile, who sealed it anew. */
export async function putSealed(
  db: Database,
  { table, key, column }: Sealed,
  row: Row,
  sealed: string,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update ${sql.table(`payments.${table}`)}
       set ${sql.ref(column)} = ${sealed}
     where ${key} = ${row.key} and ${sql.ref(column)} = ${row.sealed}
  `.execute(db)
  return numAffectedRows === 1n
}
