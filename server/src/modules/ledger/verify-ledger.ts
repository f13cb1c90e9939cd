import { sql } from 'kysely'
import type { Database, Tx } from '#kernel/db'
import { CELLS } from './cells.ts'
import { ACCOUNT_LAWS, blocksLaw, type Fault, type Law, transfersLaw } from './verify-laws.ts'
import {
  FAULTS_MAX,
  VERIFY_AT_ONCE,
  VERIFY_PAGE_COST,
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

/** They take about as long as each other, so that two connections share even a cell that has most of the entries. */
const PARTS: readonly (readonly Law[])[] = [ACCOUNT_LAWS, [blocksLaw, linesLaw]]

/**
 * Reads all books cell by cell and names the first row of each cell that breaks a law. Each half of a cell's laws is
 * read in a snapshot of its own, so charges go on meanwhile and a long look holds back no vacuum.
 */
export async function verifyLedger(db: Database, options: Options = {}): Promise<Verified> {
  const from = options.from ?? 0
  const faults: Fault[] = []
  let next = from * PARTS.length
  let parts = 0
  let entries = 0
  // A cell that was begun is ended, by whoever is free.
  const isOver = () =>
    next >= CELLS * PARTS.length ||
    (next % PARTS.length === 0 && (options.signal?.aborted === true || faults.length >= FAULTS_MAX))
  const work = async () => {
    while (!isOver()) {
      const [cell, part] = [Math.floor(next / PARTS.length), next % PARTS.length]
      next += 1
      const seen = await inSnapshot(db, (tx) => verifyPart(tx, cell, PARTS[part] ?? []))
      faults.push(...seen.faults)
      if (part === 0) entries += seen.entries
      parts += 1
      if (parts % PARTS.length === 0)
        options.onProgress?.({ cells: from + parts / PARTS.length, entries })
    }
  }
  await Promise.all(Array.from({ length: VERIFY_AT_ONCE }, work))
  next /= PARTS.length
  if (next >= CELLS)
    faults.push(...(await inSnapshot(db, async (tx) => (await transfersLaw.execute(tx)).rows)))
  faults.sort((a, b) => (a.cell ?? CELLS) - (b.cell ?? CELLS))
  return {
    cells: parts / PARTS.length,
    entries,
    next: next < CELLS ? next : undefined,
    faults: faults.slice(0, FAULTS_MAX),
  }
}

async function verifyPart(tx: Tx, cell: number, laws: readonly Law[]) {
  const faults: Fault[] = []
  for (const law of laws) faults.push(...(await law(cell).execute(tx)).rows)
  const { rows } = await sql<{ entries: bigint }>`
    select coalesce(sum(version), 0)::bigint as entries from ledger.accounts where cell = ${cell}
  `.execute(tx)
  return { faults, entries: Number(rows[0]?.entries ?? 0) }
}

/** One moment for laws that go together: what one of them says of an account, the next says of the same. */
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
               set_config('random_page_cost', ${VERIFY_PAGE_COST}, true),
               set_config('max_parallel_workers_per_gather', '0', true)
      `.execute(tx)
      return read(tx)
    })
