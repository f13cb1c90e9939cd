import { sql } from 'kysely'
import type { Clock } from '#kernel/clock'
import type { Keyring } from '#kernel/crypto'
import type { Database } from '#kernel/db'
import type { Log } from '#kernel/log'
import { CELLS } from './cells.ts'
import { anchorHeads, checkAnchors, KNOWN_SECRET_LAW } from './verify-anchors.ts'
import type { Fault } from './verify-laws.ts'
import { type Progress, verifyLedger } from './verify-ledger.ts'
import { FAULTS_MAX } from './verify-limits.ts'

export interface JudgeDeps {
  readonly db: Database
  readonly clock: Clock
  readonly ring: Keyring
  readonly log: Log
  /** Where the heads of the chains are kept, outside the database. */
  readonly dataFolder: string
}

interface Verdict {
  readonly cells: number
  readonly entries: number
  readonly anchors: number
  readonly faults: readonly Fault[]
  readonly next: number | undefined
}

interface Judging {
  readonly by: 'job' | 'command'
  readonly from?: number
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}

/** The whole proof: the anchors, then every cell. Keeps the verdict, and anchors the heads of books that are whole. */
export async function judgeLedger(deps: JudgeDeps, judging: Judging): Promise<Verdict> {
  const { rows } = await sql<{ at: string }>`select clock_timestamp()::text as at`.execute(deps.db)
  const kept = await checkAnchors({ ...deps, folder: deps.dataFolder })
  const seen = await verifyLedger(deps.db, judging)
  const faults = [...kept.faults, ...seen.faults].slice(0, FAULTS_MAX)
  const verdict = { ...seen, anchors: kept.anchors, faults }
  await sql`
    select ledger.note_verdict(${rows[0]?.at}::timestamptz, ${judging.by}, ${seen.cells}::smallint,
                               ${seen.entries}, ${kept.anchors}, ${JSON.stringify(faults)}::jsonb)
  `.execute(deps.db)
  if (faults.length === 0) await anchorHeads({ ...deps, folder: deps.dataFolder })
  for (const fault of faults) deps.log.error({ module: 'ledger' }, sayFault(fault))
  return verdict
}

/** One line of the log; what nobody here can judge is not called broken. */
export const sayFault = ({ table, key, law, found }: Fault): string =>
  law === KNOWN_SECRET_LAW
    ? `anchors of the ledger cannot be judged: ${table} ${key}: ${found}`
    : `a law of the ledger is broken: ${table} ${key}: ${law}`

export interface KeptVerdict {
  readonly at: Date
  readonly began_at: Date
  readonly by: string
  readonly cells: number
  readonly entries: bigint
  readonly anchors: number
  readonly faults: readonly Fault[]
}

export async function lastVerdict(db: Database): Promise<KeptVerdict | undefined> {
  const { rows } = await sql<KeptVerdict>`
    select at, began_at, by, cells, entries, anchors, faults from ledger.verdicts order by at desc limit 1
  `.execute(db)
  return rows[0]
}

/** In one word. */
export const stateOf = ({ faults, cells }: Pick<KeptVerdict, 'faults' | 'cells'>) => {
  if (faults.length > 0) return 'broken' as const
  return cells < CELLS ? ('unfinished' as const) : ('whole' as const)
}
