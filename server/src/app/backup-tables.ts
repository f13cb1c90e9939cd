import pg from 'pg'
import { JOBS_SCHEMA } from '#kernel/jobs'
import type { SavedSequence, SavedTable } from './backup-manifest.ts'

/** A table that holds rows: an ordinary one, or one partition. The parent of partitions holds none. */
export type TableShape = Omit<SavedTable, 'rows' | 'bytes' | 'sha256'>

export interface Named {
  readonly schema: string
  readonly name: string
}

export const shown = ({ schema, name }: Named): string => `${schema}.${name}`

export const quoted = ({ schema, name }: Named): string =>
  `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`

export async function listTables(
  client: pg.Client,
  schemas: readonly string[],
): Promise<TableShape[]> {
  const { rows } = await client.query<Named & { columns: string[]; parent: Named; bound: string }>(
    `select n.nspname as schema, c.relname as name,
            -- What PostgreSQL computes itself, it does not take back.
            array(select a.attname::text from pg_attribute a
                   where a.attrelid = c.oid and a.attnum > 0
                     and not a.attisdropped and a.attgenerated = ''
                   order by a.attnum) as columns,
            json_build_object('schema', pn.nspname, 'name', p.relname) as parent,
            pg_get_expr(c.relpartbound, c.oid) as bound
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       left join pg_inherits i on i.inhrelid = c.oid and c.relispartition
       left join pg_class p on p.oid = i.inhparent
       left join pg_namespace pn on pn.oid = p.relnamespace
      where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname = any($1)
        and not exists (select from pg_depend d
                         where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      order by n.nspname, c.relname`,
    [schemas],
  )
  return rows.map(({ schema, name, columns, parent, bound }) => ({
    schema,
    name,
    columns,
    ...(bound !== null && { partition: { schema: parent.schema, of: parent.name, bound } }),
  }))
}

/**
 * Where every sequence stands, those behind identity columns too. A sequence takes no part in
 * transactions: read after the snapshot it is never behind the rows of the snapshot.
 */
export async function listSequences(
  client: pg.Client,
  schemas: readonly string[],
): Promise<SavedSequence[]> {
  const { rows } = await client.query<Named>(
    `select n.nspname as schema, c.relname as name
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'S' and n.nspname = any($1)
      order by n.nspname, c.relname`,
    [schemas],
  )
  const found: SavedSequence[] = []
  for (const { schema, name } of rows) {
    const at = await client.query<Pick<SavedSequence, 'last_value' | 'is_called'>>(
      `select last_value::text, is_called from ${quoted({ schema, name })}`,
    )
    const [position] = at.rows
    if (position) found.push({ schema, name, ...position })
  }
  return found
}

export async function setSequence(client: pg.Client, sequence: SavedSequence): Promise<void> {
  const { last_value, is_called } = sequence
  await client.query('select setval($1::regclass, $2::bigint, $3)', [
    quoted(sequence),
    last_value,
    is_called,
  ])
}

/** Which of our schemas are there. */
export async function schemasThere(
  client: pg.Client,
  schemas: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ nspname: string }>(
    'select nspname from pg_namespace where nspname = any($1) order by nspname',
    [schemas],
  )
  return rows.map(({ nspname }) => nspname)
}

/** The version of the queue's tables in this database. */
export async function queueVersion(client: pg.Client): Promise<number | undefined> {
  const table = quoted({ schema: JOBS_SCHEMA, name: 'version' })
  const there = await client.query('select to_regclass($1) is not null as there', [table])
  if (!there.rows[0].there) return undefined
  const { rows } = await client.query<{ version: number }>(`select version from ${table}`)
  return rows[0]?.version
}

interface Lean {
  readonly from: string
  readonly to: string
}

/** The tables such that whoever is referred to comes before those who refer to him. */
export async function inLoadOrder<T extends Named>(
  client: pg.Client,
  tables: readonly T[],
  schemas: readonly string[],
): Promise<T[]> {
  // A partition stands where its root stands, for a reference to the root may end in any of them.
  const roots = await client.query<Named & { root: string }>(
    `select n.nspname as schema, c.relname as name,
            coalesce(pg_partition_root(c.oid), c.oid)::oid::text as root
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname = any($1)`,
    [schemas],
  )
  const leans = await client.query<Lean>(
    `select distinct coalesce(pg_partition_root(conrelid), conrelid)::oid::text as from,
            coalesce(pg_partition_root(confrelid), confrelid)::oid::text as to
       from pg_constraint
      where contype = 'f' and not condeferrable -- the others are looked at in the end`,
  )
  const rootOf = new Map(roots.rows.map((row) => [shown(row), row.root]))
  const floors = floorsOf([...new Set(rootOf.values())], leans.rows)
  const floorOf = (table: T): number =>
    floors.findIndex((floor) => floor.includes(rootOf.get(shown(table)) ?? ''))
  return tables.toSorted((a, b) => floorOf(a) - floorOf(b))
}

/** Floors such that everyone leans on lower ones only; oneself does not count, for rows of one COPY may refer to each other. */
export function floorsOf(all: readonly string[], leans: readonly Lean[]): string[][] {
  const floors: string[][] = []
  let left = [...all]
  while (left.length > 0) {
    const waits = (one: string) =>
      leans.some(({ from, to }) => from === one && to !== one && left.includes(to))
    const floor = left.filter((one) => !waits(one))
    if (floor.length === 0)
      throw new Error(
        `foreign keys go in a circle (${left.join(', ')}); make one of them deferrable`,
      )
    floors.push(floor)
    left = left.filter((one) => !floor.includes(one))
  }
  return floors
}

/** A trigger and when it fires: (O)rigin, (A)lways, (R)eplica; (D)isabled ones are not listed. */
export interface Trigger extends Named {
  readonly trigger: string
  readonly fires: 'O' | 'A' | 'R'
}

export async function listTriggers(
  client: pg.Client,
  schemas: readonly string[],
): Promise<Trigger[]> {
  const { rows } = await client.query<Trigger>(
    `select n.nspname as schema, c.relname as name, t.tgname as trigger, t.tgenabled as fires
       from pg_trigger t
       join pg_class c on c.oid = t.tgrelid
       join pg_namespace n on n.oid = c.relnamespace
      where not t.tgisinternal and t.tgenabled <> 'D' and n.nspname = any($1)
      order by n.nspname, c.relname, t.tgname`,
    [schemas],
  )
  return rows
}

const ENABLE = { O: 'enable', A: 'enable always', R: 'enable replica' } as const

/** Triggers guard what people do; what is put back was guarded when it was done. */
export const silence = (client: pg.Client, triggers: readonly Trigger[]): Promise<void> =>
  alterEach(client, triggers, () => 'disable')

/** Each as it was: an `enable trigger user` would turn an "always" into an ordinary one. */
export const rouse = (client: pg.Client, triggers: readonly Trigger[]): Promise<void> =>
  alterEach(client, triggers, ({ fires }) => ENABLE[fires])

async function alterEach(
  client: pg.Client,
  triggers: readonly Trigger[],
  verbOf: (trigger: Trigger) => string,
): Promise<void> {
  for (const one of triggers)
    await client.query(
      // A parent's partitions are in the list themselves, with states of their own.
      `alter table only ${quoted(one)} ${verbOf(one)} trigger ${pg.escapeIdentifier(one.trigger)}`,
    )
}
