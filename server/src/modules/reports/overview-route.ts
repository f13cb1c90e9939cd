import Type from 'typebox'
import { countUndecided } from '#checkout'
import type { Instant } from '#kernel/clock'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { flowByDay, lastVerdict, verdictState } from '#ledger'
import {
  AccountHealthShape,
  accountsHealth,
  countWaiting,
  healthAnswer,
  moneyByDay,
} from '#payments'
import { countProposals } from '#proposals'
import type { ReportDeps } from './deps.ts'
import { COUNT_MAX, DAYS_MAX, DAYS_USUAL, HEALTH_HOURS } from './limits.ts'
import { Day, Minor, orNull, Sum, strict, Time } from './shapes.ts'

const DAY_MS = 86_400_000
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 'YYYY-MM-DD'.length)
const Waits = Type.Integer({ description: `Counted up to ${COUNT_MAX}` })

const Overview = Type.Object(
  {
    ...{ from: Day, to: Day, as_of: Time },
    money: Type.Array(
      Type.Object(
        {
          ...{ day: Day, currency: Type.String(), livemode: Type.Boolean() },
          ...{ payments: Type.Integer(), received: Minor, refunded: Minor },
        },
        strict,
      ),
      {
        description:
          'What came in and was kept, and what went back; days without either are left out',
      },
    ),
    credits: Type.Array(
      Type.Object(
        {
          ...{ asset: Type.String(), day: Day, issued: Sum, used: Sum, expired: Sum },
          ...{ other: Sum, outstanding: Sum },
        },
        strict,
      ),
      { description: 'As far as it is rolled up: to the last minute or two' },
    ),
    books: orNull(
      Type.Object(
        {
          state: Type.Enum(['whole', 'broken', 'unfinished']),
          ...{ at: Time, entries: Type.Integer(), faults: Type.Integer() },
        },
        { ...strict, description: 'What the last verification found; null before the first' },
      ),
    ),
    waiting: Type.Object(
      {
        ...{ suspense: Waits, dead_messages: Waits, refunds_undecided: Waits },
        ...{ refunds_stuck: Waits, disputes: Waits, proposals: Waits, dead_jobs: Waits },
      },
      strict,
    ),
    channels: Type.Array(AccountHealthShape, {
      description: `Payments begun in the last ${HEALTH_HOURS} hours`,
    }),
  },
  strict,
)

export const overviewRoute = (deps: ReportDeps): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/overview',
    scope: 'reports:read',
    name: 'get_overview',
    summary: 'How the house stands: money, credits, books, what waits, how payments end',
    area: 'reports',
    query: Type.Object(
      {
        days: Type.Optional(Type.Integer({ minimum: 1, maximum: DAYS_MAX, default: DAYS_USUAL })),
      },
      strict,
    ),
    answer: Overview,
    handle: async ({ query: { days = DAYS_USUAL } }) => {
      const { db, clock } = deps
      const now = clock.now()
      const today = Math.floor(now / DAY_MS) * DAY_MS
      const first = (today - (days - 1) * DAY_MS) as Instant
      const period = { from: dayOf(first), to: dayOf(today + DAY_MS) }
      const [money, flow, verdict, waiting, health] = await Promise.all([
        moneyByDay(db, first),
        flowByDay(db, period),
        lastVerdict(db),
        waitingOf(deps),
        accountsHealth(db, (now - HEALTH_HOURS * 3_600_000) as Instant),
      ])
      return done({
        ...{ from: period.from, to: dayOf(today), as_of: new Date(now).toISOString() },
        money: money.map((line) => ({
          ...line,
          received: Number(line.received),
          refunded: Number(line.refunded),
        })),
        credits: flow.map((line) => ({ ...line })),
        books: verdict
          ? {
              ...{ state: verdictState(verdict), at: verdict.at.toISOString() },
              ...{ entries: Number(verdict.entries), faults: verdict.faults.length },
            }
          : null,
        waiting,
        channels: health.map(healthAnswer),
      })
    },
  })

async function waitingOf({ db, clock, jobs }: ReportDeps) {
  const [payments, undecided, proposals, queues] = await Promise.all([
    countWaiting(db, COUNT_MAX),
    countUndecided(db, COUNT_MAX),
    countProposals(db, clock.now(), COUNT_MAX),
    jobs.queues(),
  ])
  return {
    ...{ suspense: payments.suspense, dead_messages: payments.deadMessages },
    ...{ refunds_undecided: undecided, refunds_stuck: payments.stuckRefunds },
    ...{ disputes: payments.disputes, proposals },
    dead_jobs: Math.min(
      queues.reduce((sum, { dead }) => sum + dead, 0),
      COUNT_MAX,
    ),
  }
}
