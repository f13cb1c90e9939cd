import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Keyring } from '#kernel/crypto'
import type { Database, Tx } from '#kernel/db'
import type { Facts } from '#kernel/outcome'
import type { Account, ChannelName } from './channel.ts'

/** An account as it is kept: its secrets stay sealed. */
export interface KeptAccount {
  readonly channel: ChannelName
  readonly name: string
  readonly merchant: string
  readonly livemode: boolean
  readonly enabled: boolean
  readonly settings: Facts
  readonly minorMin: bigint
  readonly minorMax: bigint
  readonly changedAt: string
  readonly sealed: string
}

interface Row {
  readonly channel: ChannelName
  readonly name: string
  readonly merchant: string
  readonly livemode: boolean
  readonly enabled: boolean
  readonly settings: Facts
  readonly secrets: string
  readonly minor_min: bigint
  readonly minor_max: bigint
  readonly changed_at: Date
}

const accountOf = (row: Row): KeptAccount => ({
  ...{ channel: row.channel, name: row.name, merchant: row.merchant, livemode: row.livemode },
  ...{ enabled: row.enabled, settings: row.settings, sealed: row.secrets },
  ...{ minorMin: row.minor_min, minorMax: row.minor_max },
  changedAt: row.changed_at.toISOString(),
})

// What is sealed belongs to one account: moved to another row, it does not open.
const about = ({ channel, name }: { readonly channel: string; readonly name: string }): string =>
  `payments.accounts ${channel}/${name}`

export const sealSecrets = (
  ring: Keyring,
  account: { readonly channel: string; readonly name: string },
  secrets: Facts,
): string => ring.seal(JSON.stringify(secrets), about(account))

/** With its secrets open: for the length of one call. */
export const openAccount = (ring: Keyring, kept: KeptAccount): Account<Facts, Facts> => ({
  ...{ name: kept.name, merchant: kept.merchant, livemode: kept.livemode },
  settings: kept.settings,
  secrets: JSON.parse(ring.open(kept.sealed, about(kept))) as Facts,
})

export async function findAccount(
  db: Database | Tx,
  channel: string,
  name: string,
): Promise<KeptAccount | undefined> {
  const { rows } = await sql<Row>`
    select * from payments.accounts where channel = ${channel} and name = ${name}
  `.execute(db)
  return rows[0] && accountOf(rows[0])
}

/** The account, and after it those that the same merchant is kept as besides; none where there is no such account. */
export async function findMerchant(
  db: Database,
  channel: string,
  name: string,
): Promise<readonly KeptAccount[]> {
  const { rows } = await sql<Row>`
    select b.* from payments.accounts a
      join payments.accounts b
        on b.channel = a.channel and b.merchant = a.merchant and b.livemode = a.livemode
     where a.channel = ${channel} and a.name = ${name}
     order by b.name <> a.name, b.name
  `.execute(db)
  return rows.map(accountOf)
}

/** Whoever changes it queues here: secrets that are kept are those of the one before. */
export async function lockAccount(
  tx: Tx,
  channel: string,
  name: string,
): Promise<KeptAccount | undefined> {
  const { rows } = await sql<Row>`
    select * from payments.accounts where channel = ${channel} and name = ${name} for update
  `.execute(tx)
  return rows[0] && accountOf(rows[0])
}

export async function listAccounts(
  db: Database | Tx,
  channel?: string,
): Promise<readonly KeptAccount[]> {
  const { rows } = await sql<Row>`
    select * from payments.accounts
     where ${channel === undefined ? sql`true` : sql`channel = ${channel}`}
     order by channel, name
  `.execute(db)
  return rows.map(accountOf)
}

export async function saveAccount(
  tx: Tx,
  one: Omit<KeptAccount, 'changedAt'>,
  now: Instant,
): Promise<void> {
  await sql`
    insert into payments.accounts
      (channel, name, merchant, livemode, enabled, settings, secrets, minor_min, minor_max, changed_at)
    values (
      ${one.channel}, ${one.name}, ${one.merchant}, ${one.livemode}, ${one.enabled},
      ${JSON.stringify(one.settings)}::jsonb, ${one.sealed}, ${one.minorMin}::bigint,
      ${one.minorMax}::bigint, ${rfc3339(now)}::timestamptz
    )
    on conflict (channel, name) do update
       set merchant = excluded.merchant, livemode = excluded.livemode, enabled = excluded.enabled,
           settings = excluded.settings, secrets = excluded.secrets, minor_min = excluded.minor_min,
           minor_max = excluded.minor_max, changed_at = excluded.changed_at
  `.execute(tx)
}
