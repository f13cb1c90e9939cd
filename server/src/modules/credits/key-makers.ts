import { makerOfKey } from '#identity'
import type { Database } from '#kernel/db'
import { OWNERS_REMEMBERED_MAX } from './limits.ts'

/** Who made a key. It cannot change, and apps give often, so each is asked for once. */
export function keyMakers(db: Database): (keyId: string) => Promise<string | undefined> {
  const known = new Map<string, string | undefined>()
  return async (keyId) => {
    if (known.has(keyId)) return known.get(keyId)
    const maker = await makerOfKey(db, keyId)
    if (known.size >= OWNERS_REMEMBERED_MAX) known.clear()
    known.set(keyId, maker)
    return maker
  }
}
