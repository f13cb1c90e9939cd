import Type from 'typebox'
import { actorOf, readTrail, writeAudit } from '#audit'
import { findOrder, listRefundsOfOrder, OrderShape, orderAnswer } from '#checkout'
import { inTx } from '#kernel/db'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { listLotsOfOrder } from '#ledger'
import { findAttempt, moneyStory, moneyStoryFields } from '#payments'
import type { ReportDeps } from './deps.ts'
import { ACTS_SHOWN } from './limits.ts'
import { reports } from './refusals.ts'
import { ById, Minor, orNull, strict, Time } from './shapes.ts'

const LotShape = Type.Object(
  {
    ...{ lot_id: Type.String(), source: Type.String(), granted: Type.Integer() },
    ...{ remaining: Type.Integer(), held: Type.Integer(), effective_at: Time },
    expires_at: orNull(Time),
  },
  strict,
)
const AskedShape = Type.Object(
  {
    refund_id: Type.String(),
    gross: Type.Integer({ description: 'Of the price: what is given up, the fee included' }),
    ...{ fee: Minor, policy: Type.Enum(['refuse', 'debt']) },
    waits: Type.Boolean({ description: 'For a second person' }),
    asked_by: Type.String(),
  },
  strict,
)
const ActShape = Type.Object(
  {
    ...{ entry_id: Type.String(), at: Time, action: Type.String(), actor_id: Type.String() },
    ...{ reason: orNull(Type.String()), result: Type.Enum(['done', 'refused']) },
  },
  strict,
)

/** Staff act on an order, on a payment of it, on money that came in or on what goes back. */
const idsOf = ({ attempts, facts, refunds }: Awaited<ReturnType<typeof moneyStory>>): string[] => [
  ...attempts.map(({ payment_id }) => payment_id),
  ...facts.map(({ fact_id }) => fact_id),
  ...refunds.map(({ refund_id }) => refund_id),
]

export const orderRoute = (deps: ReportDeps): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/orders/:id',
    scope: 'payments:read_all',
    name: 'get_order',
    summary: 'The story of an order: what was asked, said, given, taken back, and by whom',
    area: 'reports',
    params: ById,
    answer: Type.Object(
      {
        order: OrderShape,
        ...moneyStoryFields,
        asked: Type.Array(AskedShape, { description: 'Refunds as they were asked for here' }),
        lots: Type.Array(LotShape, { description: 'What it gave, as it stands now' }),
        acts: orNull(
          Type.Array(ActShape, { description: 'Of people and keys; null without audit:read' }),
        ),
      },
      strict,
    ),
    refuses: { no_such_order: reports.texts.no_such_order },
    handle: async (call) => {
      const { db } = deps
      const { id } = call.params
      const order = await findOrder(db, id)
      if (!order) return reports.no('no_such_order')
      const [paidBy, money, asked, lots] = await Promise.all([
        order.attemptId === undefined ? undefined : findAttempt(db, order.attemptId),
        moneyStory(db, id),
        listRefundsOfOrder(db, id),
        listLotsOfOrder(db, order.owner, id),
      ])
      const acts = call.principal.scopes.has('audit:read')
        ? await readTrail(
            db,
            { target_ids: [id, ...idsOf(money)], without_looks: true },
            undefined,
            ACTS_SHOWN,
          )
        : null
      await inTx(db, (tx) =>
        writeAudit(tx, deps, actorOf(call), {
          action: 'reports.order_viewed',
          target: { kind: 'order', id },
          result: 'done',
        }),
      )
      return done({
        order: orderAnswer(order, paidBy),
        ...money,
        asked: asked.map((one) => ({
          ...{ refund_id: one.id, gross: Number(one.gross), fee: Number(one.fee) },
          ...{ policy: one.policy, waits: one.waits, asked_by: one.by },
        })),
        lots: lots.map((lot) => ({
          ...{ lot_id: lot.id, source: lot.source, granted: Number(lot.granted) },
          ...{ remaining: Number(lot.remaining), held: Number(lot.held) },
          effective_at: lot.effective_at.toISOString(),
          expires_at: lot.expires_at?.toISOString() ?? null,
        })),
        acts:
          acts?.map(({ entry }) => ({
            ...{ entry_id: entry.entry_id, at: entry.at, action: entry.action },
            ...{ actor_id: entry.actor_id, reason: entry.reason, result: entry.result },
          })) ?? null,
      })
    },
  })
