import { hash } from 'node:crypto'
import { type Actor, writeAudit } from '#audit'
import {
  creditRefusals,
  followMoney,
  type OrderCredits,
  personBehind,
  planWayBack,
  unspentOf,
} from '#credits'
import { inTx, type Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { done, type Facts, type Outcome } from '#kernel/outcome'
import { beginRefund, findRefund, moveRefund, type Refund } from '#payments'
import { type ProposalKind, propose } from '#proposals'
import type { Counter } from './deps.ts'
import type { Order } from './order.ts'
import { findOrder, lockOrder, saveMoney } from './order-store.ts'
import { endWaiting, findAskedByKey, findAskedRefund, insertAskedRefund } from './refund-store.ts'
import { offerByTerms, type RefundOffer } from './refund-terms.ts'
import { checkout } from './refusals.ts'

export interface RefundWish {
  readonly orderId: string
  /** Left out: what the terms of the product offer. */
  readonly amount?: bigint | undefined
  readonly reason: string
  /** What has been spent becomes debt; else it is refused. */
  readonly allowsDebt: boolean
}

interface Asked {
  readonly key: string
  readonly request: string
  readonly actor: Actor
}

export type RefundNo =
  | 'order_unknown'
  | 'refund_not_offered'
  | 'refund_exceeds_payment'
  | 'payment_unknown'
  | 'clawback_spent'
  | 'idempotency_key_reused'

export interface RefundPlan extends RefundOffer {
  readonly order: Order
  readonly taken: bigint
  readonly owed: bigint
}

/** What a refund would give and take now. Nothing is kept of it. */
export function planRefund(
  deps: Counter,
  want: RefundWish,
): Promise<Outcome<RefundPlan, 'order_unknown' | 'refund_not_offered'>> {
  return inTx(deps.db, async (tx) => {
    const order = await lockOrder(tx, want.orderId)
    if (!order) return checkout.no('order_unknown')
    const offer = await offerOf(tx, deps, order, want.amount)
    if (!offer.ok) return offer
    const before = least(order.amount, order.refunded + order.underway)
    const after = least(order.amount, before + offer.value.gross)
    const plan = await planWayBack(tx, deps, creditsOf(order), { before, after })
    return done({ order, ...offer.value, taken: plan.taken, owed: plan.owed })
  })
}

async function offerOf(
  tx: Tx,
  deps: Counter,
  order: Order,
  amount: bigint | undefined,
): Promise<Outcome<RefundOffer, 'refund_not_offered'>> {
  const returned = order.refunded + order.underway
  const left = order.amount - returned
  if (order.factId === undefined || order.paidAt === undefined)
    return checkout.no('refund_not_offered', { why: 'not_paid' })
  if (left <= 0n)
    return checkout.no('refund_not_offered', {
      why: order.refunded < order.amount ? 'underway' : 'refunded',
    })
  // Whoever names the amount answers for it: the terms bind what is offered unasked.
  if (amount !== undefined)
    return amount <= left
      ? done({ gross: amount, fee: 0n })
      : checkout.no('refund_not_offered', { why: 'more_than_left', left: Number(left) })
  const now = deps.clock.now()
  const unused = await unspentOf(tx, creditsOf(order), now)
  const standing = {
    ...{ amount: order.amount, returned, paidAt: order.paidAt, unused },
    bought: order.gives.credits,
  }
  const offer = offerByTerms(order.product.terms.refund, standing, now)
  return typeof offer === 'string' ? checkout.no('refund_not_offered', { why: offer }) : done(offer)
}

const creditsOf = (order: Order): OrderCredits => ({
  ...{ owner: order.owner, asset: order.asset, orderId: order.id, paid: order.amount },
  ...{ frozen: order.frozen, turn: order.turn },
})

interface AnsweredRefund {
  readonly refund: Refund
  /** The key had asked for it before. */
  readonly replayed: boolean
}

/**
 * Freezes what the refund will take, promises the money, and leaves the rest to payments; above the limit of who asks it
 * waits for a second person, frozen all the same.
 */
export async function requestRefund(
  deps: Counter,
  want: RefundWish,
  asked: Asked,
): Promise<Outcome<AnsweredRefund, RefundNo>> {
  // Asked before, for inside it would take a second connection.
  const person = await personBehind(deps, asked.actor)
  try {
    return await inTx(deps.db, (tx) => requestIn(tx, deps, want, { ...asked, person }))
  } catch (error) {
    if (error instanceof Undone) return error.outcome
    throw error
  } finally {
    deps.payments.janitor.wake('refunds')
  }
}

async function requestIn(
  tx: Tx,
  deps: Counter,
  want: RefundWish,
  { key, request, actor, person }: Asked & { readonly person: string | undefined },
): Promise<Outcome<AnsweredRefund, RefundNo>> {
  const digest = hash('sha256', request)
  const order = await lockOrder(tx, want.orderId)
  if (!order) return checkout.no('order_unknown')
  const earlier = await findAskedByKey(tx, order.id, key)
  if (earlier) {
    if (earlier.asked !== digest) return creditRefusals.no('idempotency_key_reused')
    const known = await findRefund(tx, earlier.refund.id)
    invariant(known !== undefined, 'CK8', `the refund ${earlier.refund.id} is gone`)
    return done({ refund: known, replayed: true })
  }
  const offer = await offerOf(tx, deps, order, want.amount)
  if (!offer.ok) return offer
  const { gross, fee } = offer.value
  const policy = want.allowsDebt ? 'debt' : 'refuse'
  const frozen = await freeze(tx, deps, order, gross, policy)
  // What was frozen for an earlier one has thawed by now: it must be as it was.
  if (!frozen.ok) throw new Undone(frozen)
  const waits = needsSecond(deps, order, gross, { isPerson: actor.kind === 'person', person })
  const begun = await beginRefund(tx, deps, {
    ...{ factId: order.factId ?? '', amount: gross - fee, reason: want.reason, waits },
    askedBy: actor.id,
  })
  if (!begun.ok) throw new Undone(begun)
  const refund = begun.value
  const row = { id: refund.id, orderId: order.id, gross, fee, policy, waits } as const
  const at = deps.clock.now()
  await insertAskedRefund(tx, { ...row, key, asked: digest, by: actor.id, at })
  if (waits) await ask(tx, deps, order, refund, { key, request, actor, person: person ?? actor.id })
  await writeAudit(tx, deps, actor, {
    action: 'checkout.refund_asked',
    target: { kind: 'order', id: order.id },
    after: {
      ...{ refund_id: refund.id, amount: Number(refund.amount), fee: Number(fee) },
      ...{ currency: refund.currency, policy, waits },
    },
    reason: want.reason,
    result: 'done',
  })
  return done({ refund, replayed: false })
}

/**
 * Whoever gives back in parts needs the second person for what they give back in all; for themselves they always do,
 * also with a key that they made. An app has no limit.
 */
function needsSecond(
  deps: Counter,
  order: Order,
  gross: bigint,
  by: { readonly isPerson: boolean; readonly person: string | undefined },
): boolean {
  const inAll = order.refunded + order.underway + gross
  return by.person === order.owner || (by.isPerson && inAll > BigInt(deps.refundLimit))
}

/** A "no" that comes after something was written: all of it is undone. */
class Undone extends Error {
  readonly outcome: Outcome<never, RefundNo>
  constructor(outcome: Outcome<never, RefundNo>) {
    super('undone')
    this.outcome = outcome
  }
}

async function freeze(
  tx: Tx,
  deps: Counter,
  order: Order,
  gross: bigint,
  policy: 'refuse' | 'debt',
): Promise<Outcome<undefined, 'clawback_spent'>> {
  const { refunded, underway } = order
  const before = { refunded, underway }
  const after = { refunded, underway: underway + gross }
  const frozen = await followMoney(tx, deps, creditsOf(order), before, { ...after, policy })
  if (!frozen.ok) return frozen
  await saveMoney(tx, order, after, frozen.value)
  return done(undefined)
}

async function ask(
  tx: Tx,
  deps: Counter,
  order: Order,
  refund: Refund,
  { key, request, actor, person }: Asked & { readonly person: string },
): Promise<void> {
  await propose(tx, deps, {
    ...{ kind: KIND, actor, key: `${order.id} ${key}`, request, reason: refund.reason },
    payload: {
      ...{ refund_id: refund.id, order_id: order.id, amount: Number(refund.amount) },
      currency: refund.currency,
    },
    ...{ answersFor: person, gains: order.owner },
  })
}

const KIND = 'checkout.refund'

/** What the second person's yes and no do. */
export const refundKind = (deps: Counter): ProposalKind => ({
  kind: KIND,
  scope: 'payments:refund',
  execute: async (tx, { payload }) => {
    const id = String(payload['refund_id'])
    const at = deps.clock.now()
    const moved = await moveRefund(tx, id, 'approve', { at, askAt: at })
    if (moved === undefined) return { ok: false, why: 'refund_settled' }
    await endWaiting(tx, id)
    return { ok: true, result: { refund_id: id } satisfies Facts }
  },
  dismiss: (tx, { payload }) => dismissRefund(tx, deps, String(payload['refund_id'])),
})

/** Nobody said yes: the money is promised no more, and what was frozen thaws. */
export async function dismissRefund(tx: Tx, deps: Counter, id: string): Promise<void> {
  const asked = await findAskedRefund(tx, id)
  const found = asked && (await findOrder(tx, asked.orderId))
  const order = found && (await lockOrder(tx, found.id))
  if (!asked || !order) return
  await endWaiting(tx, id)
  if (!(await deps.payments.reject(tx, id))) return
  const { refunded, underway } = order
  const after = { refunded, underway: underway - asked.gross }
  const frozen = await followMoney(
    tx,
    deps,
    creditsOf(order),
    { refunded, underway },
    {
      ...after,
      policy: 'debt',
    },
  )
  invariant(frozen.ok, 'CK5', 'debt is never refused')
  await saveMoney(tx, order, after, frozen.value)
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
