import { sql } from 'kysely'
import { fromKysely, type JobResult, PgBoss } from 'pg-boss'
import type { Database, Tx } from '#kernel/db'
import type { Log } from '#kernel/log'

/** Work that is done later, on any node, at least once: a handler must stand being called twice. */
export interface JobKind<Data extends object> {
  /** `module.what`; also the name of its queue and of its dead-letter queue `module.what.dead`. */
  readonly name: string
  /** Runs by itself at these times (UTC cron), with empty data. */
  readonly cron?: string
  readonly attemptsMax?: number
  /** How many a node takes at once; all of them together must be done within the time-out of one. */
  readonly batchMax?: number
  /** How long one may take before the queue thinks it lost; five minutes unless said. */
  readonly timeoutS?: number
  readonly run: (data: Data) => Promise<void>
}

export interface Jobs {
  /** Enqueues inside the caller's transaction: the job exists exactly if the transaction does. */
  enqueue(tx: Tx, name: string, data: object): Promise<void>
  /** Runs every scheduled kind once soon, as when the clock was moved past its time. */
  runSchedules(): Promise<void>
  queues(): Promise<readonly QueueState[]>
  recent(queue: string, rowsMax: number): Promise<readonly JobState[]>
  retry(queue: string, id: string): Promise<boolean>
  /** From here on work can be enqueued. */
  open(): Promise<void>
  /** From here on this node does the work, too. */
  start(): Promise<void>
  stop(): Promise<void>
}

interface QueueState {
  readonly name: string
  readonly waiting: number
  readonly active: number
  readonly dead: number
}

interface JobState {
  readonly id: string
  readonly state: string
  readonly attempts: number
  readonly created_at: string
  readonly completed_at: string | null
}

interface JobsOptions {
  /** What is shown of the queues is read like everything else, also before they are started. */
  readonly db: Database
  readonly url: string
  readonly role: string | undefined
  readonly kinds: readonly JobKind<never>[]
  readonly log: Log
  /** How often a queue is asked for work; also the longest a new job waits when idle. */
  readonly pollingSeconds: number
}

export const JOBS_SCHEMA = 'pgboss'
const ATTEMPTS_MAX = 8
const BATCH_JOBS_MAX = 20
const JOB_TIMEOUT_S = 300
const KEPT_S = 14 * 86_400
const STOP_TIMEOUT_MS = 5_000
const CONNECTIONS_MAX = 4
const dead = (name: string): string => `${name}.dead`

/** Installs or upgrades the queue's own tables; run by whoever runs the migrations. */
export async function installJobs(url: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: url,
    schema: JOBS_SCHEMA,
    supervise: false,
    schedule: false,
    max: 1,
  })
  const faults: Error[] = []
  boss.on('error', (error) => faults.push(error))
  await boss.start()
  await boss.stop({ graceful: false })
  if (faults[0]) throw faults[0]
}

export function openJobs(options: JobsOptions): Jobs {
  const boss = new PgBoss({
    connectionString: options.url,
    schema: JOBS_SCHEMA,
    max: CONNECTIONS_MAX,
    application_name: 'tongbao jobs',
    options: `-c timezone=UTC${options.role === undefined ? '' : ` -c role=${options.role}`}`,
    migrate: false,
    createSchema: false,
  })
  boss.on('error', (error) => options.log.warn({ err: error }, 'the job queue met a fault'))
  return {
    enqueue: async (tx, name, data) => {
      await boss.send(name, data, { db: fromKysely(tx) })
    },
    runSchedules: async () => {
      for (const kind of options.kinds) if (kind.cron !== undefined) await boss.send(kind.name, {})
    },
    queues: () => queueStates(options.db, options.kinds),
    recent: (queue, rowsMax) => recentJobs(options.db, queue, rowsMax),
    retry: async (queue, id) => {
      const [job] = await boss.findJobs(queue, { id })
      if (job?.state !== 'failed') return false
      await boss.retry(queue, id)
      return true
    },
    open: async () => {
      await boss.start()
      for (const kind of options.kinds) await openQueue(boss, kind)
    },
    start: async () => {
      for (const kind of options.kinds) await work(boss, kind, options)
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS }),
  }
}

async function openQueue(boss: PgBoss, kind: JobKind<never>): Promise<void> {
  const keeping = { deleteAfterSeconds: KEPT_S }
  await boss.createQueue(dead(kind.name), keeping)
  await boss.createQueue(kind.name, {
    ...keeping,
    retryLimit: (kind.attemptsMax ?? ATTEMPTS_MAX) - 1,
    retryDelay: 1,
    retryBackoff: true,
    expireInSeconds: kind.timeoutS ?? JOB_TIMEOUT_S,
    deadLetter: dead(kind.name),
  })
  if (kind.cron === undefined) await boss.unschedule(kind.name)
  else await boss.schedule(kind.name, kind.cron)
}

async function work(boss: PgBoss, kind: JobKind<never>, options: JobsOptions): Promise<void> {
  await boss.work(
    kind.name,
    {
      pollingIntervalSeconds: options.pollingSeconds,
      batchSize: kind.batchMax ?? BATCH_JOBS_MAX,
      burstWhenBatchFull: true,
      perJobResults: true, // one job that fails must not take its neighbours down with it
    },
    (batch) => runBatch(kind, batch, options.log),
  )
}

async function runBatch(
  kind: JobKind<never>,
  batch: readonly { readonly id: string; readonly data: unknown }[],
  log: Log,
): Promise<JobResult[]> {
  const results: JobResult[] = []
  for (const job of batch) {
    try {
      await kind.run(job.data as never) // what is read is what `enqueue` wrote under this name
      results.push({ id: job.id, status: 'completed' })
    } catch (error) {
      log.warn({ job: kind.name, job_id: job.id, err: error }, 'a job failed')
      const why = error instanceof Error ? error.name : 'unknown'
      results.push({ id: job.id, status: 'failed', output: { why } })
    }
  }
  return results
}

async function queueStates(
  db: Database,
  kinds: readonly JobKind<never>[],
): Promise<readonly QueueState[]> {
  const { rows } = await sql<{ name: string; waiting: bigint; active: bigint }>`
    select name,
           count(*) filter (where state in ('created', 'retry')) as waiting,
           count(*) filter (where state = 'active') as active
      from pgboss.job
     group by name
  `.execute(db)
  const counted = new Map(rows.map((row) => [row.name, row]))
  return kinds.map(({ name }) => ({
    name,
    waiting: Number(counted.get(name)?.waiting ?? 0),
    active: Number(counted.get(name)?.active ?? 0),
    dead: Number(counted.get(dead(name))?.waiting ?? 0),
  }))
}

interface JobRow {
  readonly id: string
  readonly state: string
  readonly retry_count: number
  readonly started_on: Date | null
  readonly created_on: Date
  readonly completed_on: Date | null
}

async function recentJobs(
  db: Database,
  queue: string,
  rowsMax: number,
): Promise<readonly JobState[]> {
  const { rows } = await sql<JobRow>`
    select id, state, retry_count, started_on, created_on, completed_on
      from pgboss.job
     where name = ${queue}
     order by created_on desc
     limit ${rowsMax}
  `.execute(db)
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    attempts: row.retry_count + (row.started_on === null ? 0 : 1),
    created_at: row.created_on.toISOString(),
    completed_at: row.completed_on?.toISOString() ?? null,
  }))
}
