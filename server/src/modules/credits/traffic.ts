import type { Clock, Instant } from '#kernel/clock'
import { type Database, inTx, type Tx } from '#kernel/db'
import { CELLS, pricedHours } from '#ledger'
import { BLOCKS_AT_ONCE_MAX } from './limits.ts'
import { TRAFFIC_KEPT_MS } from './price-limits.ts'
import {
  addTraffic,
  forgetTraffic,
  lockTraffic,
  setTrafficMark,
  trafficMark,
} from './traffic-store.ts'

interface Deps {
  readonly db: Database
  readonly clock: Clock
}

/** Counts what was priced since the last time, each sealed block once, and forgets what is long ago. */
export async function gatherTraffic(
  { db, clock }: Deps,
  afterEach = async () => {},
): Promise<void> {
  for (let cell = 0; cell < CELLS; cell++)
    while (await inTx(db, (tx) => gatherBlocks(tx, cell))) await afterEach()
  await forgetTraffic(db, (clock.now() - TRAFFIC_KEPT_MS) as Instant)
}

/** The counts and the mark move together, or not at all. */
async function gatherBlocks(tx: Tx, cell: number): Promise<boolean> {
  if (!(await lockTraffic(tx))) return false
  const found = await pricedHours(tx, cell, await trafficMark(tx, cell), BLOCKS_AT_ONCE_MAX)
  if (!found) return false
  if (found.hours.length > 0) await addTraffic(tx, found.hours)
  await setTrafficMark(tx, cell, found.upTo)
  return true
}
