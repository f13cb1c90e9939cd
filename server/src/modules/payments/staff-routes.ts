import Type from 'typebox'
import { actorOf } from '#audit'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { ProposalShape, proposalAnswer } from '#proposals'
import { listSuspense } from './fact-store.ts'
import type { Janitor } from './janitor.ts'
import { PAGE_ROWS_USUAL, REASON_LETTERS_MAX } from './limits.ts'
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
  REFUND_STATE_NAMES,
  RefundShape,
  refundAnswer,
  strict,
  Time,
} from './shapes.ts'
import type { PaymentsDeps } from './start-attempt.ts'

interface Deps extends PaymentsDeps {
  readonly janitor: Janitor
}

const Page = { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) }

export const staffRoutes = (deps: Deps): Route[] => [
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
    name: 'list_all_refunds',
    summary: 'Refunds, newest first',
    area: 'payments',
    query: Type.Object(
      { ...Page, state: Type.Optional(Type.Enum([...REFUND_STATE_NAMES])) },
      strict,
    ),
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
    summary:
      'Send back what came in and fits nothing; asked again, it is the same refund. Above the limit a second person decides',
    area: 'payments',
    params: ById,
    body: Type.Object(
      { reason: Type.String({ minLength: 1, maxLength: REASON_LETTERS_MAX }) },
      { ...strict, examples: [{ reason: 'paid with an old code, wants it back' }] },
    ),
    answer: RefundShape,
    waits: ProposalShape,
    refuses: {
      fact_unknown: payments.texts.fact_unknown,
      not_returnable: payments.texts.not_returnable,
    },
    handle: async (call) => {
      const want = { factId: call.params.id, reason: call.body.reason, actor: actorOf(call) }
      const outcome = await returnSuspended(deps, want)
      if (!outcome.ok) return outcome
      if ('proposal' in outcome.value) {
        call.reply.status(202)
        return done(proposalAnswer(outcome.value.proposal))
      }
      deps.janitor.wake('refunds')
      return done(refundAnswer(outcome.value))
    },
  })
