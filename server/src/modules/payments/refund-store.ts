import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { statesThatAccept } from '#kernel/states'
import type { ChannelName } from './channel.ts'
import { ASK_LEASE_MS, ASKED_AT_ONCE_MAX } from './limits.ts'
import type { Refund } from './refund.ts'
import { REFUND_AFTER, REFUND_STATES, type RefundEvent, type RefundState } from './refund-states.ts'

interface Row {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly fact_id: string
  readonly refund_no: string | null
  readonly ref: string | null
  readonly amount: bigint
  readonly currency: string
  readonly cause: Refund['cause']
  readonly reason: string
  readonly state: RefundState
  readonly why: string | null
  readonly asked_by: string
  readonly created_at: Date
  readonly settled_at: Date | null
  readonly said_at: Date | null
  readonly asked: number
}

const refundOf = (row: Row): Refund => ({
  ...{ id: row.id, channel: row.channel, account: row.account, factId: row.fact_id },
  ...{ refundNo: row.refund_no ?? undefined, ref: row.ref ?? undefined, amount: row.amount },
  ...{ currency: row.currency, cause: row.cause, reason: row.reason, state: row.state },
  ...{ why: row.why ?? undefined, askedBy: row.asked_by, asked: row.asked },
  createdAt: row.created_at.getTime() as Instant,
  settledAt: row.settled_at ? (row.settled_at.getTime() as Instant) : undefined,
  saidAt: row.said_at ? (row.said_at.getTime() as Instant) : undefined,
})

const moment = (at: Instant | undefined) =>
  at === undefined ? sql`null::timestamptz` : sql`${rfc3339(at)}::timestamptz`

export async function insertRefund(
  tx: Tx,
  one: Omit<Refund, 'asked' | 'why' | 'settledAt' | 'saidAt'>,
  askAt: Instant | undefined,
): Promise<boolean> {
  const { rows } = await sql`
    insert into payments.refunds
      (id, channel, account, fact_id, refund_no, ref, amount, currency, cause, reason, state, asked_by, created_at,
       ask_at)
    values (
      ${one.id}, ${one.channel}, ${one.account}, ${one.factId}, ${one.refundNo ?? null}, ${one.ref ?? null},
      ${one.amount}::bigint, ${one.currency}, ${one.cause}, ${one.reason}, ${one.state}, ${one.askedBy},
      ${moment(one.createdAt)}, ${moment(askAt)}
    )
    on conflict do nothing
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function findRefund(db: Database | Tx, id: string): Promise<Refund | undefined> {
  const { rows } = await sql<Row>`select * from payments.refunds where id = ${id}`.execute(db)
  return rows[0] && refundOf(rows[0])
}

/** The way back of what was never ordered, or not to be given any more, unless it has come to nothing. */
export async function findReturn(tx: Tx, factId: string): Promise<Refund | undefined> {
  const { rows } = await sql<Row>`
    select * from payments.refunds where fact_id = ${factId} and cause = 'sent_back'
       and state not in ('failed', 'rejected') order by id desc limit 1
  `.execute(tx)
  return rows[0] && refundOf(rows[0])
}

/** By our number, or by the provider's where it was begun there. */
export async function findRefundSaid(
  db: Database | Tx,
  channel: string,
  account: string,
  by: { readonly refundNo: string | undefined; readonly refund: string },
): Promise<Refund | undefined> {
  const { rows } = await sql<Row>`
    select * from payments.refunds
     where channel = ${channel} and account = ${account}
       and (refund_no = ${by.refundNo ?? null} or ref = ${by.refund})
     order by refund_no = ${by.refundNo ?? null} desc nulls last limit 1
  `.execute(db)
  return rows[0] && refundOf(rows[0])
}

export async function listLateRefunds(
  db: Database,
  want: {
    readonly state: RefundState | undefined
    readonly before: string | undefined
    rowsMax: number
  },
): Promise<Refund[]> {
  const { state, before, rowsMax } = want
  const { rows } = await sql<Row>`
    select * from payments.refunds
     where ${state === undefined ? sql`true` : sql`state = ${state}`}
       and ${before === undefined ? sql`true` : sql`id < ${before}`}
     order by id desc limit ${rowsMax}
  `.execute(db)
  return rows.map(refundOf)
}

/** Of some payments, oldest first. */
export async function listRefundsOf(db: Database, factIds: readonly string[]): Promise<Refund[]> {
  const { rows } = await sql<Row>`
    select * from payments.refunds where fact_id = any(${factIds}) order by id
  `.execute(db)
  return rows.map(refundOf)
}

/** Of all that an owner paid, however it was begun; with the attempt that had brought the money. */
export async function listRefundsOfOwner(
  db: Database,
  want: { readonly owner: string; readonly before: string | undefined; readonly rowsMax: number },
): Promise<(Refund & { readonly attemptId: string })[]> {
  const { rows } = await sql<Row & { attempt_id: string }>`
    select r.*, f.attempt_id
      from payments.attempts a
      join payments.facts f on f.attempt_id = a.id
      join payments.refunds r on r.fact_id = f.id
     where a.owner = ${want.owner} and ${want.before === undefined ? sql`true` : sql`r.id < ${want.before}`}
     order by r.id desc limit ${want.rowsMax}
  `.execute(db)
  return rows.map((row) => ({ ...refundOf(row), attemptId: row.attempt_id }))
}

interface Change {
  readonly at: Instant
  readonly askAt: Instant | undefined
  readonly ref?: string | undefined
  readonly why?: string | undefined
  readonly saidAt?: Instant | undefined
}

/** The state it was in before; undefined where this cannot move it. */
export async function moveRefund(
  tx: Database | Tx,
  id: string,
  event: RefundEvent,
  { at, askAt, ref, why, saidAt }: Change,
): Promise<RefundState | undefined> {
  const from = statesThatAccept(REFUND_STATES, event)
  const isEnd = !['approve', 'submit', 'lose', 'refuse'].includes(event)
  const { rows } = await sql<{ before: RefundState }>`
    update payments.refunds r
       set state = ${REFUND_AFTER[event]}, ask_at = ${moment(askAt)}, settled_at = ${moment(isEnd ? at : undefined)},
           ref = coalesce(${ref ?? null}, r.ref), why = ${why ?? null},
           said_at = coalesce(${moment(saidAt)}, r.said_at)
      from (select id, state from payments.refunds where id = ${id} for update) old
     where r.id = old.id and old.state = any(${from})
    returning old.state as before
  `.execute(tx)
  return rows[0]?.before
}

export async function takeDueRefunds(db: Database, now: Instant): Promise<Refund[]> {
  const { rows } = await sql<Row>`
    update payments.refunds set ask_at = ${moment((now + ASK_LEASE_MS) as Instant)}
     where id in (select id from payments.refunds where ask_at <= ${moment(now)}
                   order by ask_at limit ${ASKED_AT_ONCE_MAX} for update skip locked)
    returning *
  `.execute(db)
  return rows.map(refundOf)
}

export async function askRefundAgain(db: Database, id: string, askAt: Instant): Promise<void> {
  await sql`
    update payments.refunds set ask_at = ${moment(askAt)}, asked = asked + 1
     where id = ${id} and state in ('approved', 'submitted', 'unknown')
  `.execute(db)
}
