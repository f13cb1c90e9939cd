import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { statesThatAccept } from '#kernel/states'
import type { ChannelName } from './channel.ts'
import { ASK_LEASE_MS, ASKED_AT_ONCE_MAX } from './limits.ts'
import type { Transfer } from './transfer.ts'
import { TRANSFER_STATES, type TransferEvent, type TransferRowState } from './transfer-states.ts'

interface Row {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly transfer_no: string
  readonly subject: string
  readonly ref: string | null
  readonly amount: bigint
  readonly currency: string
  readonly payee: string
  readonly title: string
  readonly state: TransferRowState
  readonly confirm: string | null
  readonly why: string | null
  readonly created_at: Date
  readonly asked: number
}

const transferOf = (row: Row): Transfer => ({
  ...{ id: row.id, channel: row.channel, account: row.account, transferNo: row.transfer_no },
  ...{ subject: row.subject, ref: row.ref ?? undefined, amount: row.amount },
  ...{ currency: row.currency, payee: row.payee, title: row.title, state: row.state },
  ...{ confirm: row.confirm ?? undefined, why: row.why ?? undefined, asked: row.asked },
  createdAt: row.created_at.getTime() as Instant,
})

const moment = (at: Instant | undefined) =>
  at === undefined ? sql`null::timestamptz` : sql`${rfc3339(at)}::timestamptz`

/** False where this subject has a transfer: one withdrawal is paid once, whoever clicks. */
export async function insertTransfer(tx: Tx, one: Transfer): Promise<boolean> {
  const { rows } = await sql`
    insert into payments.transfers
      (id, channel, account, transfer_no, subject, amount, currency, payee, title, state, created_at, ask_at)
    values (
      ${one.id}, ${one.channel}, ${one.account}, ${one.transferNo}, ${one.subject}, ${one.amount}::bigint,
      ${one.currency}, ${one.payee}, ${one.title}, 'requested', ${moment(one.createdAt)},
      ${moment(one.createdAt)}
    )
    on conflict (subject) do nothing
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function findTransferOf(
  db: Database | Tx,
  subject: string,
): Promise<Transfer | undefined> {
  const { rows } = await sql<Row>`
    select * from payments.transfers where subject = ${subject}
  `.execute(db)
  return rows[0] && transferOf(rows[0])
}

export async function findTransferSaid(
  db: Database | Tx,
  channel: string,
  account: string,
  transferNo: string,
): Promise<Transfer | undefined> {
  const { rows } = await sql<Row>`
    select * from payments.transfers
     where channel = ${channel} and account = ${account} and transfer_no = ${transferNo}
  `.execute(db)
  return rows[0] && transferOf(rows[0])
}

interface Change {
  readonly at: Instant
  readonly askAt: Instant | undefined
  readonly ref?: string | undefined
  readonly confirm?: string | undefined
  readonly why?: string | undefined
}

export async function moveTransfer(
  tx: Database | Tx,
  id: string,
  event: TransferEvent,
  { at, askAt, ref, confirm, why }: Change,
): Promise<boolean> {
  const isEnd = !['submit', 'lose', 'wait_user'].includes(event)
  const { rows } = await sql`
    update payments.transfers
       set state = ${TRANSFER_STATES.requested[event]}, ask_at = ${moment(askAt)},
           settled_at = ${moment(isEnd ? at : undefined)}, ref = coalesce(${ref ?? null}, ref),
           confirm = coalesce(${confirm ?? null}, confirm), why = ${why ?? null}
     where id = ${id} and state = any(${statesThatAccept(TRANSFER_STATES, event)})
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function takeDueTransfers(db: Database, now: Instant): Promise<Transfer[]> {
  const { rows } = await sql<Row>`
    update payments.transfers set ask_at = ${moment((now + ASK_LEASE_MS) as Instant)}
     where id in (select id from payments.transfers where ask_at <= ${moment(now)}
                   order by ask_at limit ${ASKED_AT_ONCE_MAX} for update skip locked)
    returning *
  `.execute(db)
  return rows.map(transferOf)
}

export async function askTransferAgain(db: Database, id: string, askAt: Instant): Promise<void> {
  await sql`
    update payments.transfers set ask_at = ${moment(askAt)}, asked = asked + 1
     where id = ${id} and state in ('requested', 'submitted', 'wait_user', 'unknown')
  `.execute(db)
}
