import Type from 'typebox'
import { actorOf } from '#audit'
import { defineRoute, type Route } from '#kernel/routes'
import { entryIdText, type Posted } from '#ledger'
import { ProposalShape } from '#proposals'
import type { Desk } from './deps.ts'
import { grant, voidGrant } from './grant.ts'
import { intentOf } from './intent.ts'
import { isOrderOfHouse } from './orders.ts'
import { credits } from './refusals.ts'
import { answered, answeredByHand, GUARDED, KEYED, MOVING, NAMING } from './replay.ts'
import {
  Amount,
  area,
  BalanceShape,
  ById,
  balanceAnswer,
  Count,
  Draws,
  drawsAnswer,
  Moment,
  named,
  orNull,
  strict,
  Text,
  Time,
  timeOf,
  utcOf,
} from './shapes.ts'
import { SOURCES } from './sources.ts'
import { transfer } from './transfer.ts'

const GRANTS = '/api/v1/credits/grants'
const TRANSFER = '/api/v1/credits/transfer'
const { expiry_invalid, reason_needed, lot_unknown, clawback_spent } = credits.texts
const { multiplier_invalid, grant_voided, lot_arrived, lot_paid, order_id_reserved } = credits.texts
const { insufficient_credits, transfer_to_self } = credits.texts
const { transfer_to_yourself, hand_limit_reached } = credits.texts

export const grantRoutes = (desk: Desk): Route[] => [
  grantRoute(desk),
  voidRoute(desk),
  transferRoute(desk),
]

const grantRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: GRANTS,
    scope: 'credits:grant',
    name: 'grant_credits',
    summary: 'Give credits, which makes a lot; needs an Idempotency-Key',
    area,
    headers: KEYED,
    body: Type.Object(
      {
        ...named,
        amount: Amount,
        source: Type.Enum([...SOURCES]),
        priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
        effective_at: Type.Optional(Moment),
        expires_at: Type.Optional(Moment),
        reason: Type.Optional(Text),
        order_id: Type.Optional(
          Type.String({ ...{ minLength: 1, maxLength: 64 }, description: 'What was bought' }),
        ),
        multiplier: Type.Optional(
          Type.String({
            ...{ maxLength: 8, examples: ['1.2'] },
            description: 'Of bought credits; what it adds is a bonus lot, rounded down',
          }),
        ),
      },
      { ...strict, examples: [{ external_id: 'ada', amount: 100, source: 'purchase' }] },
    ),
    status: 201,
    answer: Type.Object(
      {
        lot_id: Type.String(),
        amount: Count,
        remaining: Count,
        source: Type.String(),
        priority: Type.Integer(),
        effective_at: Time,
        expires_at: orNull(Time),
        debt_repaid: Count,
        bonus: Type.Optional(Type.Object({ lot_id: Type.String(), amount: Count }, strict)),
        balance: BalanceShape,
      },
      strict,
    ),
    waits: ProposalShape,
    refuses: {
      ...{ ...MOVING, ...NAMING, expiry_invalid, reason_needed, multiplier_invalid },
      order_id_reserved,
    },
    handle: async (call) => {
      const intent = intentOf(call, `POST ${GRANTS}`)
      if (!intent.ok) return intent
      const { body } = call
      if (body.order_id !== undefined && isOrderOfHouse(body.order_id))
        return credits.no('order_id_reserved')
      const account = await desk.whichAccount(call.principal, body)
      if (!account.ok) return account
      const want = {
        amount: body.amount,
        source: body.source,
        priority: body.priority,
        effectiveAt: body.effective_at && utcOf(body.effective_at),
        expiresAt: body.expires_at && utcOf(body.expires_at),
        reason: body.reason,
        orderId: body.order_id,
        multiplier: body.multiplier,
      }
      const outcome = await grant(desk, account.value, want, intent.value, actorOf(call))
      return answeredByHand(call.reply, outcome, ({ detail, balance, bonus }) => {
        const expires = detail['expires_at']
        return {
          lot_id: String(detail['lot_id']),
          amount: body.amount,
          remaining: Number(detail['remaining']),
          source: String(detail['source']),
          priority: Number(detail['priority']),
          effective_at: timeOf(Number(detail['effective_at'])),
          expires_at: typeof expires === 'number' ? timeOf(expires) : null,
          debt_repaid: Number(detail['debt_repaid']),
          ...(bonus && {
            bonus: { lot_id: String(bonus.detail['lot_id']), amount: grantedBy(bonus) },
          }),
          balance: balanceAnswer(balance),
        }
      })
    },
  })

/** A lot that begins later has moved nothing yet: its line only says how much will come. */
const grantedBy = ({ amount, detail }: Posted): number => Number(detail['granted'] ?? amount)

const voidRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: `${GRANTS}/:id/void`,
    scope: 'credits:grant',
    name: 'void_grant',
    summary: 'Take a grant back, with all of its order, as long as nothing of it is spent',
    area,
    headers: KEYED,
    params: ById,
    body: Type.Object({ reason: Text }, strict),
    answer: Type.Object({ lot_id: Type.String(), voided: Count, balance: BalanceShape }, strict),
    refuses: { ...MOVING, lot_unknown, clawback_spent, grant_voided, lot_arrived, lot_paid },
    handle: async (call) => {
      const { id } = call.params
      const intent = intentOf(call, `POST ${GRANTS}/${id}/void`)
      if (!intent.ok) return intent
      const actor = actorOf(call)
      const outcome = await voidGrant(desk, id, call.body.reason, intent.value, actor)
      return answered(call.reply, outcome, ({ detail, balance }) => ({
        lot_id: id,
        voided: Number(detail['taken']) + Number(detail['cancelled']),
        balance: balanceAnswer(balance),
      }))
    },
  })

const transferRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: TRANSFER,
    scope: 'credits:transfer',
    name: 'transfer_credits',
    summary: 'Move credits from one owner to another; needs an Idempotency-Key',
    area,
    headers: KEYED,
    body: Type.Object(
      {
        ...named,
        to_owner: named.owner,
        to_external_id: named.external_id,
        amount: Amount,
        description: Type.Optional(Text),
      },
      { ...strict, examples: [{ external_id: 'ada', to_external_id: 'bea', amount: 25 }] },
    ),
    answer: Type.Object(
      {
        transfer_id: Type.String(),
        amount: Count,
        to_owner: Type.String(),
        lot_id: Type.String(),
        draws: Draws,
        balance: BalanceShape,
        created_at: Time,
      },
      strict,
    ),
    refuses: {
      ...{ ...MOVING, ...NAMING, ...GUARDED },
      ...{ insufficient_credits, transfer_to_self, expiry_invalid },
      ...{ transfer_to_yourself, hand_limit_reached },
    },
    handle: async (call) => {
      const intent = intentOf(call, `POST ${TRANSFER}`)
      if (!intent.ok) return intent
      const { to_owner, to_external_id, amount, description, ...from } = call.body
      const account = await desk.whichAccount(call.principal, from)
      if (!account.ok) return account
      if (to_owner === undefined && to_external_id === undefined) return credits.no('owner_needed')
      const to = await desk.whichAccount(call.principal, {
        owner: to_owner,
        external_id: to_external_id,
      })
      if (!to.ok) return to
      const want = { amount, description }
      const outcome = await transfer(desk, account.value, to.value.owner, want, intent.value, {
        actor: actorOf(call),
        cap: call.principal.spendCap,
      })
      return answered(call.reply, outcome, (posted) => ({
        transfer_id: entryIdText('trf', posted.id),
        amount: Number(-posted.amount),
        to_owner: String(posted.detail['to_owner']),
        lot_id: String(posted.detail['lot_id']),
        draws: drawsAnswer(posted.draws),
        balance: balanceAnswer(posted.balance),
        created_at: timeOf(posted.at),
      }))
    },
  })
