import { sql } from 'kysely'
import type { Database } from '#kernel/db'
import { cellOfUuid } from './cells.ts'
import { type EntryLine, QUIET } from './reads.ts'

/** What an entry took from a lot or gave to it, and where that lot came from. */
interface DrawnLot {
  readonly lot_id: string
  readonly amount: number
  readonly source: string
  readonly order_id: string | null
  readonly expires_at: string | null
}

interface EntryStory extends EntryLine {
  readonly owner: string
  readonly asset: string
  readonly draws: readonly DrawnLot[]
}

const TOLD = sql`
  e.id, e.seq, e.kind, e.amount, e.balance_after, e.action, e.description, e.reference_type, e.reference_id,
  e.metadata, e.contra, e.created_at, e.owner, e.asset, ${sql.raw(QUIET)}`

/** One entry with the lots it moved, in the order in which they burnt. */
export async function findEntryStory(db: Database, uuid: string): Promise<EntryStory | undefined> {
  const { rows } = await sql<EntryStory>`
    select ${TOLD}, coalesce((
      select json_agg(json_build_object(
               'lot_id', u.lot, 'amount', u.amount, 'source', l.source, 'order_id', l.order_id,
               'expires_at', nullif(l.expires_at, 'infinity')) order by u.nth)
        from unnest(e.draw_lots, e.draw_amounts) with ordinality as u (lot, amount, nth)
        join ledger.lots l on l.cell = e.cell and l.id = u.lot), '[]') as draws
      from ledger.entries e
     where e.cell = ${cellOfUuid(uuid)} and e.id = ${uuid}::uuid
  `.execute(db)
  return rows[0]
}

/** What of a charge was given back, oldest first. */
export async function listRefundsOf(db: Database, chargeUuid: string): Promise<EntryLine[]> {
  const { rows } = await sql<EntryLine>`
    select ${TOLD} from ledger.entries e
     where e.cell = ${cellOfUuid(chargeUuid)} and e.kind = 'refund' and e.reference_id = ${chargeUuid}
     order by e.seq
  `.execute(db)
  return rows
}
