import { neighbourhood } from '#kernel/http-limits'
import { FORGED_ADDRESSES_MAX, FORGED_PER_MINUTE_MAX } from './limits.ts'

/** Counts bad signatures by address: a flood of them fills no log, and its sender is told to stop. */
export interface Forgeries {
  isTooMany(address: string): boolean
  /** True for the few that are worth a line in the log. */
  note(address: string): boolean
}

const WINDOW_MS = 60_000

export function countForgeries(machineMs: () => number): Forgeries {
  let since = machineMs()
  const counts = new Map<string, number>()
  const fresh = () => {
    if (machineMs() - since < WINDOW_MS && counts.size < FORGED_ADDRESSES_MAX) return
    counts.clear()
    since = machineMs()
  }
  return {
    isTooMany: (address) => {
      fresh()
      return (counts.get(neighbourhood(address)) ?? 0) >= FORGED_PER_MINUTE_MAX
    },
    note: (address) => {
      const from = neighbourhood(address)
      const count = (counts.get(from) ?? 0) + 1
      counts.set(from, count)
      return count === 1 || count === FORGED_PER_MINUTE_MAX
    },
  }
}
