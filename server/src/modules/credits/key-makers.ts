import { makerOfKey } from '#identity'
import type { Database } from '#kernel/db'
import { OWNERS_REMEMBERED_MAX } from './limits.ts'

/** Who made a key, and where a key made it, who made that one. It cannot change, and apps give often, so each is asked for once. */
export function keyMakers(db: Database): (keyId: string) => Promise<string | undefined> {
  const known = new Map<string, string | undefined>()
  return async (keyId) => {
    if (known.has(keyId)) return known.get(keyId)
    let maker = await makerOfKey(db, keyId)
    for (let earlier = maker; earlier !== undefined; earlier = await makerOfKey(db, earlier))
      maker = earlier
    if (known.size >= OWNERS_REMEMBERED_MAX) known.clear()
    known.set(keyId, maker)
    return maker
  }
}
