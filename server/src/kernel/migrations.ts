import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** Two servers that start together must not both build the house; the second waits for the first. */
const LOCK_KEY = 7_468_001
const LOCK_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 600_000

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** A database this build must not touch, in a sentence an operator can act on. */
export class SchemaRefused extends Error {}

export const readMigrations = (folder: string): Migration[] =>
  readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((file) => {
      const sql = readFileSync(join(folder, file), 'utf8')
      const checksum = createHash('sha256').update(sql).digest('hex')
      return { number: Number(file.slice(0, 4)), name: file.slice(0, -4), sql, checksum }
    })

interface Applied {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

/** What is still to run; refuses a database that is ahead of this build or was built from other files. */
export function pending(known: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const byNumber = new Map(known.map((migration) => [migration.number, migration]))
  for (const row of applied) {
    const ours = byNumber.get(row.number)
    if (ours === undefined)
      throw new SchemaRefused(
        `the database is newer than this build (it has migration ${row.name}); start the newer build, or restore a backup of this one`,
      )
    if (ours.checksum !== row.checksum)
      throw new SchemaRefused(
        `migration ${row.name} was applied from a different file; a migration is never edited, write a new one`,
      )
  }
  const done = new Set(applied.map((row) => row.number))
  const last = Math.max(0, ...done)
  const missing = known.filter((migration) => !done.has(migration.number))
  const late = missing.find((migration) => migration.number < last)
  if (late)
    throw new SchemaRefused(
      `migration ${late.name} was never applied though later ones were; the database comes from another line of builds`,
    )
  return missing
}

export async function appliedMigrations(client: pg.ClientBase): Promise<Applied[]> {
  const there = await client.query("select to_regclass('kernel.migrations') is not null as there")
  if (!there.rows[0].there) return []
  const { rows } = await client.query<Applied>(
    'select number, name, checksum from kernel.migrations order by number',
  )
  return rows
}

/** Brings the database up to this build, one transaction a migration, one server at a time. */
export const migrate = (
  url: string,
  folder: string,
  onApplied: (name: string) => void,
): Promise<number> =>
  underMigrationLock(url, async (client) => {
    const todo = pending(readMigrations(folder), await appliedMigrations(client))
    for (const migration of todo) {
      await apply(client, migration)
      onApplied(migration.name)
    }
    return todo.length
  })

/** Whatever builds the house, one server at a time. */
export async function underMigrationLock<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tongbao migrate',
    statement_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: LOCK_TIMEOUT_MS,
    options: '-c timezone=UTC',
  })
  client.on('error', () => {}) // the query in flight rejects with the same fault
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY])
    return await work(client)
  } finally {
    await client.end()
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
    await client.query(migration.sql)
    await client.query(
      'insert into kernel.migrations (number, name, checksum) values ($1, $2, $3)',
      [migration.number, migration.name, migration.checksum],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {}) // the first fault is the one to report
    throw error
  }
}
