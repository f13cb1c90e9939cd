import Type from 'typebox'
import type { Instant } from '#kernel/clock'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { findSubjects, listAttemptsById } from '#payments'
import type { Counter } from './deps.ts'
import { COUNT_MAX, PAGE_ROWS_USUAL } from './limits.ts'
import { type Order, statusOf } from './order.ts'
import { OrderShape, orderAnswer, STATES, STATUSES } from './order-shapes.ts'
import { countOrders, listOrdersPage } from './order-store.ts'
import { orNull, Page, strict } from './shapes.ts'

const area = 'orders'
const BASE = '/api/v1/admin/orders'
const Moment = Type.String({
  pattern:
    '^[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
  format: 'date-time',
  examples: ['2026-01-31T00:00:00Z'],
})
const momentOf = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : (Date.parse(text) as Instant)

export const orderRoutes = (deps: Counter): Route[] => [listRoute(deps), countRoute(deps)]

const listRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'GET',
    url: BASE,
    scope: 'payments:read_all',
    name: 'list_orders',
    summary: 'Orders of everybody, newest first',
    area,
    query: Type.Object(
      {
        query: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 128,
            description: 'An order, payment or refund, our number at a provider, or theirs',
          }),
        ),
        status: Type.Optional(Type.Enum([...STATUSES])),
        owner: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        product_id: Type.Optional(Type.Integer({ minimum: 1, maximum: 32_767 })),
        livemode: Type.Optional(Type.Boolean()),
        from: Type.Optional(Moment),
        to: Type.Optional(Moment),
        ...Page,
      },
      strict,
    ),
    answer: Type.Object(
      { items: Type.Array(OrderShape), next_cursor: orNull(Type.String()) },
      strict,
    ),
    handle: async ({ query: asked }) => {
      const { query, status, limit = PAGE_ROWS_USUAL, cursor } = asked
      const rows = await listOrdersPage(deps.db, {
        ids: query === undefined ? undefined : [query, ...(await findSubjects(deps.db, query))],
        states: status && STATES.filter((state) => statusOf(state) === status),
        ...{ owner: asked.owner, productId: asked.product_id, livemode: asked.livemode },
        ...{ from: momentOf(asked.from), to: momentOf(asked.to) },
        ...{ before: cursor, rowsMax: limit + 1 },
      })
      const shown = rows.slice(0, limit)
      return done({
        items: await answersOf(deps, shown),
        next_cursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      })
    },
  })

async function answersOf({ db }: Counter, orders: readonly Order[]) {
  const ids = orders.flatMap(({ attemptId }) => (attemptId === undefined ? [] : [attemptId]))
  const attempts = new Map((await listAttemptsById(db, ids)).map((one) => [one.id, one]))
  return orders.map((order) => orderAnswer(order, attempts.get(order.attemptId ?? '')))
}

const countRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'GET',
    url: `${BASE}/counts`,
    scope: 'payments:read_all',
    name: 'count_orders',
    summary: 'How many orders stand where',
    area,
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object(
            {
              status: Type.Enum([...STATUSES]),
              count: Type.Integer(),
              more: Type.Boolean({ description: 'There are more than were counted' }),
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    handle: async () => {
      const counts = await countOrders(deps.db, COUNT_MAX)
      const items = STATUSES.map((status) => {
        const each = STATES.filter((state) => statusOf(state) === status).map(
          (state) => counts.get(state) ?? 0,
        )
        const count = each.reduce((sum, n) => sum + n, 0)
        return { status, count, more: each.some((n) => n === COUNT_MAX) }
      })
      return done({ items })
    },
  })
