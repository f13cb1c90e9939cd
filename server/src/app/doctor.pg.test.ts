import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moveClock } from '#kernel/clock-store'
import { inTx } from '#kernel/db'
import { migrate } from '#kernel/migrations'
import { onServer } from '../../test/postgres.ts'
import { openWorld, type TestWorld } from '../../test/world.ts'
import { doctor as doctorCommand } from './commands/doctor.ts'
import type { Config } from './config.ts'
import { examine, type Finding } from './doctor.ts'
import { MIGRATIONS_FOLDER } from './places.ts'

let world: TestWorld
let live: Config
let database: string
let user: string

beforeAll(async () => {
  world = await openWorld()
  live = { ...world.config, mode: 'production' }
  database = new URL(world.url).pathname.slice(1)
  const client = new pg.Client({ connectionString: world.url })
  await client.connect()
  user = (await client.query('select current_user as it')).rows[0].it
  await client.end()
})
afterAll(() => world.close())

test('a migrated database is current, in UTF8 and UTC, and on time', async () => {
  const findings = await examine(world.config, world.url)
  for (const check of ['version', 'encoding', 'migrations', 'time', 'clock'])
    expect(about(check, findings)).toMatchObject({ check, state: 'fine' })
})

test('synchronous_commit is what a connection of the application has, not what the server says', async () => {
  await alter(`alter database ${database} set synchronous_commit = on`)
  expect(await stateOf('synchronous_commit')).toBe('fine')
  await alter(`alter database ${database} set synchronous_commit = off`)
  const finding = about('synchronous_commit', await examine(live, world.url))
  expect(finding.state).toBe('grave')
  expect(finding.advice).toBe(`alter database ${database} reset synchronous_commit`)
  expect(about('synchronous_commit', await examine(world.config, world.url)).state).toBe('warning')
  await alter(`alter database ${database} set synchronous_commit = on`)
})

test('a setting that hangs on the role in this database is found too', async () => {
  await alter(`alter database ${database} set synchronous_commit = on`)
  await alter(`alter role ${user} in database ${database} set synchronous_commit = off`)
  const finding = about('synchronous_commit', await examine(live, world.url))
  expect(finding.state).toBe('grave')
  expect(finding.advice).toContain(`alter role ${user} in database ${database} reset`)
  await alter(`alter role ${user} in database ${database} reset synchronous_commit`)
  expect(await stateOf('synchronous_commit')).toBe('fine')
})

test('a database with a time zone of its own is a warning', async () => {
  await alter(`alter database ${database} set timezone = 'Asia/Shanghai'`)
  expect(await stateOf('time zone')).toBe('warning')
  await alter(`alter database ${database} reset timezone`)
})

test('a limit on the database counts where it is tighter than the server', async () => {
  await alter(`alter database ${database} connection limit 30`)
  expect(about('connections', await examine(live, world.url))).toMatchObject({
    state: 'warning',
    what: expect.stringContaining('30 '),
  })
  await alter(`alter database ${database} connection limit -1`)
})

test('a clock that was moved keeps production from starting', async () => {
  await inTx(world.db, (tx) => moveClock(tx, 3_600_000))
  expect(await stateOf('clock')).toBe('grave')
  await inTx(world.db, (tx) => moveClock(tx, 0))
  expect(await stateOf('clock')).toBe('fine')
})

test('a redis that nobody runs is a warning', async () => {
  const config = { ...live, redisUrl: 'redis://127.0.0.1:1' }
  expect(about('redis', await examine(config, world.url)).state).toBe('warning')
})

test('a database that a newer build migrated is grave', async () => {
  const newer = await openWorld()
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-newer-'))
  try {
    cpSync(MIGRATIONS_FOLDER, folder, { recursive: true })
    writeFileSync(join(folder, '9001-kernel-future.sql'), 'select 1;')
    await migrate(newer.url, folder, () => {})
    expect(about('migrations', await examine(live, newer.url))).toMatchObject({
      state: 'grave',
      what: expect.stringContaining('9001-kernel-future'),
    })
  } finally {
    rmSync(folder, { recursive: true })
    await newer.close()
  }
})

test('a wrong DATABASE_URL is one grave finding among the others, and the doctor fails', async () => {
  const wrong = new URL(world.url)
  wrong.pathname = '/there_is_no_such_database'
  let findings: Finding[] = []
  const terminal = {
    json: true,
    say: () => {},
    progress: () => {},
    result: (value: unknown) => {
      findings = (value as { findings: Finding[] }).findings
    },
  }
  const config = { ...world.config, databaseUrl: wrong.href, port: 0 }
  const given = { values: {}, words: [] }
  expect(await doctorCommand.run(config, given, terminal)).toBe(1)
  expect(findings.filter(({ state }) => state === 'grave')).toMatchObject([
    { check: 'database', advice: 'create it first' },
  ])
  expect(findings.map(({ check }) => check)).toContain('port')
})

const alter = (sql: string) => onServer(world.url, sql)

const stateOf = async (check: string) => about(check, await examine(live, world.url)).state

function about(check: string, findings: readonly Finding[]): Finding {
  const finding = findings.find((one) => one.check === check)
  if (!finding) throw new Error(`nothing was found about ${check}`)
  return finding
}
