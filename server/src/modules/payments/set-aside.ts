import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { type Database, inTx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import { refundable } from './begin-refund.ts'
import { payments } from './refusals.ts'
import type { PaymentsDeps } from './start-attempt.ts'
import { lockSuspendedFact, setAsideFact } from './suspense-store.ts'
import { whyItStays } from './why-it-stays.ts'

interface Deps extends AuditDeps, Pick<PaymentsDeps, 'channels'> {
  readonly db: Database
}
interface Wanted {
  readonly factId: string
  readonly reason: string
  readonly actor: Actor
}

/**
 * Somebody saw that nothing is left to do: it waits for a person no more. Nothing is undone by it: the same words, told
 * again once they fit, are judged again. What can go back to whoever paid it is never set aside. Asked again, it is as it was.
 */
export const setAside = (
  deps: Deps,
  { factId, reason, actor }: Wanted,
): Promise<Outcome<string, 'fact_unknown' | 'returnable'>> =>
  inTx(deps.db, async (tx) => {
    const fact = await lockSuspendedFact(tx, factId)
    // On its way: should that fail, it waits for a person again.
    const isAway = fact?.disposition === 'sent_back' && refundable(fact) < 1n
    if (!fact || fact.disposition === 'kept' || isAway || fact.waitsThere)
      return payments.no('fact_unknown')
    if (fact.setAsideAt !== undefined) return done(fact.setAsideAt)
    if ((await whyItStays(tx, deps, fact)) === undefined) return payments.no('returnable')
    const now = deps.clock.now()
    await setAsideFact(tx, factId, now)
    await writeAudit(tx, deps, actor, {
      ...{ action: 'payments.suspense_set_aside', target: { kind: 'fact', id: factId } },
      after: {
        ...{ why: fact.why ?? 'return_failed', currency: fact.currency },
        amount: fact.amount === undefined ? null : Number(fact.amount),
      },
      ...{ reason, result: 'done' },
    })
    return done(new Date(now).toISOString())
  })
