import type { RecordedEntry } from './entry.ts'

export const FORMATS = ['csv', 'ndjson'] as const
export type Format = (typeof FORMATS)[number]

/** How the trail is written down as a file: what comes first, then a line for each entry. */
interface FileForm {
  readonly type: string
  readonly head: string
  readonly line: (entry: RecordedEntry) => string
}

const COLUMNS = [
  'entry_id',
  'at',
  'recorded_at',
  'actor_kind',
  'actor_id',
  'actor_roles',
  'acting_as',
  'action',
  'target_kind',
  'target_id',
  'result',
  'reason',
  'before',
  'after',
  'ip',
  'agent',
  'request_id',
] as const satisfies readonly (keyof RecordedEntry)[]

const textOf = (value: RecordedEntry[(typeof COLUMNS)[number]]): string => {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * A cell that a spreadsheet would run as a formula is given a quote in front, and so stays a text; one that looks
 * like that already gets another, so that who reads it back knows which quote is ours.
 */
export const csvCell = (text: string): string =>
  `"${(/^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

export const fileForms: Readonly<Record<Format, FileForm>> = {
  csv: {
    type: 'text/csv; charset=utf-8',
    head: csvLine(COLUMNS),
    line: (entry) => csvLine(COLUMNS.map((column) => textOf(entry[column]))),
  },
  ndjson: {
    type: 'application/x-ndjson',
    head: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
}
