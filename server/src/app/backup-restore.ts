import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { installJobs, JOBS_SCHEMA } from '#kernel/jobs'
import { type Migration, migrate } from '#kernel/migrations'
import { inSession, loadTable, type Measured, measureFile, measureTable } from './backup-copy.ts'
import {
  fileOf,
  type Manifest,
  OUR_SCHEMAS,
  ownQueueVersion,
  readManifest,
  refuseStranger,
  type SavedTable,
  SIGNED_FOR,
} from './backup-manifest.ts'
import {
  inLoadOrder,
  listTables,
  listTriggers,
  quoted,
  rouse,
  schemasThere,
  setSequence,
  shown,
  silence,
} from './backup-tables.ts'
import { sizeOf } from './backup-write.ts'
import { StartRefused } from './start-refused.ts'

/** Stopped after tables were made; no rows are there, for they all come in one transaction. */
export class RestoreBroken extends Error {
  override readonly name = 'RestoreBroken'
}

interface Telling {
  readonly say: (line: string) => void
  readonly progress: (line: string) => void
}

interface OpenOptions extends Telling {
  readonly migrationsFolder: string
  /** Leaves the queue's tables behind, for a backup whose queue is of another version. */
  readonly withoutQueue: boolean
  readonly signed: (purpose: string, text: string, signature: string) => boolean
}

/** A backup whose every byte is what it was, and that this build can put back. */
export interface Backup {
  readonly folder: string
  readonly manifest: Manifest
  /** The migrations that the data was made by; later ones of this build come afterwards. */
  readonly migrations: readonly Migration[]
  readonly schemas: readonly string[]
  /** Signed with a secret of this installation. */
  readonly ours: boolean
}

/** Reads all of the backup before anything is changed anywhere. */
export async function openBackup(folder: string, options: OpenOptions): Promise<Backup> {
  const { manifest, text, signature } = readManifest(folder)
  const migrations = refuseStranger(manifest, options.migrationsFolder)
  const installs = ownQueueVersion()
  // Not skipped by itself: what waits in the queue are mails and events that were promised. The
  // build that made the backup restores all of it, and this one upgrades the tables when it starts.
  if (manifest.queue !== installs && !options.withoutQueue)
    throw new StartRefused(
      `the job queue in this backup has version ${manifest.queue} and this build's has ${installs}; restore it with tongbao ${manifest.tongbao} and start this build on that, or give --without-queue to leave waiting jobs behind`,
    )
  await checkFiles(folder, manifest, options.progress)
  return {
    folder,
    manifest,
    migrations,
    schemas: OUR_SCHEMAS.filter((one) => one !== JOBS_SCHEMA || !options.withoutQueue),
    ours: signature !== undefined && options.signed(SIGNED_FOR, text, signature.trim()),
  }
}

async function checkFiles(
  folder: string,
  { tables }: Manifest,
  progress: Telling['progress'],
): Promise<void> {
  for (const [i, table] of tables.entries()) {
    const found = await measureFile(join(folder, fileOf(table)), (bytes) =>
      progress(`checking ${i + 1}/${tables.length} ${shown(table)} ${sizeOf(bytes)}`),
    ).catch((error: unknown) => unreadable(table, error))
    if (!same(found, table))
      throw new StartRefused(
        `the backup in ${folder} is damaged: ${fileOf(table)} is not what was written; use another backup`,
      )
  }
}

/** A file that cannot be unpacked is as damaged as one that says something else. */
function unreadable(table: SavedTable, error: unknown): Measured {
  const code = Reflect.get(Object(error), 'code')
  if (code === 'ENOENT')
    throw new StartRefused(`the backup lacks ${fileOf(table)}; use another backup`)
  if (typeof code === 'string' && code.startsWith('Z_')) return { rows: -1, bytes: -1, sha256: '' }
  throw error
}

const same = (found: Measured, { rows, bytes, sha256 }: SavedTable): boolean =>
  found.rows === rows && found.bytes === bytes && found.sha256 === sha256

interface RestoreOptions extends Telling {
  /** As the user who will own the tables. */
  readonly url: string
  /** Reads every table again before the transaction ends, and compares it with the backup. */
  readonly verify: boolean
}

/** Puts the data back as it was: tables, rows, and where every sequence stood. */
export async function restoreBackup(backup: Backup, options: RestoreOptions): Promise<void> {
  await refuseInhabited(options.url)
  try {
    await migrateLike(backup, options)
    await installJobs(options.url)
    await inSession(options.url, (client) => loadAll(client, backup, options))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new RestoreBroken(why, { cause: error })
  }
  // The planner knows nothing of rows that came this way, and guesses badly until it is told.
  await inSession(options.url, async (client) => {
    const tables = await listTables(client, backup.schemas)
    await client.query(`analyze ${tables.map(quoted).join(', ')}`)
  })
}

async function refuseInhabited(url: string): Promise<void> {
  const there = await inSession(url, (client) => schemasThere(client, OUR_SCHEMAS))
  if (there.length > 0)
    throw new StartRefused(
      `the database is not empty (it has ${there.join(', ')}); a restore never overwrites, give --into an empty one`,
    )
}

/** Builds the tables as they were when the backup was made, not as later migrations want them. */
async function migrateLike(backup: Backup, { url, progress }: RestoreOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-migrations-'))
  try {
    for (const { name, sql } of backup.migrations) writeFileSync(join(folder, `${name}.sql`), sql)
    await migrate(url, folder, (name) => progress(`migrated ${name}`))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function loadAll(client: pg.Client, backup: Backup, options: RestoreOptions): Promise<void> {
  const { manifest, schemas } = backup
  const isWanted = ({ schema }: { schema: string }) => schemas.includes(schema)
  const wanted = manifest.tables.filter(isWanted)
  await client.query('begin')
  await client.query('set constraints all deferred')
  await makePartitions(client, wanted, schemas)
  const triggers = await listTriggers(client, schemas)
  await silence(client, triggers)
  // What the migrations and the queue's installation put in comes back with the backup. In this
  // transaction, because then COPY fills the pages strictly in turn, and a second reading gives the
  // rows in the order of the file.
  const all = await listTables(client, schemas)
  await client.query(`truncate ${all.map(quoted).join(', ')}`)
  const tables = await inLoadOrder(client, wanted, schemas)
  for (const [i, table] of tables.entries()) {
    const tell = (bytes: number) =>
      options.progress(`${i + 1}/${tables.length} ${shown(table)} ${sizeOf(bytes)}`)
    const found = await loadTable(client, table, join(backup.folder, fileOf(table)), tell)
    if (!same(found, table) || found.loaded !== table.rows)
      throw new Error(`${shown(table)} took ${found.loaded} of ${table.rows} rows`)
    options.say(`restored ${shown(table)}: ${table.rows} rows, ${sizeOf(table.bytes)}`)
  }
  for (const sequence of manifest.sequences.filter(isWanted)) await setSequence(client, sequence)
  // Checks the references now: a table with checks still to come cannot be altered.
  await client.query('set constraints all immediate')
  await rouse(client, triggers)
  if (options.verify) await verifyAll(client, tables, options.progress)
  await client.query('commit')
}

/** Partitions are made day by day while serving; those that the migrations did not make are made now. */
async function makePartitions(
  client: pg.Client,
  tables: readonly SavedTable[],
  schemas: readonly string[],
): Promise<void> {
  const there = new Set((await listTables(client, schemas)).map(shown))
  for (const table of tables) {
    if (there.has(shown(table))) continue
    const { partition } = table
    if (partition === undefined)
      throw new Error(`${shown(table)} is made by none of the migrations in the backup`)
    const parent = { schema: partition.schema, name: partition.of }
    await client.query(
      `create table ${quoted(table)} partition of ${quoted(parent)} ${partition.bound}`,
    )
  }
}

async function verifyAll(
  client: pg.Client,
  tables: readonly SavedTable[],
  progress: Telling['progress'],
): Promise<void> {
  for (const [i, table] of tables.entries()) {
    const found = await measureTable(client, table, (bytes) =>
      progress(`verifying ${i + 1}/${tables.length} ${shown(table)} ${sizeOf(bytes)}`),
    )
    if (!same(found, table))
      throw new Error(`${shown(table)} reads differently than it was written`)
  }
}
