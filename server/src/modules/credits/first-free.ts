import type { Database } from '#kernel/db'
import { type AccountName, hadFirst } from '#ledger'
import { FIRSTS_REMEMBERED_MAX } from './limits.ts'

/** Who has had an action for free. The ledger judges; what is remembered here only spares it the question. */
export interface Firsts {
  /** Whether it is known here that this account has had its free one. */
  isUsed(account: AccountName, action: string): boolean
  /** The ledger was asked just now, so from here on it is used. */
  use(account: AccountName, action: string): void
  /** Asks the ledger where it is not known. */
  find(account: AccountName, action: string): Promise<boolean>
}

/** Nobody gets a second first, so what is remembered cannot go stale. */
export function openFirsts(db: Database): Firsts {
  const known = new Set<string>()
  const nameOf = ({ owner, asset }: AccountName, action: string) => `${owner} ${asset} ${action}`
  const use = (account: AccountName, action: string): void => {
    if (known.size >= FIRSTS_REMEMBERED_MAX) known.clear()
    known.add(nameOf(account, action))
  }
  const isUsed = (account: AccountName, action: string) => known.has(nameOf(account, action))
  return {
    isUsed,
    use,
    find: async (account, action) => {
      if (isUsed(account, action)) return true
      if (!(await hadFirst(db, account, action))) return false
      use(account, action)
      return true
    },
  }
}
