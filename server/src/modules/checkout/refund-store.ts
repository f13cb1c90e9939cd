import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'

/** A refund as it was asked for here; how it stands with the provider is known to payments. */
export interface AskedRefund {
  readonly id: string
  readonly orderId: string
  readonly gross: bigint
  readonly fee: bigint
  readonly policy: 'refuse' | 'debt'
}

interface Row {
  readonly id: string
  readonly order_id: string
  readonly gross: bigint
  readonly fee: bigint
  readonly policy: 'refuse' | 'debt'
  readonly asked: string
}

const refundOf = (row: Row): AskedRefund => ({
  ...{ id: row.id, orderId: row.order_id, gross: row.gross, fee: row.fee, policy: row.policy },
})

export async function insertAskedRefund(
  tx: Tx,
  one: AskedRefund & {
    readonly key: string
    readonly asked: string
    readonly by: string
    readonly at: Instant
    readonly waits: boolean
  },
): Promise<void> {
  await sql`
    insert into checkout.refunds (id, order_id, gross, fee, policy, waits, key, asked, by, created_at)
    values (${one.id}, ${one.orderId}, ${one.gross}::bigint, ${one.fee}::bigint, ${one.policy}, ${one.waits}, ${one.key},
            ${one.asked}, ${one.by}, ${rfc3339(one.at)}::timestamptz)
  `.execute(tx)
}

export async function findAskedRefund(
  db: Database | Tx,
  id: string,
): Promise<AskedRefund | undefined> {
  const { rows } = await sql<Row>`select * from checkout.refunds where id = ${id}`.execute(db)
  return rows[0] && refundOf(rows[0])
}

export async function listAskedRefunds(
  db: Database,
  ids: readonly string[],
): Promise<AskedRefund[]> {
  const { rows } = await sql<Row>`select * from checkout.refunds where id = any(${ids})`.execute(db)
  return rows.map(refundOf)
}

export async function findAskedByKey(
  tx: Tx,
  orderId: string,
  key: string,
): Promise<{ readonly refund: AskedRefund; readonly asked: string } | undefined> {
  const { rows } = await sql<Row>`
    select * from checkout.refunds where order_id = ${orderId} and key = ${key}
  `.execute(tx)
  return rows[0] && { refund: refundOf(rows[0]), asked: rows[0].asked }
}

/** Of an order, oldest first. */
export async function listRefundsOfOrder(
  db: Database,
  orderId: string,
): Promise<(AskedRefund & { readonly waits: boolean; readonly by: string })[]> {
  const { rows } = await sql<Row & { waits: boolean; by: string }>`
    select * from checkout.refunds where order_id = ${orderId} order by id
  `.execute(db)
  return rows.map((row) => ({ ...refundOf(row), waits: row.waits, by: row.by }))
}

/** How many wait for a second person, up to a bound. */
export async function countUndecided(db: Database, countMax: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from (
      select from checkout.refunds where waits limit ${countMax}) r
  `.execute(db)
  return rows[0]?.count ?? 0
}

/** Somebody has decided, or nobody did in time. */
export async function endWaiting(tx: Tx, id: string): Promise<void> {
  await sql`update checkout.refunds set waits = false where id = ${id}`.execute(tx)
}

/** Those that nobody has decided in time. */
export async function listUndecided(db: Database, before: Instant): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from checkout.refunds
     where waits and created_at < ${rfc3339(before)}::timestamptz
  `.execute(db)
  return rows.map(({ id }) => id)
}
