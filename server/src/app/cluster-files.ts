import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { giveToOwner } from './cluster-account.ts'
import { ClusterUnavailable } from './cluster-unavailable.ts'

/** What `<folder>/postgres.json` remembers. */
export interface Secrets {
  readonly port: number
  readonly password: string
  readonly superuserPassword: string
}

const mebibytes = (bytes: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.round(bytes / 2 ** 20)))

/** An eighth of what there is: the machine is shared with Node, and with whatever else somebody runs. */
const sharedMegabytes = mebibytes(totalmem() / 8, 128, 4_096)

/**
 * Keys fall on pages at random, and after a checkpoint each page is written whole once: with millions of entries that is
 * ten times what a charge writes otherwise. So checkpoints lie far apart, as far as the disk allows.
 */
const walMegabytes = (folder: string): number => {
  const { blocks, bsize } = statfsSync(folder)
  return mebibytes((blocks * bsize) / 16, 1_024, 8_192)
}

/** The reasons, where they are not plain, stand in the file this becomes. */
const defaultsIn = (folder: string): Readonly<Record<string, string>> => ({
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
  max_connections: '60',
  shared_buffers: `${sharedMegabytes}MB`,
  effective_cache_size: `${3 * sharedMegabytes}MB`,
  max_wal_size: `${walMegabytes(folder)}MB`,
  // Segments are kept and used again, and a new one is not filled with zeros first: each of these held up commits for
  // tens of milliseconds.
  min_wal_size: '1GB',
  wal_init_zero: 'off',
  // After a checkpoint each page is written whole once: to compress it costs a commit more than to write it.
  wal_compression: 'off',
  jit: 'off',
  // Two batches that wait for each other are rare, and told apart by waiting; a second would hold up thousands.
  deadlock_timeout: '100ms',
  // An acknowledged charge is never lost: these three are the promise, so they are said aloud.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
})

export function newSecrets(port = 0): Secrets {
  // base64url, because the passwords are put into URLs and SQL literals as they are.
  const word = () => randomBytes(24).toString('base64url')
  return { port, password: word(), superuserPassword: word() }
}

/** Undefined when the file is missing or damaged; both are healed by setting a new password. */
export function readSecrets(folder: string): Secrets | undefined {
  try {
    const unchecked: unknown = JSON.parse(readFileSync(join(folder, 'postgres.json'), 'utf8'))
    const at = (key: keyof Secrets): unknown => Reflect.get(Object(unchecked), key)
    const [port, password, superuserPassword] = [
      at('port'),
      at('password'),
      at('superuserPassword'),
    ]
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535) return
    if (typeof password !== 'string' || typeof superuserPassword !== 'string') return
    // They go into SQL as they are, so a hand-edited one must not be more than a word.
    if (!/^[\w-]+$/.test(password) || !/^[\w-]+$/.test(superuserPassword)) return
    return { port, password, superuserPassword }
  } catch (error) {
    if (error instanceof SyntaxError || Reflect.get(Object(error), 'code') === 'ENOENT') return
    throw error
  }
}

export function writeSecrets(folder: string, secrets: Secrets): void {
  replaceFile(folder, 'postgres.json', `${JSON.stringify(secrets, null, 2)}\n`, 0o600)
}

/** The text of `<folder>/postgres.conf`, which `postgresql.conf` includes. */
export function confText(
  folder: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): string {
  const lines = Object.entries({ ...defaultsIn(folder), ...settings, port: String(port) }).map(
    ([name, value]) => {
      if (!/^[a-z_][a-z0-9_.]*$/i.test(name) || /[\n\r\0]/.test(value)) {
        throw new ClusterUnavailable(`"${name}" is not a setting PostgreSQL could have`)
      }
      return `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    },
  )
  return ['# Written by tongbao at every start; what is changed here is lost.', ...lines, ''].join(
    '\n',
  )
}

export function readConf(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'postgres.conf'), 'utf8')
  } catch {
    return undefined
  }
}

export function writeConf(folder: string, text: string): void {
  replaceFile(folder, 'postgres.conf', text, 0o644)
}

/** A rename is lasting only when the folder that holds the name is. */
export function flushFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** The wanted port when nobody listens there, else any free one. */
export async function freePort(wanted: number): Promise<number> {
  const kept = wanted > 0 ? await tryPort(wanted) : undefined
  const port = kept ?? (await tryPort(0))
  if (port === undefined) throw new ClusterUnavailable('there is no free port on 127.0.0.1')
  return port
}

function tryPort(wanted: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const server = createServer()
  server.on('error', () => resolve(undefined))
  server.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => {
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    server.close(() => resolve(port))
  })
  return promise
}

function replaceFile(folder: string, name: string, text: string, mode: number): void {
  const path = join(folder, name)
  const making = `${path}.${process.pid}`
  // Whatever lies there is never written through, not even by a link that somebody planted.
  rmSync(making, { force: true })
  writeFileSync(making, text, { flag: 'wx', mode, flush: true })
  chmodSync(making, mode)
  giveToOwner(folder, making)
  renameSync(making, path)
}
