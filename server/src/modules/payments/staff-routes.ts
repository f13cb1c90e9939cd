import Type from 'typebox'
import { actorOf, writeAudit } from '#audit'
import { inTx } from '#kernel/db'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { findEvent, type HookEvent, listEvents, rerunEvent } from './event-store.ts'
import { listSuspense } from './fact-store.ts'
import type { Janitor } from './janitor.ts'
import { PAGE_ROWS_USUAL, REASON_LETTERS_MAX } from './limits.ts'
import type { Refund } from './refund.ts'
import type { RefundState } from './refund-states.ts'
import { listLateRefunds } from './refund-store.ts'
import { payments } from './refusals.ts'
import { returnSuspended } from './return-suspended.ts'
import {
  ById,
  Cursor,
  Limit,
  listOf,
  Minor,
  orNull,
  pageOf,
  strict,
  Time,
  timeOf,
} from './shapes.ts'
import type { PaymentsDeps } from './start-attempt.ts'

interface Deps extends PaymentsDeps {
  readonly janitor: Janitor
}

const EventShape = Type.Object(
  {
    event_id: Type.String(),
    channel: Type.String(),
    account: Type.String(),
    received_at: Time,
    message_id: Type.String(),
    type: Type.String(),
    key_id: Type.String(),
    state: Type.Enum(['waiting', 'done', 'dead']),
    attempts: Type.Integer(),
    why: orNull(Type.String()),
    facts: Type.Array(Type.String(), { description: 'Of which kinds' }),
  },
  strict,
)
const eventAnswer = (event: HookEvent) => ({
  ...{ event_id: event.id, channel: event.channel, account: event.account },
  ...{ received_at: event.receivedAt, message_id: event.messageId, type: event.type },
  ...{ key_id: event.keyId, state: event.state, attempts: event.attempts },
  why: event.why ?? null,
  facts: event.facts.map(({ kind }) => kind),
})
const RefundShape = Type.Object(
  {
    ...{ refund_id: Type.String(), channel: Type.String(), account: Type.String() },
    ...{ fact_id: Type.String(), amount: Minor, currency: Type.String() },
    ...{ cause: Type.String(), reason: Type.String(), state: Type.String() },
    ...{ why: orNull(Type.String()), created_at: Time, settled_at: orNull(Time) },
  },
  strict,
)
const refundAnswer = (one: Refund) => ({
  ...{ refund_id: one.id, channel: one.channel, account: one.account },
  ...{ fact_id: one.factId, amount: Number(one.amount), currency: one.currency },
  ...{ cause: one.cause, reason: one.reason, state: one.state, why: one.why ?? null },
  created_at: timeOf(one.createdAt),
  settled_at: one.settledAt === undefined ? null : timeOf(one.settledAt),
})
const STATES: readonly RefundState[] = [
  ...(['requested', 'approved', 'submitted', 'unknown'] as const),
  ...(['succeeded', 'failed', 'abnormal', 'rejected'] as const),
]
const Page = { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) }

export const staffRoutes = (deps: Deps): Route[] => [
  ...eventRoutes(deps),
  returnRoute(deps),
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/payments/suspense',
    scope: 'payments:read_all',
    name: 'list_suspense',
    summary: 'Money that came in and fits nothing, newest first',
    area: 'payments',
    query: Type.Object(Page, strict),
    answer: listOf(
      Type.Object(
        {
          ...{ fact_id: Type.String(), channel: Type.String(), account: Type.String() },
          ...{ txn: Type.String(), trade_no: orNull(Type.String()), amount: orNull(Minor) },
          ...{ currency: Type.String(), livemode: Type.Boolean(), paid_at: Time },
          ...{ why: Type.String(), created_at: Time },
        },
        strict,
      ),
    ),
    handle: async ({ query: { limit = PAGE_ROWS_USUAL, cursor } }) => {
      const rows = await listSuspense(deps.db, cursor, limit + 1)
      return done(
        pageOf(rows, limit, (fact) => ({
          ...{ fact_id: fact.id, channel: fact.channel, account: fact.account, txn: fact.txn },
          trade_no: fact.tradeNo ?? null,
          amount: fact.amount === undefined ? null : Number(fact.amount),
          ...{ currency: fact.currency, livemode: fact.livemode, paid_at: fact.paidAt },
          ...{ why: fact.why ?? 'return_failed', created_at: fact.createdAt },
        })),
      )
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/refunds',
    scope: 'payments:read_all',
    name: 'list_refunds',
    summary: 'Refunds, newest first',
    area: 'payments',
    query: Type.Object({ ...Page, state: Type.Optional(Type.Enum([...STATES])) }, strict),
    answer: listOf(RefundShape),
    handle: async ({ query: { limit = PAGE_ROWS_USUAL, cursor, state } }) => {
      const want = { state, before: cursor, rowsMax: limit + 1 }
      return done(pageOf(await listLateRefunds(deps.db, want), limit, refundAnswer))
    },
  }),
]

const returnRoute = (deps: Deps) =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/admin/payments/suspense/:id/return',
    scope: 'payments:refund',
    name: 'return_suspended',
    summary: 'Send back what came in and fits nothing; asked again, it is the same refund',
    area: 'payments',
    params: ById,
    body: Type.Object(
      { reason: Type.String({ minLength: 1, maxLength: REASON_LETTERS_MAX }) },
      { ...strict, examples: [{ reason: 'paid with an old code, wants it back' }] },
    ),
    answer: RefundShape,
    refuses: {
      fact_unknown: payments.texts.fact_unknown,
      not_returnable: payments.texts.not_returnable,
    },
    handle: async (call) => {
      const want = { factId: call.params.id, reason: call.body.reason, actor: actorOf(call) }
      const outcome = await returnSuspended(deps, want)
      if (!outcome.ok) return outcome
      deps.janitor.wake('refunds')
      return done(refundAnswer(outcome.value))
    },
  })

const eventRoutes = (deps: Deps): Route[] => [
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/hooks',
    scope: 'hooks:read',
    name: 'list_hook_events',
    summary: 'What providers told us, newest first',
    area: 'hooks',
    query: Type.Object(
      { ...Page, state: Type.Optional(Type.Enum(['waiting', 'done', 'dead'])) },
      strict,
    ),
    answer: listOf(EventShape),
    handle: async ({ query: { limit = PAGE_ROWS_USUAL, cursor, state } }) => {
      const rows = await listEvents(deps.db, { state, before: cursor, rowsMax: limit + 1 })
      return done(pageOf(rows, limit, eventAnswer))
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/api/v1/admin/hooks/:id/rerun',
    scope: 'hooks:rerun',
    name: 'rerun_hook_event',
    summary: 'Do once more what follows from a message; what was done stays done once',
    area: 'hooks',
    params: ById,
    answer: EventShape,
    refuses: { event_unknown: payments.texts.event_unknown },
    handle: async (call) => {
      const { id } = call.params
      const found = await inTx(deps.db, async (tx) => {
        if (!(await rerunEvent(tx, id, deps.clock.now()))) return false
        await writeAudit(tx, deps, actorOf(call), {
          action: 'payments.event_rerun',
          target: { kind: 'hook_event', id },
          result: 'done',
        })
        return true
      })
      const event = found && (await findEvent(deps.db, id))
      if (!event) return payments.no('event_unknown')
      deps.janitor.wake('events')
      return done(eventAnswer(event))
    },
  }),
]
