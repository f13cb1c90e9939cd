import type { Database } from '#kernel/db'
import { type HistoryWanted, listHistory } from '#ledger'
import { EXPORT_PAGE_ROWS_MAX } from './limits.ts'
import { entryAnswer } from './read-routes.ts'

const COLUMNS = [
  ...(['created_at', 'entry_id', 'kind', 'action', 'amount', 'balance_after'] as const),
  ...(['description', 'reference_type', 'reference_id'] as const),
]

/** History as a file, newest first, a page at a time: memory stays flat. */
export async function* historyFile(
  db: Database,
  want: Omit<HistoryWanted, 'before' | 'rowsMax'>,
): AsyncGenerator<string> {
  yield line(COLUMNS.map(textCell))
  for (let before: string | undefined; ; ) {
    const rows = await listHistory(db, { ...want, before, rowsMax: EXPORT_PAGE_ROWS_MAX })
    if (rows.length > 0) yield rows.map((row) => lineOf(entryAnswer(row))).join('')
    const last = rows.at(-1)
    if (rows.length < EXPORT_PAGE_ROWS_MAX || !last) return
    before = String(last.seq)
  }
}

const lineOf = (entry: ReturnType<typeof entryAnswer>): string =>
  line([
    ...[entry.created_at, entry.entry_id, entry.kind, entry.action ?? ''].map(textCell),
    ...[String(entry.amount), String(entry.balance_after)],
    ...[entry.description, entry.reference?.type, entry.reference?.id].map((text) =>
      textCell(text ?? ''),
    ),
  ])

const line = (cells: readonly string[]): string => `${cells.join(',')}\r\n`

/** What a spreadsheet would run as a formula stays a text; an amount is a number, and its minus is its own. */
const textCell = (text: string): string =>
  `"${(/^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
