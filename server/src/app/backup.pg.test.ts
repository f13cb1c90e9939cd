import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { migrate } from '#kernel/migrations'
import {
  ask,
  connected,
  contents,
  KERNEL,
  manifestOf,
  type Oddities,
  openOddities,
  rewrite,
  triggers,
} from '../../test/backups.ts'
import { FROM_NOBODY } from '../../test/full-books.ts'
import { onServer } from '../../test/postgres.ts'
import { openWorld, type TestWorld } from '../../test/world.ts'
import type { Command } from './command.ts'
import { backup as backupCommand } from './commands/backup.ts'
import { restore as restoreCommand } from './commands/restore.ts'
import { prepareDatabase } from './open-database.ts'

// A bound for a broken run on a busy machine, not a measure.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: TestWorld
let odd: Oddities

beforeAll(async () => {
  world = await openWorld()
  await world.identity.ensurePerson({
    email: 'somebody@example.org',
    password: 'a password of the tests',
    name: 'Lin Xia 林夏',
    role: 'user',
  })
  odd = await openOddities()
})
afterAll(async () => {
  await odd.close()
  await world.close()
})

test('what is restored is what was saved, table by table and sequence by sequence', async () => {
  const into = await odd.newDatabase()
  const folder = await odd.save(odd.url)
  await odd.restore(await odd.open(folder), into)
  const [before, after] = [await contents(odd.url), await contents(into)]
  expect(Object.keys(before)).toContain('kernel.odd_days_2027')
  expect(after).toEqual(before)
})

test('a backup of a restored database says the same of every byte', async () => {
  const into = await odd.newDatabase()
  const folder = await odd.save(odd.url)
  await odd.restore(await odd.open(folder), into, false)
  const again = manifestOf(await odd.save(into))
  const { made_at: _, ...first } = manifestOf(folder)
  expect(again).toMatchObject(first)
})

test('after a restore the triggers stand as they stood, and identities go on where they were', async () => {
  const into = await odd.newDatabase()
  await odd.restore(await odd.open(await odd.save(odd.url)), into, false)
  expect(await triggers(into)).toEqual(await triggers(odd.url))
  expect((await triggers(into)).map(({ fires }) => fires)).toContain('A')
  const change = `update ${KERNEL}.odd_book set line = 'rewritten'`
  await expect(onServer(into, change)).rejects.toThrow('append-only')
  const next = `insert into ${KERNEL}.odd_values (body) values ('next') returning id`
  expect((await ask(into, next))[0]).toEqual({ id: '3501' })
  expect(await ask(into, `select nextval('${KERNEL}.odd_numbers')`)).toEqual([{ nextval: '107' }])
})

test('a backup is of one moment, however much is written meanwhile', async () => {
  // The two are saved far apart, because one of them refers to another table.
  const transfer = `
    begin;
    insert into ${KERNEL}.odd_book select max(id) + 1, 'one more' from ${KERNEL}.odd_book;
    insert into ${KERNEL}.a_child select max(id) + 1, 1 from ${KERNEL}.a_child;
    commit;`
  const count = `
    select (select count(*) from ${KERNEL}.odd_book) as lines,
           (select count(*) from ${KERNEL}.a_child) as children`
  const ahead = async (url: string) => {
    const [row] = await ask(url, count)
    return Number(row?.['children']) - Number(row?.['lines'])
  }
  const into = await odd.newDatabase()
  let isSaving = true
  const saving = odd.save(odd.url).finally(() => {
    isSaving = false
  })
  const writer = await connected(odd.url)
  while (isSaving) await writer.query(transfer)
  await writer.end()
  await odd.restore(await odd.open(await saving), into)
  expect(await ahead(into)).toBe(await ahead(odd.url))
})

test('a backup of an older build is restored as it was and migrated afterwards', async () => {
  const [older, into] = [await odd.newDatabase(), await odd.newDatabase()]
  await prepareDatabase(older, () => {})
  await odd.restore(await odd.open(await odd.save(older)), into)
  expect(await contents(into)).toEqual(await contents(older))
  expect(await migrate(into, odd.migrationsFolder, () => {})).toBe(1)
  expect((await ask(into, `select word from ${KERNEL}.odd_prefilled`))[0]).toEqual({
    word: 'put in by the migration',
  })
})

test('a queue of another version is refused, and left behind only when that is asked for', async () => {
  const into = await odd.newDatabase()
  const folder = await odd.save(odd.url)
  rewrite(folder, (manifest) => ({ ...manifest, queue: manifest.queue - 1 }))
  await expect(odd.open(folder)).rejects.toThrow('--without-queue')
  const backup = await odd.open(folder, { withoutQueue: true })
  await odd.restore(backup, into)
  expect(withoutQueue(await contents(into))).toEqual(withoutQueue(await contents(odd.url)))
  expect((await contents(odd.url))['pgboss.warning']).toHaveLength(1)
  expect((await contents(into))['pgboss.warning']).toEqual([])
})

test('a restore that cannot be finished leaves no row', async () => {
  const into = await odd.newDatabase()
  const folder = await odd.save(odd.url)
  const backup = await odd.open(folder)
  // Between the check and the loading somebody spoils the last table.
  const last = backup.manifest.tables.at(-1)
  const path = join(folder, `${last?.schema}.${last?.name}.copy.gz`)
  writeFileSync(path, gzipSync('spoiled\n'))
  const restoring = odd.restore(backup, into, false)
  await expect(restoring).rejects.toThrow()
  expect((await contents(into))['kernel.odd_book']).toEqual([])
  expect((await triggers(into)).length).toBe((await triggers(odd.url)).length)
})

test('the commands save, drill and restore, and a drill leaves no database behind', async () => {
  const folder = join(odd.newFolder(), 'backup')
  const from = { ...world.config, databaseUrl: world.url, dataFolder: odd.newFolder() }
  const saved = await run(backupCommand, from, [folder])
  expect(saved).toMatchObject({ code: 0, value: { folder } })
  const drilled = await run(restoreCommand, from, [folder], { drill: true })
  expect(drilled).toMatchObject({
    code: 0,
    value: { drill: true, verified: true, signed: true, rows: saved.value['rows'] },
  })
  const left = `select datname from pg_database where datname like 'tongbao_drill_%'`
  expect(await ask(world.url, left)).toEqual([])
  const into = await odd.newDatabase()
  const restored = await run(restoreCommand, from, [folder], { into, verify: true })
  expect(restored).toMatchObject({ code: 0, value: { drill: false, verified: true } })
  // The queue is tended while all this goes on, here and there.
  expect(withoutQueue(await contents(into))).toEqual(withoutQueue(await contents(world.url)))
  await expect(run(restoreCommand, from, [folder], { into })).rejects.toThrow('is not empty')
  await expect(run(restoreCommand, from, [folder], { into: 'nowhere' })).rejects.toThrow('--into')
})

test('L20: a backup of broken books comes back as it was written, and is told from a sound one', async () => {
  const broken = await odd.newDatabase()
  await prepareDatabase(broken, () => {})
  await ask(broken, FROM_NOBODY)
  const folder = join(odd.newFolder(), 'backup')
  const from = { ...world.config, databaseUrl: broken, dataFolder: odd.newFolder() }
  await run(backupCommand, from, [folder])
  await expect(run(restoreCommand, from, [folder], { drill: true })).rejects.toThrow(
    'its ledger is broken: accounts usr_thief/credit: balance = sum of entries',
  )
})

const withoutQueue = (all: Awaited<ReturnType<typeof contents>>) =>
  Object.entries(all).filter(([name]) => !name.startsWith('pgboss.'))

async function run(
  command: Command,
  config: TestWorld['config'],
  words: readonly string[],
  values: Record<string, string | boolean> = {},
) {
  let value: Record<string, unknown> = {}
  const terminal = {
    json: true,
    say: () => {},
    progress: () => {},
    result: (given: unknown) => {
      value = given as Record<string, unknown>
    },
  }
  return { code: await command.run(config, { words, values }, terminal), value }
}
