import Type from 'typebox'
import { type AuditDeps, actorOf, writeAudit } from '#audit'
import { type MovableClock, rfc3339 } from '#kernel/clock'
import { clockShift, moveClock } from '#kernel/clock-store'
import { type Database, inTx, type Pool } from '#kernel/db'
import type { Jobs } from '#kernel/jobs'
import { keptMail } from '#kernel/mail'
import type { Metrics } from '#kernel/metrics'
import { waitingEvents } from '#kernel/outbox'
import { done } from '#kernel/outcome'
import { defineRefusals } from '#kernel/refusals'
import { defineRoute, type Route } from '#kernel/routes'
import type { Signals } from '#kernel/signals'
import { lastVerdict } from '#ledger'
import { wantedShift } from './clock-move.ts'
import type { Config } from './config.ts'

interface Deps extends AuditDeps {
  readonly db: Database
  readonly pool: Pool
  readonly clock: MovableClock
  readonly jobs: Jobs
  readonly metrics: Metrics
  readonly signals: Signals
  readonly config: Config
}

const operations = defineRefusals({
  not_ready: { status: 503, en: 'Not ready: {why}.', zh: '尚未就绪：{why}。' },
  clock_fixed: {
    status: 409,
    en: 'In production time moves by itself.',
    zh: '生产环境中不能移动时钟。',
  },
  clock_move_invalid: {
    status: 422,
    en: 'Say how far ({example_by}) or to when ({example_to}), one of the two.',
    zh: '请给出移动的时长（{example_by}）或目标时间（{example_to}），二选一。',
  },
  job_unknown: {
    status: 404,
    en: 'No such job, or it cannot run again.',
    zh: '没有这个任务，或无法重试。',
  },
  mailbox_closed: {
    status: 409,
    en: 'Mail is sent out here, not kept.',
    zh: '邮件已对外发送，不在此保留。',
  },
})

const strict = { additionalProperties: false } as const
const QUEUE = Type.Object({ queue: Type.String({ maxLength: 100 }) }, strict)
const JOBS_ROWS_MAX = 100

export function operationsRoutes(deps: Deps): Route[] {
  watch(deps)
  return [...probeRoutes(deps), ...jobRoutes(deps), ...benchToolRoutes(deps)]
}

/** What the house shows of itself without being asked who asks. */
function probeRoutes(deps: Deps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      url: '/healthz',
      scope: 'public',
      name: 'healthz',
      summary: 'The process lives',
      area: 'operations',
      answer: Type.Object({ status: Type.Literal('alive') }, strict),
      handle: async () => done({ status: 'alive' as const }),
    }),
    defineRoute({
      method: 'GET',
      url: '/readyz',
      scope: 'public',
      name: 'readyz',
      summary: 'It can serve: the database answers',
      area: 'operations',
      answer: Type.Object({ status: Type.Literal('ready'), time: Type.String() }, strict),
      refuses: { not_ready: operations.texts.not_ready },
      handle: async () => {
        try {
          await clockShift(deps.db)
        } catch {
          return operations.no('not_ready', { why: 'the database does not answer' })
        }
        return done({ status: 'ready' as const, time: rfc3339(deps.clock.now()) })
      },
    }),
    defineRoute({
      method: 'GET',
      url: '/metrics',
      scope: 'metrics:read',
      name: 'metrics',
      summary: 'Prometheus metrics',
      area: 'operations',
      status: 200,
      answerType: 'text/plain',
      handle: async ({ reply }) => {
        await reply.type('text/plain; version=0.0.4').send(await deps.metrics.text())
        return done(undefined)
      },
    }),
  ]
}

function jobRoutes(deps: Deps): Route[] {
  const Queue = Type.Object(
    {
      name: Type.String(),
      waiting: Type.Integer(),
      active: Type.Integer(),
      dead: Type.Integer({ description: 'Given up after the last attempt.' }),
    },
    strict,
  )
  const Job = Type.Object(
    {
      id: Type.String(),
      state: Type.String(),
      attempts: Type.Integer(),
      created_at: Type.String(),
      completed_at: Type.Union([Type.String(), Type.Null()]),
    },
    strict,
  )
  const area = 'operations'
  return [
    defineRoute({
      method: 'GET',
      url: '/api/v1/admin/jobs',
      scope: 'jobs:read',
      name: 'list_queues',
      summary: 'Every queue and what waits in it',
      area,
      answer: Type.Object({ items: Type.Array(Queue) }, strict),
      handle: async () =>
        done({ items: (await deps.jobs.queues()).map((queue) => ({ ...queue })) }),
    }),
    defineRoute({
      method: 'GET',
      url: '/api/v1/admin/jobs/:queue',
      scope: 'jobs:read',
      name: 'list_jobs',
      summary: 'The newest jobs of a queue',
      area,
      params: QUEUE,
      answer: Type.Object({ items: Type.Array(Job) }, strict),
      handle: async ({ params }) => {
        const jobs = await deps.jobs.recent(params.queue, JOBS_ROWS_MAX)
        return done({ items: jobs.map((job) => ({ ...job })) })
      },
    }),
    defineRoute({
      method: 'POST',
      url: '/api/v1/admin/jobs/:queue/:id/retry',
      scope: 'jobs:retry',
      name: 'retry_job',
      summary: 'Let a failed job run again',
      area,
      params: Type.Object(
        { queue: Type.String({ maxLength: 100 }), id: Type.String({ format: 'uuid' }) },
        strict,
      ),
      status: 202,
      refuses: { job_unknown: operations.texts.job_unknown },
      handle: async (call) => {
        const { queue, id } = call.params
        if (!(await deps.jobs.retry(queue, id))) return operations.no('job_unknown')
        await inTx(deps.db, (tx) =>
          writeAudit(tx, deps, actorOf(call), {
            action: 'jobs.retried',
            target: { kind: 'job', id },
            result: 'done',
          }),
        )
        return done(undefined)
      },
    }),
  ]
}

/** What only a bench has and a shop must not: a clock that moves and a mailbox that everybody's mail stays in. */
function benchToolRoutes(deps: Deps): Route[] {
  const Clock = Type.Object(
    {
      now: Type.String(),
      shift_ms: Type.Integer(),
      movable: Type.Boolean({ description: 'Not in production' }),
    },
    strict,
  )
  const answer = async () => ({
    now: rfc3339(deps.clock.now()),
    shift_ms: await clockShift(deps.db),
    movable: deps.config.mode !== 'production',
  })
  const area = 'development'
  return [
    defineRoute({
      method: 'GET',
      url: '/api/v1/admin/clock',
      scope: 'clock:move',
      name: 'get_clock',
      summary: 'What time it is in the house',
      area,
      answer: Clock,
      handle: async () => done(await answer()),
    }),
    defineRoute({
      method: 'POST',
      url: '/api/v1/admin/clock',
      scope: 'clock:move',
      name: 'move_clock',
      summary: 'Move time; what falls due meanwhile happens',
      area,
      body: Type.Object(
        {
          by: Type.Optional(Type.String({ maxLength: 12, examples: ['30d'] })),
          to: Type.Optional(
            Type.String({ format: 'date-time', maxLength: 40, examples: ['2027-01-01T00:00:00Z'] }),
          ),
          reset: Type.Optional(Type.Literal(true)),
        },
        { ...strict, examples: [{ by: '30d' }] },
      ),
      answer: Clock,
      refuses: {
        clock_fixed: operations.texts.clock_fixed,
        clock_move_invalid: operations.texts.clock_move_invalid,
      },
      handle: async (call) => {
        if (deps.config.mode === 'production') return operations.no('clock_fixed')
        const shift = wantedShift(await clockShift(deps.db), deps.clock.now(), call.body)
        if (shift === undefined)
          return operations.no('clock_move_invalid', {
            example_by: '30d',
            example_to: '2027-01-01T00:00:00Z',
          })
        await inTx(deps.db, async (tx) => {
          await moveClock(tx, shift)
          await writeAudit(tx, deps, actorOf(call), {
            action: 'clock.moved',
            target: { kind: 'clock', id: 'clock' },
            after: { shift_ms: shift },
            result: 'done',
          })
        })
        deps.clock.shift(shift) // this node at once; the others hear the signal
        await deps.jobs.runSchedules()
        return done(await answer())
      },
    }),
    defineRoute({
      method: 'GET',
      url: '/api/v1/admin/mailbox',
      scope: 'mailbox:read',
      name: 'list_mail',
      summary: 'The mail this installation would have sent',
      area,
      query: Type.Object({ to: Type.Optional(Type.String({ maxLength: 254 })) }, strict),
      answer: Type.Object(
        {
          items: Type.Array(
            Type.Object(
              {
                id: Type.String(),
                to: Type.String(),
                subject: Type.String(),
                text: Type.String(),
                html: Type.String(),
                at: Type.String(),
              },
              strict,
            ),
          ),
        },
        strict,
      ),
      refuses: { mailbox_closed: operations.texts.mailbox_closed },
      handle: async ({ query }) => {
        // Mails carry links that open accounts: where there are real people, no one reads them here.
        if (deps.config.mode === 'production') return operations.no('mailbox_closed')
        const mails = await keptMail(deps.db, query.to, JOBS_ROWS_MAX)
        return done({ items: mails.map((mail) => ({ ...mail })) })
      },
    }),
  ]
}

function watch({ metrics, pool, db, signals }: Deps): void {
  metrics.gauge('tongbao_db_connections', 'Open database connections', () => pool.pg.totalCount)
  metrics.gauge(
    'tongbao_db_waiting',
    'Calls that wait for a connection',
    () => pool.pg.waitingCount,
  )
  metrics.gauge('tongbao_signals_connected', 'Whether nodes hear each other', () =>
    signals.connected ? 1 : 0,
  )
  metrics.gauge('tongbao_outbox_waiting', 'Events not relayed yet', () => waitingEvents(db))
  metrics.gauge(
    'tongbao_ledger_faults',
    'Rows that the last verification of the ledger named; -1 before the first',
    async () => (await lastVerdict(db))?.faults.length ?? -1,
  )
}
