import type { AuditDeps } from '#audit'
import { followMoney } from '#credits'
import type { Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import type { Log } from '#kernel/log'
import { tell } from '#kernel/outbox'
import type { Disputed, Paid, Payee, Refund } from '#payments'
import { FULFILLERS } from './fulfillers.ts'
import type { Order } from './order.ts'
import { ORDER_STATES } from './order-states.ts'
import {
  countPurchases,
  lockOrder,
  lockOrderOfFact,
  lockPurchases,
  saveGives,
  saveMoney,
  savePaid,
} from './order-store.ts'
import { findAskedRefund } from './refund-store.ts'
import { tellTopUp } from './tell-top-up.ts'

interface Deps extends AuditDeps {
  readonly log: Log
  readonly production: boolean
}

/** What this module does when money for its orders moves, in the transaction that takes note of it. */
export const payeeOf = (deps: Deps): Payee => ({
  lock: async (tx, factId) => {
    await lockOrderOfFact(tx, factId)
  },
  paid: (tx, payment) => paid(tx, deps, payment),
  // Whoever looks at its QR code need not wait for it to run out.
  ended: (tx, attempt, status) =>
    tell(tx, deps.clock, {
      topic: 'checkout.payment_ended',
      owner: attempt.owner,
      data: { payment_id: attempt.id, order_id: attempt.subject, status },
    }),
  refunded: (tx, refund, how) => refunded(tx, deps, refund, how),
  disputed: (tx, dispute, how) => disputed(tx, deps, dispute, how),
})

async function paid(tx: Tx, deps: Deps, { attempt, factId }: Paid): Promise<'kept' | 'sent_back'> {
  const order = await lockOrder(tx, attempt.subject)
  invariant(order !== undefined, 'CK1', `nobody ordered ${attempt.subject}`)
  const move = ORDER_STATES[order.state].pay
  // Paid before: whoever pays once more gets their money back.
  if (move === 'never' || move === 'same') return 'sent_back'
  // What was ordered before the house was opened for real money is not given for play money.
  if (deps.production && !order.livemode && order.asset !== 'test_credit') return 'sent_back'
  const isLate = move === 'paid_late'
  const given = isLate ? await asStillPromised(tx, order) : order
  if (!given) return 'sent_back'
  await savePaid(tx, order, { factId, attemptId: attempt.id, at: deps.clock.now() })
  const fulfil = FULFILLERS[order.product.type]
  invariant(fulfil !== undefined, 'CK1', `nobody delivers ${order.product.type}`)
  await fulfil(tx, deps, given)
  await tell(tx, deps.clock, {
    topic: 'checkout.paid',
    owner: order.owner,
    data: {
      ...{ order_id: order.id, payment_id: attempt.id, product_id: order.product.id },
      ...{ amount: Number(order.amount), currency: order.currency, late: isLate },
      ...{ credits: Number(given.gives.credits), livemode: order.livemode },
    },
  })
  await tellTopUp(tx, deps, order, 'paid')
  return 'kept'
}

/**
 * An order that was closed counted for nothing since: undefined where the owner has bought as often as they may, and
 * without its first purchase, if somebody made it meanwhile.
 */
async function asStillPromised(tx: Tx, order: Order): Promise<Order | undefined> {
  const { owner, product, gives, livemode } = order
  await lockPurchases(tx, owner, product.id)
  const of = { owner, productId: product.id, livemode }
  const { counted, isFirst } = await countPurchases(tx, of, order.id)
  const limit = product.terms.perUserLimit
  if (limit !== null && counted >= limit) return undefined
  if (isFirst || !gives.bonuses.some(({ kind }) => kind === 'first_purchase')) return order
  const bonuses = gives.bonuses.filter(({ kind }) => kind !== 'first_purchase')
  const less = { ...order, gives: { ...gives, bonuses } }
  await saveGives(tx, order.id, less.gives)
  return less
}

async function refunded(
  tx: Tx,
  deps: Deps,
  { factId, amount, id, cause }: Refund,
  how: 'begun' | 'succeeded' | 'failed' | 'bounced',
): Promise<void> {
  const order = await lockOrderOfFact(tx, factId)
  // A payment that gave nothing takes nothing back.
  if (!order) return
  const asked = await findAskedRefund(tx, id)
  // What was given up for it, a fee included, is what it takes.
  await move(tx, deps, order, asked?.gross ?? amount, how)
  if (how === 'succeeded' || how === 'bounced')
    await tell(tx, deps.clock, {
      topic: 'checkout.refunded',
      owner: order.owner,
      data: { order_id: order.id, refund_id: id, amount: Number(amount), how, cause },
    })
}

async function disputed(
  tx: Tx,
  deps: Deps,
  { factId, amount }: Disputed,
  how: 'opened' | 'won' | 'lost' | 'reversed',
): Promise<void> {
  const order = await lockOrderOfFact(tx, factId)
  if (!order) return
  const as = { opened: 'begun', won: 'failed', lost: 'succeeded', reversed: 'bounced' } as const
  await move(tx, deps, order, amount, as[how])
}

/** Of an order no more comes back than was paid, whatever refunds and disputes overlap. */
async function move(
  tx: Tx,
  deps: Deps,
  order: Order,
  amount: bigint,
  how: 'begun' | 'succeeded' | 'failed' | 'bounced',
): Promise<void> {
  const claimed = { refunded: order.refunded, underway: order.underway }
  const { refunded: by, underway: on } = STEPS[how]
  const next = {
    refunded: claimed.refunded + by * amount,
    underway: claimed.underway + on * amount,
  }
  const policy = 'debt'
  const credits = {
    ...{ owner: order.owner, asset: order.asset, orderId: order.id, paid: order.amount },
    ...{ frozen: order.frozen, turn: order.turn },
  }
  const frozen = await followMoney(tx, deps, credits, capped(order, claimed), {
    ...capped(order, next),
    policy,
  })
  invariant(frozen.ok, 'CK5', 'debt is never refused')
  await saveMoney(tx, order, next, frozen.value)
}

const STEPS = {
  begun: { refunded: 0n, underway: 1n },
  succeeded: { refunded: 1n, underway: -1n },
  failed: { refunded: 0n, underway: -1n },
  bounced: { refunded: -1n, underway: 0n },
} as const

/** What was claimed back of an order may be more than it cost, by a dispute about what was refunded already. */
function capped(
  { amount }: Order,
  { refunded, underway }: { readonly refunded: bigint; readonly underway: bigint },
) {
  const back = least(refunded, amount)
  return { refunded: back, underway: least(underway, amount - back) }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
