import type { AuditDeps } from '#audit'
import type { Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { done, type Outcome } from '#kernel/outcome'
import { numberOf } from './attempt.ts'
import { findFact, type KeptFact, moveOfFact, reserveOfFact } from './fact-store.ts'
import type { Refund } from './refund.ts'
import { findRefund, insertRefund, moveRefund } from './refund-store.ts'
import { payments } from './refusals.ts'

interface Wanted {
  readonly factId: string
  readonly amount: bigint
  readonly reason: string
  readonly askedBy: string
  /** Made before, where the caller names it elsewhere too. */
  readonly id?: string
  /** Waits for a second person. */
  readonly waits: boolean
}

/** Promises money of a payment back, in the transaction of whoever froze what was given for it. */
export async function beginRefund(
  tx: Tx,
  deps: AuditDeps,
  want: Wanted,
): Promise<Outcome<Refund, 'payment_unknown' | 'refund_exceeds_payment'>> {
  const fact = await findFact(tx, want.factId)
  if (!fact || fact.disposition === 'suspense' || fact.amount === undefined)
    return payments.no('payment_unknown')
  if (want.amount < 1n || !(await reserveOfFact(tx, fact.id, want.amount)))
    return payments.no('refund_exceeds_payment', { refundable: Number(refundable(fact)) })
  return done(await insert(tx, deps, fact, { ...want, cause: 'asked' }))
}

export const refundable = ({ amount = 0n, reserved, refunded }: KeptFact): bigint =>
  amount - reserved - refunded

/** Everything that came in goes back: it was paid for already, or came too late. */
export async function beginReturn(
  tx: Tx,
  deps: AuditDeps,
  fact: Pick<KeptFact, 'id' | 'channel' | 'account' | 'currency'>,
  want: Pick<Wanted, 'amount' | 'reason' | 'askedBy'>,
): Promise<Refund> {
  const reserved = await reserveOfFact(tx, fact.id, want.amount)
  invariant(reserved, 'PY5', `more than came in cannot go back of ${fact.id}`)
  return insert(tx, deps, fact, { ...want, waits: false, cause: 'sent_back' })
}

async function insert(
  tx: Tx,
  deps: AuditDeps,
  fact: Pick<KeptFact, 'id' | 'channel' | 'account' | 'currency'>,
  want: Omit<Wanted, 'factId'> & { readonly cause: Refund['cause'] },
): Promise<Refund> {
  const id = want.id ?? deps.newId('ref')
  const now = deps.clock.now()
  const refund = {
    ...{ id, channel: fact.channel, account: fact.account, factId: fact.id },
    ...{ refundNo: numberOf(id), ref: undefined, amount: want.amount, currency: fact.currency },
    ...{ cause: want.cause, reason: want.reason, askedBy: want.askedBy, createdAt: now },
    state: want.waits ? 'requested' : 'approved',
  } as const
  await insertRefund(tx, refund, want.waits ? undefined : now)
  return { ...refund, why: undefined, settledAt: undefined, saidAt: undefined, asked: 0 }
}

/** Nobody said yes to it: the money is promised to nobody any more. */
export async function rejectRefund(tx: Tx, deps: AuditDeps, id: string): Promise<boolean> {
  const refund = await findRefund(tx, id)
  const at = deps.clock.now()
  const before = refund && (await moveRefund(tx, id, 'reject', { at, askAt: undefined }))
  if (!refund || before === undefined) return false
  await moveOfFact(tx, refund.factId, { reserved: -refund.amount, refunded: 0n })
  return true
}
