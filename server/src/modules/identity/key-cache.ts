import { type Clock, type Instant, rfc3339 } from '#kernel/clock'
import type { Database } from '#kernel/db'
import type { Signals } from '#kernel/signals'
import { allowsAddress, hashKey, hashName, isWellFormedKey } from './api-key.ts'
import { type ApiKey, takeKey } from './key-store.ts'
import { KEY_CACHED_MS, KEYS_CACHED_MAX } from './limits.ts'

/** The word nodes say to each other when a key was revoked. */
export const KEYS_CHANGED = 'identity.keys_changed'

export interface KeyCache {
  /** The live key behind this text, as seen from this address. */
  find(unchecked: string, ip: string): Promise<ApiKey | undefined>
}

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly signals: Signals
  /** Machine time, for the age of what is remembered: business time may be moved. */
  readonly machineMs: () => number
}

/** Remembers keys by hash, so that a charge does not ask the database who is calling. */
export function openKeyCache(deps: Deps): KeyCache {
  const known = new Map<string, { readonly key: ApiKey | undefined; readonly readMs: number }>()
  let generation = 0
  const forget = (): void => {
    generation += 1
    known.clear()
  }
  deps.signals.on(KEYS_CHANGED, forget)
  // Whatever was said while the line was down is lost, so nothing remembered from before counts.
  deps.signals.onConnected(forget)

  const look = async (unchecked: string): Promise<ApiKey | undefined> => {
    const name = hashName(unchecked)
    const remembered = known.get(name)
    const fresh = remembered && deps.machineMs() - remembered.readMs < KEY_CACHED_MS
    if (fresh && deps.signals.connected) return remembered.key
    if (!isWellFormedKey(unchecked)) return undefined
    const before = generation
    const key = await takeKey(deps.db, hashKey(unchecked), rfc3339(deps.clock.now()))
    // A revocation that arrived while we were reading must not be overwritten by what we read.
    if (before === generation) {
      if (known.size >= KEYS_CACHED_MAX) known.clear()
      known.set(name, { key, readMs: deps.machineMs() })
    }
    return key
  }

  return {
    find: async (unchecked, ip) => {
      const key = await look(unchecked)
      return key && isUsable(key, deps.clock.now(), ip) ? key : undefined
    },
  }
}

/** I4: a key opens only before its expiry and from its addresses; asked at every use, not when read. */
const isUsable = (key: ApiKey, now: Instant, ip: string): boolean =>
  key.revokedAt === null &&
  (key.expiresAt === null || Date.parse(key.expiresAt) > now) &&
  allowsAddress(key.allowList, ip)
