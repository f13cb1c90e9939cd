import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { keyring } from '#kernel/crypto'
import { contents, type Oddities, openOddities, rewrite } from '../../test/backups.ts'
import { MANIFEST_FILE } from './backup-manifest.ts'
import { writeBackup } from './backup-write.ts'
import { MIGRATIONS_FOLDER } from './places.ts'

// A bound for a broken run on a busy machine, not a measure.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let odd: Oddities

beforeAll(async () => {
  odd = await openOddities()
})
afterAll(async () => {
  await odd.close()
})

test('a changed byte in a file is refused before anything is restored', async () => {
  const folder = await odd.save(odd.url)
  const path = join(folder, 'kernel.odd_values.copy.gz')
  const sound = readFileSync(path)
  for (const at of [4_000, sound.length - 1]) {
    const bytes = Buffer.from(sound)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    await expect(odd.open(folder)).rejects.toThrow(
      'kernel.odd_values.copy.gz is not what was written',
    )
  }
  writeFileSync(path, sound.subarray(0, sound.length / 2))
  await expect(odd.open(folder)).rejects.toThrow(
    'kernel.odd_values.copy.gz is not what was written',
  )
  rmSync(path)
  await expect(odd.open(folder)).rejects.toThrow('lacks kernel.odd_values.copy.gz')
})

test('a file that was packed anew around other rows is refused', async () => {
  const folder = await odd.save(odd.url)
  const path = join(folder, 'kernel.odd_book.copy.gz')
  const text = gunzipSync(readFileSync(path)).toString('utf8')
  writeFileSync(path, gzipSync(text.replace('written once', 'written 0nce')))
  await expect(odd.open(folder)).rejects.toThrow('kernel.odd_book.copy.gz is not what was written')
})

test('a backup that breaks off leaves nothing, and one that is there is never overwritten', async () => {
  const parent = odd.newFolder()
  const folder = join(parent, 'backup')
  const breaking = writeBackup({
    ...odd.options(odd.url, folder),
    sign: () => {
      throw new Error('the power went')
    },
  })
  await expect(breaking).rejects.toThrow('the power went')
  expect(readdirSync(parent)).toEqual([])
  mkdirSync(folder)
  await writeBackup(odd.options(odd.url, folder))
  const before = readdirSync(folder)
  await expect(writeBackup(odd.options(odd.url, folder))).rejects.toThrow('is not empty')
  expect(readdirSync(folder)).toEqual(before)
  expect(readdirSync(parent)).toEqual(['backup'])
})

test('a folder without a manifest is not a backup', async () => {
  const folder = await odd.save(odd.url)
  rmSync(join(folder, MANIFEST_FILE))
  await expect(odd.open(folder)).rejects.toThrow('is not a backup')
  writeFileSync(join(folder, MANIFEST_FILE), '{"format": 1')
  await expect(odd.open(folder)).rejects.toThrow('is damaged')
  writeFileSync(join(folder, MANIFEST_FILE), '{"format": 2}')
  await expect(odd.open(folder)).rejects.toThrow('newer tongbao')
})

test('a manifest that names a place outside the house is refused', async () => {
  for (const name of ['../../elsewhere', 'odd_book; drop table odd_book', 'Ödd']) {
    const folder = await odd.save(odd.url)
    rewrite(folder, (manifest) => ({
      ...manifest,
      tables: manifest.tables.map((table) =>
        table.name === 'odd_book' ? { ...table, name } : table,
      ),
    }))
    await expect(odd.open(folder)).rejects.toThrow('is damaged')
  }
})

test('a restore into a database that is not empty is refused and changes nothing', async () => {
  const before = await contents(odd.url)
  const restoring = odd.restore(await odd.open(await odd.save(odd.url)), odd.url, false)
  await expect(restoring).rejects.toThrow('the database is not empty')
  expect(await contents(odd.url)).toEqual(before)
})

test('a backup of a newer build is refused by its migration', async () => {
  const folder = await odd.save(odd.url)
  await expect(odd.open(folder, { migrationsFolder: MIGRATIONS_FOLDER })).rejects.toThrow(
    'newer than this build (it has migration 9001-kernel-oddities)',
  )
})

test('a backup whose migrations were other files is refused', async () => {
  const folder = await odd.save(odd.url)
  rewrite(folder, (manifest) => ({
    ...manifest,
    migrations: manifest.migrations.map((one) => ({ ...one, checksum: '0'.repeat(64) })),
  }))
  await expect(odd.open(folder)).rejects.toThrow('another line of builds')
})

test('a newer build than the database is refused to make the backup, for it may lack tables', async () => {
  const folder = join(odd.newFolder(), 'backup')
  const saving = writeBackup({
    ...odd.options(odd.url, folder),
    migrationsFolder: MIGRATIONS_FOLDER,
  })
  await expect(saving).rejects.toThrow('the database is newer than this build')
  expect(existsSync(folder)).toBe(false)
})

test('a backup knows the installation whose secret signed it, until somebody changes it', async () => {
  const folder = await odd.save(odd.url)
  expect((await odd.open(folder)).ours).toBe(true)
  const stranger = keyring(['another secret of the tests, long enough'])
  expect((await odd.open(folder, { signed: stranger.signed })).ours).toBe(false)
  rewrite(folder, (manifest) => ({ ...manifest, tongbao: '9.9.9' }))
  expect((await odd.open(folder)).ours).toBe(false)
})
