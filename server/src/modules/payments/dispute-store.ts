import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { statesThatAccept } from '#kernel/states'
import { DISPUTE_STATES, type DisputeState } from './dispute-states.ts'

export interface KeptDispute {
  readonly id: string
  readonly factId: string
  readonly amount: bigint
}

/** Made by whoever hears of it first, in the state from which everything follows. */
export async function openDispute(
  tx: Tx,
  one: KeptDispute & {
    readonly channel: string
    readonly account: string
    readonly ref: string
    readonly currency: string
    readonly at: Instant
    readonly saidAt: Instant
  },
): Promise<boolean> {
  const { rows } = await sql`
    insert into payments.disputes (id, channel, account, ref, fact_id, amount, currency, state, opened_at, said_at)
    values (${one.id}, ${one.channel}, ${one.account}, ${one.ref}, ${one.factId}, ${one.amount}::bigint,
            ${one.currency}, 'opened', ${rfc3339(one.at)}::timestamptz, ${rfc3339(one.saidAt)}::timestamptz)
    on conflict (channel, account, ref) do nothing
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function findDispute(
  tx: Database | Tx,
  channel: string,
  account: string,
  ref: string,
): Promise<KeptDispute | undefined> {
  const { rows } = await sql<{ id: string; fact_id: string; amount: bigint }>`
    select id, fact_id, amount from payments.disputes
     where channel = ${channel} and account = ${account} and ref = ${ref}
  `.execute(tx)
  return rows[0] && { id: rows[0].id, factId: rows[0].fact_id, amount: rows[0].amount }
}

export interface ListedDispute extends KeptDispute {
  readonly channel: string
  readonly account: string
  /** The provider's own number of it. */
  readonly ref: string
  readonly currency: string
  readonly livemode: boolean
  readonly state: DisputeState
  readonly openedAt: Date
  readonly settledAt: Date | null
  /** What was paid, what for and by whom, where the money was of an order. */
  readonly paymentId: string | null
  readonly subject: string | null
  readonly owner: string | null
}

/** The newest first. */
export async function listDisputes(
  db: Database,
  want: {
    readonly state: DisputeState | undefined
    readonly before: string | undefined
    readonly rowsMax: number
  },
): Promise<ListedDispute[]> {
  const { state, before, rowsMax } = want
  const { rows } = await sql<ListedDispute>`
    select d.id, d.fact_id as "factId", d.channel, d.account, d.ref, d.amount, d.currency, f.livemode, d.state,
           d.opened_at as "openedAt", d.settled_at as "settledAt",
           a.id as "paymentId", a.subject, a.owner
      from payments.disputes d
      join payments.facts f on f.id = d.fact_id
      left join payments.attempts a on a.id = f.attempt_id
     where ${state === undefined ? sql`true` : sql`d.state = ${state}`}
       and ${before === undefined ? sql`true` : sql`d.id < ${before}`}
     order by d.id desc limit ${rowsMax}
  `.execute(db)
  return rows
}

export async function moveDispute(
  tx: Tx,
  id: string,
  to: DisputeState,
  { at, saidAt }: { readonly at: Instant; readonly saidAt: Instant },
): Promise<DisputeState | undefined> {
  const { rows } = await sql<{ before: DisputeState }>`
    update payments.disputes d set state = ${to}, settled_at = ${rfc3339(at)}::timestamptz,
           said_at = ${rfc3339(saidAt)}::timestamptz
      from (select id, state from payments.disputes where id = ${id} for update) old
     where d.id = old.id and old.state = any(${statesThatAccept(DISPUTE_STATES, to)})
       and (old.state = 'opened' or d.said_at < ${rfc3339(saidAt)}::timestamptz)
    returning old.state as before
  `.execute(tx)
  return rows[0]?.before
}
