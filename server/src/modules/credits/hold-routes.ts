import Type from 'typebox'
import { actorOf } from '#audit'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { entryIdText, findHold, type Posted } from '#ledger'
import { mayName } from './account.ts'
import type { Spender } from './charge.ts'
import type { Desk } from './deps.ts'
import { captureHold, extendHold, placeHold, releaseHold } from './hold.ts'
import { intentOf } from './intent.ts'
import { keptFacts } from './kept-facts.ts'
import { HOLD_LIFE_S_MAX, HOLD_LIFE_S_USUAL } from './limits.ts'
import { credits } from './refusals.ts'
import { answered, GUARDED, KEYED, MOVING, NAMING, PRICING } from './replay.ts'
import {
  Action,
  Amount,
  area,
  BalanceShape,
  ById,
  balanceAnswer,
  Count,
  Draws,
  drawsAnswer,
  named,
  Params,
  strict,
  Text,
  Time,
  timeOf,
} from './shapes.ts'

const HOLDS = '/api/v1/credits/holds'
const State = Type.Enum(['open', 'captured', 'released', 'expired'])
const hold_id = Type.String()
const LifeS = Type.Integer({
  minimum: 1,
  maximum: HOLD_LIFE_S_MAX,
  default: HOLD_LIFE_S_USUAL,
  description: 'Seconds from now',
})

const { hold_unknown, hold_closed, hold_expired, insufficient_credits, expiry_invalid } =
  credits.texts
const CLOSED = { hold_unknown, hold_closed, hold_expired } as const

export const holdRoutes = (desk: Desk): Route[] => [
  placeRoute(desk),
  readRoute(desk),
  captureRoute(desk),
  releaseRoute(desk),
  extendRoute(desk),
]

const placeRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: HOLDS,
    scope: 'credits:charge',
    name: 'place_hold',
    summary: 'Set credits aside for a job; needs an Idempotency-Key',
    area,
    headers: KEYED,
    body: Type.Object(
      {
        ...named,
        amount: Type.Optional(Amount),
        action: Type.Optional(Action),
        params: Type.Optional(Params),
        expires_in: Type.Optional(LifeS),
        description: Type.Optional(Text),
        metadata: Type.Optional(Params),
      },
      { ...strict, examples: [{ external_id: 'ada', amount: 60, expires_in: 3600 }] },
    ),
    status: 201,
    answer: Type.Object(
      {
        hold_id,
        state: State,
        amount: Count,
        captured: Count,
        expires_at: Time,
        draws: Draws,
        price_version: Type.Optional(Type.Integer()),
        balance: BalanceShape,
      },
      strict,
    ),
    refuses: {
      ...MOVING,
      ...NAMING,
      ...PRICING,
      ...GUARDED,
      insufficient_credits,
      expiry_invalid,
    },
    handle: async (call) => {
      const intent = intentOf(call, `POST ${HOLDS}`)
      if (!intent.ok) return intent
      const account = await desk.whichAccount(call.principal, call.body)
      if (!account.ok) return account
      const facts = keptFacts(call.body)
      if (!facts.ok) return facts
      const { amount, action, expires_in, description } = call.body
      const want = { amount, action, description, expiresInS: expires_in, ...facts.value }
      const outcome = await placeHold(desk, account.value, want, intent.value, spenderOf(call))
      return answered(call.reply, outcome, (posted) => ({
        ...stateOf(posted),
        amount: numberOf(posted, 'amount'),
        captured: numberOf(posted, 'captured'),
        expires_at: timeOf(numberOf(posted, 'expires_at')),
        draws: drawsAnswer(posted.draws),
        ...(posted.priceVersion !== null && { price_version: posted.priceVersion }),
        balance: balanceAnswer(posted.balance),
      }))
    },
  })

const readRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: `${HOLDS}/:id`,
    scope: 'credits:read',
    name: 'get_hold',
    summary: 'How a hold stands now',
    area,
    params: ById,
    answer: Type.Object(
      {
        hold_id,
        owner: Type.String(),
        asset: Type.String(),
        state: State,
        amount: Count,
        captured: Count,
        expires_at: Time,
        draws: Draws,
        created_at: Time,
      },
      strict,
    ),
    refuses: { hold_unknown },
    handle: async ({ params, principal }) => {
      const hold = await findHold(desk.db, params.id, desk.clock.now())
      if (!hold || !mayName(principal, hold.owner)) return credits.no('hold_unknown')
      return done({
        hold_id: hold.id,
        owner: hold.owner,
        asset: hold.asset,
        state: hold.state,
        amount: Number(hold.amount),
        captured: Number(hold.captured),
        expires_at: hold.expires_at.toISOString(),
        draws: hold.draws.map(([lot_id, amount, source]) => ({ lot_id, amount, source })),
        created_at: hold.created_at.toISOString(),
      })
    },
  })

const captureRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: `${HOLDS}/:id/capture`,
    scope: 'credits:charge',
    name: 'capture_hold',
    summary: 'Spend what was set aside; the last capture gives the rest back',
    area,
    headers: KEYED,
    params: ById,
    body: Type.Object(
      { amount: Amount, final: Type.Optional(Type.Boolean({ default: true })) },
      { ...strict, examples: [{ amount: 57 }] },
    ),
    answer: Type.Object(
      {
        hold_id,
        state: State,
        captured: Count,
        charge_id: Type.String(),
        returned: Count,
        balance: BalanceShape,
      },
      strict,
    ),
    refuses: { ...MOVING, ...GUARDED, ...CLOSED, insufficient_credits },
    handle: async (call) => {
      const { id } = call.params
      const intent = intentOf(call, `POST ${HOLDS}/${id}/capture`)
      if (!intent.ok) return intent
      const want = { amount: call.body.amount, final: call.body.final ?? true }
      const outcome = await captureHold(desk, id, want, intent.value, spenderOf(call))
      return answered(call.reply, outcome, (posted) => ({
        ...stateOf(posted),
        captured: numberOf(posted, 'captured'),
        charge_id: entryIdText('chg', posted.id),
        returned: numberOf(posted, 'returned'),
        balance: balanceAnswer(posted.balance),
      }))
    },
  })

const releaseRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: `${HOLDS}/:id/release`,
    scope: 'credits:charge',
    name: 'release_hold',
    summary: 'Give back all that is still set aside',
    area,
    headers: KEYED,
    params: ById,
    answer: Type.Object({ hold_id, state: State, returned: Count, balance: BalanceShape }, strict),
    refuses: { ...MOVING, ...CLOSED },
    handle: async (call) => {
      const { id } = call.params
      const intent = intentOf({ ...call, body: null }, `POST ${HOLDS}/${id}/release`)
      if (!intent.ok) return intent
      const outcome = await releaseHold(desk, id, intent.value, actorOf(call))
      return answered(call.reply, outcome, (posted) => ({
        ...stateOf(posted),
        returned: numberOf(posted, 'returned'),
        balance: balanceAnswer(posted.balance),
      }))
    },
  })

const extendRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: `${HOLDS}/:id/extend`,
    scope: 'credits:charge',
    name: 'extend_hold',
    summary: 'Keep a hold alive, so many seconds from now',
    area,
    headers: KEYED,
    params: ById,
    body: Type.Object({ expires_in: LifeS }, strict),
    answer: Type.Object(
      {
        hold_id,
        state: State,
        amount: Count,
        captured: Count,
        expires_at: Time,
        balance: BalanceShape,
      },
      strict,
    ),
    refuses: { ...MOVING, ...CLOSED, expiry_invalid },
    handle: async (call) => {
      const { id } = call.params
      const intent = intentOf(call, `POST ${HOLDS}/${id}/extend`)
      if (!intent.ok) return intent
      const outcome = await extendHold(desk, id, call.body.expires_in, intent.value, actorOf(call))
      return answered(call.reply, outcome, (posted) => ({
        ...stateOf(posted),
        amount: numberOf(posted, 'amount'),
        captured: numberOf(posted, 'captured'),
        expires_at: timeOf(numberOf(posted, 'expires_at')),
        balance: balanceAnswer(posted.balance),
      }))
    },
  })

type AnyCall = Parameters<typeof actorOf>[0]
const spenderOf = (call: AnyCall): Spender => ({
  actor: actorOf(call),
  cap: call.principal.spendCap,
})
const stateOf = ({ detail }: Posted) => ({
  hold_id: String(detail['hold_id']),
  state: detail['state'] as Type.Static<typeof State>,
})
const numberOf = ({ detail }: Posted, name: string): number => Number(detail[name])
