import type { Instant } from '#kernel/clock'
import type { AccountName } from '#ledger'

/** What stands between an owner and their credits. */
export interface Guard {
  readonly frozen: { readonly at: string; readonly reason: string } | undefined
  readonly dayMax: bigint | undefined
  readonly monthMax: bigint | undefined
  /** Before this instant nothing was counted; undefined without caps. */
  readonly cappedSince: Instant | undefined
  readonly setByStaff: boolean
}

export type Every = 'day' | 'month'

/** What a key may move in a window, in each asset. */
export interface SpendCap {
  readonly amount: bigint
  readonly every: Every
}

/** A stretch of time in which somebody may spend so much. */
export interface Window {
  readonly of: 'owner' | 'key'
  readonly who: string
  readonly every: Every
  /** The first day of it, YYYY-MM-DD of UTC. */
  readonly starts: string
  readonly max: bigint
}

interface Spender {
  readonly account: AccountName
  readonly guard: Guard | undefined
  readonly key?: { readonly id: string; readonly cap: SpendCap | undefined } | undefined
}

/** The asset that an owner's caps are about. A key's cap holds for each asset by itself. */
export const CAPPED_ASSET = 'credit'

/** Where something spent at this instant counts. */
export function windowsOf({ account, guard, key }: Spender, at: Instant): Window[] {
  const windows: Window[] = []
  const add = (of: Window['of'], who: string, every: Every, max: bigint | undefined) => {
    if (max !== undefined) windows.push({ of, who, every, starts: startOf(every, at), max })
  }
  if (guard && account.asset === CAPPED_ASSET) {
    add('owner', account.owner, 'day', guard.dayMax)
    add('owner', account.owner, 'month', guard.monthMax)
  }
  if (key?.cap) add('key', key.id, key.cap.every, key.cap.amount)
  return windows
}

export const startOf = (every: Every, at: Instant): string =>
  `${new Date(at).toISOString().slice(0, every === 'day' ? 10 : 7)}${every === 'day' ? '' : '-01'}`

/** When the window after this one begins. */
export function resetsAt(every: Every, at: Instant): Instant {
  const day = new Date(at)
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()]
  const next =
    every === 'day' ? Date.UTC(year, month, day.getUTCDate() + 1) : Date.UTC(year, month + 1, 1)
  return next as Instant
}
