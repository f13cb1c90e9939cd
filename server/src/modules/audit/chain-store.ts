import { sql } from 'kysely'
import type { Tx } from '#kernel/db'
import type { Fault, Head, Leaf, SealedBlock } from './block.ts'
import { FAULTS_MAX, VERIFY_STATEMENT_MS_MAX } from './limits.ts'

const CHAIN_LOCK_KEY = 7_468_002

// The hash of a row. PostgreSQL takes it, for jsonb keeps every digit that JSON.parse would round, and
// a million rows need not travel. Its text has one form: fields in this order, keys sorted, times as
// seconds since the epoch. The expression stands here and not in a function of the database: whoever
// may alter the rows could alter that as well.
const LEAF = sql`pg_catalog.sha256(convert_to(jsonb_build_array(
  e.id, e.entry_id, extract(epoch from e.at), extract(epoch from e.recorded_at), e.actor_kind,
  e.actor_id, e.actor_roles, e.acting_as, e.action, e.target_kind, e.target_id, e.before, e.after,
  e.reason, e.ip, e.agent, e.request_id, e.result
)::text, 'UTF8'))`

const BLOCK = sql`
  b.number, to_char(b.day, 'YYYY-MM-DD') as day, extract(epoch from b.sealed_at)::text as "sealedAt",
  b.entry_ids::text[] as "entryIds", b.leaves, b.previous, b.digest, b.signature`

/** From here to the end of the transaction nobody else adds to the chain. Answers the machine's time. */
export async function lockChain(tx: Tx): Promise<string> {
  await sql`select pg_advisory_xact_lock(${CHAIN_LOCK_KEY})`.execute(tx)
  const { rows } = await sql<{ at: string }>`
    select extract(epoch from clock_timestamp())::text as at
  `.execute(tx)
  return rows[0]?.at ?? ''
}

export async function findLastBlock(tx: Tx): Promise<SealedBlock | undefined> {
  const { rows } = await sql<SealedBlock>`
    select ${BLOCK} from audit.blocks as b order by b.number desc limit 1
  `.execute(tx)
  return rows[0]
}

/** The oldest that wait. The limit comes before the join: it is what keeps the trail from being scanned. */
export async function listUnsealed(tx: Tx, rowsMax: number): Promise<Leaf[]> {
  const { rows } = await sql<Leaf>`
    select e.id::text as id, ${LEAF} as hash
      from (select id from audit.unsealed order by id limit ${rowsMax}) as u
      join audit.entries as e on e.id = u.id
     order by u.id
  `.execute(tx)
  return rows
}

export async function insertBlock(tx: Tx, block: SealedBlock): Promise<void> {
  await sql`
    with sealed as (
      insert into audit.blocks
        (number, day, entry_ids, leaves, previous, digest, signature, sealed_at)
      values (
        ${block.number}, ${block.day}::date, ${block.entryIds}::text[]::bigint[], ${block.leaves},
        ${block.previous}, ${block.digest}, ${block.signature}, to_timestamp(${block.sealedAt}::numeric)
      )
      returning entry_ids
    )
    delete from audit.unsealed as u using sealed where u.id = any(sealed.entry_ids)
  `.execute(tx)
}

export async function hasHead(tx: Tx, day: string): Promise<boolean> {
  const { rows } = await sql`select from audit.heads where day = ${day}::date`.execute(tx)
  return rows.length > 0
}

export async function insertHead(tx: Tx, head: Head, signature: string): Promise<void> {
  await sql`
    insert into audit.heads (day, block, digest, signature, signed_at)
    values (${head.day}::date, ${head.block}, ${head.digest}, ${signature},
            to_timestamp(${head.signedAt}::numeric))
  `.execute(tx)
}

/** A judge reads everything, which takes longer than any request may. */
export async function allowLongStatements(tx: Tx): Promise<void> {
  await sql`set local statement_timeout = ${sql.lit(VERIFY_STATEMENT_MS_MAX)}`.execute(tx)
}

export async function countBlocks(tx: Tx): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`select count(*) from audit.blocks`.execute(tx)
  return Number(rows[0]?.count ?? 0)
}

export async function listBlocks(tx: Tx, after: number, rowsMax: number): Promise<SealedBlock[]> {
  const { rows } = await sql<SealedBlock>`
    select ${BLOCK} from audit.blocks as b where b.number > ${after} order by b.number limit ${rowsMax}
  `.execute(tx)
  return rows
}

export async function hashEntries(tx: Tx, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const { rows } = await sql<Leaf>`
    select e.id::text as id, ${LEAF} as hash from audit.entries as e
     where e.id = any(${ids}::text[]::bigint[])
  `.execute(tx)
  return new Map(rows.map(({ id, hash }) => [id, hash]))
}

/** Entries that are not in exactly one place: a block, or the waiting room. */
export async function findMisplaced(tx: Tx): Promise<Fault[]> {
  const { rows } = await sql<Fault>`
    select case when bool_and(e.id is not null) or count(place.id) > 1 then 'entries'
                else 'unsealed' end as table,
           coalesce(e.id, place.id)::text as row,
           case when count(place.id) = 0 then 'unlisted'
                when count(place.id) > 1 then 'listed_twice'
                else 'missing' end as what
      from audit.entries as e
      full join (
             select unnest(b.entry_ids) as id, false as waits from audit.blocks as b
             union all
             select u.id, true from audit.unsealed as u
           ) as place on place.id = e.id
     group by coalesce(e.id, place.id)
    having count(place.id) <> 1 or bool_or(e.id is null and place.waits)
     order by coalesce(e.id, place.id)
     limit ${FAULTS_MAX}
  `.execute(tx)
  return rows
}

export interface FoundHead extends Head {
  readonly signature: string
  /** The digest of the block it names, as that stands now; null when the block is gone. */
  readonly digestNow: Buffer | null
}

export async function listHeads(tx: Tx, after: string, rowsMax: number): Promise<FoundHead[]> {
  const { rows } = await sql<FoundHead>`
    select to_char(h.day, 'YYYY-MM-DD') as day, h.block, h.digest, h.signature,
           extract(epoch from h.signed_at)::text as "signedAt", b.digest as "digestNow"
      from audit.heads as h
      left join audit.blocks as b on b.number = h.block and b.day = h.day
     where h.day > ${after}::date
     order by h.day
     limit ${rowsMax}
  `.execute(tx)
  return rows
}

/** Days that are over, for blocks of a later day exist, and yet have no head. */
export async function findHeadlessDays(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ day: string }>`
    select distinct to_char(b.day, 'YYYY-MM-DD') as day
      from audit.blocks as b
     where b.day < (select max(later.day) from audit.blocks as later)
       and not exists (select from audit.heads as h where h.day = b.day)
     order by day
     limit ${FAULTS_MAX}
  `.execute(tx)
  return rows.map(({ day }) => day)
}
