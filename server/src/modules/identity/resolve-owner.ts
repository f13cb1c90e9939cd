import { type Clock, rfc3339 } from '#kernel/clock'
import type { Database } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import { findOwnerByExternalId, insertExternalOwner } from './store.ts'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly newId: NewId
}

/** The owner an app knows by its own user id; made on first use, once, however many ask at once. */
export async function ownerByExternalId(deps: Deps, externalId: string): Promise<string> {
  const earlier = await findOwnerByExternalId(deps.db, externalId)
  if (earlier) return earlier
  const id = deps.newId('usr')
  const made = await insertExternalOwner(deps.db, {
    id,
    externalId,
    at: rfc3339(deps.clock.now()),
  })
  if (made) return id
  return (await findOwnerByExternalId(deps.db, externalId)) as string
}
