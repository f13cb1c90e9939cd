import { statfsSync } from 'node:fs'
import { Redis } from 'ioredis'
import pg from 'pg'
import { clockShift } from '#kernel/clock-store'
import { APPLICATION_ROLE, openPool, pgCode } from '#kernel/db'
import { makeLog } from '#kernel/log'
import { appliedMigrations, pending, readMigrations, SchemaRefused } from '#kernel/migrations'
import type { Config } from './config.ts'
import { MIGRATIONS_FOLDER } from './places.ts'

/** What was found around the database; what to think of it is said in doctor-judge.ts. */
export interface Surroundings {
  /** Undefined: not asked for. */
  readonly redis: 'answers' | { readonly fault: string } | undefined
  /** On the disk of the data folder; undefined where there is no such folder yet. */
  readonly freeBytes: number | undefined
}

export interface DatabaseReadings {
  /** As PostgreSQL shows them to a plain connection of the given user. */
  readonly settings: Readonly<Record<string, string>>
  /** As a connection of the application has it, and which kind of setting made it so. */
  readonly synchronousCommit: { readonly value: string; readonly source: string }
  readonly database: string
  readonly user: string
  readonly isSuperuser: boolean
  /** The smallest of the limits that hold for this user in this database. */
  readonly connectionsMax: number
  /** `powerless`: without the rights that the migrations give; `unmade`: before the first of them. */
  readonly role: 'usable' | 'absent' | 'powerless' | 'unmade'
  /** Who owns the schema of the books; undefined before the migration that makes it. */
  readonly booksOwner: string | undefined
  /** Whether this user could take the role that owns the books. */
  readonly mayWriteBooks: boolean
  readonly migrations: { readonly missing: number } | { readonly refused: string }
  /** How far the database's clock is ahead of this machine's. */
  readonly aheadMs: number
  /** How far business time was moved; undefined before the first migration. */
  readonly clockShiftMs: number | undefined
}

const CONNECT_TIMEOUT_MS = 5_000
const SETTINGS = [
  'data_checksums',
  'fsync',
  'full_page_writes',
  'max_connections',
  'server_encoding',
  'server_version',
  'server_version_num',
  'TimeZone',
]

export async function lookAround(config: Config): Promise<Surroundings> {
  return {
    redis: config.redisUrl === undefined ? undefined : await knockAtRedis(config.redisUrl),
    freeBytes: freeBytes(config.dataFolder),
  }
}

async function knockAtRedis(url: string): Promise<Surroundings['redis']> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let fault: Error | undefined
  // The promise only says that the connection is closed; why, is said here.
  redis.on('error', (error) => {
    fault = error
  })
  try {
    await redis.connect()
    await redis.ping()
    return 'answers'
  } catch (error) {
    const why = fault ?? error
    return { fault: why instanceof Error ? why.message || String(pgCode(why)) : String(why) }
  } finally {
    redis.disconnect()
  }
}

function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}

export async function readDatabase(url: string): Promise<DatabaseReadings> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tongbao doctor',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  client.on('error', () => {}) // the query in flight rejects with the same fault
  try {
    await client.connect()
    const settings = await readSettings(client)
    const user = await readUser(client)
    const applied = await appliedMigrations(client)
    const application = await asApplication(url, applied.length > 0)
    return {
      ...user,
      settings,
      ...application,
      booksOwner: await readBooksOwner(client),
      mayWriteBooks: await readMayWriteBooks(client),
      migrations: compare(applied),
      aheadMs: await measureAhead(client),
    }
  } finally {
    await client.end().catch(() => {}) // it may never have been open
  }
}

async function readSettings(client: pg.Client): Promise<Readonly<Record<string, string>>> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [SETTINGS],
  )
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
}

type User = Pick<DatabaseReadings, 'database' | 'user' | 'isSuperuser' | 'connectionsMax'>

async function readUser(client: pg.Client): Promise<User> {
  // A limit of -1 is none. What is reserved for superusers is not there for us.
  const { rows } = await client.query<User>(
    `select d.datname as database, r.rolname as user, r.rolsuper as "isSuperuser",
            least(
              current_setting('max_connections')::int
                - current_setting('superuser_reserved_connections')::int
                - coalesce(current_setting('reserved_connections', true)::int, 0),
              nullif(d.datconnlimit, -1),
              nullif(r.rolconnlimit, -1)
            ) as "connectionsMax"
       from pg_roles r, pg_database d
      where r.rolname = session_user and d.datname = current_database()`,
  )
  const [row] = rows
  if (!row) throw new Error('this user is in no catalog of this server')
  return row
}

async function readBooksOwner(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    `select pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = 'ledger'`,
  )
  return rows[0]?.owner
}

async function readMayWriteBooks(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `select pg_has_role(session_user, nspowner, 'member') as may from pg_namespace where nspname = 'ledger'`,
  )
  return rows[0]?.may ?? false
}

function compare(
  applied: Awaited<ReturnType<typeof appliedMigrations>>,
): DatabaseReadings['migrations'] {
  try {
    return { missing: pending(readMigrations(MIGRATIONS_FOLDER), applied).length }
  } catch (error) {
    if (error instanceof SchemaRefused) return { refused: error.message }
    throw error
  }
}

async function measureAhead(client: pg.Client): Promise<number> {
  const before = Date.now()
  const { rows } = await client.query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  )
  return (rows[0]?.ms ?? 0) - (before + Date.now()) / 2
}

type AsApplication = Pick<DatabaseReadings, 'synchronousCommit' | 'role' | 'clockShiftMs'>

/** Looks through the application's own kind of connection: settings may hang on role and database. */
async function asApplication(url: string, isBuilt: boolean): Promise<AsApplication> {
  try {
    return await throughPool(url, APPLICATION_ROLE, isBuilt)
  } catch (error) {
    // No such role, or one that this user may not work as: then the application does without.
    if (!ROLE_REFUSED.has(pgCode(error) ?? '')) throw error
    return { ...(await throughPool(url, undefined, isBuilt)), role: isBuilt ? 'absent' : 'unmade' }
  }
}

const ROLE_REFUSED = new Set(['22023', '42501', '42704'])

async function throughPool(
  url: string,
  role: string | undefined,
  isBuilt: boolean,
): Promise<AsApplication> {
  const log = makeLog('silent', { write: () => {} })
  const pool = openPool({ url, role, connectionsMax: 1, log })
  try {
    const { rows } = await pool.pg.query<{ value: string; source: string }>(
      `select setting as value, source from pg_settings where name = 'synchronous_commit'`,
    )
    const synchronousCommit = rows[0] ?? { value: 'unknown', source: 'unknown' }
    if (!isBuilt) return { synchronousCommit, role: 'usable', clockShiftMs: undefined }
    const may = await pool.pg.query<{ may: boolean }>(
      `select has_schema_privilege('kernel', 'usage') as may`,
    )
    if (!may.rows[0]?.may) return { synchronousCommit, role: 'powerless', clockShiftMs: undefined }
    return { synchronousCommit, role: 'usable', clockShiftMs: await clockShift(pool.db) }
  } finally {
    await pool.close()
  }
}
