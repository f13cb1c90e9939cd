import { type Actor, writeAudit } from '#audit'
import { inTx, type Tx, violatedConstraint } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import { findAccount } from './account-store.ts'
import { KEPT_ONCE } from './apply-payment.ts'
import { beginReturn, refundable } from './begin-refund.ts'
import { findFact, type KeptFact, lockFact, sendBackSuspended } from './fact-store.ts'
import type { Refund } from './refund.ts'
import { findReturn } from './refund-store.ts'
import { payments } from './refusals.ts'
import type { PaymentsDeps } from './start-attempt.ts'

interface Wanted {
  readonly factId: string
  readonly reason: string
  readonly actor: Actor
}
type ReturnNo = 'fact_unknown' | 'not_returnable'

/**
 * Money that fits nothing goes back to whoever paid it, as does what was on its way back and failed. Asked again, it is
 * the same refund.
 */
export async function returnSuspended(
  deps: PaymentsDeps,
  want: Wanted,
): Promise<Outcome<Refund, ReturnNo>> {
  try {
    return await inTx(deps.db, (tx) => returnIn(tx, deps, want))
  } catch (error) {
    // Told twice in different words: the other telling has moved its value already.
    if (violatedConstraint(error) !== KEPT_ONCE) throw error
    return payments.no('not_returnable', { why: 'its transaction was settled in other words' })
  }
}

async function returnIn(
  tx: Tx,
  deps: PaymentsDeps,
  { factId, reason, actor }: Wanted,
): Promise<Outcome<Refund, ReturnNo>> {
  await lockFact(tx, factId)
  const fact = await findFact(tx, factId)
  const before = fact && (await findReturn(tx, factId))
  if (before?.state === 'abnormal')
    return payments.no('not_returnable', { why: 'its way back is stuck at the provider' })
  if (before) return done(before)
  if (!fact || fact.disposition === 'kept') return payments.no('fact_unknown')
  const why = await whyNot(tx, deps, fact)
  if (why !== undefined) return payments.no('not_returnable', { why })
  await sendBackSuspended(tx, factId)
  const amount = refundable(fact)
  const refund = await beginReturn(tx, deps, fact, { amount, reason, askedBy: actor.id })
  await writeAudit(tx, deps, actor, {
    ...{ action: 'payments.suspense_returned', target: { kind: 'fact', id: factId } },
    after: { refund_id: refund.id, amount: Number(amount), currency: fact.currency },
    ...{ reason, result: 'done' },
  })
  return done(refund)
}

/** What this account was not paid it cannot pay back. */
async function whyNot(
  tx: Tx,
  { channels }: PaymentsDeps,
  fact: KeptFact,
): Promise<string | undefined> {
  const account = await findAccount(tx, fact.channel, fact.account)
  if (!account || !channels.has(fact.channel)) return 'its account is not here any more'
  if (account.merchant !== fact.merchant || account.livemode !== fact.livemode)
    return 'it was paid to another merchant'
  if (fact.amount === undefined) return 'nobody knows how much it was'
  if (fact.tradeNo === undefined && fact.attemptId === undefined)
    return 'it bears no number of ours'
  return refundable(fact) > 0n ? undefined : 'all of it went back already'
}
