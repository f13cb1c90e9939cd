import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import { sha256 } from '#kernel/crypto'
import type { Database, Tx } from '#kernel/db'
import type { ChannelName } from './channel.ts'
import type { PaymentFact } from './fact.ts'

type Disposition = 'suspense' | 'kept' | 'sent_back'
/** Why a fact fits nothing. */
export type Misfit =
  | 'order_unknown'
  | 'amount_unreadable'
  | 'amount_other'
  | 'currency_other'
  | 'merchant_other'
  | 'mode_other'
  | 'contradicts'

/** Money that came in, as it is kept. */
export interface KeptFact {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly txn: string
  readonly tradeNo: string | undefined
  readonly amount: bigint | undefined
  readonly currency: string
  readonly merchant: string
  readonly livemode: boolean
  readonly paidAt: string
  readonly source: Source
  readonly attemptId: string | undefined
  readonly disposition: Disposition
  readonly why: string | undefined
  readonly reserved: bigint
  readonly refunded: bigint
  readonly createdAt: string
  /** Somebody saw that nothing is left to do about it. */
  readonly setAsideAt: string | undefined
}
export type Source = 'push' | 'pull' | 'bill' | 'hand'

export interface FactRow {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly txn: string
  readonly trade_no: string | null
  readonly amount: bigint | null
  readonly currency: string
  readonly merchant: string
  readonly livemode: boolean
  readonly paid_at: Date
  readonly source: Source
  readonly attempt_id: string | null
  readonly disposition: Disposition
  readonly why: string | null
  readonly reserved: bigint
  readonly refunded: bigint
  readonly created_at: Date
  readonly set_aside_at: Date | null
}

export const factOf = (row: FactRow): KeptFact => ({
  ...{ id: row.id, channel: row.channel, account: row.account, txn: row.txn },
  ...{ tradeNo: row.trade_no ?? undefined, amount: row.amount ?? undefined },
  ...{ currency: row.currency, merchant: row.merchant, livemode: row.livemode },
  source: row.source,
  ...{ attemptId: row.attempt_id ?? undefined, disposition: row.disposition },
  ...{ why: row.why ?? undefined, reserved: row.reserved, refunded: row.refunded },
  paidAt: row.paid_at.toISOString(),
  createdAt: row.created_at.toISOString(),
  setAsideAt: row.set_aside_at?.toISOString(),
})

/** What two tellings of one payment share: the time and the payer are worded differently by push and by answer. */
const saidOf = ({ tradeNo, amount, currency, merchant, livemode }: PaymentFact): Buffer =>
  sha256(
    JSON.stringify([tradeNo ?? null, amount?.toString() ?? null, currency, merchant, livemode]),
  )

export interface NewFact {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly fact: PaymentFact
  readonly payer: string | undefined
  readonly source: Source
  readonly eventId: string | undefined
  readonly attemptId: string | undefined
  readonly disposition: 'kept' | 'suspense'
  readonly why: Misfit | undefined
  readonly at: Instant
}

/** False where the same was said before: whoever says it at the same time waits here. */
export async function insertFact(tx: Tx, one: NewFact): Promise<boolean> {
  const { fact } = one
  const { rows } = await sql`
    insert into payments.facts
      (id, channel, account, txn, said, trade_no, amount, currency, merchant, livemode, paid_at, payer, source,
       event_id, attempt_id, disposition, why, created_at)
    values (
      ${one.id}, ${one.channel}, ${one.account}, ${fact.txn}, ${saidOf(fact)}, ${fact.tradeNo ?? null},
      ${fact.amount === undefined || fact.amount <= 0n ? null : fact.amount}::bigint, ${fact.currency},
      ${fact.merchant}, ${fact.livemode}, ${rfc3339(fact.paidAt)}::timestamptz, ${one.payer ?? null},
      ${one.source}, ${one.eventId ?? null}, ${one.attemptId ?? null}, ${one.disposition},
      ${one.why ?? null}, ${rfc3339(one.at)}::timestamptz
    )
    on conflict (channel, account, txn, said) do nothing
    returning id
  `.execute(tx)
  return rows.length > 0
}

/** Somebody repaired what it did not fit: the same words are judged once more. */
export async function lockSuspended(tx: Tx, one: NewFact): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from payments.facts
     where channel = ${one.channel} and account = ${one.account} and txn = ${one.fact.txn}
       and said = ${saidOf(one.fact)} and disposition = 'suspense' and refunded = 0
       for update
  `.execute(tx)
  return rows[0]?.id
}

export async function takeOutOfSuspense(tx: Tx, id: string, attemptId: string): Promise<void> {
  await sql`
    update payments.facts
       set disposition = 'kept', why = null, attempt_id = ${attemptId}, set_aside_at = null
     where id = ${id}
  `.execute(tx)
}

export async function sendBack(tx: Tx, id: string): Promise<void> {
  await sql`
    update payments.facts set disposition = 'sent_back' where id = ${id} and disposition = 'kept'
  `.execute(tx)
}

export async function sendBackSuspended(tx: Tx, id: string): Promise<void> {
  await sql`
    update payments.facts set disposition = 'sent_back', why = null
     where id = ${id} and disposition = 'suspense'
  `.execute(tx)
}

/** The one that a refund or a dispute is about: rather one that moved value than one in suspense. */
export async function findSettledFact(
  db: Database | Tx,
  channel: string,
  account: string,
  by: { readonly txn: string | undefined; readonly tradeNo: string | undefined },
): Promise<KeptFact | undefined> {
  const { rows } = await sql<FactRow>`
    select * from payments.facts
     where channel = ${channel} and account = ${account}
       and ${by.txn === undefined ? sql`trade_no = ${by.tradeNo ?? null}` : sql`txn = ${by.txn}`}
     order by disposition = 'suspense', id limit 1
  `.execute(db)
  return rows[0] && factOf(rows[0])
}

/** Whose payment it was for, as far as it was for one. */
export async function payerOf(tx: Tx, factId: string): Promise<string | undefined> {
  const { rows } = await sql<{ readonly owner: string }>`
    select a.owner from payments.facts f join payments.attempts a on a.id = f.attempt_id where f.id = ${factId}
  `.execute(tx)
  return rows[0]?.owner
}

export async function findFact(db: Database | Tx, id: string): Promise<KeptFact | undefined> {
  const { rows } = await sql<FactRow>`select * from payments.facts where id = ${id}`.execute(db)
  return rows[0] && factOf(rows[0])
}

/** What came in by some attempts, oldest first. */
export async function listFactsOf(
  db: Database,
  attemptIds: readonly string[],
): Promise<KeptFact[]> {
  const { rows } = await sql<FactRow>`
    select * from payments.facts where attempt_id = any(${attemptIds}) order by id
  `.execute(db)
  return rows.map(factOf)
}

/** Whoever settles something of this fact queues here. */
export async function lockFact(tx: Tx, id: string): Promise<void> {
  await sql`select 1 from payments.facts where id = ${id} for update`.execute(tx)
}

/** In one statement, so that however many ask at once no more is promised than came in. */
export async function reserveOfFact(tx: Tx, id: string, amount: bigint): Promise<boolean> {
  const { rows } = await sql`
    update payments.facts set reserved = reserved + ${amount}::bigint, set_aside_at = null
     where id = ${id} and reserved + refunded + ${amount}::bigint <= amount
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function moveOfFact(
  tx: Tx,
  id: string,
  by: { readonly reserved: bigint; readonly refunded: bigint },
): Promise<void> {
  await sql`
    update payments.facts
       set reserved = reserved + ${by.reserved}::bigint, refunded = refunded + ${by.refunded}::bigint
     where id = ${id}
  `.execute(tx)
}
