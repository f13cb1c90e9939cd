import { sql } from 'kysely'
import type { AuditDeps } from '#audit'
import type { Instant } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { done, type Outcome } from '#kernel/outcome'
import { type Answer, type Command, idInCell, listLots, type Posted, postIn } from '#ledger'
import { credits } from './refusals.ts'
import { stopTopUps } from './set-auto-top-up.ts'
import { priorityOf } from './sources.ts'

/** What was bought, and what came with it. Whoever sells posts it in the transaction of the payment. */
export interface OrderGrant {
  readonly owner: string
  readonly asset: string
  readonly orderId: string
  readonly credits: bigint
  readonly bonuses: readonly { readonly kind: string; readonly credits: bigint }[]
  readonly description: string
}

/** Makes the lots of an order: what was bought can be refunded, what came on top is taken back with it. */
export async function grantOrder(tx: Tx, deps: AuditDeps, want: OrderGrant): Promise<void> {
  const { owner, asset, orderId, description } = want
  const lot = (key: string, amount: bigint, source: 'purchase' | 'bonus'): Command => ({
    ...{ kind: 'grant', owner, asset, key, request: key, actor: 'checkout', amount, source },
    ...{ lotId: idInCell(deps.newId, 'lot', owner), priority: priorityOf(source, false) },
    ...{ refundable: source === 'purchase', orderId, description },
    ...{ referenceType: 'order', referenceId: orderId },
  })
  const commands = [
    ...(want.credits > 0n ? [lot(keyOf(orderId, 'bought'), want.credits, 'purchase')] : []),
    ...want.bonuses.map(({ kind, credits: amount }) => lot(keyOf(orderId, kind), amount, 'bonus')),
  ]
  for (const answer of await post(tx, commands, deps.clock.now())) posted(answer)
}

/** How much of an order's price has gone back, and how much is on its way. */
export interface OrderMoney {
  readonly refunded: bigint
  readonly underway: bigint
}

export interface OrderCredits {
  readonly owner: string
  readonly asset: string
  readonly orderId: string
  readonly paid: bigint
  /** The hold of what is on its way, if there is one. */
  readonly frozen: string | undefined
  /** One more each time: what is posted of it has keys of its own. */
  readonly turn: number
}

/**
 * Brings the credits of an order to where its money is: what has gone back is taken, what is on its way is frozen, what
 * came to us again is given back. Several refunds take, in all, what one would have taken. Answers the new hold.
 */
export async function followMoney(
  tx: Tx,
  deps: AuditDeps,
  order: OrderCredits,
  before: OrderMoney,
  after: OrderMoney & { readonly policy: 'refuse' | 'debt' },
): Promise<Outcome<string | undefined, 'clawback_spent'>> {
  const { owner, asset, orderId, paid, frozen, turn } = order
  const now = deps.clock.now()
  if (after.refunded + after.underway > before.refunded + before.underway)
    await stopTopUps(tx, deps, owner)
  const common = (what: string) => {
    const key = keyOf(orderId, `${turn}:${what}`)
    return { owner, asset, key, request: key, actor: 'checkout' } as const
  }
  if (frozen !== undefined)
    await ask(tx, { kind: 'release', ...common('thaw'), holdId: frozen, thaw: true }, now, CLOSED)
  const { refunded } = after
  if (refunded > before.refunded)
    await ask(
      tx,
      { kind: 'clawback', ...common('take'), orderId, refunded, paid, policy: 'debt' },
      now,
    )
  if (refunded < before.refunded)
    await ask(tx, { kind: 'unclaw', ...common('give_back'), orderId, refunded, paid }, now)
  if (after.underway === 0n) return done(undefined)
  const holdId = idInCell(deps.newId, 'frz', owner)
  const [answer] = await post(
    tx,
    [
      {
        ...{ kind: 'freeze', ...common('freeze'), holdId, orderId, paid, policy: after.policy },
        refunded: least(paid, refunded + after.underway),
        expiresAt: new Date(now + FROZEN_MS).toISOString(),
      },
    ],
    now,
  )
  if (answer?.ok) return done(holdId)
  // Spent already: there is nothing to freeze, and debt is what becomes of it.
  if (answer?.code === 'insufficient_credits' || answer?.code === 'lot_unknown')
    return done(undefined)
  invariant(answer?.code === 'clawback_spent', 'C16', `the ledger refused with ${answer?.code}`)
  return credits.no('clawback_spent', answer.facts)
}

export interface WayBack {
  /** Credits that would be taken, of those that were bought and that came with them. */
  readonly taken: bigint
  /** Credits that were spent, and would be owed. */
  readonly owed: bigint
}

/** What it would take now if more of the price went back. It is tried out, and undone. */
export async function planWayBack(
  tx: Tx,
  deps: AuditDeps,
  order: OrderCredits,
  price: { readonly before: bigint; readonly after: bigint },
): Promise<WayBack> {
  const { owner, asset, orderId, paid } = order
  const now = deps.clock.now()
  const common = (what: string) => {
    const key = keyOf(orderId, `plan:${what}`)
    return { owner, asset, key, request: key } as const
  }
  await sql`savepoint way_back`.execute(tx)
  if (order.frozen !== undefined)
    await ask(
      tx,
      { kind: 'release', ...common('thaw'), holdId: order.frozen, thaw: true },
      now,
      CLOSED,
    )
  const claw = { kind: 'clawback', orderId, paid, policy: 'debt' } as const
  const [, answer] = await post(
    tx,
    [
      { ...claw, ...common('before'), refunded: price.before },
      { ...claw, ...common('after'), refunded: price.after },
    ],
    now,
  )
  await sql`rollback to savepoint way_back`.execute(tx)
  if (!answer?.ok) return { taken: 0n, owed: 0n }
  const of = (name: string) => BigInt(Number(answer.detail[name] ?? 0))
  return { taken: of('taken') + of('cancelled'), owed: of('owed') }
}

/** Of the credits that were bought with an order, what is still there and free. */
export async function unspentOf(
  db: Database | Tx,
  { owner, asset, orderId }: Pick<OrderCredits, 'owner' | 'asset' | 'orderId'>,
  now: Instant,
): Promise<bigint> {
  const lots = await listLots(db, { owner, asset }, now)
  return lots
    .filter(({ order_id, source }) => order_id === orderId && source === 'purchase')
    .reduce((sum, { remaining, held }) => sum + remaining - held, 0n)
}

/** Longer than any provider takes to say how a refund ended. */
const FROZEN_MS = 5 * 366 * 86_400_000
const CLOSED = ['hold_closed', 'hold_expired'] as const
const keyOf = (orderId: string, what: string): string => `order:${orderId}:${what}`
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

const post = (tx: Tx, commands: readonly Command[], now: Instant): Promise<Answer[]> =>
  postIn(tx, commands as readonly Exclude<Command, { kind: 'transfer' }>[], now)

async function ask(
  tx: Tx,
  command: Command,
  now: Instant,
  fine: readonly string[] = [],
): Promise<void> {
  const [answer] = await post(tx, [command], now)
  // An order that gave no credits has no lots: nothing to take, nothing to give back.
  if (answer && !answer.ok && [...fine, 'lot_unknown'].includes(answer.code)) return
  posted(answer)
}

function posted(answer: Answer | undefined): Posted {
  invariant(answer !== undefined, 'C9', 'the ledger gave no answer')
  invariant(answer.ok, 'C9', `the ledger refused with ${answer.ok ? '' : answer.code}`)
  return answer
}
