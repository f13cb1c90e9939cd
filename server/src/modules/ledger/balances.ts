import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import { ask, type Database, type Prepared, type Tx } from '#kernel/db'
import { cellOf } from './cells.ts'
import type { Balance } from './commands.ts'
import type { AccountName } from './reads.ts'

const BALANCE: Prepared = {
  name: 'ledger-balance',
  text: 'select available, held, debt from ledger.balance_at($1, $2, $3, $4)',
}

/** The balance at a moment; what time alone has done by then is counted even if nobody wrote it down yet. */
export async function balanceAt(
  db: Database | Tx,
  { owner, asset }: AccountName,
  at: Instant,
): Promise<Balance> {
  const values = [cellOf(owner), owner, asset, rfc3339(at)]
  const [balance] = await ask<Balance>(db, BALANCE, values)
  return balance ?? NOTHING
}

const NOTHING: Balance = { available: 0n, held: 0n, debt: 0n }

/** A line for each lot that ends, and one where there is none. */
interface EndingLine extends Balance {
  readonly free: bigint | null
  readonly expires_at: Date | null
}

// Where nothing has happened after the moment and nothing falls due before it, the account says it all. PostgreSQL asks
// the function only where it does not: then the whole costs a third more than the account's row alone.
const ENDING: Prepared = {
  name: 'ledger-balance-ending',
  text: `
    select b.available, b.held, b.debt, l.free, l.expires_at
      from ledger.accounts a
     cross join lateral (
       select a.available, a.held, a.debt where a.last_at <= $4::timestamptz and a.next_due > $4
        union all
       select c.available, c.held, c.debt from ledger.balance_at($1, $2, $3, $4) c
        where not (a.last_at <= $4 and a.next_due > $4)) b
      left join lateral (
        select o.remaining - o.held - case when o.id = a.tab_lot then a.tab_burnt else 0 end as free, o.expires_at
          from ledger.lots o
         where o.cell = a.cell and o.owner = a.owner and o.asset = a.asset and not o.closed and not o.waiting
           and o.expires_at > $4 and o.expires_at < 'infinity' offset 0) l on l.free > 0
     where a.cell = $1 and a.owner = $2 and a.asset = $3`,
}

interface Ending {
  readonly amount: bigint
  readonly at: Date
}

/** The balance as `balanceAt` tells it, and what is free of it and ends, soonest first: as one statement sees both. */
export async function endingBalance(
  db: Database | Tx,
  { owner, asset }: AccountName,
  at: Instant,
): Promise<Balance & { readonly ending: readonly Ending[] }> {
  const values = [cellOf(owner), owner, asset, rfc3339(at)]
  const lines = await ask<EndingLine>(db, ENDING, values)
  const [{ available, held, debt } = NOTHING] = lines
  return { available, held, debt, ending: endingOf(lines) }
}

function endingOf(lines: readonly EndingLine[]): Ending[] {
  const sums = new Map<number, bigint>()
  for (const { free, expires_at } of lines) {
    if (free === null || expires_at === null) continue
    const ms = expires_at.getTime()
    sums.set(ms, (sums.get(ms) ?? 0n) + free)
  }
  return [...sums].sort(([a], [b]) => a - b).map(([ms, amount]) => ({ amount, at: new Date(ms) }))
}

/** The assets in which this owner has an account. */
export async function listAssets(db: Database | Tx, owner: string): Promise<string[]> {
  const { rows } = await sql<{ asset: string }>`
    select asset from ledger.accounts where cell = ${cellOf(owner)} and owner = ${owner} order by asset
  `.execute(db)
  return rows.map(({ asset }) => asset)
}

/** Of many owners every asset that they have or had, and what there is of it at a moment. */
export async function balancesOf(
  db: Database,
  owners: readonly string[],
  at: Instant,
): Promise<readonly (Balance & AccountName)[]> {
  const { rows } = await sql<Balance & AccountName>`
    select a.owner, a.asset, b.available, b.held, b.debt
      from unnest(${owners.map(cellOf)}::smallint[], ${[...owners]}::text[]) as o (cell, owner)
      join ledger.accounts a on a.cell = o.cell and a.owner = o.owner
     cross join lateral ledger.balance_at(a.cell, a.owner, a.asset, ${rfc3339(at)}) b
     order by a.owner, a.asset
  `.execute(db)
  return rows
}
