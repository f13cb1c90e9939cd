import type { Database } from '#kernel/db'
import type { Signals } from '#kernel/signals'
import { findAccount, type KeptAccount } from './account-store.ts'
import { ACCOUNTS_REMEMBERED_MAX } from './limits.ts'

/** The word nodes say to each other when an account was changed. */
export const ACCOUNTS_CHANGED = 'payments.accounts_changed'

export interface KnownAccounts {
  of(channel: string, name: string): Promise<KeptAccount | undefined>
  /** This node need not wait for its own word. */
  forget(): void
}

/** Accounts that messages come to, remembered until somebody changes one: a provider waits for each look. */
export function openKnownAccounts(db: Database, signals: Signals): KnownAccounts {
  const known = new Map<string, Promise<KeptAccount | undefined>>()
  const forget = () => known.clear()
  signals.on(ACCOUNTS_CHANGED, forget)
  // Whatever was said while the line was down is lost.
  signals.onConnected(forget)
  const of: KnownAccounts['of'] = (channel, name) => {
    if (!signals.connected) return findAccount(db, channel, name)
    const id = `${channel}/${name}`
    const before = known.get(id)
    if (before !== undefined) return before
    // Anybody may ask for accounts that are not there.
    if (known.size >= ACCOUNTS_REMEMBERED_MAX) forget()
    const found = findAccount(db, channel, name)
    known.set(id, found)
    found.catch(() => known.delete(id))
    return found
  }
  return { of, forget }
}
