import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import { ask, type Database, inTx, type Prepared, type Tx } from '#kernel/db'
import type { Facts } from '#kernel/outcome'
import { cellOf, cellOfId, cellOfUuid } from './cells.ts'

/** Every question carries the cell, so that on a distributed database one shard answers it. */
export interface AccountName {
  readonly owner: string
  readonly asset: string
}

export interface LotRow {
  readonly id: string
  readonly owner: string
  readonly asset: string
  readonly source: string
  readonly granted: bigint
  readonly remaining: bigint
  readonly held: bigint
  readonly priority: number
  readonly effective_at: Date
  /** Null when it never expires. */
  readonly expires_at: Date | null
  readonly order_id: string | null
  readonly waiting: boolean
}

const LOT = sql`
  id, owner, asset, source, granted, remaining, held, priority, effective_at,
  nullif(expires_at, 'infinity') as expires_at, order_id, waiting
`

/** The lots that still hold something at this moment, in the order in which they burn. */
export async function listLots(
  db: Database | Tx,
  { owner, asset }: AccountName,
  at: Instant,
): Promise<LotRow[]> {
  const { rows } = await sql<LotRow>`
    select ${LOT} from ledger.lots_now
     where cell = ${cellOf(owner)} and owner = ${owner} and asset = ${asset} and not closed and remaining > 0
       and (held > 0 or expires_at > ${rfc3339(at)}::timestamptz)
     order by priority, lots_now.expires_at, effective_at, id
  `.execute(db)
  return rows
}

/** What an order gave, as it stands now. */
export async function listLotsOfOrder(
  db: Database | Tx,
  owner: string,
  orderId: string,
): Promise<LotRow[]> {
  const { rows } = await sql<LotRow>`
    select ${LOT} from ledger.lots_now
     where cell = ${cellOf(owner)} and owner = ${owner} and order_id = ${orderId}
     order by id
  `.execute(db)
  return rows
}

export async function findLot(db: Database | Tx, id: string): Promise<LotRow | undefined> {
  const cell = cellOfId(id)
  if (cell === undefined) return undefined
  const { rows } = await sql<LotRow>`
    select ${LOT} from ledger.lots_now where cell = ${cell} and id = ${id}
  `.execute(db)
  return rows[0]
}

export interface HoldRow {
  readonly id: string
  readonly owner: string
  readonly asset: string
  readonly amount: bigint
  readonly captured: bigint
  readonly state: 'open' | 'captured' | 'released' | 'expired'
  readonly expires_at: Date
  readonly created_at: Date
  readonly action: string | null
  readonly price_version: number | null
  /** Who placed it. */
  readonly actor: string | null
  /** What is still reserved, lot by lot. */
  readonly draws: readonly (readonly [lotId: string, amount: number, source: string])[]
}

/** A hold whose time is over is expired, written down or not. */
export async function findHold(
  db: Database | Tx,
  id: string,
  at: Instant,
): Promise<HoldRow | undefined> {
  const cell = cellOfId(id)
  if (cell === undefined) return undefined
  const { rows } = await sql<HoldRow>`
    select h.id, h.owner, h.asset, h.amount, h.captured, h.expires_at, h.created_at,
           h.action, h.price_version, h.actor,
           case when h.state = 'open' and h.expires_at <= ${rfc3339(at)}::timestamptz
                then 'expired' else h.state end as state,
           coalesce((
             select json_agg(json_build_array(u.lot, u.amount, l.source) order by u.nth)
               from unnest(h.lots, h.reserved) with ordinality as u (lot, amount, nth)
               join ledger.lots l on l.cell = h.cell and l.id = u.lot
              where u.amount > 0 and h.expires_at > ${rfc3339(at)}::timestamptz), '[]') as draws
      from ledger.holds h where h.cell = ${cell} and h.id = ${id}
  `.execute(db)
  return rows[0]
}

/** Whether an owner's key has made an entry. */
export async function isPosted(db: Database | Tx, owner: string, key: string): Promise<boolean> {
  const cell = cellOf(owner)
  const { rows } = await sql`
    select from ledger.entries
     where cell = ${cell} and id = ledger.entry_id(${cell}::smallint, ${owner}, ${key})
  `.execute(db)
  return rows.length > 0
}

export interface EntryAccount extends AccountName {
  readonly actor: string | null
  readonly created_at: Date
  /** Of a capture: the hold it spent. */
  readonly hold_id: string | null
  readonly key: string
}

/** Whose account an entry stands on, who made it and when. */
export async function findEntryAccount(
  db: Database | Tx,
  uuid: string,
): Promise<EntryAccount | undefined> {
  const { rows } = await sql<EntryAccount>`
    select owner, asset, actor, created_at, key,
           case when reference_type = 'hold' then reference_id end as hold_id
      from ledger.entries where cell = ${cellOfUuid(uuid)} and id = ${uuid}::uuid
  `.execute(db)
  return rows[0]
}

/** Whether an account has had its free first of this name. */
export async function hadFirst(
  db: Database | Tx,
  { owner, asset }: AccountName,
  name: string,
): Promise<boolean> {
  const { rows } = await sql`
    select from ledger.firsts
     where cell = ${cellOf(owner)} and owner = ${owner} and asset = ${asset} and name = ${name}
  `.execute(db)
  return rows.length > 0
}

export interface HistoryWanted extends AccountName {
  readonly kind?: string | undefined
  readonly action?: string | undefined
  /** RFC 3339; `from` is included and `to` is not. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Entries older than this one only. */
  readonly before?: string | undefined
  readonly rowsMax: number
}

export interface EntryLine {
  readonly id: string
  readonly seq: bigint
  readonly kind: string
  readonly amount: bigint
  readonly balance_after: bigint
  /** What a hold set aside, or its release let go. */
  readonly held: bigint | null
  /** What a repayment took off a debt. */
  readonly repaid: bigint | null
  readonly action: string | null
  readonly description: string | null
  readonly reference_type: string | null
  readonly reference_id: string | null
  readonly metadata: Facts | null
  readonly contra: string
  readonly created_at: Date
}

// They change no balance; how much they are about stands in what they drew.
const DRAWN = `(select coalesce(sum(drawn), 0)::bigint from unnest(draw_amounts) as drawn)`
export const QUIET = `
  case when kind in ('hold', 'release') then ${DRAWN} end as held, case when kind = 'repay' then ${DRAWN} end as repaid`

const ENTRY = `
  id, seq, kind, amount, balance_after, action, description, reference_type, reference_id, metadata, contra,
  created_at, ${QUIET}`

// The number of rows stands in the text: as a value it would make PostgreSQL plan the statement each time anew.
const page = (rowsMax: number): Prepared => ({
  name: `ledger-history-${rowsMax}`,
  text: `
    select ${ENTRY} from ledger.entries
     where cell = $1 and owner = $2 and asset = $3 and seq < $4
     order by seq desc
     limit ${rowsMax}`,
})
const NEWEST = '9223372036854775807'

/** Newest first. The primary key ends in seq, so a page is read backwards, not sorted. */
export async function listHistory(db: Database, want: HistoryWanted): Promise<EntryLine[]> {
  const { owner, asset, kind, action, from, to, before = NEWEST, rowsMax } = want
  const isWhole = (kind ?? action ?? from ?? to) === undefined
  if (isWhole) return ask<EntryLine>(db, page(rowsMax), [cellOf(owner), owner, asset, before])
  const { rows } = await sql<EntryLine>`
    select ${sql.raw(ENTRY)} from ledger.entries
     where cell = ${cellOf(owner)} and owner = ${owner} and asset = ${asset}
       and seq < ${before}::bigint
       ${kind === undefined ? sql`` : sql`and kind = ${kind}`}
       ${action === undefined ? sql`` : sql`and action = ${action}`}
       ${from === undefined ? sql`` : sql`and created_at >= ${from}::timestamptz`}
       ${to === undefined ? sql`` : sql`and created_at < ${to}::timestamptz`}
     order by seq desc
     limit ${rowsMax}
  `.execute(db)
  return rows
}

export interface StatLine {
  readonly day: string
  readonly action: string
  readonly charges: bigint
  readonly charged: bigint
  readonly refunded: bigint
}

/** What an account spent, by day (UTC) and by the action of the book that earned it. */
export async function listStats(
  db: Database,
  { owner, asset }: AccountName,
  from: Instant,
  to: Instant,
): Promise<StatLine[]> {
  const { rows } = await sql<StatLine>`
    select to_char(created_at, 'YYYY-MM-DD') as day,
           regexp_replace(contra, '^revenue:', '') as action,
           count(*) filter (where kind <> 'refund') as charges,
           coalesce(sum(-amount) filter (where kind <> 'refund'), 0)::bigint as charged,
           coalesce(sum(amount) filter (where kind = 'refund'), 0)::bigint as refunded
      from ledger.entries
     where cell = ${cellOf(owner)} and owner = ${owner} and asset = ${asset}
       and kind in ('charge', 'capture', 'refund')
       and created_at >= ${rfc3339(from)}::timestamptz and created_at < ${rfc3339(to)}::timestamptz
     group by 1, 2
     order by 1, 2
  `.execute(db)
  return rows
}

/** Accounts on which something has fallen due, the longest overdue first, of one cell. */
export async function dueAccounts(
  db: Database,
  cell: number,
  at: Instant,
  rowsMax: number,
): Promise<AccountName[]> {
  const { rows } = await sql<AccountName>`
    select owner, asset from ledger.accounts
     where cell = ${cell} and next_due < 'infinity' and next_due <= ${rfc3339(at)}::timestamptz
     order by next_due
     limit ${rowsMax}
  `.execute(db)
  return rows
}

/** A statement for some cells: one for all of them might never end in time once there is much to catch up on. */
const CELLS_AT_ONCE = 8
/** A sealer that was away for long finds one block of all that was written meanwhile, and it can only be sealed whole. */
const SEAL_STATEMENT_MS_MAX = 3_600_000

/**
 * Closes the blocks that hold anything and, in transactions after that, seals what nobody writes to any more. Takes a
 * breath between them, so that charges need not wait until all are done.
 */
export async function sealBlocks(
  db: Database,
  breathe: () => Promise<void> = async () => {},
): Promise<number> {
  await sql`
    select ledger.close_block(h.cell) from (
      select h.cell from ledger.heads h cross join lateral (
        select e.block from ledger.entries e
         where e.cell = h.cell and e.block >= h.open_block order by e.block limit 1) e
       where e.block = h.open_block order by h.cell) h
  `.execute(db)
  crashPoint('sealer.closed')
  let count = 0
  for (let sealed = -1; sealed !== 0; count += sealed) {
    sealed = 0
    const closed = await closedCells(db)
    for (let from = 0; from < closed.length; from += CELLS_AT_ONCE) {
      sealed += await sealCells(db, closed.slice(from, from + CELLS_AT_ONCE))
      await breathe()
    }
  }
  return count
}

/** Cells with a closed block that is not sealed yet. */
async function closedCells(db: Database): Promise<number[]> {
  const { rows } = await sql<{ cell: number }>`
    select h.cell from ledger.heads h
     where h.open_block > 1 + coalesce((select max(b.no) from ledger.blocks b where b.cell = h.cell), 0)
     order by h.cell
  `.execute(db)
  return rows.map(({ cell }) => cell)
}

const sealCells = (db: Database, cells: readonly number[]): Promise<number> =>
  inTx(db, async (tx) => {
    await sql`select set_config('statement_timeout', ${String(SEAL_STATEMENT_MS_MAX)}, true)`.execute(
      tx,
    )
    const { rows } = await sql<{ sealed: bigint }>`
      select coalesce(sum(ledger.seal(cell)), 0)::bigint as sealed from unnest(${cells}::smallint[]) cell
    `.execute(tx)
    return Number(rows[0]?.sealed ?? 0)
  })
