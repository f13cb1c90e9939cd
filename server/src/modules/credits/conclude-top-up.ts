import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { type Database, inTx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import { credits } from './refusals.ts'
import { TOP_UP_STATES, type TopUp } from './top-up.ts'
import { concludeRow, lockTopUp } from './top-up-store.ts'

interface Deps extends AuditDeps {
  readonly db: Database
}

/** Says how an attempt ended. Whoever was paid grants first: the next charge looks again. */
export function concludeTopUp(
  deps: Deps,
  id: string,
  result: 'paid' | 'declined',
  actor: Actor,
): Promise<Outcome<TopUp, 'top_up_unknown' | 'top_up_concluded'>> {
  return inTx(deps.db, async (tx) => {
    const topUp = await lockTopUp(tx, id)
    if (!topUp) return credits.no('top_up_unknown')
    const move = TOP_UP_STATES[topUp.state][result]
    if (move === 'never') return credits.no('top_up_concluded', { state: topUp.state })
    if (move === 'same') return done(topUp)
    const saved = await concludeRow(tx, id, result, deps.clock.now())
    await writeAudit(tx, deps, actor, {
      action: 'credits.top_up_concluded',
      target: { kind: 'owner', id: topUp.owner },
      before: { top_up_id: id, state: topUp.state },
      after: { top_up_id: id, state: move },
      result: 'done',
    })
    return done(saved ?? topUp)
  })
}
