import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { rfc3339 } from '#kernel/clock'
import { type Database, inTx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import { done, type Facts, type Outcome } from '#kernel/outcome'
import { signal } from '#kernel/signals'
import type { Guard } from './guard.ts'
import { lockGuard, saveGuard } from './guard-store.ts'
import type { Known } from './known.ts'
import { credits } from './refusals.ts'

/** The word nodes say to each other when a guard was set. */
export const GUARDS_CHANGED = 'credits.guards_changed'

interface Deps extends AuditDeps {
  readonly db: Database
  readonly guards: Known<Guard>
}

/** Stops whatever would leave an owner's account; without `isFrozen`, lets it go on. The last reason counts. */
export async function freezeOwner(
  deps: Deps,
  owner: string,
  want: { readonly isFrozen: boolean; readonly reason: string; readonly actor: Actor },
): Promise<Guard> {
  const { isFrozen, reason, actor } = want
  const guard = await inTx(deps.db, async (tx) => {
    const before = await lockGuard(tx, owner)
    const at = rfc3339(deps.clock.now())
    const after: Guard = { ...before, frozen: isFrozen ? { at, reason } : undefined }
    await saveGuard(tx, owner, after)
    const what = isFrozen ? 'owner_frozen' : 'owner_unfrozen'
    await writeAudit(tx, deps, actor, {
      action: `credits.${what}`,
      target: { kind: 'owner', id: owner },
      before: { frozen: before.frozen !== undefined },
      after: { frozen: isFrozen },
      reason,
      result: 'done',
    })
    await tell(tx, deps.clock, { topic: `credits.${what}`, owner, data: {} })
    await signal(tx, GUARDS_CHANGED, owner)
    return after
  })
  deps.guards.forget(owner)
  return guard
}

interface Caps {
  readonly dayMax: bigint | undefined
  readonly monthMax: bigint | undefined
}

/** Sets both caps; one left out is lifted. Counting begins with the first cap. */
export async function setCaps(
  deps: Deps,
  owner: string,
  want: Caps & { readonly byStaff: boolean; readonly reason?: string; readonly actor: Actor },
): Promise<Outcome<Guard, 'caps_fixed'>> {
  const { dayMax, monthMax, byStaff, reason, actor } = want
  const outcome = await inTx(deps.db, async (tx) => {
    const before = await lockGuard(tx, owner)
    if (before.setByStaff && !byStaff) return credits.no('caps_fixed')
    const isCapped = dayMax !== undefined || monthMax !== undefined
    const cappedSince = isCapped ? (before.cappedSince ?? deps.clock.now()) : undefined
    const after: Guard = {
      ...{ frozen: before.frozen, dayMax, monthMax, cappedSince },
      setByStaff: isCapped && byStaff,
    }
    await saveGuard(tx, owner, after)
    await writeAudit(tx, deps, actor, {
      action: 'credits.caps_set',
      target: { kind: 'owner', id: owner },
      before: factsOf(before),
      after: factsOf(after),
      ...(reason !== undefined && { reason }),
      result: 'done',
    })
    await signal(tx, GUARDS_CHANGED, owner)
    return done(after)
  })
  deps.guards.forget(owner)
  return outcome
}

const factsOf = ({ dayMax, monthMax }: Caps): Facts => ({
  day: dayMax === undefined ? null : Number(dayMax),
  month: monthMax === undefined ? null : Number(monthMax),
})
