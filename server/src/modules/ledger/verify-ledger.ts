import { sql } from 'kysely'
import type { Database, Tx } from '#kernel/db'
import { CELLS } from './cells.ts'
import { CELL_LAWS, type Fault, transfersLaw } from './verify-laws.ts'
import {
  FAULTS_MAX,
  VERIFY_CELLS_AT_ONCE,
  VERIFY_SORT_MIB_MAX,
  VERIFY_STATEMENT_MS_MAX,
} from './verify-limits.ts'
import { linesLaw } from './verify-lines.ts'

export interface Progress {
  readonly cells: number
  readonly entries: number
}

interface Options {
  /** The first cell to look at: those before it were looked at by somebody who was interrupted. */
  readonly from?: number
  readonly onProgress?: (progress: Progress) => void
  /** Asked to stop, it ends the cells it has begun. */
  readonly signal?: AbortSignal
}

export interface Verified {
  readonly cells: number
  readonly entries: number
  /** The first cell that was not looked at, where it was stopped before the end. */
  readonly next: number | undefined
  /** In the order of the cells. */
  readonly faults: readonly Fault[]
}

/**
 * Reads all books cell by cell and names the first row of each cell that breaks a law. Each cell is read in a snapshot of
 * its own, so charges go on meanwhile and a long look holds back no vacuum.
 */
export async function verifyLedger(db: Database, options: Options = {}): Promise<Verified> {
  const from = options.from ?? 0
  const faults: Fault[] = []
  let next = from
  let cells = 0
  let entries = 0
  const isOver = () =>
    next >= CELLS || options.signal?.aborted === true || faults.length >= FAULTS_MAX
  const work = async () => {
    while (!isOver()) {
      const cell = next++
      const seen = await inSnapshot(db, (tx) => verifyCell(tx, cell))
      faults.push(...seen.faults)
      entries += seen.entries
      cells += 1
      options.onProgress?.({ cells: from + cells, entries })
    }
  }
  await Promise.all(Array.from({ length: VERIFY_CELLS_AT_ONCE }, work))
  if (next >= CELLS)
    faults.push(...(await inSnapshot(db, async (tx) => (await transfersLaw.execute(tx)).rows)))
  faults.sort((a, b) => (a.cell ?? CELLS) - (b.cell ?? CELLS))
  return {
    cells,
    entries,
    next: next < CELLS ? next : undefined,
    faults: faults.slice(0, FAULTS_MAX),
  }
}

async function verifyCell(tx: Tx, cell: number) {
  const faults: Fault[] = []
  for (const law of [...CELL_LAWS, linesLaw]) faults.push(...(await law(cell).execute(tx)).rows)
  const { rows } = await sql<{ entries: bigint }>`
    select coalesce(sum(version), 0)::bigint as entries from ledger.accounts where cell = ${cell}
  `.execute(tx)
  return { faults, entries: Number(rows[0]?.entries ?? 0) }
}

/** One moment for all laws of a cell: what one of them says of an account, the next says of the same. */
const inSnapshot = <T>(db: Database, read: (tx: Tx) => Promise<T>): Promise<T> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      await sql`
        select set_config('statement_timeout', ${String(VERIFY_STATEMENT_MS_MAX)}, true),
               set_config('work_mem', ${`${VERIFY_SORT_MIB_MAX}MB`}, true),
               set_config('client_encoding', 'UTF8', true),
               set_config('jit', 'off', true),
               set_config('max_parallel_workers_per_gather', '0', true)
      `.execute(tx)
      return read(tx)
    })
