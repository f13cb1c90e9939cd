import Type from 'typebox'
import { actorOf } from '#audit'
import { creditRefusals, intentOf, KEYED, mayName, NAMING } from '#credits'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import {
  type Attempt,
  findFact,
  findRefund,
  listRefundsOfOwner,
  OWN_REASON,
  paymentRefusals,
  type Refund,
} from '#payments'
import type { Counter } from './deps.ts'
import { PAGE_ROWS_USUAL, REASON_LETTERS_MAX } from './limits.ts'
import { findOrder } from './order-store.ts'
import { findPayment } from './payment-routes.ts'
import { planRefund, requestRefund } from './refund-order.ts'
import { type AskedRefund, findAskedRefund, listAskedRefunds } from './refund-store.ts'
import { checkout } from './refusals.ts'
import { ById, Minor, orNull, Page, strict, Time, timeOf, whose } from './shapes.ts'

const area = 'refunds'
const Wish = {
  amount: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Left out: what the terms of the product offer' }),
  ),
  allow_debt: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'What was spent becomes debt; else it is refused',
    }),
  ),
}
const RefundShape = Type.Object(
  {
    refund_id: Type.String(),
    payment_id: orNull(Type.String()),
    order_id: orNull(Type.String()),
    amount: Minor,
    fee: Minor,
    currency: Type.String(),
    status: Type.Enum([
      ...(['requested', 'approved', 'submitted', 'unknown'] as const),
      ...(['succeeded', 'failed', 'abnormal', 'rejected'] as const),
    ]),
    reason: Type.String({
      description: `As it was written, or of the house itself: ${Object.values(OWN_REASON).join(', ')}`,
    }),
    created_at: Time,
    settled_at: orNull(Time),
  },
  strict,
)
const { payment_unknown, refund_unknown, refund_exceeds_payment } = paymentRefusals.texts
const { order_unknown, refund_not_offered } = checkout.texts

async function refundAnswer(deps: Counter, refund: Refund) {
  const fact = await findFact(deps.db, refund.factId)
  return answerOf(refund, fact?.attemptId, await findAskedRefund(deps.db, refund.id))
}

function answerOf(refund: Refund, attemptId: string | undefined, asked: AskedRefund | undefined) {
  return {
    ...{ refund_id: refund.id, payment_id: attemptId ?? null },
    ...{ order_id: asked?.orderId ?? null, amount: Number(refund.amount) },
    ...{ fee: Number(asked?.fee ?? 0n), currency: refund.currency, status: refund.state },
    ...{ reason: refund.reason, created_at: timeOf(refund.createdAt) },
    settled_at: refund.settledAt === undefined ? null : timeOf(refund.settledAt),
  }
}

export const refundRoutes = (deps: Counter): Route[] => [
  quoteRoute(deps),
  askRoute(deps),
  listRoute(deps),
  defineRoute({
    method: 'GET',
    url: '/api/v1/refunds/:id',
    scope: 'payments:read',
    name: 'get_refund',
    summary: 'How a refund stands',
    area,
    params: ById,
    answer: RefundShape,
    refuses: { refund_unknown },
    handle: async ({ params, principal }) => {
      const refund = await findRefund(deps.db, params.id)
      const asked = refund && (await findAskedRefund(deps.db, refund.id))
      const order = asked && (await findOrder(deps.db, asked.orderId))
      const may = principal.kind === 'key' || mayName(principal, order?.owner)
      return refund && may
        ? done(await refundAnswer(deps, refund))
        : paymentRefusals.no('refund_unknown')
    },
  }),
]

const listRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/refunds',
    scope: 'payments:read',
    name: 'list_owner_refunds',
    summary: 'Refunds of what an owner paid, newest first, whoever began them',
    area,
    query: Type.Object({ ...whose, ...Page }, strict),
    answer: Type.Object(
      { items: Type.Array(RefundShape), next_cursor: orNull(Type.String()) },
      strict,
    ),
    refuses: NAMING,
    handle: async ({ principal, query }) => {
      const { limit = PAGE_ROWS_USUAL, cursor, ...name } = query
      const account = await deps.whichAccount(principal, name)
      if (!account.ok) return account
      const want = { owner: account.value.owner, before: cursor, rowsMax: limit + 1 }
      const rows = await listRefundsOfOwner(deps.db, want)
      const shown = rows.slice(0, limit)
      const asked = await listAskedRefunds(
        deps.db,
        shown.map(({ id }) => id),
      )
      const of = new Map(asked.map((one) => [one.id, one]))
      return done({
        items: shown.map((one) => answerOf(one, one.attemptId, of.get(one.id))),
        next_cursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      })
    },
  })

const quoteRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/payments/:id/refunds/quote',
    scope: 'payments:read',
    name: 'quote_refund',
    summary: 'What a refund would give back and take now',
    area,
    params: ById,
    body: Type.Object(Wish, { ...strict, examples: [{}] }),
    answer: Type.Object(
      {
        ...{ payment_id: Type.String(), order_id: Type.String(), currency: Type.String() },
        ...{ cash_back: Minor, fee: Minor },
        credits_taken: Type.Integer({ description: 'What was bought and what came with it' }),
        debt: Type.Integer({ description: 'Credits that were spent and would be owed' }),
      },
      strict,
    ),
    refuses: { payment_unknown, order_unknown, refund_not_offered },
    handle: async (call) => {
      const found = await findPayment(deps, call)
      if (!found.ok) return found
      const { order, attempt } = found.value
      if (attempt.id !== order.attemptId)
        return checkout.no('refund_not_offered', { why: whyNot(attempt) })
      const amount = call.body.amount === undefined ? undefined : BigInt(call.body.amount)
      const plan = await planRefund(deps, {
        ...{ orderId: order.id, amount, reason: 'quote', allowsDebt: true },
      })
      if (!plan.ok) return plan
      const { gross, fee, taken, owed } = plan.value
      return done({
        ...{ payment_id: attempt.id, order_id: order.id, currency: order.currency },
        ...{ cash_back: Number(gross - fee), fee: Number(fee) },
        ...{ credits_taken: Number(taken), debt: Number(owed) },
      })
    },
  })

const whyNot = ({ state }: Attempt): string => (state === 'succeeded' ? 'sent_back' : 'not_paid')

const askRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/payments/:id/refunds',
    scope: 'payments:refund',
    name: 'create_refund',
    summary: 'Give money back: its credits are frozen now, and taken when it has arrived',
    area,
    headers: KEYED,
    params: ById,
    body: Type.Object(
      { ...Wish, reason: Type.String({ minLength: 1, maxLength: REASON_LETTERS_MAX }) },
      { ...strict, examples: [{ amount: 3000, reason: 'asked for it within a week' }] },
    ),
    status: 201,
    answer: RefundShape,
    refuses: {
      ...{ payment_unknown, order_unknown, refund_not_offered, refund_exceeds_payment },
      clawback_spent: creditRefusals.texts.clawback_spent,
      idempotency_key_required: creditRefusals.texts.idempotency_key_required,
      idempotency_key_reserved: creditRefusals.texts.idempotency_key_reserved,
      idempotency_key_reused: creditRefusals.texts.idempotency_key_reused,
    },
    handle: async (call) => {
      const { body, params } = call
      const intent = intentOf(call, `POST /api/v1/payments/${params.id}/refunds`)
      if (!intent.ok) return intent
      const found = await findPayment(deps, call)
      if (!found.ok) return found
      const { order, attempt } = found.value
      // Of two payments for one order only the one that gave something can be given back: the other went by itself.
      if (attempt.id !== order.attemptId)
        return checkout.no('refund_not_offered', { why: whyNot(attempt) })
      const { key, request } = intent.value
      const asked = await requestRefund(
        deps,
        {
          ...{ orderId: order.id, reason: body.reason, allowsDebt: body.allow_debt ?? false },
          amount: body.amount === undefined ? undefined : BigInt(body.amount),
        },
        { key, request, actor: actorOf(call) },
      )
      if (!asked.ok) return asked
      if (asked.value.replayed) call.reply.header('idempotent-replayed', 'true')
      return done(await refundAnswer(deps, asked.value.refund))
    },
  })
