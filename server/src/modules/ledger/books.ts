import { sql } from 'kysely'
import type { Database, Tx } from '#kernel/db'
import type { Facts } from '#kernel/outcome'

/** Adds the next sealed blocks of a cell to its books, each once; says how many. */
export async function rollUp(db: Database, cell: number, blocksMax: number): Promise<number> {
  const { rows } = await sql<{ blocks: number }>`
    select ledger.roll_up(${cell}::smallint, ${blocksMax}::int) as blocks
  `.execute(db)
  return rows[0]?.blocks ?? 0
}

export interface BookLine {
  readonly asset: string
  readonly book: string
  /** What it gained, in minor units, as text: all accounts together may exceed what JSON carries exactly. */
  readonly amount: string
  readonly entries: bigint
}

/** What the books gained in some days, `from` included and `to` not; as far as it is rolled up. */
export async function listBooks(
  db: Database,
  want: {
    readonly asset: string | undefined
    readonly from: string | undefined
    readonly to: string | undefined
    readonly rowsMax: number
  },
): Promise<BookLine[]> {
  const { rows } = await sql<BookLine>`
    select asset, book, sum(amount)::text as amount, sum(entries)::bigint as entries
      from ledger.book_days
     where asset = coalesce(${want.asset ?? null}, asset)
       and day >= coalesce(${want.from ?? null}::date, '-infinity')
       and day < coalesce(${want.to ?? null}::date, 'infinity')
     group by asset, book
     order by asset, book
     limit ${want.rowsMax}
  `.execute(db)
  return rows
}

interface FlowDay {
  readonly asset: string
  readonly day: string
  /** Whole minor units, as text: see `BookLine`. */
  readonly issued: string
  readonly used: string
  readonly expired: string
  /** What went out and came in otherwise: transfers, tips, what was written off. */
  readonly other: string
  /** What all owners had at the end of the day, debts taken off. */
  readonly outstanding: string
}

/** What owners were given, used and lost, by day (UTC) from the first one on; as far as it is rolled up. */
export async function flowByDay(
  db: Database,
  want: { readonly from: string; readonly to: string },
): Promise<FlowDay[]> {
  const { rows } = await sql<FlowDay>`
    with days as (
      select asset, day,
             -coalesce(sum(amount) filter (where book like 'issuance:%'), 0) as issued,
             coalesce(sum(amount) filter (where book like 'revenue:%'), 0) as used,
             coalesce(sum(amount) filter (where book = 'breakage'), 0) as expired,
             sum(amount) as gained
        from ledger.book_days where day < ${want.to}::date group by asset, day),
    running as (
      select *, -sum(gained) over (partition by asset order by day) as outstanding from days)
    select asset, day::text, issued::text, used::text, expired::text,
           (gained + issued - used - expired)::text as other, outstanding::text
      from running where day >= ${want.from}::date
     order by asset, running.day
  `.execute(db)
  return rows
}

export interface AssetTotal {
  readonly asset: string
  /** What all books hold, rolled up. */
  readonly books: string
  /** What they gain by entries that are not rolled up yet. */
  readonly waiting: string
  readonly available: string
  readonly held: string
  readonly debt: string
  /** Books, waiting and what owners have, together: nothing. */
  readonly difference: string
}

/** Everything of an asset, of one moment, because it is one statement. */
export async function listTotals(db: Database): Promise<AssetTotal[]> {
  const { rows } = await sql<AssetTotal>`
    with books as (select asset, sum(amount) as amount from ledger.book_days group by asset),
    waiting as (
      -- A cell at a time: joined as two sets, all entries there are would be read.
      select e.asset, -sum(e.amount) as amount from ledger.rollups r cross join lateral (
        select asset, amount from ledger.entries
         where cell = r.cell and block > r.rolled_to offset 0) e group by e.asset),
    owners as (
      select asset, sum(available) as available, sum(held) as held, sum(debt) as debt
        from ledger.accounts group by asset)
    select asset, coalesce(b.amount, 0)::text as books, coalesce(w.amount, 0)::text as waiting,
           o.available::text as available, o.held::text as held, o.debt::text as debt,
           (coalesce(b.amount, 0) + coalesce(w.amount, 0) + o.available + o.held - o.debt)::text as difference
      from owners o left join books b using (asset) left join waiting w using (asset)
     order by asset
  `.execute(db)
  return rows
}

interface Costs {
  readonly p50: bigint
  readonly p90: bigint
  readonly count: number
}

/** What the last jobs of an action cost in credits, each with all its captures. */
export async function captureCosts(
  db: Database,
  action: string,
  rowsMax: number,
): Promise<Costs | undefined> {
  const { rows } = await sql<{ p50: bigint | null; p90: bigint | null; count: bigint }>`
    select percentile_disc(0.5) within group (order by cost) as p50,
           percentile_disc(0.9) within group (order by cost) as p90, count(*) as count
      from (select (detail ->> 'captured')::bigint as cost from ledger.entries
             where kind = 'capture' and action = ${action} and asset = 'credit'
               and detail ->> 'state' = 'captured'
             order by created_at desc limit ${rowsMax}) last
  `.execute(db)
  const [row] = rows
  if (!row || row.p50 === null || row.p90 === null) return undefined
  return { p50: row.p50, p90: row.p90, count: Number(row.count) }
}

/** Priced charges and holds of an hour that were asked alike. */
export interface PricedHour {
  readonly action: string
  readonly hour: Date
  readonly params: Facts
  readonly charges: bigint
  /** What they were priced at, together. */
  readonly credits: bigint
}

/** What was priced in the next sealed blocks of a cell, and which block is the last of them. */
export async function pricedHours(
  tx: Tx,
  cell: number,
  after: number,
  blocksMax: number,
): Promise<{ readonly upTo: number; readonly hours: readonly PricedHour[] } | undefined> {
  const next = await sql<{ no: number | null }>`
    select max(no) as no from (
      select no from ledger.blocks where cell = ${cell} and no > ${after} order by no limit ${blocksMax}) b
  `.execute(tx)
  const upTo = next.rows[0]?.no
  if (upTo === undefined || upTo === null) return undefined
  const { rows } = await sql<PricedHour>`
    select action, date_trunc('hour', created_at) as hour, params, count(*) as charges,
           sum(case kind when 'hold' then (detail ->> 'amount')::bigint else -amount end)::bigint as credits
      from ledger.entries
     where cell = ${cell} and block > ${after} and block <= ${upTo}
       and kind in ('charge', 'hold') and asset = 'credit' and action is not null and params is not null
       and not coalesce((detail ->> 'free')::boolean, false)
     group by action, date_trunc('hour', created_at), params
  `.execute(tx)
  return { upTo, hours: rows }
}
