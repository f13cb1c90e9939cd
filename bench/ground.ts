import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { gatherTraffic, rollUpBooks } from '#credits'
import type { Instant } from '#kernel/clock'
import { openPool, type Pool } from '#kernel/db'
import { makeLog } from '#kernel/log'
import { sealBlocks } from '#ledger'
import { openCluster } from '../server/src/app/cluster.ts'
import { prepareDatabase } from '../server/src/app/open-database.ts'
import { dropDatabase } from '../server/src/app/scratch-database.ts'
import { StartRefused } from '../server/src/app/start-refused.ts'

/** Databases made for the run, migrated as any installation is, and gone after it. */
export interface Ground {
  /** As the owner of the tables. */
  readonly url: string
  readonly postgres: string
  /** As the owner, without a limit of time. */
  readonly owner: pg.Pool
  /** As the application works: its role, its settings. */
  pool(connections: number): Pool
  /** One turn of the sealer: how many blocks it sealed. */
  sealTurn(): Promise<number>
  /** Ends when what was written stands in sealed blocks. */
  seal(): Promise<void>
  /** Ends when what was written before is off the minds of PostgreSQL: it would else fall on whoever comes next. */
  rest(): Promise<void>
  /** Two databases with everything that is in this one, which is the first of them and ends with it. */
  split(): Promise<readonly [Ground, Ground]>
  close(): Promise<void>
}

// On a database that may forget what it acknowledged there is nothing to measure.
const PROMISES = ['fsync', 'full_page_writes', 'synchronous_commit']

/** On the server of DATABASE_URL, or on a PostgreSQL of its own with the settings of every embedded one. */
export async function openGround(databaseUrl: string | undefined): Promise<Ground> {
  const server = databaseUrl === undefined ? await ownServer() : await beside(databaseUrl)
  try {
    for (const name of PROMISES) {
      const { rows } = await query(server.url, `show ${name}`)
      if (rows[0][name] !== 'on') throw new StartRefused(`${name} is off: nothing to measure here`)
    }
    const { role } = await prepareDatabase(server.url, () => {})
    const { rows } = await query(server.url, 'show server_version')
    closeWhenAsked(server)
    return groundOf(server, role, rows[0].server_version)
  } catch (error) {
    await server.close()
    throw error
  }
}

/** Whoever ends the run half-way must not be left with a PostgreSQL that nobody stops. */
function closeWhenAsked(server: Server): void {
  const leave = () => {
    void server.close().finally(() => process.exit(ASKED_TO_STOP))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave)
  process.once('disconnect', leave)
}
const ASKED_TO_STOP = 130

interface Server {
  readonly url: string
  readonly close: () => Promise<void>
}

function groundOf(server: Server, role: string | undefined, postgres: string): Ground {
  const log = makeLog('error', process.stderr) // the end of the server ends our connections too
  const pools: Pool[] = []
  const owner = new pg.Pool({ connectionString: server.url, max: 4 })
  owner.on('error', () => {}) // the query in flight rejects with the same fault
  const pool = (connectionsMax: number): Pool => {
    const opened = openPool({ url: server.url, role, connectionsMax, log })
    pools.push(opened)
    return opened
  }
  const sealer = pool(1)
  const seal = async () => {
    while ((await sealBlocks(sealer.db)) > 0);
  }
  const away = async () => {
    await Promise.all([owner.end(), ...pools.splice(0).map((one) => one.close())])
  }
  return {
    ...{ url: server.url, postgres, owner, pool },
    sealTurn: () => sealBlocks(sealer.db),
    seal,
    rest: async () => {
      await seal()
      // What a house does each minute: else the server of the reads would do all of it while it is measured.
      await rollUpBooks(sealer)
      await gatherTraffic({ db: sealer.db, clock: { now: () => Date.now() as Instant } })
      await owner.query('vacuum analyze ledger.accounts, ledger.lots, ledger.entries')
      await owner.query('checkpoint').catch(() => {}) // not everybody may
    },
    split: async () => {
      await away()
      const name = `${nameOf(server.url)}_grown`
      const there = on(server.url, 'postgres')
      await query(there, `create database ${name} template ${nameOf(server.url)}`)
      const grown = { url: on(server.url, name), close: () => dropDatabase(there, name) }
      return [groundOf(server, role, postgres), groundOf(grown, role, postgres)]
    },
    close: async () => {
      await away()
      await server.close()
    },
  }
}

/** The rivals come on top of a server's own connections. */
const SETTINGS = { max_connections: '100' }

async function ownServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-bench-'))
  chmodSync(folder, 0o755) // run as root, PostgreSQL works as another user, who has to get in
  const gone = () => rmSync(folder, { recursive: true, force: true })
  try {
    const cluster = await openCluster({ folder, settings: SETTINGS, say: () => {} })
    const close = async () => {
      await cluster.stop()
      gone()
    }
    return { url: cluster.url, close }
  } catch (error) {
    gone()
    throw error
  }
}

async function beside(databaseUrl: string): Promise<Server> {
  const name = `tongbao_bench_${process.pid}`
  await query(databaseUrl, `create database ${name} template template0`)
  return { url: on(databaseUrl, name), close: () => dropDatabase(databaseUrl, name) }
}

const on = (url: string, database: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
const nameOf = (url: string): string => new URL(url).pathname.slice(1)

async function query(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // the query in flight rejects with the same fault
  await client.connect()
  try {
    return await client.query(text)
  } finally {
    await client.end()
  }
}
