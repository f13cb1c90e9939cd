import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { balanceAt } from './balances.ts'
import { cellOf } from './cells.ts'
import type { Balance } from './commands.ts'
import type { AccountName } from './reads.ts'

interface BalancePart {
  readonly kind: string
  readonly book: string
  readonly entries: bigint
  /** What it changed in all; negative where it took. */
  readonly amount: bigint
}

interface Explained {
  readonly balance: Balance
  /** Everything that made it, by kind and book. */
  readonly parts: readonly BalancePart[]
  /** What time has done by then and nobody has written down. */
  readonly due: bigint
}

/** Why a balance is what it is; of one moment, however many charge meanwhile. */
export const explainBalance = (
  db: Database,
  account: AccountName,
  at: Instant,
): Promise<Explained> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const balance = await balanceAt(tx, account, at)
      const parts = await partsOf(tx, account, at)
      const written = parts.reduce((sum, { amount }) => sum + amount, 0n)
      return { balance, parts, due: balance.available + balance.held - balance.debt - written }
    })

async function partsOf(tx: Tx, { owner, asset }: AccountName, at: Instant): Promise<BalancePart[]> {
  const { rows } = await sql<BalancePart>`
    select kind, contra as book, count(*) as entries, sum(amount)::bigint as amount
      from ledger.entries
     where cell = ${cellOf(owner)} and owner = ${owner} and asset = ${asset}
       and created_at <= ${rfc3339(at)}::timestamptz
     group by kind, contra
     order by min(seq)
  `.execute(tx)
  return rows
}
