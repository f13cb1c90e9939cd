import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import type { ChannelName } from './channel.ts'

/** What its owner agreed to be charged with while they are away: a saved card, as the provider names it. */
export interface Instrument {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly owner: string
  readonly customer: string
  readonly method: string
  readonly currency: string
  readonly livemode: boolean
  readonly createdAt: string
  readonly isEnded: boolean
}

interface Row {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly owner: string
  readonly customer: string
  readonly method: string
  readonly currency: string
  readonly livemode: boolean
  readonly created_at: Date
  readonly ended_at: Date | null
}

const instrumentOf = (row: Row): Instrument => ({
  ...{ id: row.id, channel: row.channel, account: row.account, owner: row.owner },
  ...{ customer: row.customer, method: row.method, currency: row.currency, livemode: row.livemode },
  ...{ createdAt: row.created_at.toISOString(), isEnded: row.ended_at !== null },
})

/**
 * Told twice it is saved once, and what its owner has taken back stays taken back. Of an owner and an account the newest
 * counts: two they could not tell apart.
 */
export async function saveInstrument(
  tx: Tx,
  one: Omit<Instrument, 'createdAt' | 'isEnded'>,
  at: Instant,
): Promise<void> {
  const { rows } = await sql`
    insert into payments.instruments
      (id, channel, account, owner, customer, method, currency, livemode, created_at)
    values (
      ${one.id}, ${one.channel}, ${one.account}, ${one.owner}, ${one.customer}, ${one.method},
      ${one.currency}, ${one.livemode}, ${rfc3339(at)}::timestamptz
    )
    on conflict (channel, account, customer, method) do nothing
    returning id
  `.execute(tx)
  if (rows.length > 0) await endInstruments(tx, one, at, one.id)
}

/** What an owner saved at an account, all of it but this. */
export async function endInstruments(
  tx: Tx,
  of: Pick<Instrument, 'owner' | 'channel' | 'account'>,
  at: Instant,
  but = '',
): Promise<void> {
  await sql`
    update payments.instruments set ended_at = ${rfc3339(at)}::timestamptz
     where owner = ${of.owner} and channel = ${of.channel} and account = ${of.account}
       and ended_at is null and id <> ${but}
  `.execute(tx)
}

export async function findInstrument(
  db: Database | Tx,
  id: string,
): Promise<Instrument | undefined> {
  const { rows } = await sql<Row>`select * from payments.instruments where id = ${id}`.execute(db)
  return rows[0] && instrumentOf(rows[0])
}

/** What an owner can be charged with, the newest first. */
export async function listInstruments(
  db: Database | Tx,
  owner: string,
): Promise<readonly Instrument[]> {
  const { rows } = await sql<Row>`
    select * from payments.instruments where owner = ${owner} and ended_at is null order by id desc
  `.execute(db)
  return rows.map(instrumentOf)
}

/** False where it is not theirs, or ended already. */
export async function endInstrument(
  tx: Tx,
  { id, owner }: { readonly id: string; readonly owner: string },
  at: Instant,
): Promise<boolean> {
  const { rows } = await sql`
    update payments.instruments set ended_at = ${rfc3339(at)}::timestamptz
     where id = ${id} and owner = ${owner} and ended_at is null
    returning id
  `.execute(tx)
  return rows.length > 0
}
