import pg from 'pg'

/** What `pg_amcheck` asks of each index and each table; every finding is one of its rows or its error. */
const INDEXES = `
  select c.oid::regclass::text as name from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_am a on a.oid = c.relam
   where a.amname = 'btree' and i.indisvalid and c.relkind = 'i' and c.relpersistence = 'p'`
const TABLES = `
  select oid::regclass::text as name from pg_catalog.pg_class where relkind = 'r' and relpersistence = 'p'`

/**
 * Reads every page of every table and index, and says what is broken in them: a crash must leave none.
 * Without the extension `amcheck`, or the right to install it, it says that it did not look.
 */
export async function brokenPages(superuserUrl: string | undefined): Promise<string[]> {
  if (superuserUrl === undefined) return unseen('no superuser is known')
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    await client.query('create extension if not exists amcheck')
    return await lookAtPages(client)
  } catch (error) {
    return unseen(error instanceof Error ? error.message : 'for a reason unknown')
  } finally {
    await client.end()
  }
}

const unseen = (why: string): string[] => {
  console.warn(`the pages were not looked at: ${why}`)
  return []
}

async function lookAtPages(client: pg.Client): Promise<string[]> {
  const broken: string[] = []
  const ask = async (sql: string, name: string) => {
    try {
      return (await client.query({ text: sql, values: [name], rowMode: 'array' })).rows
    } catch (error) {
      return [[error instanceof Error ? error.message : error]]
    }
  }
  const tell = (name: string, found: readonly unknown[][]) => {
    for (const words of found) if (words.join('') !== '') broken.push(`${name}: ${words.join(' ')}`)
  }
  // It answers nothing and raises what it finds; `true` also looks for each row of the table.
  for (const { name } of (await client.query(INDEXES)).rows)
    tell(name, await ask('select bt_index_check($1::regclass, true)', name))
  for (const { name } of (await client.query(TABLES)).rows)
    tell(name, await ask('select blkno, offnum, msg from verify_heapam($1::regclass)', name))
  return broken
}
