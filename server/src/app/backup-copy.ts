import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { quoted, type TableShape } from './backup-tables.ts'

/** What went by: the data itself never stays, so a table may be larger than the memory. */
export interface Measured {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** Hears how many bytes of the table have gone by. */
export type OnBytes = (bytes: number) => void

// The text format, because its bytes mean the same to every version of PostgreSQL and on every
// machine, and because a person can read a row of it when all else fails. Each setting here changes
// how some value is written, or in which order rows come; two readings of one table must be equal.
const SETTINGS = [
  'timezone=UTC',
  'datestyle=ISO',
  'intervalstyle=postgres',
  'bytea_output=hex',
  'extra_float_digits=1',
  'client_encoding=UTF8',
  'synchronize_seqscans=off',
  // A policy that hides rows must fail the backup instead of shortening it.
  'row_security=off',
]
const CONNECT_TIMEOUT_MS = 5_000
const NEWLINE = 10
const PROGRESS_BYTES = 4 * 1024 * 1024
/** The disk is not the slow part; packing harder would be. */
const GZIP_LEVEL = 3

/** One connection for the whole work; when the work fails the connection goes with it. */
export async function inSession<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const socket = new Socket()
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tongbao backup',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    options: SETTINGS.map((one) => `-c ${one}`).join(' '),
    stream: () => socket,
  })
  client.on('error', () => {}) // the query in flight rejects with the same fault
  try {
    await client.connect()
    // Newer versions have more of these, and naming one that is not there is a fault.
    await client.query(
      `select set_config(name, '0', false) from pg_settings
        where name ~ '^(statement|lock|transaction|idle_session|idle_in_transaction_session)_timeout$'`,
    )
    const result = await work(client)
    await client.end()
    return result
  } catch (error) {
    // A COPY that was torn off leaves a server that waits for its reader: neither a rollback nor a
    // farewell would ever be answered.
    socket.destroy()
    throw error
  }
}

/** Writes the table into a packed file that is on the disk when this returns. */
export async function saveTable(
  client: pg.Client,
  table: TableShape,
  path: string,
  onBytes: OnBytes,
): Promise<Measured> {
  const meter = newMeter(onBytes)
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })
  await pipeline(outOf(client, table), meter.pass, createGzip({ level: GZIP_LEVEL }), file)
  return meter.measured()
}

/** Reads the file into the table. */
export async function loadTable(
  client: pg.Client,
  table: TableShape,
  path: string,
  onBytes: OnBytes,
): Promise<Measured & { readonly loaded: number }> {
  const meter = newMeter(onBytes)
  const copy = client.query(copyFrom(`copy ${quoted(table)} ${columnsOf(table)} from stdin`))
  copy.on('error', () => {}) // the pipeline rejects with the same fault
  await pipeline(createReadStream(path), createGunzip(), meter.pass, copy)
  return { ...meter.measured(), loaded: copy.rowCount }
}

export async function measureTable(
  client: pg.Client,
  table: TableShape,
  onBytes: OnBytes,
): Promise<Measured> {
  const meter = newMeter(onBytes)
  await pipeline(outOf(client, table), meter.pass, nowhere())
  return meter.measured()
}

export async function measureFile(path: string, onBytes: OnBytes): Promise<Measured> {
  const meter = newMeter(onBytes)
  await pipeline(createReadStream(path), createGunzip(), meter.pass, nowhere())
  return meter.measured()
}

function outOf(client: pg.Client, table: TableShape) {
  // The bare table and not a query over it: a query may run in parallel, and then has no order.
  const copy = client.query(copyTo(`copy ${quoted(table)} ${columnsOf(table)} to stdout`))
  copy.on('error', () => {}) // the pipeline rejects with the same fault
  return copy
}

const columnsOf = ({ columns }: TableShape): string =>
  `(${columns.map(pg.escapeIdentifier).join(', ')})`

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

function newMeter(onBytes: OnBytes) {
  const hash = createHash('sha256')
  let rows = 0
  let bytes = 0
  let told = 0
  return {
    pass: async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of source) {
        hash.update(chunk)
        bytes += chunk.length
        // A line break inside a value is written as \n, so each real one ends a row.
        for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows++
        if (bytes - told >= PROGRESS_BYTES) {
          told = bytes
          onBytes(bytes)
        }
        yield chunk
      }
    },
    measured: (): Measured => ({ rows, bytes, sha256: hash.digest('hex') }),
  }
}
