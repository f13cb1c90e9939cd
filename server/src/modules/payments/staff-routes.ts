import Type from 'typebox'
import { actorOf } from '#audit'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { ProposalShape, proposalAnswer } from '#proposals'
import { listAccounts } from './account-store.ts'
import { type ListedDispute, listDisputes } from './dispute-store.ts'
import type { Janitor } from './janitor.ts'
import { PAGE_ROWS_USUAL, REASON_LETTERS_MAX } from './limits.ts'
import { listLateRefunds } from './refund-store.ts'
import { payments } from './refusals.ts'
import { returnSuspended } from './return-suspended.ts'
import { setAside } from './set-aside.ts'
import {
  ById,
  Cursor,
  DISPUTE_STATE_NAMES,
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
import { listSuspense, type Suspended } from './suspense-store.ts'
import { STAYS, type Stays, staysOf } from './why-it-stays.ts'

interface Deps extends PaymentsDeps {
  readonly janitor: Janitor
}

const Page = { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) }

const SuspendedShape = Type.Object(
  {
    ...{ fact_id: Type.String(), channel: Type.String(), account: Type.String() },
    ...{ txn: Type.String(), trade_no: orNull(Type.String()), amount: orNull(Minor) },
    ...{ currency: Type.String(), livemode: Type.Boolean(), paid_at: Time },
    ...{ why: Type.String(), created_at: Time },
    stays: Type.Union([Type.Enum([...STAYS]), Type.Null()], {
      description:
        'Why it cannot be sent back from here, and may be set aside; `refused_there` is asked again each hour',
    }),
    subject: orNull(Type.String({ description: 'The order that its number is of' })),
    owner: orNull(Type.String()),
  },
  strict,
)
const suspendedAnswer = (fact: Suspended, stays: Stays | undefined) => ({
  ...{ fact_id: fact.id, channel: fact.channel, account: fact.account, txn: fact.txn },
  trade_no: fact.tradeNo ?? null,
  amount: fact.amount === undefined ? null : Number(fact.amount),
  ...{ currency: fact.currency, livemode: fact.livemode, paid_at: fact.paidAt },
  ...{ why: fact.why ?? 'return_failed', created_at: fact.createdAt },
  stays: stays ?? null,
  ...{ subject: fact.subject ?? null, owner: fact.owner ?? null },
})

const ListedDisputeShape = Type.Object(
  {
    ...{ dispute_id: Type.String(), channel: Type.String(), account: Type.String() },
    ref: Type.String({ description: 'The number that the provider gave it' }),
    ...{ fact_id: Type.String(), amount: Minor, currency: Type.String() },
    livemode: Type.Boolean(),
    state: Type.Enum([...DISPUTE_STATE_NAMES]),
    ...{ opened_at: Time, settled_at: orNull(Time), payment_id: orNull(Type.String()) },
    subject: orNull(Type.String({ description: 'The order whose payment is disputed' })),
    owner: orNull(Type.String()),
  },
  strict,
)
const listedDisputeAnswer = (one: ListedDispute) => ({
  ...{ dispute_id: one.id, channel: one.channel, account: one.account, ref: one.ref },
  ...{ fact_id: one.factId, amount: Number(one.amount), currency: one.currency },
  ...{ livemode: one.livemode, state: one.state, opened_at: one.openedAt.toISOString() },
  settled_at: one.settledAt?.toISOString() ?? null,
  ...{ payment_id: one.paymentId, subject: one.subject, owner: one.owner },
})

export const staffRoutes = (deps: Deps): Route[] => [
  returnRoute(deps),
  setAsideRoute(deps),
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/payments/suspense',
    scope: 'payments:read_all',
    name: 'list_suspense',
    summary: 'Money that came in and fits nothing, newest first',
    area: 'payments',
    query: Type.Object(Page, strict),
    answer: listOf(SuspendedShape),
    handle: async ({ query: { limit = PAGE_ROWS_USUAL, cursor } }) => {
      const [rows, accounts] = await Promise.all([
        listSuspense(deps.db, cursor, limit + 1),
        listAccounts(deps.db),
      ])
      const accountOf = ({ channel, account }: Suspended) =>
        deps.channels.has(channel)
          ? accounts.find((one) => one.channel === channel && one.name === account)
          : undefined
      return done(
        pageOf(rows, limit, (fact) => suspendedAnswer(fact, staysOf(fact, accountOf(fact)))),
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
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/disputes',
    scope: 'payments:read_all',
    name: 'list_disputes',
    summary: 'Disputes about payments, newest first',
    area: 'payments',
    query: Type.Object(
      { ...Page, state: Type.Optional(Type.Enum([...DISPUTE_STATE_NAMES])) },
      strict,
    ),
    answer: listOf(ListedDisputeShape),
    handle: async ({ query: { limit = PAGE_ROWS_USUAL, cursor, state } }) => {
      const want = { state, before: cursor, rowsMax: limit + 1 }
      return done(pageOf(await listDisputes(deps.db, want), limit, listedDisputeAnswer))
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

const setAsideRoute = (deps: Deps) =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/admin/payments/suspense/:id/set-aside',
    scope: 'payments:refund',
    name: 'set_suspended_aside',
    summary:
      'Say that nothing is left to do about what came in, fits nothing and cannot be sent back from here; asked again, it stays so',
    area: 'payments',
    params: ById,
    body: Type.Object(
      { reason: Type.String({ minLength: 1, maxLength: REASON_LETTERS_MAX }) },
      { ...strict, examples: [{ reason: 'the provider says that the other amount is right' }] },
    ),
    answer: Type.Object({ fact_id: Type.String(), set_aside_at: Time }, strict),
    refuses: {
      fact_unknown: payments.texts.fact_unknown,
      returnable: payments.texts.returnable,
    },
    handle: async (call) => {
      const { id } = call.params
      const want = { factId: id, reason: call.body.reason, actor: actorOf(call) }
      const outcome = await setAside(deps, want)
      return outcome.ok ? done({ fact_id: id, set_aside_at: outcome.value }) : outcome
    },
  })
