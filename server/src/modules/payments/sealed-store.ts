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

/** Page by page: by which key they were sealed is for the reader to see, or one page might read all of them. */
export async function listSealed(
  db: Database,
  { table, key, column }: Sealed,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select ${key} as key, ${sql.ref(column)} as sealed
      from ${sql.table(`payments.${table}`)}
     where ${key} > ${after}
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
