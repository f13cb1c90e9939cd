import Type from 'typebox'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { paymentRefusals, STEPS, timelineOf } from '#payments'
import type { Counter } from './deps.ts'
import { CHECKS_PER_MINUTE_MAX } from './limits.ts'
import { isLive } from './pay-order.ts'
import { answerOf, findPayment } from './payment-routes.ts'
import { ById, Minor, orNull, PaymentShape, strict, Time, timeOf } from './shapes.ts'

const area = 'payments'
const { payment_unknown } = paymentRefusals.texts

/** For a page on which somebody pays: by which ways, whether it has arrived, and what happened. */
export const followRoutes = (deps: Counter): Route[] => [
  channelsRoute(deps),
  checkRoute(deps),
  timelineRoute(deps),
]

const channelsRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/payments/channels',
    scope: 'payments:pay',
    name: 'list_open_channels',
    summary: 'By which channels a currency can be paid now; a product may allow fewer',
    area,
    query: Type.Object(
      { currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$', default: 'CNY' })) },
      strict,
    ),
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object(
            {
              channel: Type.String(),
              methods: Type.Array(Type.String()),
              livemode: Type.Boolean(),
              minor_min: Minor,
              minor_max: Minor,
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    handle: async ({ query: { currency = 'CNY' } }) => {
      const livemode = (channel: string) => isLive(channel, deps.production)
      const open = await deps.payments.openMethods({ currency, livemode })
      return done({
        items: open.map(({ channel, methods, minorMin, minorMax }) => ({
          ...{ channel, methods: [...methods], livemode: livemode(channel) },
          ...{ minor_min: Number(minorMin), minor_max: Number(minorMax) },
        })),
      })
    },
  })

const checkRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/payments/:id/check',
    scope: 'payments:read',
    name: 'check_payment',
    summary: 'Ask the provider how a payment stands, now',
    area,
    callsPerMinuteMax: CHECKS_PER_MINUTE_MAX,
    params: ById,
    answer: PaymentShape,
    refuses: { payment_unknown },
    handle: async (call) => {
      const found = await findPayment(deps, call)
      if (!found.ok) return found
      await deps.payments.askNow(found.value.attempt)
      const after = await findPayment(deps, call)
      return after.ok ? done(await answerOf(deps, after.value.order, after.value.attempt)) : after
    },
  })

const timelineRoute = (deps: Counter): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/payments/:id/timeline',
    scope: 'payments:read',
    name: 'get_payment_timeline',
    summary: 'What happened to a payment, in its order',
    area,
    params: ById,
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object(
            {
              at: Time,
              what: Type.Enum([...STEPS]),
              amount: orNull(Minor),
              currency: Type.String(),
              refund_id: orNull(Type.String()),
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    refuses: { payment_unknown },
    handle: async (call) => {
      const found = await findPayment(deps, call)
      if (!found.ok) return found
      const steps = await timelineOf(deps.db, found.value.attempt.id)
      return done({
        items: steps.map(({ at, what, amount, currency, refund_id }) => ({
          ...{ at: timeOf(at.getTime()), what, currency, refund_id },
          amount: amount === null ? null : Number(amount),
        })),
      })
    },
  })
