import { type RawBuilder, sql } from 'kysely'
import type { Database, Tx } from '#kernel/db'
import type { Entry, RecordedEntry } from './entry.ts'
import type { Place } from './place.ts'

export async function insertEntry(tx: Tx, entry: Entry): Promise<void> {
  await sql`
    insert into audit.entries (
      entry_id, at, actor_kind, actor_id, actor_roles, acting_as, action, target_kind, target_id,
      before, after, reason, ip, agent, request_id, result
    ) values (
      ${entry.entry_id}, ${entry.at}::timestamptz, ${entry.actor_kind}, ${entry.actor_id},
      ${entry.actor_roles}::text[], ${entry.acting_as}, ${entry.action}, ${entry.target_kind},
      ${entry.target_id}, ${jsonOrNull(entry.before)}::jsonb, ${jsonOrNull(entry.after)}::jsonb,
      ${entry.reason}, ${entry.ip}, ${entry.agent}, ${entry.request_id}, ${entry.result}
    )
  `.execute(tx)
}

const jsonOrNull = (value: unknown): string | null =>
  value === null ? null : JSON.stringify(value)

/** What is asked of the trail; times are RFC 3339, `from` is included and `to` is not. */
export interface Filter {
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly target_kind?: string | undefined
  readonly target_id?: string | undefined
  /** One of these. */
  readonly target_ids?: readonly string[] | undefined
  /** Everything but what is about this one. */
  readonly but_target?: string | undefined
  /** What somebody only looked at is left out. */
  readonly without_looks?: boolean | undefined
  readonly result?: Entry['result'] | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export interface PlacedEntry {
  readonly entry: RecordedEntry
  readonly place: Place
}

type Row = Omit<RecordedEntry, 'at' | 'recorded_at'> &
  Place & { readonly at: Date; readonly recorded_at: Date }

/** Newest first, those beyond `after` only. The indexes end in (at, id), so a page is read, not sorted. */
export async function listEntries(
  db: Database | Tx,
  filter: Filter,
  after: Place | undefined,
  rowsMax: number,
): Promise<PlacedEntry[]> {
  const { rows } = await sql<Row>`
    select entry_id, at, recorded_at, actor_kind, actor_id, actor_roles, acting_as, action,
           target_kind, target_id, before, after, reason, ip, agent, request_id, result,
           (extract(epoch from at) * 1000000)::bigint::text as micros, id::text as id
      from audit.entries
     where ${sql.join(conditions(filter, after), sql` and `)}
     order by at desc, audit.entries.id desc
     limit ${rowsMax}
  `.execute(db)
  return rows.map(({ micros, id, at, recorded_at, ...entry }) => ({
    entry: { ...entry, at: at.toISOString(), recorded_at: recorded_at.toISOString() },
    place: { micros, id },
  }))
}

const conditions = (filter: Filter, after: Place | undefined): RawBuilder<unknown>[] => [
  sql`true`,
  ...(filter.actor === undefined ? [] : [sql`actor_id = ${filter.actor}`]),
  ...(filter.action === undefined ? [] : [sql`action = ${filter.action}`]),
  ...(filter.target_kind === undefined ? [] : [sql`target_kind = ${filter.target_kind}`]),
  ...(filter.target_id === undefined ? [] : [sql`target_id = ${filter.target_id}`]),
  ...(filter.target_ids === undefined
    ? []
    : [sql`target_id = any(${[...filter.target_ids]}::text[])`]),
  ...(filter.but_target === undefined ? [] : [sql`target_id <> ${filter.but_target}`]),
  ...(filter.without_looks
    ? [sql`action !~ '_(viewed|searched|named)$' and action <> 'audit.read'`]
    : []),
  ...(filter.result === undefined ? [] : [sql`result = ${filter.result}`]),
  ...(filter.from === undefined ? [] : [sql`at >= ${filter.from}::timestamptz`]),
  ...(filter.to === undefined ? [] : [sql`at < ${filter.to}::timestamptz`]),
  ...(after === undefined
    ? []
    : [
        sql`(at, id) < (
          timestamptz 'epoch' + ${after.micros}::bigint * interval '1 microsecond', ${after.id}::bigint
        )`,
      ]),
]
