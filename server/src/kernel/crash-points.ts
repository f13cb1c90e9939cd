import { invariant } from '#kernel/invariant'

/**
 * Places on the way of value where a test server may be asked to die, as by a power cut: what an app was told
 * must be there afterwards, and what it was not told must be found out with its key.
 */
export const CRASH_POINTS = [
  'account.owner_made', // an external id has its owner, and nothing more yet
  'teller.before_send', // the batch has not left
  'teller.answered', // it is committed, and none of its callers knows
  'hold.placed', // set aside, and its answer not given
  'transfer.arrived', // both accounts have moved, and nobody was told
  'grant.before_commit', // the entry and its line in the trail are written, not committed
  'grant.committed',
  'sealer.closed', // the blocks are closed and not sealed
  'expiry.midway', // some accounts are settled, others are not
  'relay.before_commit', // the events are with their hearers, and not yet crossed off
  'price.before_commit', // the version, its line and its event are written, not committed
  'price.committed', // committed, and its author does not know
  'hook.kept', // the message is on disk, and the provider was not told
  'payment.fact_inserted', // the fact is written, nothing is given for it, nothing committed
  'payment.before_commit', // the fact and what is given for it are written, not committed
  'refund.before_send', // credits are frozen, and the provider was not asked
  'refund.sent', // the provider was asked, and its answer not kept
  'refund.before_commit', // the provider's word and what it takes are written, not committed
] as const
export type CrashPoint = (typeof CRASH_POINTS)[number]

export interface Crash {
  readonly point: CrashPoint
  /** Which time the point is passed: 1 is the first. */
  readonly nth: number
}

// One for the process, like the process's end itself.
let armed: Crash | undefined
let passed = 0

/** Only a server in test mode is ever asked; the configuration refuses it elsewhere. */
export function armCrash(crash: Crash): void {
  invariant(crash.nth > 0, 'K15', 'a point is passed a first time at the earliest')
  armed = crash
  passed = 0
}

/** Passes by; in a process that was asked to die here it does not return. */
export function crashPoint(point: CrashPoint): void {
  if (armed?.point !== point) return
  passed += 1
  // Not an exit: no handler runs, no line is flushed, no connection is closed in order.
  if (passed === armed.nth) process.kill(process.pid, 'SIGKILL')
}

/** Reads `name` or `name:nth`; undefined when there is no such point. */
export function parseCrash(unchecked: string): Crash | undefined {
  const [name, nth = '1', ...more] = unchecked.split(':')
  const point = CRASH_POINTS.find((one) => one === name)
  if (point === undefined || more.length > 0 || !/^[1-9]\d{0,5}$/.test(nth)) return undefined
  return { point, nth: Number(nth) }
}
