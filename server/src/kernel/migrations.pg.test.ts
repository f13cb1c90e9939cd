import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate, pending, readMigrations, SchemaRefused } from '#kernel/migrations'
import { openWorld, type TestWorld } from '../../test/world.ts'

let world: TestWorld
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const known = [1, 2, 3].map((number) => ({
  number,
  name: `000${number}-x-y`,
  sql: '',
  checksum: `sum ${number}`,
}))

/** The real migrations and one of the test's own; its number is far ahead of ours. */
const folderWith = (sql: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'))
  for (const { name, sql: ours } of readMigrations('db/migrations'))
    writeFileSync(join(folder, `${name}.sql`), ours)
  writeFileSync(join(folder, '9001-kernel-try.sql'), sql)
  return folder
}
const query = async (text: string) => {
  const client = new pg.Client({ connectionString: world.url })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}

test('K3: what is still to run is exactly what was not applied, in order', () => {
  expect(pending(known, []).map(({ number }) => number)).toEqual([1, 2, 3])
  expect(pending(known, known.slice(0, 2)).map(({ number }) => number)).toEqual([3])
  expect(pending(known, known)).toEqual([])
})

test.each([
  ['newer than this build', known.slice(0, 2), known],
  ['applied from a different file', known, [{ ...known[0], checksum: 'edited' }]],
  ['was never applied', known, [known[0], known[2]]],
])('K3: a database that is %s is refused in a sentence', (sentence, ours, applied) => {
  expect(() => pending(ours, applied as typeof known)).toThrow(SchemaRefused)
  expect(() => pending(ours, applied as typeof known)).toThrow(sentence)
})

test('K3: a migration that fails half-way leaves nothing and is tried again', async () => {
  const broken = folderWith('create table kernel.try_me (id int); select 1 / 0;')
  await expect(migrate(world.url, broken, () => {})).rejects.toThrow('division by zero')
  expect(await query(`select to_regclass('kernel.try_me') as there`)).toEqual([{ there: null }])
  expect(await query('select 1 from kernel.migrations where number = 9001')).toEqual([])
})

test('K3: five servers that start together apply a migration once', async () => {
  const folder = folderWith('create table kernel.try_me (id int);')
  const applied = await Promise.all(
    Array.from({ length: 5 }, () => migrate(world.url, folder, () => {})),
  )
  expect(applied.sort()).toEqual([0, 0, 0, 0, 1])
  await expect(migrate(world.url, 'db/migrations', () => {})).rejects.toThrow(
    'newer than this build',
  )
})
