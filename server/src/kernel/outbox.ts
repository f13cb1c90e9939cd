import { sql } from 'kysely'
import { type Clock, rfc3339 } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import { type Database, inTx, type Tx } from '#kernel/db'
import type { JobKind, Jobs } from '#kernel/jobs'
import type { Log } from '#kernel/log'
import type { Facts } from '#kernel/outcome'

/** Something that happened, named `module.what_happened`, about one owner or nobody in particular. */
export interface Event {
  readonly topic: string
  readonly owner?: string
  readonly data: Facts
}

export interface TellingEvent extends Event {
  readonly id: string
  readonly at: string
}

/** An event, and its place in the order in which all were relayed. */
export interface RelayedEvent extends TellingEvent {
  readonly no: number
}

/** What was relayed together: everything after one number, up to another. */
export interface Relayed {
  readonly after: number
  readonly to: number
  readonly events: readonly RelayedEvent[]
}

/** What one module does when it hears a topic; called at least once, so it must stand a repeat. */
export interface Hearing {
  readonly module: string
  readonly topic: string
  readonly hear: (event: TellingEvent) => Promise<void>
}

const RELAY_ROWS_MAX = 500
const IDLE_POLL_MS = 1_000
/** Under load somebody tells all the time: what has gathered goes together, some turns a second. */
const BETWEEN_MS = 50
const KEPT = '7 days'

/** Writes down, in the caller's transaction, that something happened; the relay carries it on. */
export async function tell(tx: Tx, clock: Clock, event: Event): Promise<void> {
  await sql`
    insert into kernel.outbox (topic, owner, data, at)
    values (${event.topic}, ${event.owner ?? null}, ${JSON.stringify(event.data)}::jsonb,
            ${rfc3339(clock.now())}::timestamptz)
  `.execute(tx)
}

interface RelayOptions {
  readonly db: Database
  readonly jobs: Jobs
  readonly hearings: readonly Hearing[]
  /** Called after commit with what was relayed, for whoever watches live on this node. */
  readonly onRelayed: (relayed: Relayed) => void
  /** Says to the other nodes, when the batch commits, how far it went; not needed where they hear of it otherwise. */
  readonly announce: boolean
  readonly log: Log
}

export interface Relay {
  start(): void
  /** Something was told just now: do not wait for the next look. */
  wake(): void
  /** Carries one batch; returns how many events it carried. */
  carry(): Promise<number>
  stop(): Promise<void>
}

const queueOf = (module: string): string => `${module}.hears`

/** Each hearing module has one queue, so a module that fails keeps no other from hearing. */
export const hearingJobs = (hearings: readonly Hearing[]): JobKind<TellingEvent>[] =>
  [...new Set(hearings.map(({ module }) => module))].map((module) => ({
    name: queueOf(module),
    run: async (event) => {
      for (const hearing of hearings)
        if (hearing.module === module && hearing.topic === event.topic) await hearing.hear(event)
    },
  }))

/** Moves told events to the queues of those who hear them, then to the live bus. */
export function openRelay(options: RelayOptions): Relay {
  let running: Promise<void> | undefined
  let stopped = false
  let awake = false
  let rouse: () => void = () => {}

  const carry = async (): Promise<number> => {
    const relayed = await inTx(options.db, (tx) => relayBatch(tx, options))
    if (relayed.events.length > 0) options.onRelayed(relayed)
    return relayed.events.length
  }

  const nap = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, IDLE_POLL_MS)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
      if (awake || stopped) rouse()
    })
  const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, BETWEEN_MS))

  const run = async (): Promise<void> => {
    while (!stopped) {
      awake = false
      try {
        while ((await carry()) === RELAY_ROWS_MAX && !stopped);
      } catch (error) {
        options.log.warn({ err: error }, 'the outbox could not be relayed; trying again')
      }
      await breathe()
      await nap()
    }
  }

  return {
    carry,
    start: () => {
      running ??= run()
    },
    wake: () => {
      awake = true
      rouse()
    },
    stop: async () => {
      stopped = true
      rouse()
      await running
    },
  }
}

/** Any number; nobody else locks it. */
const RELAY_LOCK = 7_468_098
/** The word by which nodes say how far the relay went: `after to`. */
export const RELAYED = 'kernel.relayed'

async function relayBatch(tx: Tx, options: RelayOptions): Promise<Relayed> {
  // One node at a time, and the next when this one has committed: so there is one order, and whoever has seen a number
  // has missed none before it. Nobody waits for this to be on disk: should it be lost in a crash, all of it is, and is
  // carried again. Whoever does wait for a commit of theirs is not held up by it.
  await sql`
    select pg_advisory_xact_lock(${RELAY_LOCK}), set_config('synchronous_commit', 'off', true)
  `.execute(tx)
  const { rows } = await sql<Row & { after: bigint }>`
    select id, topic, owner, data, at, (select last_no from kernel.relay) as after
      from kernel.outbox
     where relayed_at is null
     order by id
     limit ${RELAY_ROWS_MAX}
  `.execute(tx)
  const after = Number(rows[0]?.after ?? 0)
  const events = rows.map((row, nth) => ({ ...eventOf(row), no: after + 1 + nth }))
  for (const event of events) {
    const modules = new Set(
      options.hearings.filter((h) => h.topic === event.topic).map((h) => h.module),
    )
    for (const module of modules) await options.jobs.enqueue(tx, queueOf(module), event)
  }
  const to = after + events.length
  if (events.length === 0) return { after, to, events }
  crashPoint('relay.before_commit')
  await sql`
    with moved as (update kernel.relay set last_no = ${to}),
    numbered as (
      update kernel.outbox o set relayed_at = clock_timestamp(), no = ${after} + r.nth
        from unnest(${rows.map((r) => r.id)}::bigint[]) with ordinality as r (id, nth)
       where o.id = r.id)
    select ${options.announce ? sql`pg_notify('tongbao', ${`${RELAYED} ${after} ${to}`})` : sql`null`}
  `.execute(tx)
  return { after, to, events }
}

interface Row {
  readonly id: bigint
  readonly topic: string
  readonly owner: string | null
  readonly data: Facts
  readonly at: Date
}

const eventOf = (row: Row): TellingEvent => ({
  id: row.id.toString(),
  topic: row.topic,
  ...(row.owner !== null && { owner: row.owner }),
  data: row.data,
  at: row.at.toISOString(),
})

/** The numbers of the oldest relayed event that is kept, and of the newest. */
export async function relayedRange(
  db: Database,
): Promise<{ readonly first: number; readonly last: number }> {
  const { rows } = await sql<{ first: bigint | null; last: bigint }>`
    select (select min(no) from kernel.outbox where no is not null) as first, last_no as last from kernel.relay
  `.execute(db)
  const last = Number(rows[0]?.last ?? 0)
  return { first: Number(rows[0]?.first ?? last + 1), last }
}

/** Everything that was relayed after a number and up to another, oldest first. */
export async function relayedBetween(
  db: Database,
  after: number,
  to: number,
): Promise<RelayedEvent[]> {
  const { rows } = await sql<Row & { no: bigint }>`
    select id, topic, owner, data, at, no from kernel.outbox where no > ${after} and no <= ${to} order by no
  `.execute(db)
  return rows.map((row) => ({ ...eventOf(row), no: Number(row.no) }))
}

/** What was relayed about each of many owners, after a number of their own and up to one of all; some of each. */
export async function relayedOf(
  db: Database,
  owners: readonly { readonly owner: string; readonly after: number }[],
  to: number,
  rowsMax: number,
): Promise<readonly (readonly RelayedEvent[])[]> {
  const { rows } = await sql<Row & { no: bigint; nth: bigint }>`
    select r.nth, o.id, o.topic, o.owner, o.data, o.at, o.no
      from unnest(${owners.map(({ owner }) => owner)}::text[], ${owners.map(({ after }) => after)}::bigint[])
             with ordinality as r (owner, after, nth)
     cross join lateral (
       select * from kernel.outbox b
        where b.owner = r.owner and b.no > r.after and b.no <= ${to} order by b.no limit ${rowsMax}) o
     order by r.nth, o.no
  `.execute(db)
  const each: RelayedEvent[][] = owners.map(() => [])
  for (const row of rows) each[Number(row.nth) - 1]?.push({ ...eventOf(row), no: Number(row.no) })
  return each
}

/** Forgets what was relayed long ago; what nobody has carried yet is never forgotten. */
export async function forgetRelayed(db: Database): Promise<void> {
  await sql`
    delete from kernel.outbox
     where relayed_at < clock_timestamp() - ${sql.lit(KEPT)}::interval
  `.execute(db)
}

export async function waitingEvents(db: Database): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from kernel.outbox where relayed_at is null
  `.execute(db)
  return Number(rows[0]?.count ?? 0n)
}
