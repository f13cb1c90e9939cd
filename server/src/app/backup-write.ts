import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type pg from 'pg'
import { isUnavailable, pgCode } from '#kernel/db'
import { appliedMigrations, pending, readMigrations } from '#kernel/migrations'
import { inSession, type OnBytes, saveTable } from './backup-copy.ts'
import {
  fileOf,
  MANIFEST_FILE,
  type Manifest,
  OUR_SCHEMAS,
  ownVersion,
  parseManifest,
  SIGNATURE_FILE,
} from './backup-manifest.ts'
import {
  inLoadOrder,
  listSequences,
  listTables,
  queueVersion,
  quoted,
  shown,
  type TableShape,
} from './backup-tables.ts'
import { makeFolder } from './cluster-account.ts'
import { flushFolder } from './cluster-files.ts'
import { StartRefused } from './start-refused.ts'

interface BackupOptions {
  /** As the owner of the tables. */
  readonly url: string
  readonly folder: string
  readonly migrationsFolder: string
  readonly sign: (manifest: string) => string
  readonly say: (line: string) => void
  readonly progress: (line: string) => void
}

/** Writes the whole of our data, as it stood at one moment, into a folder that was not there. */
export async function writeBackup(options: BackupOptions): Promise<Manifest> {
  const folder = resolve(options.folder)
  refuseTaken(folder)
  // Beside the goal, so that it is the same disk and the last step is one rename: a folder of that
  // name is a whole backup, or it is not there.
  const half = join(dirname(folder), `${basename(folder)}.half-${process.pid}`)
  try {
    makeFolder(dirname(folder), 0o700)
    rmSync(half, { recursive: true, force: true })
    mkdirSync(half, { mode: 0o700 })
    const manifest = await inSession(options.url, (client) => saveAll(client, half, options))
    const text = `${JSON.stringify(manifest, null, 2)}\n`
    // A backup that could not be read back is found out today, not on the day it is needed.
    parseManifest(text, half)
    writeFileSync(join(half, SIGNATURE_FILE), options.sign(text), { mode: 0o600, flush: true })
    writeFileSync(join(half, MANIFEST_FILE), text, { mode: 0o600, flush: true })
    flushFolder(half)
    // An empty folder of that name gives way; one that was filled meanwhile refuses to.
    if (existsSync(folder)) rmdirSync(folder)
    renameSync(half, folder)
    flushFolder(dirname(folder))
    return manifest
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    throw asRefused(error, folder)
  }
}

async function saveAll(
  client: pg.Client,
  folder: string,
  { say, progress, ...options }: BackupOptions,
): Promise<Manifest> {
  const shapes = await openSnapshot(client)
  const migrations = await appliedMigrations(client)
  // What a newer build added, this one would leave out without noticing.
  pending(readMigrations(options.migrationsFolder), migrations)
  const queue = await queueVersion(client)
  if (migrations.length === 0 || queue === undefined)
    throw new StartRefused('there is nothing to back up: this database holds no tongbao yet')
  const { rows } = await client.query(
    `select clock_timestamp() as at, current_setting('server_version') as version`,
  )
  const tables: Manifest['tables'] = []
  for (const shape of await inLoadOrder(client, shapes, OUR_SCHEMAS)) {
    const onBytes: OnBytes = (bytes) =>
      progress(`${tables.length + 1}/${shapes.length} ${shown(shape)} ${sizeOf(bytes)}`)
    onBytes(0)
    const { rows, bytes, sha256 } = await saveTable(
      client,
      shape,
      join(folder, fileOf(shape)),
      onBytes,
    )
    tables.push({ ...shape, rows, bytes, sha256 })
    say(`saved ${shown(shape)}: ${rows} rows, ${sizeOf(bytes)}`)
  }
  return {
    format: 1,
    tongbao: ownVersion(),
    made_at: rows[0].at.toISOString(),
    postgres: rows[0].version,
    queue,
    migrations: migrations.map(({ number, name, checksum }) => ({ number, name, checksum })),
    tables,
    sequences: await listSequences(client, OUR_SCHEMAS),
  }
}

const SNAPSHOT_ATTEMPTS_MAX = 5

/**
 * Opens the one moment that all tables are read at. They are locked before the first look: a table
 * that is emptied or rewritten after the look and before its turn would read as empty.
 */
async function openSnapshot(client: pg.Client): Promise<TableShape[]> {
  for (let attempt = 1; attempt <= SNAPSHOT_ATTEMPTS_MAX; attempt++) {
    const before = await listTables(client, OUR_SCHEMAS)
    await client.query('begin isolation level repeatable read, read only')
    if (await locked(client, before)) {
      const tables = await listTables(client, OUR_SCHEMAS)
      if (JSON.stringify(tables) === JSON.stringify(before)) return tables
    }
    // The queue makes and drops a partition a day; whoever meets that moment looks again.
    await client.query('rollback')
  }
  throw new StartRefused('the tables keep changing; wait until the migrations are through')
}

async function locked(client: pg.Client, tables: readonly TableShape[]): Promise<boolean> {
  try {
    if (tables.length > 0)
      await client.query(`lock table ${tables.map(quoted).join(', ')} in access share mode`)
    return true
  } catch (error) {
    if (pgCode(error) === UNDEFINED_TABLE) return false
    throw error
  }
}

const UNDEFINED_TABLE = '42P01'

function refuseTaken(folder: string): void {
  try {
    if (readdirSync(folder).length > 0)
      throw new StartRefused(`${folder} is not empty; a backup never overwrites, give a new folder`)
  } catch (error) {
    const code = Reflect.get(Object(error), 'code')
    if (code === 'ENOENT') return
    if (code === 'ENOTDIR')
      throw new StartRefused(`${folder} is a file; give the name of a folder that is not there yet`)
    throw error
  }
}

const DISK = /^(?:ENOSPC|EDQUOT|EACCES|EPERM|EROFS|EBUSY|ENOENT|ENOTDIR|EEXIST|ENOTEMPTY)$/

function asRefused(error: unknown, folder: string): unknown {
  if (!(error instanceof Error)) return error
  if (DISK.test(pgCode(error) ?? ''))
    return new StartRefused(
      `${folder} cannot be written (${error.message}); give a place that is there, with room`,
    )
  return isUnavailable(error)
    ? new StartRefused(`the backup broke off (${error.message}) and left nothing; try again`)
    : error
}

export const sizeOf = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${Math.ceil(bytes / 1_000_000)} MB`
