import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { Contender } from './measure.ts'

const run = promisify(execFile)
const DEBIAN = '/usr/lib/postgresql'

/** PostgreSQL's own bench on the same database: `-N`, which is one update, one select and one insert. */
export async function openPgbench(
  databaseUrl: string,
): Promise<((clients: number) => Contender) | undefined> {
  const program = findPgbench()
  if (program === undefined) return undefined
  const env = environmentOf(databaseUrl)
  // Scale 1 is 100,000 accounts, as many as everybody has here.
  await run(program, ['-i', '-q', '-s', '1'], { env })
  return (clients) => ({
    name: 'pgbench_simple_update',
    callers: clients,
    run: async (ms) => {
      const seconds = Math.max(1, Math.round(ms / 1_000))
      const args = ['-N', '-n', '-M', 'prepared', '-j', '2', '-c', `${clients}`, '-T', `${seconds}`]
      const { stdout } = await run(program, args, { env })
      const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1])
      const rate = number(/^tps = ([\d.]+)/m)
      const meanMs = number(/^latency average = ([\d.]+) ms/m)
      return { count: rate, seconds: 1, p50Ms: meanMs, p99Ms: Number.NaN }
    },
  })
}

function findPgbench(): string | undefined {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((v) => join(DEBIAN, v, 'bin')) : []
  return [...(process.env['PATH'] ?? '').split(delimiter), ...debian]
    .map((folder) => join(folder, 'pgbench'))
    .find((path) => existsSync(path))
}

/** Not as an argument: whoever lists the processes would read the password. */
function environmentOf(databaseUrl: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl)
  return {
    ...process.env,
    PGHOST: decodeURIComponent(hostname),
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: pathname.slice(1),
  }
}
