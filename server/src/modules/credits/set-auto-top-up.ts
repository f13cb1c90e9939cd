import { type Actor, type AuditDeps, systemActor, writeAudit } from '#audit'
import { type Database, inTx, type Tx } from '#kernel/db'
import type { Facts } from '#kernel/outcome'
import { signal } from '#kernel/signals'
import type { Known } from './known.ts'
import type { TopUpRule } from './top-up.ts'
import { lockRule, removeRule, saveRule } from './top-up-store.ts'

/** The word nodes say to each other when a rule was set or removed. */
export const TOP_UPS_CHANGED = 'credits.top_ups_changed'

interface Deps extends AuditDeps {
  readonly db: Database
  readonly topUpRules: Known<TopUpRule>
}

/** Sets an owner's rule, or removes it; what is in flight is not called back. */
export async function setAutoTopUp(
  deps: Deps,
  owner: string,
  rule: TopUpRule | undefined,
  actor: Actor,
): Promise<void> {
  await inTx(deps.db, async (tx) => {
    const before = await lockRule(tx, owner)
    if (!before && !rule) return
    if (rule) await saveRule(tx, owner, rule)
    else await removeRule(tx, owner)
    await writeAudit(tx, deps, actor, {
      action: `credits.auto_top_up_${rule ? 'set' : 'removed'}`,
      target: { kind: 'owner', id: owner },
      ...(before && { before: factsOf(before) }),
      ...(rule && { after: factsOf(rule) }),
      result: 'done',
    })
    await signal(tx, TOP_UPS_CHANGED, owner)
  })
  deps.topUpRules.forget(owner)
}

/**
 * Money goes back to an owner: what is taken from them for it is no reason to charge their card. They switch it on again
 * themselves.
 */
export async function stopTopUps(tx: Tx, deps: AuditDeps, owner: string): Promise<void> {
  const before = await lockRule(tx, owner)
  if (!before?.isEnabled) return
  const rule = { ...before, isEnabled: false }
  await saveRule(tx, owner, rule)
  await writeAudit(tx, deps, systemActor('checkout'), {
    action: 'credits.auto_top_up_set',
    target: { kind: 'owner', id: owner },
    ...{ before: factsOf(before), after: factsOf(rule), result: 'done' },
  })
  await signal(tx, TOP_UPS_CHANGED, owner)
}

const factsOf = (rule: TopUpRule): Facts => ({
  enabled: rule.isEnabled,
  threshold: Number(rule.threshold),
  product: rule.product,
  month_times_max: rule.monthTimesMax,
})
