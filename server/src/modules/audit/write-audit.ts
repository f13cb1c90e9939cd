import { type Clock, rfc3339 } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import type { Actor } from './actor.ts'
import { type Act, entryOf } from './entry.ts'
import { insertEntry } from './store.ts'

export interface AuditDeps {
  readonly clock: Clock
  readonly newId: NewId
}

/** Writes the entry in the transaction of the act itself, so that neither stays without the other. */
export async function writeAudit(tx: Tx, deps: AuditDeps, actor: Actor, act: Act): Promise<void> {
  await insertEntry(tx, entryOf(deps.newId('aud'), rfc3339(deps.clock.now()), actor, act))
}
