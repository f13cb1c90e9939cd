import { sql } from 'kysely'
import type { Tx } from '#kernel/db'

/** What one person did by hand in one asset on one day. */
export interface HandDay {
  readonly person: string
  readonly asset: string
  /** YYYY-MM-DD, UTC. */
  readonly day: string
}

/** Locks the day, so that gifts of one person queue and each sees the sum of those before. */
export async function lockHandDay(tx: Tx, { person, asset, day }: HandDay): Promise<bigint> {
  await sql`
    insert into credits.hand_days (person, asset, day) values (${person}, ${asset}, ${day}::date)
    on conflict (person, asset, day) do nothing
  `.execute(tx)
  const { rows } = await sql<{ amount: bigint }>`
    select amount from credits.hand_days
     where person = ${person} and asset = ${asset} and day = ${day}::date for update
  `.execute(tx)
  return rows[0]?.amount ?? 0n
}

export async function addToHandDay(
  tx: Tx,
  { person, asset, day }: HandDay,
  amount: bigint,
): Promise<void> {
  await sql`
    update credits.hand_days set amount = amount + ${amount}
     where person = ${person} and asset = ${asset} and day = ${day}::date
  `.execute(tx)
}
