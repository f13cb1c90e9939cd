import { sql } from 'kysely'
import type { Database, Tx } from '#kernel/db'
import { CELLS, cellOf } from './cells.ts'
import { type AccountName, type EntryLine, type LotRow, QUIET } from './reads.ts'

const PAGE_ROWS = 2_000

/** Everything that is read inside stands as at one moment, however long the reader takes. */
export const atOneMoment = <T>(db: Database, read: (tx: Tx) => Promise<T>): Promise<T> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      // Whoever writes the file may be slow.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx)
      return read(tx)
    })

export interface KeptLot extends LotRow {
  readonly refundable: boolean
}

/** Every lot that still holds something and has not ended, a page at a time. */
export async function* pagesOfLots(
  tx: Tx,
  asset: string | undefined,
  at: string,
): AsyncGenerator<KeptLot[]> {
  for (let cell = 0; cell < CELLS; cell++)
    for (let after = ''; ; ) {
      const { rows } = await sql<KeptLot>`
        select id, owner, asset, source, granted, remaining, held, priority, effective_at,
               nullif(expires_at, 'infinity') as expires_at, waiting, refundable
          from ledger.lots_now
         where cell = ${cell} and id > ${after} and not closed and remaining > 0 and expires_at > ${at}::timestamptz
           and asset = coalesce(${asset ?? null}::text, asset)
         order by id limit ${PAGE_ROWS}
      `.execute(tx)
      if (rows.length > 0) yield rows
      if (rows.length < PAGE_ROWS) break
      after = rows.at(-1)?.id ?? ''
    }
}

interface Debt extends AccountName {
  readonly debt: bigint
}

export async function listDebts(tx: Tx, asset: string | undefined): Promise<Debt[]> {
  const { rows } = await sql<Debt>`
    select owner, asset, debt from ledger.accounts
     where debt > 0 and asset = coalesce(${asset ?? null}::text, asset) order by cell, owner, asset
  `.execute(tx)
  return rows
}

export interface FullEntry extends EntryLine, AccountName {
  readonly contra: string
  readonly actor: string | null
}

/** Every entry, account after account and each in its order, a page at a time. */
export async function* pagesOfEntries(
  tx: Tx,
  asset: string | undefined,
): AsyncGenerator<FullEntry[]> {
  for (let cell = 0; cell < CELLS; cell++)
    for (let after: AccountName & { seq: bigint } = { owner: '', asset: '', seq: 0n }; ; ) {
      const { rows } = await sql<FullEntry>`
        select owner, asset, id, seq, kind, amount, balance_after, action, contra, description,
               reference_type, reference_id, metadata, actor, created_at, ${sql.raw(QUIET)}
          from ledger.entries
         where cell = ${cell} and (owner, asset, seq) > (${after.owner}, ${after.asset}, ${after.seq})
           and asset = coalesce(${asset ?? null}::text, asset)
         order by owner, asset, seq limit ${PAGE_ROWS}
      `.execute(tx)
      if (rows.length > 0) yield rows
      const last = rows.at(-1)
      if (rows.length < PAGE_ROWS || !last) break
      after = last
    }
}

interface Asset {
  readonly asset: string
  readonly digits: number
}

/** The assets that exist, with the digits behind their point. */
export async function listDigits(db: Database | Tx): Promise<Asset[]> {
  const { rows } = await sql<Asset>`select asset, digits from ledger.assets order by asset`.execute(
    db,
  )
  return rows
}

/** Whether anything but what these keys made, and what time made of that, stands on the account. */
export async function hasOtherEntries(
  db: Database,
  { owner, asset }: AccountName,
  keysBegin: string,
): Promise<boolean> {
  const { rows } = await sql`
    select from ledger.entries
     where cell = ${cellOf(owner)} and owner = ${owner} and asset = ${asset}
       and not starts_with(key, ${keysBegin}) and not starts_with(key, '#') limit 1
  `.execute(db)
  return rows.length > 0
}

interface ImportedBefore {
  readonly owned: bigint
  readonly debt: bigint
  readonly ours: boolean
  readonly others: boolean
}

/** What an account owns and owes, and whether imports have come to it: with keys that begin so, and with others. */
export async function importedBefore(
  db: Database,
  { owner, asset }: AccountName,
  importKeys: string,
  ourKeys: string,
): Promise<ImportedBefore | undefined> {
  const cell = cellOf(owner)
  const { rows } = await sql<ImportedBefore>`
    select a.debt,
           (a.available + a.held + coalesce((
             select sum(remaining) from ledger.lots
              where cell = ${cell} and owner = ${owner} and asset = ${asset} and not closed and waiting), 0))::bigint as owned,
           coalesce(i.ours, false) as ours, coalesce(i.others, false) as others
      from ledger.accounts a
     cross join lateral (
       select bool_or(starts_with(key, ${ourKeys})) as ours, bool_or(not starts_with(key, ${ourKeys})) as others
         from ledger.entries
        where cell = ${cell} and owner = ${owner} and asset = ${asset} and actor = 'import'
          and starts_with(key, ${importKeys})) i
     where a.cell = ${cell} and a.owner = ${owner} and a.asset = ${asset}
  `.execute(db)
  return rows[0]
}
