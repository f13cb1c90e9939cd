import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openCluster } from '../src/app/cluster.ts'
import { prepareDatabase } from '../src/app/open-database.ts'
import { dropDatabase } from '../src/app/scratch-database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** May create databases; each test file copies the template into one of its own. */
    readonly postgresUrl: string
    /** Known for an embedded server alone. */
    readonly superuserUrl: string | undefined
    readonly template: string
    readonly role: string | undefined
    /** What servers and commands of the run keep beside their databases. */
    readonly dataFolder: string
  }
}

/** One PostgreSQL for the run: the given one, or an embedded one in a folder that goes with it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL'] // tidy-allow env: the run's own choice of server
  const server =
    given === undefined
      ? await ownServer()
      : { url: given, superuserUrl: undefined, stop: async () => {} }
  const template = `tongbao_template_${process.pid}`
  await onServer(server.url, `create database ${template}`)
  const { role } = await prepareDatabase(withDatabase(server.url, template), () => {})
  project.provide('postgresUrl', server.url)
  project.provide('superuserUrl', server.superuserUrl)
  project.provide('template', template)
  project.provide('role', role)
  const dataFolder = mkdtempSync(join(tmpdir(), 'tongbao-data-'))
  project.provide('dataFolder', dataFolder)
  return async () => {
    rmSync(dataFolder, { recursive: true, force: true })
    await dropDatabase(server.url, template)
    await server.stop()
  }
}

async function ownServer() {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-test-'))
  chmodSync(folder, 0o755) // run as root, PostgreSQL works as another user, who has to get in
  // Nothing here outlives the run, so nothing needs to reach the disk; crash tests open their own.
  const settings = { fsync: 'off', synchronous_commit: 'off', max_connections: '200' }
  const cluster = await openCluster({ folder, settings, say: () => {} })
  return {
    url: cluster.url,
    superuserUrl: cluster.superuserUrl,
    stop: async () => {
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const withDatabase = (url: string, database: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

export async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // the query in flight rejects with the same fault
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
