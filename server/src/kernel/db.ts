import { CompiledQuery, Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { DB } from '#kernel/database-types'
import type { Log } from '#kernel/log'

export type Database = Kysely<DB>
/** One open transaction. A store takes it, never opens it; a verb opens it, never lets a stranger in. */
export type Tx = Transaction<DB>

export interface Pool {
  readonly db: Database
  /** The bare pool, for the few places where a driver's own features count (COPY, the teller). */
  readonly pg: pg.Pool
  close(): Promise<void>
}

interface PoolOptions {
  readonly url: string
  /** The role every connection works as; undefined leaves the one it signed in with. */
  readonly role?: string | undefined
  readonly connectionsMax: number
  readonly log: Log
}

const STATEMENT_TIMEOUT_MS = 10_000
const LOCK_TIMEOUT_MS = 5_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 5_000
const INT8_OID = 20

export const APPLICATION_ROLE = 'tongbao_app'

// int8 arrives as bigint: an amount that passes through a float even once is not an amount any more.
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary' ? BigInt : pg.types.getTypeParser(oid, format),
}

export function openPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: 'tongbao',
    // Each statement sees what has been committed before it: locks are followed by a fresh look everywhere.
    options: `-c timezone=UTC -c default_transaction_isolation=read\\ committed${options.role === undefined ? '' : ` -c role=${options.role}`}`,
    types,
  })
  const lost = (error: Error) => options.log.warn({ err: error }, 'a database connection was lost')
  // Two listeners on purpose: the pool reports idle clients only. A checked-out client whose server
  // dies emits its own 'error', and without a listener that ends the whole process.
  pool.on('error', lost)
  pool.on('connect', (client) => client.on('error', lost))
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  pools.set(db, pool)
  return { db, pg: pool, close: () => db.destroy() }
}

/** A statement with a name: each connection parses it once, and plans it anew only while that makes a better plan. */
export interface Prepared {
  readonly name: string
  readonly text: string
}

const pools = new WeakMap<Database | Tx, pg.Pool>()

/**
 * Asks by name, for the few reads that nearly every request makes: to parse and plan them each time takes PostgreSQL
 * three times as long as to answer. Not for a statement whose best plan hangs on its values.
 */
export async function ask<Row extends object>(
  db: Database | Tx,
  { name, text }: Prepared,
  values: unknown[],
): Promise<Row[]> {
  const pool = pools.get(db)
  // Kysely gives no names, so these go past it; those of a transaction stay on its connection.
  const { rows } = pool
    ? await pool.query<Row>({ name, text, values })
    : await db.executeQuery<Row>(CompiledQuery.raw(text, values))
  return rows
}

const RETRIED = new Set(['40001', '40P01']) // serialization failure, deadlock: nothing happened, try again
const ATTEMPTS_MAX = 5

export const pgCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined

/** The constraint that refused a row: the judge of a race, where a look-up was only a courtesy. */
export const violatedConstraint = (error: unknown): string | undefined =>
  pgCode(error) === '23505' && error instanceof pg.DatabaseError ? error.constraint : undefined

/** Runs the work in one transaction, again when PostgreSQL says that it lost a race it may win next time. */
export async function inTx<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !RETRIED.has(pgCode(error) ?? '')) throw error
    }
  }
}

// Faults of the road, not of the request: the caller may come back later with the same key.
const UNAVAILABLE = /^(08|57P0[123]$|53|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)/
const TIMED_OUT = new Set(['57014', '55P03', '25P03'])

export const isUnavailable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  const code = pgCode(error) ?? ''
  return (
    UNAVAILABLE.test(code) ||
    TIMED_OUT.has(code) ||
    RETRIED.has(code) ||
    /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/.test(
      error.message,
    )
  )
}
