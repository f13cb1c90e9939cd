import { hash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import pg from 'pg'
import { inject } from 'vitest'
import type { Passwords } from '#identity'
import { makeLog } from '#kernel/log'
import type { Hearing } from '#kernel/outbox'
import { type Config, readConfig } from '../src/app/config.ts'
import { dropDatabase } from '../src/app/scratch-database.ts'
import { buildWorld, type World } from '../src/app/world.ts'
import { listenForCanaries } from './canaries.ts'
import { onServer, withDatabase } from './postgres.ts'

export const SECRET = 'a secret of the tests that is long enough'
export const BOOTSTRAP_KEY = 'bootstrap-key-of-the-tests'
export const PASSWORD = 'correct horse battery'

export interface TestWorld extends World {
  /** As the owner of the tables, for judges that look behind the application's back. */
  readonly url: string
  /** Everything logged so far. */
  readonly logged: () => string
  /** Knocks at the door with JSON; a string `as` is a bearer token. */
  readonly call: (
    method: InjectOptions['method'] & string,
    url: string,
    options?: { as?: string; body?: unknown; headers?: Record<string, string>; ip?: string },
  ) => Promise<LightMyRequestResponse>
  /** A second server on the same database; its stop is the caller's business. */
  readonly anotherNode: (
    env?: Readonly<Record<string, string>>,
    wiring?: {
      readonly publicUrl?: string
      readonly secrets?: readonly string[]
      /** Through a proxy, say. */
      readonly databaseUrl?: string
    },
  ) => Promise<World>
  close(): Promise<void>
}

interface Options {
  readonly env?: Readonly<Record<string, string>>
  readonly hearings?: readonly Hearing[]
  /** Jobs and events are carried out only where a test is about them. */
  readonly start?: boolean
  /** As a house keeps them. Elsewhere they are quick to know: a tenth of a second each is minutes for all tests. */
  readonly realPasswords?: boolean
}

const QUICK: Passwords = {
  hash: async (password) => hash('sha256', password),
  verify: async (of) => of.hash === hash('sha256', of.password),
}

/** A house of one's own on a fresh copy of the migrated database. */
export async function openWorld(options: Options = {}): Promise<TestWorld> {
  const server = inject('postgresUrl')
  const name = `tongbao_${process.pid}_${randomBytes(4).toString('hex')}`
  await onServer(server, `create database ${name} template ${inject('template')}`)
  const url = withDatabase(server, name)
  const lines: string[] = []
  const dataFolder = join(tmpdir(), name)
  const canaries = listenForCanaries([SECRET, BOOTSTRAP_KEY, PASSWORD])
  const node = async (env: Readonly<Record<string, string>>, wiring: object = {}) => {
    const built = await buildWorld({
      config: testConfig({ TONGBAO_DATA: dataFolder, ...env }),
      databaseUrl: url,
      publicUrl: 'http://localhost:7300',
      secrets: [SECRET],
      role: inject('role'),
      log: makeLog('trace', { write: (line) => lines.push(line) }),
      ...(options.hearings && { hearings: options.hearings }),
      ...(!options.realPasswords && { passwords: QUICK }),
      jobsPollingSeconds: 0.5,
      ...wiring,
    })
    await built.http.ready()
    await built.open()
    return built
  }
  const world = await node(options.env ?? {})
  if (options.start) await world.start()
  return {
    ...world,
    url,
    logged: () => lines.join(''),
    anotherNode: async (env = {}, wiring = {}) => {
      const other = await node(env, wiring)
      await other.start()
      return other
    },
    call: async (method, path, { as, body, headers = {}, ip = nextAddress() } = {}) => {
      canaries.came(as, body)
      const reply = await world.http.inject({
        method: method as 'GET',
        url: path,
        remoteAddress: ip,
        headers: { ...(as !== undefined && { authorization: `Bearer ${as}` }), ...headers },
        ...(body !== undefined && { payload: body as object }),
      })
      if (reply.statusCode >= 400) canaries.refused(reply.body)
      return reply
    },
    close: async () => {
      await world.stop()
      await canaries.judge(lines.join(''), () => trailOf(url))
      await dropDatabase(server, name)
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}

async function trailOf(url: string): Promise<string> {
  const judge = new pg.Client({ connectionString: url })
  await judge.connect()
  try {
    const { rows } = await judge.query('select e::text as line from audit.entries e')
    return rows.map(({ line }) => line).join('\n')
  } finally {
    await judge.end()
  }
}

/** Its routes are there for every test of routes; behind them nobody answers. */
const WECHAT_NOWHERE = {
  TONGBAO_WECHAT_LOGIN_APPID: 'wx0000000000000000',
  TONGBAO_WECHAT_LOGIN_SECRET: 'secret of no app',
  TONGBAO_WECHAT_LOGIN_OPEN_URL: 'https://127.0.0.1:9',
  TONGBAO_WECHAT_LOGIN_API_URL: 'https://127.0.0.1:9',
} as const

/** Every call from somewhere else, so that only tests about rate limits meet them. */
let calls = 0
const nextAddress = (): string => {
  calls += 1
  return `10.${(calls >> 16) & 255}.${(calls >> 8) & 255}.${calls & 255}`
}

function testConfig(env: Readonly<Record<string, string>>): Config {
  const read = readConfig({
    TONGBAO_MODE: 'test',
    TONGBAO_BOOTSTRAP_KEY: BOOTSTRAP_KEY,
    TONGBAO_LOG_LEVEL: 'trace',
    // Most tests are about what came in later; the one of C27 says what is given by default.
    TONGBAO_SIGN_UP_CREDITS: '0',
    ...WECHAT_NOWHERE,
    ...env,
  })
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  return read.config
}
