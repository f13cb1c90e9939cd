import pg from 'pg'
import { APPLICATION_ROLE, pgCode } from '#kernel/db'
import { installJobs, JOBS_SCHEMA } from '#kernel/jobs'
import { migrate, SchemaRefused, underMigrationLock } from '#kernel/migrations'
import { openCluster } from './cluster.ts'
import { ClusterUnavailable } from './cluster-unavailable.ts'
import type { Config } from './config.ts'
import { MIGRATIONS_FOLDER } from './places.ts'
import { StartRefused } from './start-refused.ts'

export interface OpenedDatabase {
  /** As the user who owns the tables; the pool works as the application's role on top of it. */
  readonly url: string
  readonly embedded: boolean
  /** Starts an embedded database again that died; true when it had to. */
  revive(): Promise<boolean>
  close(): Promise<void>
}

interface Options {
  /** Serving claims the data folder; a command works beside a server. */
  readonly exclusive: boolean
  readonly say: (line: string) => void
}

const NOT_OURS = { revive: async () => false, close: async () => {} }
const VERSION_MIN = 150_000

/** The given database, or the embedded one started in the data folder. */
export async function openDatabase(config: Config, options: Options): Promise<OpenedDatabase> {
  if (config.databaseUrl !== undefined) {
    await checkGiven(config.databaseUrl)
    return { url: config.databaseUrl, embedded: false, ...NOT_OURS }
  }
  try {
    const cluster = await openCluster({ folder: config.dataFolder, ...options })
    return { url: cluster.url, embedded: true, revive: cluster.revive, close: cluster.stop }
  } catch (error) {
    if (error instanceof ClusterUnavailable) throw new StartRefused(error.message)
    throw error
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there; is PostgreSQL running, and is the port right?',
  ENOTFOUND: 'no such host; check the name',
  EAI_AGAIN: 'no such host; check the name',
  ETIMEDOUT: 'no answer in time; check the host and the firewall',
  ENOENT: 'there is no such socket; check the path',
  '28P01': 'the password is wrong, or there is no such user',
  '28000': 'the server does not let this user in from here',
  '3D000': 'there is no such database; create it first',
  '53300': 'the server has no free connection',
  '57P03': 'the server is starting or stopping; try again in a moment',
}

/** Knocks once, so that a wrong DATABASE_URL is told in one sentence before anything is built on it. */
async function checkGiven(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {}) // the query in flight rejects with the same fault
  try {
    await client.connect()
    const { rows } = await client.query(
      `select current_setting('server_version_num')::int as version,
              current_setting('server_version') as shown,
              current_setting('server_encoding') as encoding,
              pg_is_in_recovery() as standby,
              has_database_privilege(current_database(), 'create') as may_create`,
    )
    const [row] = rows
    if (row.version < VERSION_MIN)
      throw new StartRefused(
        `DATABASE_URL: this is PostgreSQL ${row.shown}; Tongbao needs 15 or newer`,
      )
    if (row.encoding !== 'UTF8')
      throw new StartRefused(
        `DATABASE_URL: this database is encoded in ${row.encoding}; make one with encoding 'UTF8' template template0`,
      )
    if (row.standby)
      throw new StartRefused(
        'DATABASE_URL: this server is a standby and only reads; use the primary',
      )
    if (!row.may_create)
      throw new StartRefused(
        'DATABASE_URL: this user may not create schemas in this database; grant it CREATE',
      )
  } catch (error) {
    if (error instanceof StartRefused) throw error
    throw new StartRefused(`DATABASE_URL (${where(url)}): ${reasonOf(error)}`)
  } finally {
    await client.end().catch(() => {}) // it may never have been open
  }
}

const reasonOf = (error: unknown): string => {
  const known = SENTENCES[pgCode(error) ?? '']
  if (known !== undefined) return known
  // Node gathers the faults of several addresses into one; each has the same meaning for a reader.
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  const message = error instanceof Error ? error.message : 'unknown fault'
  if (message.includes('timeout')) return 'no answer in time; check the host and the firewall'
  if (message.includes('does not support SSL')) return 'the server does not speak TLS; drop sslmode'
  return message.split('\n')[0] ?? message
}

/** The address without the password. */
const where = (url: string): string => {
  const { hostname, port, pathname } = new URL(url)
  return `${decodeURIComponent(hostname) || 'local socket'}${port && `:${port}`}${pathname}`
}

/** Brings tables and queue up to this build, and says as which role the application can work. */
export async function prepareDatabase(
  url: string,
  say: (line: string) => void,
): Promise<{ readonly role: string | undefined; readonly applied: number }> {
  try {
    const applied = await migrate(url, MIGRATIONS_FOLDER, (name) => say(`migrated ${name}`))
    const role = await underMigrationLock(url, async (client) => {
      await installJobs(url)
      return grantQueue(client)
    })
    return { role, applied }
  } catch (error) {
    if (error instanceof SchemaRefused) throw new StartRefused(error.message)
    throw error
  }
}

async function grantQueue(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query(
    `select exists (select from pg_roles where rolname = $1 and pg_has_role(current_user, oid, 'member')) as usable`,
    [APPLICATION_ROLE],
  )
  if (!rows[0].usable) return undefined
  const missing = await client.query(MISSING_GRANTS, [JOBS_SCHEMA, APPLICATION_ROLE])
  for (const { statement } of missing.rows) await client.query(statement)
  return APPLICATION_ROLE
}

/** Only what is missing: a grant rewrites a row of the catalogue, under the feet of those who serve. */
const MISSING_GRANTS = `
  select format('grant usage on schema %I to %I', $1::text, $2::text) as statement
   where not has_schema_privilege($2, $1, 'usage')
  union all
  select case relkind when 'S' then format('grant usage on sequence %s to %I', oid::regclass, $2)
         else format('grant select, insert, update, delete on table %s to %I', oid::regclass, $2) end
    from pg_class
   where relnamespace = $1::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
     and case relkind when 'S' then not has_sequence_privilege($2, oid, 'usage')
         else not (has_table_privilege($2, oid, 'select') and has_table_privilege($2, oid, 'insert')
               and has_table_privilege($2, oid, 'update') and has_table_privilege($2, oid, 'delete'))
         end
  union all
  select format('grant execute on function %s to %I', oid::regprocedure, $2)
    from pg_proc
   where pronamespace = $1::regnamespace and prokind <> 'p'
     and not has_function_privilege($2, oid, 'execute')`
