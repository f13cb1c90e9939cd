import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from '../server/src/app/cluster-files.ts'
import { ROOT_FOLDER } from '../server/src/app/places.ts'
import { externalIdOf, newKey, type Spread } from './accounts.ts'
import type { Ground } from './ground.ts'
import type { Ask, Paid, Told } from './load.ts'
import type { Contender, Slice } from './measure.ts'
import { secondsOf } from './tills.ts'

/** One key may ask a million times a minute; four of them keep every run below that. */
const KEYS = 4
/** Where nothing else is said: enough for every latency that is asked for. */
const CONNECTIONS = 256
const BOOTSTRAP_KEY = 'bootstrap-key-of-the-bench'
export const BENCH_SECRET = 'a secret of the bench that is long enough'

/** The server as it is run, and whoever calls it: each a process of its own. */
export interface Shop {
  ask(what: Ask['what'], spread: Spread, more?: Partial<Ask> & { name?: string }): Contender
  /** Tells the server of these payments, as the sandbox would. */
  hook(
    paid: readonly Paid[],
    how: { readonly perSecond: number; readonly connections: number },
    ms: number,
  ): Promise<Slice>
  /** With the bootstrap key. Rejects where it is refused. */
  api(method: 'POST' | 'PUT', path: string, body: object): Promise<unknown>
  /** For those who watch: every node, and a key. */
  readonly watched: {
    readonly ports: readonly number[]
    readonly token: string
    readonly pids: readonly number[]
  }
  close(): Promise<void>
}

interface Nodes {
  readonly nodes?: number
  readonly redisUrl?: string | undefined
}

export async function openShop(
  ground: Ground,
  accounts: number,
  { nodes = 1, redisUrl }: Nodes = {},
): Promise<Shop> {
  const port = await freePort(0)
  const server = await startServer(ground.url, port, redisUrl)
  const others: { readonly port: number; readonly server: ChildProcess }[] = []
  for (let nth = 1; nth < nodes; nth++) {
    const at = await freePort(0)
    others.push({ port: at, server: await startServer(ground.url, at, redisUrl) })
  }
  const load = fork(join(import.meta.dirname, 'load.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const close = async () => {
    load.disconnect()
    await Promise.all([server, ...others.map((one) => one.server)].map(ended))
  }
  try {
    const tokens = await Promise.all(Array.from({ length: KEYS }, () => newToken(port)))
    await Promise.all(tokens.map((token, nth) => nameAll(port, token, nth, accounts)))
    return {
      ask: (what, spread, { name = `http_${spread}`, ...more } = {}) => {
        const ask = { port, tokens, what, spread, accounts, connections: CONNECTIONS, ...more }
        return {
          name,
          callers: ask.connections,
          run: async (ms) => {
            const slice = await sliceBy(load, { ms, ...ask })
            if (what !== 'charge') return slice
            return { ...slice, seconds: slice.seconds + (await secondsOf(() => ground.seal())) }
          },
        }
      },
      hook: (paid, how, ms) => {
        const ask = { port, tokens, what: 'hook', spread: 'uniform', accounts, paid } as const
        return sliceBy(load, { ...ask, ...how, ms })
      },
      api: (method, path, body) => callApi(port, method, path, body),
      watched: {
        ports: [port, ...others.map((one) => one.port)],
        token: tokens[0] ?? '',
        pids: [server, ...others.map((one) => one.server)].map(({ pid }) => pid ?? 0),
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function sliceBy(load: ChildProcess, ask: Ask): Promise<Slice> {
  load.send(ask)
  const [told] = (await once(load, 'message')) as [Told]
  if ('fault' in told) throw new Error(`a request was not answered as it should be: ${told.fault}`)
  return told.slice
}

async function startServer(
  databaseUrl: string,
  port: number,
  redisUrl?: string,
): Promise<ChildProcess> {
  const cli = join(ROOT_FOLDER, 'server/src/app/cli.ts')
  const server = fork(cli, ['serve', '--json'], {
    // The line between us tells it to stop, also when we are killed.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      DATABASE_URL: databaseUrl,
      ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
      PORT: String(port),
      TONGBAO_MODE: 'test',
      TONGBAO_LOG_LEVEL: 'info',
      TONGBAO_SECRET: BENCH_SECRET,
      TONGBAO_BOOTSTRAP_KEY: BOOTSTRAP_KEY,
    },
  })
  const early = once(server, 'exit').then(() => {
    throw new Error('the server ended before it was ready')
  })
  // The one line it prints with --json says that it is ready.
  await Promise.race([once(server.stdout as NodeJS.ReadableStream, 'data'), early])
  early.catch(() => {})
  return server
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const gone = once(server, 'exit')
  server.kill('SIGTERM')
  await gone
}

/**
 * Charges every account once, each key a share of them. A server learns once what owner a name means and remembers it;
 * what is measured is a charge, and nobody else here looks up names.
 */
async function nameAll(port: number, token: string, nth: number, accounts: number): Promise<void> {
  for (let from = nth * NAMED_AT_ONCE; from < accounts; from += KEYS * NAMED_AT_ONCE) {
    const charges = Array.from({ length: Math.min(NAMED_AT_ONCE, accounts - from) }, (_, i) => ({
      external_id: externalIdOf(from + i),
      amount: 1,
      idempotency_key: newKey(),
    }))
    const reply = await fetch(`http://127.0.0.1:${port}/api/v1/credits/charges/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ charges }),
    })
    if (!reply.ok) throw new Error(`accounts were not named: ${await reply.text()}`)
    await reply.arrayBuffer()
  }
}
const NAMED_AT_ONCE = 100

/** A key as an app has one, not the bootstrap key, which is looked up in no table. */
async function newToken(port: number): Promise<string> {
  const wish = { name: 'bench', scopes: ['credits:read', 'credits:charge'] }
  return ((await callApi(port, 'POST', 'api-keys', wish)) as { key: string }).key
}

async function callApi(port: number, method: string, path: string, body: object): Promise<unknown> {
  const reply = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`${path} was refused: ${await reply.text()}`)
  return reply.json()
}
