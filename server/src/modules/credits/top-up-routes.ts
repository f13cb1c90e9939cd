import Type from 'typebox'
import { actorOf } from '#audit'
import { done } from '#kernel/outcome'
import { defineRoute, type Principal, type Route } from '#kernel/routes'
import { concludeTopUp } from './conclude-top-up.ts'
import type { Desk } from './deps.ts'
import { CAP_MAX, TOP_UP_TIMES_MAX } from './limits.ts'
import { credits } from './refusals.ts'
import { NAMING } from './replay.ts'
import { setAutoTopUp } from './set-auto-top-up.ts'
import { area, ById, Count, named, orNull, strict, Time, timeOf } from './shapes.ts'
import { findTopUpView, startTopUp } from './start-top-up.ts'
import { pausedUntil } from './top-up.ts'

const URL = '/api/v1/credits/auto_top_up'
const whose = { owner: named.owner, external_id: named.external_id }
const RuleFields = {
  enabled: Type.Boolean(),
  threshold: Type.Integer({
    ...{ minimum: 1, maximum: CAP_MAX },
    description: 'Below this many available credits it is time',
  }),
  product: Type.String({
    minLength: 1,
    maxLength: 64,
    description:
      'The product_id that a saved card buys then; of another name, your app hears that it is due',
  }),
  month_times_max: Type.Integer({
    ...{ minimum: 1, maximum: TOP_UP_TIMES_MAX },
    description: 'No more often than this in a month of UTC; a decline does not count',
  }),
}
const RuleShape = Type.Object(
  {
    owner: Type.String(),
    ...RuleFields,
    month_times: Count,
    in_flight: orNull(Type.Object({ top_up_id: Type.String(), started_at: Time }, strict)),
    paused_until: orNull(Time),
  },
  strict,
)
const { top_up_rule_unknown, top_up_unknown, top_up_concluded } = credits.texts

export const topUpRoutes = (desk: Desk): Route[] => [
  readRoute(desk),
  setRoute(desk),
  removeRoute(desk),
  resultRoute(desk),
]

type Whose = Partial<Record<'owner' | 'external_id', string>>

/** A rule lets somebody's card be charged: staff may not make one for another person. */
async function ownAccount(desk: Desk, principal: Principal, { owner, external_id }: Whose) {
  const account = await desk.whichAccount(principal, { owner, external_id })
  if (account.ok && principal.kind === 'person' && account.value.owner !== principal.id)
    return credits.no('owner_unknown')
  return account
}

async function ruleAnswer(desk: Desk, owner: string) {
  const view = await findTopUpView(desk, owner)
  if (!view) return undefined
  const { rule, past, now } = view
  const paused = pausedUntil(past, now)
  return {
    owner,
    enabled: rule.isEnabled,
    threshold: Number(rule.threshold),
    product: rule.product,
    month_times_max: rule.monthTimesMax,
    month_times: past.timesThisMonth,
    in_flight: past.inFlight
      ? { top_up_id: past.inFlight.id, started_at: timeOf(past.inFlight.startedAt) }
      : null,
    paused_until: paused === undefined ? null : timeOf(paused),
  }
}

const readRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: URL,
    scope: 'credits:top_up',
    name: 'get_auto_top_up',
    summary: 'When and how an owner is topped up by itself',
    area,
    query: Type.Object(whose, strict),
    answer: RuleShape,
    refuses: { ...NAMING, top_up_rule_unknown },
    handle: async ({ principal, query }) => {
      const account = await ownAccount(desk, principal, query)
      if (!account.ok) return account
      const answer = await ruleAnswer(desk, account.value.owner)
      return answer ? done(answer) : credits.no('top_up_rule_unknown')
    },
  })

const setRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'PUT',
    url: URL,
    scope: 'credits:top_up',
    name: 'set_auto_top_up',
    summary: 'Top up by itself when credits run low',
    area,
    body: Type.Object(
      { ...whose, ...RuleFields },
      {
        ...strict,
        examples: [
          {
            external_id: 'ada',
            enabled: true,
            threshold: 50,
            product: '2',
            month_times_max: 3,
          },
        ],
      },
    ),
    answer: RuleShape,
    refuses: { ...NAMING, top_up_rule_unknown },
    handle: async (call) => {
      const { enabled, threshold, product, month_times_max, ...name } = call.body
      const account = await ownAccount(desk, call.principal, name)
      if (!account.ok) return account
      const { owner } = account.value
      const rule = { isEnabled: enabled, threshold: BigInt(threshold), product }
      const actor = actorOf(call)
      await setAutoTopUp(desk, owner, { ...rule, monthTimesMax: month_times_max }, actor)
      await startTopUp(desk, owner)
      const answer = await ruleAnswer(desk, owner)
      // Removed again in the same moment.
      return answer ? done(answer) : credits.no('top_up_rule_unknown')
    },
  })

const removeRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'DELETE',
    url: URL,
    scope: 'credits:top_up',
    name: 'remove_auto_top_up',
    summary: 'Top up by itself no more',
    area,
    query: Type.Object(whose, strict),
    refuses: NAMING,
    handle: async (call) => {
      const account = await ownAccount(desk, call.principal, call.query)
      if (!account.ok) return account
      await setAutoTopUp(desk, account.value.owner, undefined, actorOf(call))
      return done(undefined)
    },
  })

const resultRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/credits/top_ups/:id/result',
    scope: 'credits:grant',
    name: 'conclude_top_up',
    summary: 'How an attempt to top up ended; grant the credits first',
    area,
    params: ById,
    body: Type.Object({ result: Type.Enum(['paid', 'declined']) }, strict),
    answer: Type.Object(
      {
        top_up_id: Type.String(),
        owner: Type.String(),
        product: Type.String(),
        state: Type.Enum(['in_flight', 'paid', 'declined', 'lapsed']),
        started_at: Time,
        concluded_at: orNull(Time),
      },
      strict,
    ),
    refuses: { top_up_unknown, top_up_concluded },
    handle: async (call) => {
      const { params, body } = call
      const outcome = await concludeTopUp(desk, params.id, body.result, actorOf(call))
      if (!outcome.ok) return outcome
      const { id, owner, product, state, startedAt, concludedAt } = outcome.value
      return done({
        ...{ top_up_id: id, owner, product, state },
        started_at: timeOf(startedAt),
        concluded_at: concludedAt === undefined ? null : timeOf(concludedAt),
      })
    },
  })
