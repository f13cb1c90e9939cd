import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { rfc3339 } from '#kernel/clock'
import { type Database, inTx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import { type KeyKind, makeKey, parseRange } from './api-key.ts'
import { type ApiKey, insertKey } from './key-store.ts'
import { identity } from './refusals.ts'
import { type KnownScope, SCOPES_OF } from './scopes.ts'

interface Deps extends AuditDeps {
  readonly db: Database
  /** Whether keys made here are for real money. */
  readonly live: boolean
}

interface Want {
  readonly name: string
  readonly kind: KeyKind
  readonly scopes: readonly KnownScope[]
  readonly spendCap: { readonly amount: bigint; readonly every: 'day' | 'month' } | undefined
  readonly allowList: readonly string[]
  readonly expiresAt: string | undefined
  readonly actor: Actor
  /** What the maker holds: nobody gives away what they do not have. */
  readonly held: ReadonlySet<string>
}

/** Year 10000: beyond it a moment has no four-digit year any more. */
const EXPIRY_MS_MAX = 253_402_300_800_000

type No = 'scope_not_held' | 'key_fields_clash' | 'range_invalid' | 'expiry_past'

/** Makes a key and shows it this once. */
export async function createKey(
  deps: Deps,
  want: Want,
): Promise<Outcome<{ readonly key: string; readonly record: ApiKey }, No>> {
  const now = deps.clock.now()
  const ranges = want.allowList.map((range) => ({ range, parsed: parseRange(range) }))
  const bad = ranges.find(({ parsed }) => parsed === undefined)
  if (bad) return identity.no('range_invalid', { range: bad.range })
  const given = new Set<string>(SCOPES_OF.service)
  const foreign = want.scopes.find((scope) => !want.held.has(scope) && !given.has(scope))
  if (foreign) return identity.no('scope_not_held', { scope: foreign })
  // A publishable key lies open in a web page: it names the app and may do nothing that needs a scope.
  if (want.kind === 'publishable' && want.scopes.length > 0)
    return identity.no('key_fields_clash', { fields: 'kind, scopes' })
  const expiresMs = want.expiresAt === undefined ? undefined : Date.parse(want.expiresAt)
  if (expiresMs !== undefined && !(expiresMs > now && expiresMs < EXPIRY_MS_MAX))
    return identity.no('expiry_past')

  const fresh = makeKey(want.kind, deps.live)
  const record = await inTx(deps.db, async (tx) => {
    const saved = await insertKey(tx, {
      id: deps.newId('key'),
      kind: want.kind,
      name: want.name,
      hash: fresh.hash,
      shown: fresh.shown,
      scopes: [...want.scopes].sort(),
      spendCap: want.spendCap?.amount ?? null,
      spendCapEvery: want.spendCap?.every ?? null,
      allowList: ranges.map(({ parsed }) => parsed ?? ''),
      createdBy: want.actor.id,
      createdAt: rfc3339(now),
      expiresAt: expiresMs === undefined ? null : new Date(expiresMs).toISOString(),
    })
    await writeAudit(tx, deps, want.actor, {
      action: 'identity.key_created',
      target: { kind: 'key', id: saved.id },
      after: { kind: saved.kind, scopes: saved.scopes, expires_at: saved.expiresAt },
      result: 'done',
    })
    return saved
  })
  return done({ key: fresh.key, record })
}
