import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { rfc3339 } from '#kernel/clock'
import { type Database, inTx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import { signal } from '#kernel/signals'
import { KEYS_CHANGED } from './key-cache.ts'
import { type ApiKey, markRevoked } from './key-store.ts'
import { identity } from './refusals.ts'

interface Deps extends AuditDeps {
  readonly db: Database
}

/** Ends a key for good, on every node within a second. Asked twice, it stays as ended as it was. */
export function revokeKey(
  deps: Deps,
  want: { readonly id: string; readonly actor: Actor },
): Promise<Outcome<ApiKey, 'key_unknown'>> {
  return inTx(deps.db, async (tx) => {
    const key = await markRevoked(tx, want.id, rfc3339(deps.clock.now()))
    if (!key) return identity.no('key_unknown')
    await writeAudit(tx, deps, want.actor, {
      action: 'identity.key_revoked',
      target: { kind: 'key', id: key.id },
      result: 'done',
    })
    await signal(tx, KEYS_CHANGED)
    return done(key)
  })
}
