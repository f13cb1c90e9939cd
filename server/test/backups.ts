import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { keyring } from '#kernel/crypto'
import { migrate } from '#kernel/migrations'
import { MANIFEST_FILE, type Manifest, OUR_SCHEMAS } from '../src/app/backup-manifest.ts'
import { type Backup, openBackup, restoreBackup } from '../src/app/backup-restore.ts'
import { writeBackup } from '../src/app/backup-write.ts'
import { prepareDatabase } from '../src/app/open-database.ts'
import { MIGRATIONS_FOLDER } from '../src/app/places.ts'
import { dropDatabase } from '../src/app/scratch-database.ts'
import { onServer, withDatabase } from './postgres.ts'

export const KERNEL = 'kernel'
const QUEUE = 'pgboss'
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
  create table ${KERNEL}.a_child (id int primary key, elder bigint not null references ${KERNEL}.odd_values);
  create table ${KERNEL}.odd_tree (id int primary key, parent int references ${KERNEL}.odd_tree);
  create table ${KERNEL}.odd_hen (id int primary key, egg int not null);
  create table ${KERNEL}.odd_egg (id int primary key, hen int not null references ${KERNEL}.odd_hen);
  alter table ${KERNEL}.odd_hen add foreign key (egg) references ${KERNEL}.odd_egg deferrable;
  create trigger odd_hen_no_delete before delete on ${KERNEL}.odd_hen
    for each row execute function ${KERNEL}.refuse_change();
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
  set constraints all deferred;
  insert into ${KERNEL}.odd_hen values (1, 1);
  insert into ${KERNEL}.odd_egg values (1, 1);
  commit;
  create table ${KERNEL}.odd_days_2027 partition of ${KERNEL}.odd_days
    for values from ('2027-01-01') to ('2028-01-01');
  insert into ${KERNEL}.odd_days select date '2026-12-01' + i, i from generate_series(0, 60) i;
  insert into ${KERNEL}.odd_book values (1, 'written once');
  select nextval('${KERNEL}.odd_numbers') from generate_series(1, 7);
  insert into ${QUEUE}.warning (type, message) values ('odd', 'something waits');
`

export type Oddities = Awaited<ReturnType<typeof openOddities>>

/** A database with every oddity, and the means to save it and to put it back elsewhere. */
export async function openOddities() {
  const folders: string[] = []
  const databases: string[] = []

  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'tongbao-backup-'))
    folders.push(folder)
    return folder
  }
  const newDatabase = async (): Promise<string> => {
    const name = `tongbao_${process.pid}_${randomBytes(4).toString('hex')}`
    await onServer(inject('postgresUrl'), `create database ${name} template template0`)
    databases.push(name)
    return withDatabase(inject('postgresUrl'), name)
  }

  const migrationsFolder = newFolder()
  cpSync(MIGRATIONS_FOLDER, migrationsFolder, { recursive: true })
  writeFileSync(join(migrationsFolder, '9001-kernel-oddities.sql'), ODD_TABLES)
  const url = await newDatabase()
  await prepareDatabase(url, () => {})
  await migrate(url, migrationsFolder, () => {})
  await onServer(url, ODD_ROWS)

  const options = (from: string, folder: string) => ({
    ...{ url: from, folder, migrationsFolder },
    sign: (text: string) => ring.sign('backup', text),
    ...quiet,
  })
  return {
    url,
    /** The house's own migrations, and one for the oddities. */
    migrationsFolder,
    newFolder,
    newDatabase,
    options,
    save: async (from: string): Promise<string> => {
      const folder = join(newFolder(), 'backup')
      await writeBackup(options(from, folder))
      return folder
    },
    open: (folder: string, changed: Partial<Parameters<typeof openBackup>[1]> = {}) =>
      openBackup(folder, {
        ...{ migrationsFolder, withoutQueue: false, signed: ring.signed },
        ...quiet,
        ...changed,
      }),
    restore: (backup: Backup, into: string, verify = true) =>
      restoreBackup(backup, { url: into, verify, ...quiet }),
    close: async () => {
      for (const name of databases) await dropDatabase(inject('postgresUrl'), name)
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8'))

export function rewrite(folder: string, change: (manifest: Manifest) => Manifest): void {
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify(change(manifestOf(folder))))
}

export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // the query in flight rejects with the same fault
  await client.connect()
  return client
}

export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = await connected(url)
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** Every table's rows and every sequence's place, read by other means than those of the backup. */
export async function contents(url: string): Promise<Record<string, unknown[]>> {
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

export const triggers = (url: string) =>
  ask(
    url,
    `select tgrelid::regclass::text as name, tgname, tgenabled as fires
       from pg_trigger where not tgisinternal order by 1, 2`,
  )
