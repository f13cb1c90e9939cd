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
  readonly onRelayed: (events: readonly TellingEvent[]) => void
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
    const events = await inTx(options.db, (tx) => relayBatch(tx, options))
    if (events.length > 0) options.onRelayed(events)
    return events.length
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

async function relayBatch(tx: Tx, options: RelayOptions): Promise<TellingEvent[]> {
  // Two nodes may relay at once: each takes rows the other has not locked.
  const { rows } = await sql<{
    id: bigint
    topic: string
    owner: string | null
    data: Facts
    at: Date
  }>`
    select id, topic, owner, data, at
      from kernel.outbox
     where relayed_at is null
     order by id
     limit ${RELAY_ROWS_MAX}
       for update skip locked
  `.execute(tx)
  const events = rows.map((row) => ({
    id: row.id.toString(),
    topic: row.topic,
    ...(row.owner !== null && { owner: row.owner }),
    data: row.data,
    at: row.at.toISOString(),
  }))
  for (const event of events) {
    const modules = new Set(
      options.hearings.filter((h) => h.topic === event.topic).map((h) => h.module),
    )
    for (const module of modules) await options.jobs.enqueue(tx, queueOf(module), event)
  }
  if (events.length === 0) return events
  crashPoint('relay.before_commit')
  // Nobody waits for this to be on disk: should it be lost in a crash, all of it is, and is carried again. Whoever does
  // wait for a commit of theirs is not held up by it.
  await sql`select set_config('synchronous_commit', 'off', true)`.execute(tx)
  await sql`
      update kernel.outbox set relayed_at = clock_timestamp() where id = any(${rows.map((r) => r.id)})
    `.execute(tx)
  return events
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
