import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Place } from './cluster-account.ts'
import { giveTo } from './cluster-account.ts'
import { flushFolder, freePort, writeConf } from './cluster-files.ts'
import { exists, look } from './cluster-owner.ts'
import type { Programs, Ran } from './cluster-programs.ts'
import { run } from './cluster-programs.ts'
import { ClusterUnavailable, diskFull } from './cluster-unavailable.ts'

export interface House extends Place {
  readonly data: string
  readonly log: string
  readonly programs: Programs
}

export interface Postmaster {
  readonly pid: number
  readonly port: number
}

/** Also the sign that a data folder is ours. */
const OUR_INCLUDE = "include '../postgres.conf'"
const START_TURNS_MAX = 100
const START_TURN_MS = 100
const LOG_BYTES_MAX = 32 * 1024 * 1024
const INITDB_TIMEOUT_MS = 120_000
/** Recovery after a crash reads all of the log since the last checkpoint before the port opens. */
const START_TIMEOUT_S = 600
const STOP_TIMEOUT_S = 60

/** Makes the data folder under another name first: a half-made one never looks like a whole one. */
export async function makeData(house: House, superuserPassword: string): Promise<void> {
  const { folder, account, data } = house
  const left = readdirSync(folder).filter((name) => name.startsWith('postgres.fresh-'))
  for (const name of left) rmSync(join(folder, name), { recursive: true, maxRetries: 3 })
  const fresh = join(folder, `postgres.fresh-${process.pid}`)
  const passwordFile = join(folder, 'postgres.fresh-password')
  try {
    mkdirSync(fresh, { mode: 0o700 })
    giveTo(account, fresh)
    writeFileSync(passwordFile, superuserPassword, { flag: 'wx', mode: 0o600 })
    giveTo(account, passwordFile)
    await initdb(house, fresh, passwordFile)
    // Included from outside, so that nothing of ours is ever written into a folder of another user.
    appendFileSync(join(fresh, 'postgresql.conf'), `\n${OUR_INCLUDE}\n`)
    renameSync(fresh, data)
    flushFolder(folder)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** The live postmaster of the folder. A number in postmaster.pid that is now another program is none. */
export function findPostmaster(data: string): Postmaster | undefined {
  const lock = readLock(data)
  const seen = lock && look(lock.pid)
  if (lock === undefined || seen === undefined) return undefined
  const ours = seen.command === '' || seen.command.includes(lock.data)
  return ours ? { pid: lock.pid, port: lock.port } : undefined
}

/** Starts PostgreSQL and gives the port it got. */
export async function startPostmaster(
  house: House,
  wanted: number,
  conf: (port: number) => string,
): Promise<number> {
  const { account, data, folder, log, programs } = house
  let port = wanted
  let reason = ''
  for (let turn = 0; turn < START_TURNS_MAX; turn++) {
    dropForeignLock(data)
    port = await freePort(port)
    writeConf(folder, conf(port))
    const from = openLog(house)
    const args = ['start', '-D', data, '-l', log, '-s', '-w', '-t', String(START_TIMEOUT_S)]
    const timeoutMs = (START_TIMEOUT_S + 30) * 1000
    const started = await run(programs.pgCtl, args, { account, timeoutMs })
    if (started.ok) return port
    reason = `${readFileSync(log).subarray(from)}\n${started.output}`
    if (/could not bind|Address already in use/.test(reason)) port = 0
    // After kill -9 of the postmaster its children take a moment to notice and to let go.
    else if (!/pre-existing shared memory block|lock file .* already exists/.test(reason)) break
    else await pause(START_TURN_MS)
  }
  throw new ClusterUnavailable(startRefused(house, reason))
}

export async function stopPostmaster(house: House): Promise<void> {
  const { account, data, programs } = house
  for (const mode of ['fast', 'immediate']) {
    if (findPostmaster(data) === undefined) return
    const args = ['stop', '-D', data, '-m', mode, '-s', '-w', '-t', String(STOP_TIMEOUT_S)]
    await run(programs.pgCtl, args, { account, timeoutMs: (STOP_TIMEOUT_S + 10) * 1000 })
  }
  if (findPostmaster(data) === undefined) return
  throw new ClusterUnavailable(`PostgreSQL in ${data} does not stop; see ${house.log}`)
}

/** Sets the superuser's password without knowing the old one, which only the folder's owner can. */
export async function resetPassword(house: House, password: string): Promise<void> {
  const { account, data, programs } = house
  dropForeignLock(data)
  await run(programs.postgres, ['--single', '-D', data, 'postgres'], {
    account,
    timeoutMs: START_TIMEOUT_S * 1000,
    input: `alter role postgres password '${password}'\n`,
  })
}

/** Checks what a folder that was there before must be, and mends what a copy of it loses. */
export function hasData({ account, data, folder, programs }: House): boolean {
  const stats = statSync(data, { throwIfNoEntry: false })
  if (stats === undefined) return false
  const names = readdirSync(data)
  if (names.length === 0) {
    rmSync(data, { recursive: true })
    return false
  }
  if (!names.includes('PG_VERSION')) {
    throw new ClusterUnavailable(
      `${data} holds files but no PostgreSQL database; move it away or set TONGBAO_DATA to another folder`,
    )
  }
  const major = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (major !== programs.major) {
    throw new ClusterUnavailable(
      `the database in ${folder} was made by PostgreSQL ${major} and this tongbao brings PostgreSQL ${programs.major}; move it over with a dump, or set TONGBAO_DATA to a new folder`,
    )
  }
  if (!readFileSync(join(data, 'postgresql.conf'), 'utf8').includes(OUR_INCLUDE)) {
    throw new ClusterUnavailable(
      `${data} is a PostgreSQL database that tongbao did not make; set DATABASE_URL to use it, or TONGBAO_DATA to another folder`,
    )
  }
  // Restored by root it belongs to root, and a copy or a volume often opens it to others.
  if (account.switched && stats.uid !== account.uid) giveAll(data, account.uid, account.gid)
  if ((stats.mode & 0o027) !== 0) chmodSync(data, 0o700)
  return true
}

async function initdb(house: House, fresh: string, passwordFile: string): Promise<void> {
  const { account, folder, programs } = house
  const make = (characters: string): Promise<Ran> => {
    const args = ['-D', fresh, '-U', 'postgres', `--pwfile=${passwordFile}`, '--data-checksums']
    const auth = ['--auth=scram-sha-256', '--encoding=UTF8', '--no-instructions']
    // The order of text comes from PostgreSQL itself and is the same on every system.
    const order = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
    const all = [...args, ...auth, ...order, `--lc-ctype=${characters}`]
    return run(programs.initdb, all, { account, timeoutMs: INITDB_TIMEOUT_MS })
  }
  // Trigrams ask the system what a letter is: without C.UTF-8 they see no Chinese, all else works.
  let made = await make('C.UTF-8')
  if (!made.ok && /invalid locale name/.test(made.output)) made = await make('C')
  if (made.ok) return
  if (saysDiskFull(made.output)) throw new ClusterUnavailable(diskFull(folder))
  throw new ClusterUnavailable(
    `PostgreSQL could not make its data folder in ${folder}: ${whyIn(made.output)}`,
  )
}

function readLock(data: string): (Postmaster & { readonly data: string }) | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    // A negative number stands for a single-user server.
    if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
    return { pid, data: lines[1] ?? '', port: Number(lines[3] ?? 0) }
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ENOENT') return undefined
    throw error
  }
}

/**
 * PostgreSQL takes any live process with the number in its lock for itself and would refuse for
 * ever: after a container's restart the number is often ours, or that of a zombie.
 */
function dropForeignLock(data: string): void {
  const lock = readLock(data)
  if (lock === undefined || !exists(lock.pid) || findPostmaster(data) !== undefined) return
  rmSync(join(data, 'postmaster.pid'), { force: true })
}

/** Makes the log the account may write and gives its length, from which this start's lines follow. */
function openLog({ account, log }: House): number {
  const stats = statSync(log, { throwIfNoEntry: false })
  if (stats !== undefined && stats.size > LOG_BYTES_MAX) renameSync(log, `${log}.1`)
  const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_WRONLY } = constants
  const handle = openSync(log, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
  try {
    giveTo(account, log)
    return fstatSync(handle).size
  } finally {
    closeSync(handle)
  }
}

function giveAll(path: string, uid: number, gid: number): void {
  lchownSync(path, uid, gid)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name)
    if (entry.isDirectory()) giveAll(inside, uid, gid)
    else lchownSync(inside, uid, gid)
  }
}

function startRefused({ folder, log }: House, reason: string): string {
  if (saysDiskFull(reason)) return diskFull(folder)
  if (/Cannot allocate memory|could not create shared memory/.test(reason)) {
    return `this machine has too little memory for PostgreSQL in ${folder}; free some, or set shared_buffers lower`
  }
  return `PostgreSQL in ${folder} does not start: ${whyIn(reason)} (see ${log})`
}

function saysDiskFull(output: string): boolean {
  return /No space left on device|Disk quota exceeded|wrote only \d+ of \d+ bytes/.test(output)
}

function whyIn(output: string): string {
  const lines = output.split('\n')
  const telling = /FATAL|PANIC|error:|invalid value|unrecognized configuration|could not/
  const line = lines.find((text) => telling.test(text)) ?? lines.findLast((text) => text.trim())
  const plain = line?.replace(/^.*?(FATAL|PANIC|LOG|error): +/, '').trim()
  return plain?.slice(0, 300) || 'it gave no reason'
}
