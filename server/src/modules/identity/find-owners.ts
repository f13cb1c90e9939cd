import { type RawBuilder, sql } from 'kysely'
import type { Database } from '#kernel/db'

/** Whom value belongs to, and who that is here. */
export interface Owner {
  readonly id: string
  readonly externalId: string | null
  readonly createdAt: string
  /** Null for the user of an app. */
  readonly person: { readonly name: string; readonly email: string | null } | null
}

interface Row {
  readonly id: string
  readonly external_id: string | null
  readonly created_at: Date
  readonly name: string | null
  readonly email: string | null
}

const ownerOf = (row: Row): Owner => ({
  id: row.id,
  externalId: row.external_id,
  createdAt: row.created_at.toISOString(),
  person: row.name === null ? null : { name: row.name, email: row.email },
})

const SELECT = sql`
  select o.id, o.external_id, o.created_at, p.name, p.email
    from identity.owners o left join identity.people p on p.id = o.person_id
`

export async function findOwner(db: Database, id: string): Promise<Owner | undefined> {
  const { rows } = await sql<Row>`${SELECT} where o.id = ${id}`.execute(db)
  return rows[0] && ownerOf(rows[0])
}

/** Those of them that there are, in no order. */
export async function findOwners(db: Database, ids: readonly string[]): Promise<Owner[]> {
  const { rows } = await sql<Row>`${SELECT} where o.id = any(${ids})`.execute(db)
  return rows.map(ownerOf)
}

/** Newest first; by id, a part of the external id and, where people may be read, of name and e-mail. */
export async function listOwners(
  db: Database,
  want: {
    readonly search: string | undefined
    readonly mayReadPeople: boolean
    readonly before: { readonly at: string; readonly id: string } | undefined
    readonly rowsMax: number
  },
): Promise<Owner[]> {
  const { search, mayReadPeople, before } = want
  const { rows } = await sql<Row>`
    ${SELECT}
     where ${search === undefined ? sql`true` : matching(search, mayReadPeople)}
       and ${
         before === undefined
           ? sql`true`
           : sql`(o.created_at, o.id) < (${before.at}::timestamptz, ${before.id})`
       }
     order by o.created_at desc, o.id desc
     limit ${want.rowsMax}
  `.execute(db)
  return rows.map(ownerOf)
}

const matching = (search: string, mayReadPeople: boolean): RawBuilder<unknown> => {
  const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  const person = mayReadPeople ? sql`or p.email ilike ${like} or p.name ilike ${like}` : sql``
  return sql`(o.id = ${search} or o.external_id ilike ${like} ${person})`
}
