import Type from 'typebox'
import { type Actor, actorOf } from '#audit'
import { done, type Outcome, type Refusal } from '#kernel/outcome'
import { problemOf } from '#kernel/problem'
import { defineRoute, type Principal, type Route } from '#kernel/routes'
import { entryIdText, type Posted } from '#ledger'
import type { AccountNo } from './account.ts'
import { type ChargeNo, charge, refund } from './charge.ts'
import { ChargeShape, chargeAnswer } from './charge-answers.ts'
import type { Desk } from './deps.ts'
import { type Intent, intentOf } from './intent.ts'
import { keptFacts } from './kept-facts.ts'
import { BATCH_CHARGES_MAX } from './limits.ts'
import { credits } from './refusals.ts'
import { answered, GUARDED, KEYED, MOVING, NAMING, PRICING } from './replay.ts'
import {
  Action,
  Amount,
  area,
  BalanceShape,
  balanceAnswer,
  Count,
  Key,
  named,
  Params,
  strict,
  Text,
} from './shapes.ts'

const CHARGE = '/api/v1/credits/charge'
const REFUND = '/api/v1/credits/refund'

const wanted = {
  ...named,
  amount: Type.Optional(Amount),
  action: Type.Optional(Action),
  params: Type.Optional(Params),
  description: Type.Optional(Text),
  metadata: Type.Optional(Params),
}
const ChargeBody = Type.Object(wanted, {
  ...strict,
  examples: [
    { external_id: 'ada', amount: 30 },
    { external_id: 'ada', action: 'video.generate', params: { duration_s: 8 } },
  ],
})
// The same as a refused single charge would say: `code`, `detail` and the facts of the code.
const Problem = Type.Record(Type.String(), Type.Unknown())
type ChargeBody = Type.Static<typeof ChargeBody>

const { insufficient_credits, charge_unknown, refund_exceeds_charge } = credits.texts
const { refund_to_yourself, hand_limit_reached } = credits.texts

export const chargeRoutes = (desk: Desk): Route[] => [
  chargeRoute(desk),
  batchRoute(desk),
  refundRoute(desk),
]

interface Asking {
  readonly principal: Principal
  readonly actor: Actor
}

/** One charge, asked for alone or in a batch: the same key finds the same charge either way. */
async function chargeAsked(
  desk: Desk,
  { principal, actor }: Asking,
  body: ChargeBody,
  intent: Intent,
): Promise<Outcome<Posted, ChargeNo | AccountNo | 'facts_too_large'>> {
  const account = await desk.whichAccount(principal, body)
  if (!account.ok) return account
  const facts = keptFacts(body)
  if (!facts.ok) return facts
  const { amount, action, description } = body
  return charge(desk, account.value, { amount, action, description, ...facts.value }, intent, {
    actor,
    cap: principal.spendCap,
  })
}

const chargeRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: CHARGE,
    scope: 'credits:charge',
    name: 'charge_credits',
    summary: 'Spend credits; needs an Idempotency-Key',
    area,
    headers: KEYED,
    body: ChargeBody,
    answer: ChargeShape,
    refuses: { ...MOVING, ...NAMING, ...PRICING, ...GUARDED, insufficient_credits },
    handle: async (call) => {
      const intent = intentOf(call, `POST ${CHARGE}`)
      if (!intent.ok) return intent
      const outcome = await chargeAsked(
        desk,
        { principal: call.principal, actor: actorOf(call) },
        call.body,
        intent.value,
      )
      return answered(call.reply, outcome, chargeAnswer)
    },
  })

const batchRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/credits/charges/batch',
    scope: 'credits:charge',
    name: 'charge_credits_batch',
    summary:
      'Up to a hundred charges, each with a key of its own; one that is refused is refused alone',
    area,
    body: Type.Object(
      {
        charges: Type.Array(Type.Object({ ...wanted, idempotency_key: Key }, strict), {
          minItems: 1,
          maxItems: BATCH_CHARGES_MAX,
        }),
      },
      {
        ...strict,
        examples: [
          { charges: [{ external_id: 'ada', amount: 5, idempotency_key: 'job-4711-charge' }] },
        ],
      },
    ),
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object(
            {
              idempotency_key: Type.String(),
              ok: Type.Boolean(),
              replayed: Type.Boolean(),
              charge: Type.Optional(ChargeShape),
              problem: Type.Optional(Problem),
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    handle: async (call) => {
      const { principal, language, requestId } = call
      const actor = actorOf(call)
      const problem = (refusal: Refusal) => problemOf(refusal, language, requestId)
      const items = await Promise.all(
        call.body.charges.map(async ({ idempotency_key, ...body }) => {
          const headers = { 'idempotency-key': idempotency_key }
          const intent = intentOf({ headers, principal, body }, `POST ${CHARGE}`)
          const outcome = intent.ok
            ? await chargeAsked(desk, { principal, actor }, body, intent.value)
            : intent
          return outcome.ok
            ? {
                idempotency_key,
                ok: true,
                replayed: outcome.value.replayed,
                charge: chargeAnswer(outcome.value),
              }
            : { idempotency_key, ok: false, replayed: false, problem: problem(outcome.refusal) }
        }),
      )
      return done({ items })
    },
  })

const refundRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: REFUND,
    scope: 'credits:charge',
    name: 'refund_credits',
    summary: 'Give a charge back, in part or all that is left; needs an Idempotency-Key',
    area,
    headers: KEYED,
    body: Type.Object(
      {
        charge_id: Type.String({ minLength: 1, maxLength: 64 }),
        amount: Type.Optional(Amount),
        reason: Type.Optional(Text),
      },
      { ...strict, examples: [{ charge_id: 'chg_65881fpnjdwhntdfsbxhg2jkz0', amount: 5 }] },
    ),
    answer: Type.Object(
      {
        refund_id: Type.String(),
        charge_id: Type.String(),
        amount: Count,
        restored: Type.Array(Type.Object({ lot_id: Type.String(), amount: Count }, strict)),
        balance: BalanceShape,
      },
      strict,
    ),
    refuses: {
      ...MOVING,
      ...{ charge_unknown, refund_exceeds_charge, refund_to_yourself, hand_limit_reached },
    },
    handle: async (call) => {
      const intent = intentOf(call, `POST ${REFUND}`)
      if (!intent.ok) return intent
      const { charge_id, amount, reason } = call.body
      const want = { chargeId: charge_id, amount, reason }
      return answered(
        call.reply,
        await refund(desk, want, intent.value, actorOf(call)),
        (posted) => ({
          refund_id: entryIdText('ref', posted.id),
          charge_id,
          amount: Number(posted.amount),
          restored: posted.draws.map((draw) => ({
            lot_id: draw.lotId,
            amount: Number(draw.amount),
          })),
          balance: balanceAnswer(posted.balance),
        }),
      )
    },
  })
