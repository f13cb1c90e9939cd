import Type from 'typebox'
import { catalog } from '#catalog'
import { creditRefusals, KEYED, mayName, NAMING } from '#credits'
import { done, type Outcome } from '#kernel/outcome'
import { type Call, defineRoute, type Route } from '#kernel/routes'
import {
  type Attempt,
  findAttempt,
  listAttemptsOf,
  paymentRefusals,
  suspendedAmong,
} from '#payments'
import { closeOrder } from './close-order.ts'
import type { Counter } from './deps.ts'
import { PAGE_ROWS_USUAL } from './limits.ts'
import type { Order } from './order.ts'
import { findOrder, listOrders } from './order-store.ts'
import { mayPay, orderToPay, startPaying, wayOf, wishOf } from './pay-order.ts'
import { quoteOrder } from './place-order.ts'
import { checkout } from './refusals.ts'
import { ById, Minor, orNull, Page, PaymentShape, paymentAnswer, strict, whose } from './shapes.ts'

const area = 'payments'
const ProductId = Type.Integer({ minimum: 1, maximum: 32_767 })
const Currency = Type.String({ pattern: '^[A-Z]{3}$', default: 'CNY' })
/** As the seeds call it, `mock` is the sandbox. */
const ChannelName = Type.String({ pattern: '^[a-z]{1,16}$', examples: ['sandbox'] })
const OFFERING = {
  ...catalog.texts,
  product_not_deliverable: checkout.texts.product_not_deliverable,
}
const STARTING = {
  channel_unknown: paymentRefusals.texts.channel_unknown,
  channel_off: paymentRefusals.texts.channel_off,
  method_unknown: paymentRefusals.texts.method_unknown,
  amount_outside_limits: paymentRefusals.texts.amount_outside_limits,
  tried_before: paymentRefusals.texts.tried_before,
  instrument_missing: paymentRefusals.texts.instrument_missing,
  payment_refused: paymentRefusals.texts.payment_refused,
  payment_unclear: paymentRefusals.texts.payment_unclear,
}
const KEYS = {
  idempotency_key_required: creditRefusals.texts.idempotency_key_required,
  idempotency_key_reserved: creditRefusals.texts.idempotency_key_reserved,
  idempotency_key_reused: creditRefusals.texts.idempotency_key_reused,
}
const { order_unknown, order_closed } = checkout.texts
const { payment_unknown } = paymentRefusals.texts

export const paymentRoutes = (deps: Counter): Route[] => [
  quoteRoute(deps),
  createRoute(deps),
  ...readRoutes(deps),
  cancelRoute(deps),
]

const quoteRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/orders/quote',
    scope: 'payments:pay',
    name: 'quote_order',
    summary: 'What a product costs now, and what it gives',
    area,
    body: Type.Object(
      {
        ...whose,
        product_id: ProductId,
        currency: Type.Optional(Currency),
        pay_channel: Type.Optional(ChannelName),
      },
      { ...strict, examples: [{ external_id: 'ada', product_id: 2 }] },
    ),
    answer: Type.Object(
      {
        product_id: Type.Integer(),
        version: Type.Integer(),
        amount: Minor,
        currency: Type.String(),
        credits: Type.Integer(),
        bonuses: Type.Array(Type.Object({ kind: Type.String(), credits: Type.Integer() }, strict)),
        total_credits: Type.Integer(),
        expires_at: Type.String(),
      },
      strict,
    ),
    refuses: { ...NAMING, ...OFFERING },
    handle: async ({ principal, body }) => {
      const account = await deps.whichAccount(principal, body)
      if (!account.ok) return account
      const quoted = await quoteOrder(deps, deps.db, wishOf(deps, account.value.owner, body))
      if (!quoted.ok) return quoted
      const { product, offer } = quoted.value
      const bonus = offer.bonuses.reduce((sum, one) => sum + one.credits, 0n)
      return done({
        ...{ product_id: product.id, version: product.version },
        ...{ amount: Number(offer.price.amount), currency: offer.price.currency },
        credits: Number(offer.credits),
        bonuses: offer.bonuses.map(({ kind, credits }) => ({ kind, credits: Number(credits) })),
        total_credits: Number(offer.credits + bonus),
        expires_at: new Date(deps.clock.now() + 5 * 60_000).toISOString(),
      })
    },
  })

export async function answerOf({ db }: Counter, order: Order, attempt: Attempt) {
  const suspended = await suspendedAmong(db, [attempt.id])
  return paymentAnswer(order, attempt, suspended.has(attempt.id))
}

const createRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/payments/create',
    scope: 'payments:pay',
    name: 'create_payment',
    summary: 'Order a product and ask for a way to pay; or another way to pay an order',
    area,
    headers: Type.Partial(KEYED),
    body: Type.Object(
      {
        ...whose,
        product_id: Type.Optional(ProductId),
        order_id: Type.Optional(Type.String({ pattern: '^ord_[0-9a-z]{26}$' })),
        pay_channel: ChannelName,
        method: Type.Optional(Type.String({ pattern: '^[a-z_0-9]{1,32}$' })),
        account: Type.Optional(Type.String({ pattern: '^[a-z0-9_-]{1,32}$' })),
        currency: Type.Optional(Currency),
        return_url: Type.Optional(Type.String({ maxLength: 500, pattern: '^https?://' })),
        openid: Type.Optional(
          Type.String({
            maxLength: 128,
            description: 'For WeChat in its own browser; from a key only',
          }),
        ),
      },
      { ...strict, examples: [{ external_id: 'ada', product_id: 2, pay_channel: 'sandbox' }] },
    ),
    status: 201,
    answer: PaymentShape,
    refuses: { ...NAMING, ...OFFERING, ...STARTING, ...KEYS, order_unknown, order_closed },
    handle: async (call) => {
      const { body, principal } = call
      const account = await deps.whichAccount(principal, body)
      if (!account.ok) return account
      const { owner } = account.value
      if (!mayPay(principal, owner)) return creditRefusals.no('owner_unknown')
      const wanted = await orderToPay(deps, call, owner)
      if (!wanted.ok) return wanted
      const { order, earlier } = wanted.value
      const started = earlier
        ? done({ order, attempt: earlier, isNew: false })
        : await startPaying(deps, wayOf(deps, call), order)
      if (!started.ok) return started
      const { attempt, isNew } = started.value
      if (!isNew) call.reply.header('idempotent-replayed', 'true')
      return done(await answerOf(deps, started.value.order, attempt))
    },
  })

interface Found {
  readonly attempt: Attempt
  readonly order: Order
}

export async function findPayment(
  deps: Counter,
  { params, principal }: Pick<Call<unknown, unknown, { id: string }>, 'params' | 'principal'>,
): Promise<Outcome<Found, 'payment_unknown'>> {
  const attempt = await findAttempt(deps.db, params.id)
  const order = attempt && (await findOrder(deps.db, attempt.subject))
  if (!attempt || !order || !mayName(principal, order.owner))
    return paymentRefusals.no('payment_unknown')
  return done({ attempt, order })
}

const readRoutes = (deps: Counter): Route[] => [
  defineRoute({
    method: 'GET',
    url: '/api/v1/payments/history',
    scope: 'payments:read',
    name: 'list_payments',
    summary: 'Payments of an owner, newest first',
    area,
    query: Type.Object(
      {
        ...whose,
        ...Page,
        order_id: Type.Optional(Type.String({ maxLength: 64, description: 'Of this order alone' })),
      },
      strict,
    ),
    answer: Type.Object(
      { items: Type.Array(PaymentShape), next_cursor: orNull(Type.String()) },
      strict,
    ),
    refuses: NAMING,
    handle: async ({ principal, query }) => {
      const { limit = PAGE_ROWS_USUAL, cursor, order_id, ...name } = query
      const account = await deps.whichAccount(principal, name)
      if (!account.ok) return account
      const { owner } = account.value
      const want = { owner, subject: order_id, before: cursor, rowsMax: limit + 1 }
      const rows = await listAttemptsOf(deps.db, want)
      const shown = rows.slice(0, limit)
      const orders = new Map(
        (
          await listOrders(
            deps.db,
            shown.map(({ subject }) => subject),
          )
        ).map((one) => [one.id, one]),
      )
      const suspended = await suspendedAmong(
        deps.db,
        shown.map(({ id }) => id),
      )
      return done({
        items: shown.flatMap((attempt) => {
          const order = orders.get(attempt.subject)
          return order ? [paymentAnswer(order, attempt, suspended.has(attempt.id))] : []
        }),
        next_cursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      })
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/api/v1/payments/:id',
    scope: 'payments:read',
    name: 'get_payment',
    summary: 'How a payment stands',
    area,
    params: ById,
    answer: PaymentShape,
    refuses: { payment_unknown },
    handle: async (call) => {
      const found = await findPayment(deps, call)
      return found.ok ? done(await answerOf(deps, found.value.order, found.value.attempt)) : found
    },
  }),
]

const cancelRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/payments/:id/cancel',
    scope: 'payments:pay',
    name: 'cancel_payment',
    summary: 'Give an order up that nobody has paid; it is closed at the provider, too',
    area,
    params: ById,
    answer: PaymentShape,
    refuses: { payment_unknown, order_closed },
    handle: async (call) => {
      const found = await findPayment(deps, call)
      if (!found.ok) return found
      const { order } = found.value
      if (!mayPay(call.principal, order.owner)) return paymentRefusals.no('payment_unknown')
      if (!['created', 'pending', 'closing', 'closed'].includes(order.state))
        return checkout.no('order_closed', { state: order.state })
      await closeOrder(deps, order.id)
      const after = await findPayment(deps, call)
      return after.ok ? done(await answerOf(deps, after.value.order, after.value.attempt)) : after
    },
  })
