import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { statesThatAccept } from '#kernel/states'
import { type Attempt, DECLINED } from './attempt.ts'
import { ATTEMPT_STATES, type AttemptEvent, type AttemptState } from './attempt-states.ts'
import type { ChannelName, NextStep } from './channel.ts'
import { ASK_LEASE_MS, ASKED_AT_ONCE_MAX } from './limits.ts'

interface Row {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly method: string
  readonly trade_no: string
  readonly ref: string | null
  readonly subject: string
  readonly owner: string
  readonly amount: bigint
  readonly currency: string
  readonly livemode: boolean
  readonly title: string
  readonly instrument: string | null
  readonly state: AttemptState
  readonly next: NextStep | null
  readonly why: string | null
  readonly created_at: Date
  readonly expires_at: Date
  readonly ended_at: Date | null
  readonly asked: number
}

const attemptOf = (row: Row): Attempt => ({
  ...{ id: row.id, channel: row.channel, account: row.account, method: row.method },
  ...{ tradeNo: row.trade_no, ref: row.ref ?? undefined, subject: row.subject, owner: row.owner },
  ...{ amount: row.amount, currency: row.currency, livemode: row.livemode, title: row.title },
  instrumentId: row.instrument ?? undefined,
  ...{ state: row.state, next: row.next ?? undefined, why: row.why ?? undefined },
  createdAt: row.created_at.getTime() as Instant,
  expiresAt: row.expires_at.getTime() as Instant,
  endedAt: row.ended_at === null ? undefined : (row.ended_at.getTime() as Instant),
  asked: row.asked,
})

const moment = (at: Instant | undefined) =>
  at === undefined ? sql`null::timestamptz` : sql`${rfc3339(at)}::timestamptz`

/** False where one of its kind can be paid already. */
export async function insertAttempt(tx: Tx, one: Attempt, askAt: Instant): Promise<boolean> {
  const { rows } = await sql`
    insert into payments.attempts
      (id, channel, account, method, trade_no, subject, owner, amount, currency, livemode, title, instrument,
       state, created_at, expires_at, ask_at)
    values (
      ${one.id}, ${one.channel}, ${one.account}, ${one.method}, ${one.tradeNo}, ${one.subject},
      ${one.owner}, ${one.amount}::bigint, ${one.currency}, ${one.livemode}, ${one.title},
      ${one.instrumentId ?? null}, ${one.state},
      ${moment(one.createdAt)}, ${moment(one.expiresAt)}, ${moment(askAt)}
    )
    on conflict (subject, channel, account, method, amount)
      where state in ('created', 'submitted', 'unknown') do nothing
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function findAttempt(db: Database | Tx, id: string): Promise<Attempt | undefined> {
  const { rows } = await sql<Row>`select * from payments.attempts where id = ${id}`.execute(db)
  return rows[0] && attemptOf(rows[0])
}

export async function findByTradeNo(
  db: Database | Tx,
  channel: string,
  account: string,
  tradeNo: string,
): Promise<Attempt | undefined> {
  const { rows } = await sql<Row>`
    select * from payments.attempts
     where channel = ${channel} and account = ${account} and trade_no = ${tradeNo}
  `.execute(db)
  return rows[0] && attemptOf(rows[0])
}

/** Whoever asks for a way to pay the same thing at the same time queues here. */
export async function lockSubject(tx: Tx, subject: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${`payments ${subject}`}, 0))
  `.execute(tx)
}

export async function listAttemptsById(db: Database, ids: readonly string[]): Promise<Attempt[]> {
  const { rows } = await sql<Row>`
    select * from payments.attempts where id = any(${ids})
  `.execute(db)
  return rows.map(attemptOf)
}

/** Of what is paid for, oldest first. */
export async function listAttempts(db: Database | Tx, subject: string): Promise<Attempt[]> {
  const { rows } = await sql<Row>`
    select * from payments.attempts where subject = ${subject} order by id
  `.execute(db)
  return rows.map(attemptOf)
}

export async function listAttemptsOf(
  db: Database | Tx,
  want: {
    readonly owner: string | undefined
    readonly subject?: string | undefined
    readonly before: string | undefined
    rowsMax: number
  },
): Promise<Attempt[]> {
  const { owner, subject, before, rowsMax } = want
  const { rows } = await sql<Row>`
    select * from payments.attempts
     where ${owner === undefined ? sql`true` : sql`owner = ${owner}`}
       and ${subject === undefined ? sql`true` : sql`subject = ${subject}`}
       and ${before === undefined ? sql`true` : sql`id < ${before}`}
     order by id desc limit ${rowsMax}
  `.execute(db)
  return rows.map(attemptOf)
}

interface Change {
  readonly at: Instant
  readonly askAt: Instant | undefined
  readonly ref?: string | undefined
  readonly next?: NextStep | undefined
  readonly why?: string | undefined
}

/** False where the attempt stands where this cannot move it: what is known already is not undone. */
export async function moveAttempt(
  tx: Database | Tx,
  id: string,
  event: AttemptEvent,
  { at, askAt, ref, next, why }: Change,
): Promise<boolean> {
  const to = ATTEMPT_STATES.created[event]
  const isEnd = event !== 'submit' && event !== 'lose'
  const { rows } = await sql`
    update payments.attempts
       set state = ${to}, ask_at = ${moment(askAt)}, ended_at = ${moment(isEnd ? at : undefined)},
           ref = coalesce(${ref ?? null}, ref), why = ${why ?? null},
           next = coalesce(${next === undefined ? null : JSON.stringify(next)}::jsonb, next)
     where id = ${id} and state = any(${statesThatAccept(ATTEMPT_STATES, event)})
    returning id
  `.execute(tx)
  return rows.length > 0
}

/** Takes those that are due, so that nobody else asks meanwhile; whoever dies over it leaves them to be taken again. */
export async function takeDueAttempts(db: Database, now: Instant): Promise<Attempt[]> {
  const { rows } = await sql<Row>`
    update payments.attempts set ask_at = ${moment((now + ASK_LEASE_MS) as Instant)}
     where id in (select id from payments.attempts where ask_at <= ${moment(now)}
                   order by ask_at limit ${ASKED_AT_ONCE_MAX} for update skip locked)
    returning *
  `.execute(db)
  return rows.map(attemptOf)
}

/** No end of it: somebody asks again later, or nobody any more. What is known of how it stands is what was seen last. */
export async function askAttemptAgain(
  db: Database,
  id: string,
  askAt: Instant | undefined,
  so?: 'underWay' | 'declined',
): Promise<void> {
  const next = so === 'underWay' ? sql`${JSON.stringify(WORKED_AT)}::jsonb` : sql`next`
  const why = so === 'declined' ? sql`${DECLINED}` : so === 'underWay' ? sql`null` : sql`why`
  await sql`
    update payments.attempts set ask_at = ${moment(askAt)}, asked = asked + 1, next = ${next}, why = ${why}
     where id = ${id} and state not in ('succeeded', 'failed')
  `.execute(db)
}
/** Nothing is left to do for whoever pays. */
const WORKED_AT = { kind: 'wait' } as const satisfies NextStep

export async function hasAttempts(tx: Tx, channel: string, account: string): Promise<boolean> {
  const { rows } = await sql`
    select from payments.attempts where channel = ${channel} and account = ${account} limit 1
  `.execute(tx)
  return rows.length > 0
}
