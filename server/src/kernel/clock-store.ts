import { sql } from 'kysely'
import type { MovableClock } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { type Signals, signal } from '#kernel/signals'

const MOVED = 'clock.moved'

/** Keeps this node's clock where the database says it stands, so that all nodes share one time. */
export async function followClock(
  db: Database,
  clock: MovableClock,
  signals: Signals,
): Promise<void> {
  const read = async (): Promise<void> => {
    await sql`select 1`.execute(db) // so that no connection has to be made while we measure
    const before = Date.now()
    const { rows } = await sql<{ shift_ms: bigint; database_ms: string }>`
      select shift_ms, extract(epoch from clock_timestamp()) * 1000 as database_ms from kernel.clock
    `.execute(db)
    const ahead = Number(rows[0]?.database_ms) - (before + Date.now()) / 2
    const row = rows[0]
    if (!row) return
    // The database's machine has the say: two nodes whose own clocks differ must not differ in business.
    const drift = Math.abs(ahead) > DRIFT_MS_MIN ? Math.round(ahead) : 0
    clock.shift(Number(row.shift_ms) + drift)
  }
  signals.on(MOVED, () => {
    read().catch(() => {}) // the next signal or reconnection reads again
  })
  signals.onConnected(() => {
    read().catch(() => {})
  })
  await read()
}

/** Below this, what is measured is the trip to the database rather than its clock. */
const DRIFT_MS_MIN = 1_000

export async function moveClock(tx: Tx, shiftMs: number): Promise<void> {
  await sql`update kernel.clock set shift_ms = ${shiftMs}`.execute(tx)
  await signal(tx, MOVED)
}

export async function clockShift(db: Database): Promise<number> {
  const { rows } = await sql<{ shift_ms: bigint }>`select shift_ms from kernel.clock`.execute(db)
  return Number(rows[0]?.shift_ms ?? 0n)
}
