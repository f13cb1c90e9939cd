import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { basename, join } from 'node:path'
import { inject } from 'vitest'
import { heardIn } from './canaries.ts'
import { onServer, withDatabase } from './postgres.ts'
import { BOOTSTRAP_KEY, SECRET } from './world.ts'

const ROOT = join(import.meta.dirname, '../..')
const CLI = join(ROOT, 'server/src/app/cli.ts')

export interface Ended {
  readonly code: number | null
  readonly out: string
  /** What was said to a person, line by line. */
  readonly err: readonly string[]
}

export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ended>
}

/** All it inherits. As for its user, the types are stripped once and not at every start. */
const BARE = {
  ...{ PATH: '/usr/bin:/bin', HOME: '/nonexistent', TONGBAO_MODE: 'test' },
  NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'tongbao'),
}

type Env = Readonly<Record<string, string>>

/** Runs the command line as its user would: another process, nothing of ours but the environment. */
export function runCli(
  args: readonly string[],
  env: Env,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: ROOT,
    env: { ...BARE, TONGBAO_DATA: dataFolderOf(env['DATABASE_URL']), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    err += chunk
  })
  const ended = once(child, 'close').then(([code]) => {
    const heard = heardIn({ log: err }, secretsIn(env))
    if (heard.length > 0) throw new Error(`a secret was repeated: ${heard.join(', ')}`)
    return {
      code: code as number | null,
      out,
      err: err.split('\n').filter((line) => line !== ''),
    }
  })
  return { child, ended }
}

/** What it was told and may not repeat, in whichever test. */
const secretsIn = (env: Env): string[] =>
  Object.entries(env).flatMap(([name, value]) => (/SECRET|KEY/.test(name) ? [value] : []))

/** One for each database, as in a house: what is anchored there is about that one. */
const dataFolderOf = (databaseUrl: string | undefined): string =>
  join(inject('dataFolder'), basename(databaseUrl ?? 'none'))

/** A server on a database, or on an embedded one of its own, ready to answer. */
export async function startServer(
  databaseUrl: string | undefined,
  env: Env = {},
): Promise<ServerProcess> {
  const port = Number(env['PORT'] ?? (await freePort()))
  const { child, ended } = runCli(['serve', '--json'], {
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    PORT: String(port),
    TONGBAO_SECRET: SECRET,
    TONGBAO_BOOTSTRAP_KEY: BOOTSTRAP_KEY,
    ...env,
  })
  const early = ended.then(({ err }) => {
    throw new Error(`the server ended before it was ready:\n${err.join('\n')}`)
  })
  // The one line it prints with --json says that it is ready.
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), early])
  return { url: `http://127.0.0.1:${port}`, child, ended }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

let made = 0

/** A fresh database: migrated like the template, or empty. */
export async function freshDatabase(kind: 'migrated' | 'empty'): Promise<string> {
  made += 1
  const name = `tongbao_${process.pid}_process_${made}`
  const server = inject('postgresUrl')
  const from = kind === 'migrated' ? ` template ${inject('template')}` : ''
  await onServer(server, `create database ${name}${from}`)
  return withDatabase(server, name)
}
