import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import type { Facts } from '#kernel/outcome'
import type { ChannelName } from './channel.ts'
import type { Fact } from './fact.ts'
import { ASK_LEASE_MS, ASKED_AT_ONCE_MAX, FORGOTTEN_AT_ONCE_MAX } from './limits.ts'

/** A message that came to our hooks. */
export interface HookEvent {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly receivedAt: string
  readonly messageId: string
  readonly type: string
  readonly keyId: string
  readonly facts: readonly Fact[]
  readonly state: 'waiting' | 'done' | 'dead'
  readonly attempts: number
  readonly why: string | undefined
}

interface Row {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly received_at: Date
  readonly message_id: string
  readonly type: string
  readonly key_id: string
  readonly facts: Facts[]
  readonly state: HookEvent['state']
  readonly attempts: number
  readonly why: string | null
}

const COLUMNS = sql`id, channel, account, received_at, message_id, type, key_id, facts, state, attempts, why`

const eventOf = (row: Row): HookEvent => ({
  ...{ id: row.id, channel: row.channel, account: row.account, messageId: row.message_id },
  ...{ type: row.type, keyId: row.key_id, state: row.state, attempts: row.attempts },
  ...{ facts: row.facts.map(factFrom), why: row.why ?? undefined },
  receivedAt: row.received_at.toISOString(),
})

// JSON knows no bigint: an amount is kept as text, and what has none keeps none.
const factFrom = (kept: Facts): Fact => {
  const amount = kept['amount']
  // What is read is what `insertEvent` wrote.
  return { ...kept, amount: typeof amount === 'string' ? BigInt(amount) : undefined } as never
}
const factTo = (fact: Fact): unknown =>
  'amount' in fact ? { ...fact, amount: fact.amount?.toString() ?? null } : fact

/** False where the message came before: that is no proof of anything, only less work. */
export async function insertEvent(
  tx: Database | Tx,
  one: Omit<HookEvent, 'state' | 'attempts' | 'why' | 'receivedAt'> & {
    readonly at: Instant
    readonly headers: Facts
    /** Sealed. */
    readonly body: string
    readonly digest: Buffer
  },
): Promise<boolean> {
  const { rows } = await sql`
    insert into payments.events
      (id, channel, account, received_at, headers, body, body_sha256, message_id, type, key_id, facts, state, due_at)
    values (
      ${one.id}, ${one.channel}, ${one.account}, ${rfc3339(one.at)}::timestamptz,
      ${JSON.stringify(one.headers)}::jsonb, ${one.body}, ${one.digest}, ${one.messageId}, ${one.type},
      ${one.keyId}, ${JSON.stringify(one.facts.map(factTo))}::jsonb, 'waiting',
      ${rfc3339(one.at)}::timestamptz
    )
    on conflict (channel, account, message_id) do nothing
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function takeDueEvents(db: Database, now: Instant): Promise<HookEvent[]> {
  const until = rfc3339((now + ASK_LEASE_MS) as Instant)
  const { rows } = await sql<Row>`
    update payments.events set due_at = ${until}::timestamptz, attempts = attempts + 1
     where id in (select id from payments.events
                   where state = 'waiting' and due_at <= ${rfc3339(now)}::timestamptz
                   order by due_at limit ${ASKED_AT_ONCE_MAX} for update skip locked)
    returning ${COLUMNS}
  `.execute(db)
  return rows.map(eventOf)
}

export async function endEvents(db: Database, ids: readonly string[], at: Instant): Promise<void> {
  await sql`
    update payments.events
       set state = 'done', why = null, done_at = ${rfc3339(at)}::timestamptz
     where id = any(${ids})
  `.execute(db)
}

/** Of no more use to anybody but a person. */
export async function buryEvent(db: Database, id: string, why: string, at: Instant): Promise<void> {
  await sql`
    update payments.events
       set state = 'dead', why = ${why}, done_at = ${rfc3339(at)}::timestamptz
     where id = ${id}
  `.execute(db)
}

export async function delayEvent(
  db: Database,
  id: string,
  dueAt: Instant,
  why: string,
): Promise<void> {
  await sql`
    update payments.events set due_at = ${rfc3339(dueAt)}::timestamptz, why = ${why} where id = ${id}
  `.execute(db)
}

/** From the beginning, as if it had just come. */
export async function rerunEvent(tx: Tx, id: string, at: Instant): Promise<boolean> {
  const { rows } = await sql`
    update payments.events
       set state = 'waiting', attempts = 0, done_at = null, due_at = ${rfc3339(at)}::timestamptz
     where id = ${id} returning id
  `.execute(tx)
  return rows.length > 0
}

export async function findEvent(db: Database, id: string): Promise<HookEvent | undefined> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from payments.events where id = ${id}
  `.execute(db)
  return rows[0] && eventOf(rows[0])
}

/** As it came: the body is sealed. */
export async function findRawEvent(
  db: Database,
  id: string,
): Promise<
  | {
      readonly event: HookEvent
      readonly headers: Record<string, string>
      readonly sealed: string
      readonly digest: Buffer
    }
  | undefined
> {
  const { rows } = await sql<
    Row & { headers: Record<string, string>; body: string; body_sha256: Buffer }
  >`
    select ${COLUMNS}, headers, body, body_sha256 from payments.events where id = ${id}
  `.execute(db)
  const [row] = rows
  if (!row) return undefined
  const { headers, body: sealed, body_sha256: digest } = row
  return { event: eventOf(row), headers, sealed, digest }
}

/** What was told of attempts, by our numbers of them; oldest first. */
export async function listEventsOf(
  db: Database,
  tradeNos: readonly string[],
  rowsMax: number,
): Promise<HookEvent[]> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from payments.events
     where facts -> 0 ->> 'tradeNo' = any(${tradeNos})
     order by id limit ${rowsMax}
  `.execute(db)
  return rows.map(eventOf)
}

export async function listEvents(
  db: Database,
  want: {
    readonly state: string | undefined
    readonly channel: string | undefined
    readonly before: string | undefined
    readonly rowsMax: number
  },
): Promise<HookEvent[]> {
  const { state, channel, before, rowsMax } = want
  const { rows } = await sql<Row>`
    select ${COLUMNS} from payments.events
     where ${state === undefined ? sql`true` : sql`state = ${state}`}
       and ${channel === undefined ? sql`true` : sql`channel = ${channel}`}
       and ${before === undefined ? sql`true` : sql`id < ${before}`}
     order by id desc limit ${rowsMax}
  `.execute(db)
  return rows.map(eventOf)
}

/** Some at a time; says how many. */
export async function forgetEvents(db: Database, before: Instant): Promise<number> {
  const { rows } = await sql`
    delete from payments.events where id in (
      select id from payments.events
       where received_at < ${rfc3339(before)}::timestamptz and state = 'done'
       order by received_at limit ${FORGOTTEN_AT_ONCE_MAX})
    returning id
  `.execute(db)
  return rows.length
}
