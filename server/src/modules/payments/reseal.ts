import { type Actor, type AuditDeps, writeAudit } from '#audit'
import type { Keyring } from '#kernel/crypto'
import { type Database, inTx } from '#kernel/db'
import { RESEALED_AT_ONCE_MAX } from './limits.ts'
import { listSealed, putSealed, SEALED, type Sealed } from './sealed-store.ts'

interface Deps extends AuditDeps {
  readonly db: Database
  readonly ring: Keyring
}

export interface Resealed {
  readonly sealed: number
  /** What no key of the ring opens: it stays as it is. */
  readonly closed: number
}

/**
 * After a rotation: seals all that older keys have sealed with the newest one, row by row while the house is open. Begun
 * again it goes on where it was.
 */
export async function reseal(deps: Deps, actor: Actor): Promise<Resealed> {
  let sealed = 0
  let closed = 0
  for (const place of SEALED)
    for await (const became of resealPlace(deps, place)) {
      if (became === 'sealed') sealed++
      else closed++
    }
  if (sealed > 0)
    await inTx(deps.db, (tx) =>
      writeAudit(tx, deps, actor, {
        ...{ action: 'payments.resealed', target: { kind: 'secrets', id: deps.ring.newest } },
        ...{ after: { count: sealed, remaining: closed }, result: 'done' },
      }),
    )
  return { sealed, closed }
}

async function* resealPlace(
  { db, ring }: Deps,
  place: Sealed,
): AsyncGenerator<'sealed' | 'closed'> {
  let after = ''
  for (;;) {
    const rows = await listSealed(db, place, { after, limit: RESEALED_AT_ONCE_MAX })
    for (const row of rows) {
      if (row.sealed.startsWith(`${ring.newest}.`)) continue
      const about = `payments.${place.table} ${row.key}`
      const plain = opened(ring, row.sealed, about)
      if (plain === undefined) yield 'closed'
      else if (await putSealed(db, place, row, ring.seal(plain, about))) yield 'sealed'
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < RESEALED_AT_ONCE_MAX) return
    after = last.key
  }
}

function opened(ring: Keyring, sealed: string, about: string): string | undefined {
  try {
    return ring.open(sealed, about)
  } catch {
    return undefined
  }
}
