import { randomBytes } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest'
import { keyring } from '#kernel/crypto'
import { migrate } from '#kernel/migrations'
import { onServer, withDatabase } from '../../test/postgres.ts'
import { openWorld, type TestWorld } from '../../test/world.ts'
import { MANIFEST_FILE, type Manifest, OUR_SCHEMAS } from './backup-manifest.ts'
import { openBackup, restoreBackup } from './backup-restore.ts'
import { floorsOf } from './backup-tables.ts'
import { writeBackup } from './backup-write.ts'
import type { Command } from './command.ts'
import { backup as backupCommand } from './commands/backup.ts'
import { restore as restoreCommand } from './commands/restore.ts'
import { prepareDatabase } from './open-database.ts'
import { MIGRATIONS_FOLDER } from './places.ts'

// A bound for a broken run on a busy machine, not a measure.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const KERNEL = 'kernel'
const quiet = { say: () => {}, progress: () => {} }
const ring = keyring(['a secret of the tests that is long enough'])

// Everything that a later module may ask of PostgreSQL and that a careless backup gets wrong.
const ODD_TABLES = `
  create table ${KERNEL}.odd_values (
    id bigint generated always as identity primary key,
    body text, bytes bytea, list text[], doc jsonb, ratio float8, span interval, at timestamptz,
    "Quoted Name" text, doubled numeric generated always as (ratio * 2) stored
  );
  create table ${KERNEL}.odd_prefilled (word text primary key);
  insert into ${KERNEL}.odd_prefilled values ('put in by the migration');
  create table ${KERNEL}.a_child (id int primary key, elder int not null references ${KERNEL}.odd_values (id));
  alter table ${KERNEL}.a_child drop constraint a_child_elder_fkey;
  alter table ${KERNEL}.a_child alter elder type bigint;
  alter table ${KERNEL}.a_child add foreign key (elder) references ${KERNEL}.odd_values;
  create table ${KERNEL}.odd_tree (id int primary key, parent int references ${KERNEL}.odd_tree);
  create table ${KERNEL}.odd_hen (id int primary key, egg int not null);
  create table ${KERNEL}.odd_egg (id int primary key, hen int not null references ${KERNEL}.odd_hen);
  alter table ${KERNEL}.odd_hen add foreign key (egg) references ${KERNEL}.odd_egg deferrable initially deferred;
  create table ${KERNEL}.odd_days (day date not null, n int not null) partition by range (day);
  create table ${KERNEL}.odd_days_2026 partition of ${KERNEL}.odd_days
    for values from ('2026-01-01') to ('2027-01-01');
  create table ${KERNEL}.odd_book (id int primary key, line text not null);
  create trigger odd_book_append_only before update or delete or truncate on ${KERNEL}.odd_book
    for each statement execute function ${KERNEL}.refuse_change();
  alter table ${KERNEL}.odd_book enable always trigger odd_book_append_only;
  create trigger odd_values_no_delete before delete on ${KERNEL}.odd_values
    for each row execute function ${KERNEL}.refuse_change();
  create sequence ${KERNEL}.odd_numbers start 100;
`

const ODD_ROWS = `
  insert into ${KERNEL}.odd_values (body, bytes, list, doc, ratio, span, at, "Quoted Name")
    select case i % 5 when 0 then null when 1 then '' when 2 then '\\N'
                      when 3 then E'two\\nlines\\tand \\\\ 通宝 \\r' else repeat('x', (i * 7919) % 3001) end,
           decode(md5(i::text), 'hex'), array['a', null, ',"{}'], jsonb_build_object('n', i),
           sqrt(i), make_interval(mins => i), timestamptz '2026-03-01 00:00+08' + make_interval(mins => i), 'q'
      from generate_series(1, 3000) i;
  alter table ${KERNEL}.odd_values disable trigger odd_values_no_delete;
  delete from ${KERNEL}.odd_values where id % 3 = 0;
  alter table ${KERNEL}.odd_values enable trigger odd_values_no_delete;
  insert into ${KERNEL}.odd_values (body) select repeat('y', i) from generate_series(1, 500) i;
  insert into ${KERNEL}.a_child select i, i * 3 - 2 from generate_series(1, 300) i;
  delete from ${KERNEL}.odd_prefilled;
  insert into ${KERNEL}.odd_prefilled values ('put in later');
  insert into ${KERNEL}.odd_tree values (2, null), (3, 2);
  insert into ${KERNEL}.odd_tree values (1, 3);
  begin;
  insert into ${KERNEL}.odd_hen values (1, 1);
  insert into ${KERNEL}.odd_egg values (1, 1);
  commit;
  create table ${KERNEL}.odd_days_2027 partition of ${KERNEL}.odd_days
    for values from ('2027-01-01') to ('2028-01-01');
  insert into ${KERNEL}.odd_days select date '2026-12-01' + i, i from generate_series(0, 60) i;
  insert into ${KERNEL}.odd_book values (1, 'written once');
  select nextval('${KERNEL}.odd_numbers') from generate_series(1, 7);
`

let world: TestWorld
let odd: string
let migrationsFolder: string
const folders: string[] = []
const databases: string[] = []

beforeAll(async () => {
  migrationsFolder = newFolder()
  cpSync(MIGRATIONS_FOLDER, migrationsFolder, { recursive: true })
  writeFileSync(join(migrationsFolder, '9001-kernel-oddities.sql'), ODD_TABLES)
  world = await openWorld()
  await world.identity.ensurePerson({
    email: 'somebody@example.org',
    password: 'a password of the tests',
    name: 'Lin Xia 林夏',
    role: 'user',
  })
  odd = await newDatabase('keep')
  await prepareDatabase(odd, () => {})
  await migrate(odd, migrationsFolder, () => {})
  await onServer(odd, ODD_ROWS)
})

afterEach(async () => {
  for (const name of databases.splice(0)) await drop(name)
})

afterAll(async () => {
  await world.close()
  await drop(new URL(odd).pathname.slice(1))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

test('what is restored is what was saved, table by table and sequence by sequence', async () => {
  const into = await newDatabase()
  const folder = await save(odd)
  await restoreBackup(await open(folder), { url: into, verify: true, ...quiet })
  const [before, after] = [await contents(odd), await contents(into)]
  expect(Object.keys(before)).toContain('kernel.odd_days_2027')
  expect(after).toEqual(before)
})

test('a backup of a restored database says the same of every byte', async () => {
  const into = await newDatabase()
  const folder = await save(odd)
  await restoreBackup(await open(folder), { url: into, verify: false, ...quiet })
  const again = manifestOf(await save(into))
  const { made_at: _, ...first } = manifestOf(folder)
  expect(again).toMatchObject(first)
})

test('after a restore the triggers stand as they stood, and identities go on where they were', async () => {
  const into = await newDatabase()
  await restoreBackup(await open(await save(odd)), { url: into, verify: false, ...quiet })
  expect(await triggers(into)).toEqual(await triggers(odd))
  expect((await triggers(into)).map(({ fires }) => fires)).toContain('A')
  const change = `update ${KERNEL}.odd_book set line = 'rewritten'`
  await expect(onServer(into, change)).rejects.toThrow('append-only')
  const next = `insert into ${KERNEL}.odd_values (body) values ('next') returning id`
  expect((await ask(into, next))[0]).toEqual({ id: '3501' })
  expect(await ask(into, `select nextval('${KERNEL}.odd_numbers')`)).toEqual([{ nextval: '107' }])
})

test('a backup is of one moment, however much is written meanwhile', async () => {
  const transfer = `
    begin;
    update ${KERNEL}.odd_hen set egg = egg where id = 1;
    insert into ${KERNEL}.odd_prefilled select 'word ' || count(*) from ${KERNEL}.odd_prefilled;
    insert into ${KERNEL}.odd_book select max(id) + 1, 'one more' from ${KERNEL}.odd_book;
    commit;`
  const into = await newDatabase()
  let saved: string | undefined
  const saving = save(odd).then((folder) => {
    saved = folder
  })
  let turns = 0
  for (; turns < 5 || saved === undefined; turns++) await onServer(odd, transfer)
  await saving
  await restoreBackup(await open(String(saved)), { url: into, verify: true, ...quiet })
  const [sums] = await ask(
    into,
    `select (select count(*) from ${KERNEL}.odd_prefilled) as words,
            (select count(*) from ${KERNEL}.odd_book) as lines`,
  )
  expect(sums?.['words']).toBe(sums?.['lines'])
})

test('a changed byte in a file is refused before anything is restored', async () => {
  const folder = await save(odd)
  const path = join(folder, 'kernel.odd_values.copy.gz')
  const sound = readFileSync(path)
  for (const at of [4_000, sound.length - 1]) {
    const bytes = Buffer.from(sound)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    await expect(open(folder)).rejects.toThrow('kernel.odd_values.copy.gz is not what was written')
  }
  writeFileSync(path, sound.subarray(0, sound.length / 2))
  await expect(open(folder)).rejects.toThrow('kernel.odd_values.copy.gz is not what was written')
  rmSync(path)
  await expect(open(folder)).rejects.toThrow('lacks kernel.odd_values.copy.gz')
})

test('a file that was packed anew around other rows is refused', async () => {
  const folder = await save(odd)
  const path = join(folder, 'kernel.odd_book.copy.gz')
  const text = gunzipSync(readFileSync(path)).toString('utf8')
  writeFileSync(path, gzipSync(text.replace('written once', 'written 0nce')))
  await expect(open(folder)).rejects.toThrow('kernel.odd_book.copy.gz is not what was written')
})

test('a backup that breaks off leaves nothing, and one that is there is never overwritten', async () => {
  const parent = newFolder()
  const folder = join(parent, 'backup')
  const breaking = writeBackup({
    ...optionsFor(odd, folder),
    sign: () => {
      throw new Error('the power went')
    },
  })
  await expect(breaking).rejects.toThrow('the power went')
  expect(readdirSync(parent)).toEqual([])
  mkdirSync(folder)
  await writeBackup(optionsFor(odd, folder))
  const before = readdirSync(folder)
  await expect(writeBackup(optionsFor(odd, folder))).rejects.toThrow('is not empty')
  expect(readdirSync(folder)).toEqual(before)
  expect(readdirSync(parent)).toEqual(['backup'])
})

test('a folder without a manifest is not a backup', async () => {
  const folder = await save(odd)
  rmSync(join(folder, MANIFEST_FILE))
  await expect(open(folder)).rejects.toThrow('is not a backup')
  writeFileSync(join(folder, MANIFEST_FILE), '{"format": 1')
  await expect(open(folder)).rejects.toThrow('is damaged')
  writeFileSync(join(folder, MANIFEST_FILE), '{"format": 2}')
  await expect(open(folder)).rejects.toThrow('newer tongbao')
})

test('a manifest that names a place outside the house is refused', async () => {
  for (const name of ['../../elsewhere', 'odd_book; drop table odd_book', 'Ödd']) {
    const folder = await save(odd)
    rewrite(folder, (manifest) => ({
      ...manifest,
      tables: manifest.tables.map((table) =>
        table.name === 'odd_book' ? { ...table, name } : table,
      ),
    }))
    await expect(open(folder)).rejects.toThrow('is damaged')
  }
})

test('a restore into a database that is not empty is refused and changes nothing', async () => {
  const before = await contents(world.url)
  const restoring = restoreBackup(await open(await save(odd)), {
    url: world.url,
    verify: false,
    ...quiet,
  })
  await expect(restoring).rejects.toThrow('the database is not empty')
  expect(await contents(world.url)).toEqual(before)
})

test('a backup of a newer build is refused by its migration', async () => {
  const folder = await save(odd)
  await expect(open(folder, { migrationsFolder: MIGRATIONS_FOLDER })).rejects.toThrow(
    'newer than this build (it has migration 9001-kernel-oddities)',
  )
})

test('a backup whose migrations were other files is refused', async () => {
  const folder = await save(odd)
  rewrite(folder, (manifest) => ({
    ...manifest,
    migrations: manifest.migrations.map((one) => ({ ...one, checksum: '0'.repeat(64) })),
  }))
  await expect(open(folder)).rejects.toThrow('another line of builds')
})

test('a newer build than the database is refused to make the backup, for it may lack tables', async () => {
  const folder = join(newFolder(), 'backup')
  const saving = writeBackup({ ...optionsFor(odd, folder), migrationsFolder: MIGRATIONS_FOLDER })
  await expect(saving).rejects.toThrow('the database is newer than this build')
  expect(existsSync(folder)).toBe(false)
})

test('a backup of an older build is restored as it was and migrated afterwards', async () => {
  const into = await newDatabase()
  await restoreBackup(await open(await save(world.url)), { url: into, verify: true, ...quiet })
  expect(await contents(into)).toEqual(await contents(world.url))
  expect(await migrate(into, migrationsFolder, () => {})).toBe(1)
  expect((await ask(into, `select word from ${KERNEL}.odd_prefilled`))[0]).toEqual({
    word: 'put in by the migration',
  })
})

test('a queue of another version is refused, and left behind only when that is asked for', async () => {
  const into = await newDatabase()
  const folder = await save(odd)
  rewrite(folder, (manifest) => ({ ...manifest, queue: manifest.queue - 1 }))
  await expect(open(folder)).rejects.toThrow('--without-queue')
  const backup = await open(folder, { withoutQueue: true })
  await restoreBackup(backup, { url: into, verify: true, ...quiet })
  const [before, after] = [await contents(odd), await contents(into)]
  const ours = (all: typeof before) =>
    Object.entries(all).filter(([name]) => !name.startsWith('pgboss.'))
  expect(ours(after)).toEqual(ours(before))
  expect(Object.keys(after)).toContain('pgboss.version')
})

test('a backup knows the installation whose secret signed it, until somebody changes it', async () => {
  const folder = await save(odd)
  expect((await open(folder)).ours).toBe(true)
  const stranger = keyring(['another secret of the tests, long enough'])
  expect((await open(folder, { signed: stranger.signed })).ours).toBe(false)
  rewrite(folder, (manifest) => ({ ...manifest, tongbao: '9.9.9' }))
  expect((await open(folder)).ours).toBe(false)
})

test('a restore that cannot be finished leaves no row', async () => {
  const into = await newDatabase()
  const folder = await save(odd)
  const backup = await open(folder)
  // Between the check and the loading somebody spoils the last table.
  const last = backup.manifest.tables.at(-1)
  const path = join(folder, `${last?.schema}.${last?.name}.copy.gz`)
  writeFileSync(path, gzipSync('spoiled\n'))
  const restoring = restoreBackup(backup, { url: into, verify: false, ...quiet })
  await expect(restoring).rejects.toThrow()
  expect((await contents(into))['kernel.odd_book']).toEqual([])
  expect((await triggers(into)).length).toBe((await triggers(odd)).length)
})

test('the commands save, drill and restore, and a drill leaves no database behind', async () => {
  const folder = join(newFolder(), 'backup')
  const from = { ...world.config, databaseUrl: world.url, dataFolder: newFolder() }
  const saved = await run(backupCommand, from, [folder])
  expect(saved).toMatchObject({ code: 0, value: { folder } })
  const drilled = await run(restoreCommand, from, [folder], { drill: true })
  expect(drilled).toMatchObject({
    code: 0,
    value: { drill: true, verified: true, signed: true, rows: saved.value['rows'] },
  })
  const left = `select datname from pg_database where datname like 'tongbao_drill_%'`
  expect(await ask(world.url, left)).toEqual([])
  const into = await newDatabase()
  const restored = await run(restoreCommand, from, [folder], { into, verify: true })
  expect(restored).toMatchObject({ code: 0, value: { drill: false, verified: true } })
  expect(await contents(into)).toEqual(await contents(world.url))
  await expect(run(restoreCommand, from, [folder], { into })).rejects.toThrow('is not empty')
  await expect(run(restoreCommand, from, [folder], { into: 'nowhere' })).rejects.toThrow('--into')
})

test('tables come after those that they refer to, and a circle is told', () => {
  const leans = [
    { from: 'c', to: 'b' },
    { from: 'b', to: 'a' },
    { from: 'a', to: 'a' },
    { from: 'a', to: 'elsewhere' },
  ]
  expect(floorsOf(['c', 'b', 'a', 'd'], leans)).toEqual([['a', 'd'], ['b'], ['c']])
  expect(() => floorsOf(['a', 'b'], [...leans, { from: 'a', to: 'b' }])).toThrow('in a circle')
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-backup-'))
  folders.push(folder)
  return folder
}

async function newDatabase(life: 'test' | 'keep' = 'test'): Promise<string> {
  const name = `tongbao_${process.pid}_${randomBytes(4).toString('hex')}`
  await onServer(inject('postgresUrl'), `create database ${name} template template0`)
  if (life === 'test') databases.push(name)
  return withDatabase(inject('postgresUrl'), name)
}

const drop = (name: string) =>
  onServer(inject('postgresUrl'), `drop database if exists ${name} with (force)`)

const optionsFor = (url: string, folder: string) => ({
  url,
  folder,
  migrationsFolder,
  sign: (text: string) => ring.sign('backup', text),
  ...quiet,
})

async function save(url: string): Promise<string> {
  const folder = join(newFolder(), 'backup')
  await writeBackup(optionsFor(url, folder))
  return folder
}

const open = (folder: string, changed: Partial<Parameters<typeof openBackup>[1]> = {}) =>
  openBackup(folder, {
    migrationsFolder,
    withoutQueue: false,
    signed: ring.signed,
    ...quiet,
    ...changed,
  })

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8'))

function rewrite(folder: string, change: (manifest: Manifest) => Manifest): void {
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify(change(manifestOf(folder))))
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** Every table's rows and every sequence's place, read by other means than those of the backup. */
async function contents(url: string): Promise<Record<string, unknown[]>> {
  const named = await ask(
    url,
    `select format('%I.%I', n.nspname, c.relname) as name, c.relkind as kind
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'S') and n.nspname in ('${OUR_SCHEMAS.join("', '")}')
      order by 1`,
  )
  const all: Record<string, unknown[]> = {}
  for (const { name, kind } of named) {
    const sql =
      kind === 'S'
        ? `select last_value, is_called from ${name}`
        : `select t::text as row from ${name} t order by 1`
    all[String(name)] = await ask(url, sql)
  }
  return all
}

const triggers = (url: string) =>
  ask(
    url,
    `select tgrelid::regclass::text as name, tgname, tgenabled as fires
       from pg_trigger where not tgisinternal order by 1, 2`,
  )

async function run(
  command: Command,
  config: TestWorld['config'],
  words: readonly string[],
  values: Record<string, string | boolean> = {},
) {
  let value: Record<string, unknown> = {}
  const terminal = {
    json: true,
    ...quiet,
    result: (given: unknown) => {
      value = given as Record<string, unknown>
    },
  }
  return { code: await command.run(config, { words, values }, terminal), value }
}
