import { sealBlocks } from '#ledger'
import { type CsvRow, csvRows } from './csv.ts'
import { StartRefused } from './start-refused.ts'
import type { World } from './world.ts'

/** One row, by the names of its columns; a cell that is empty is not there. */
export interface NamedRow {
  readonly line: number
  readonly cell: (name: string) => string | undefined
  /** Why its cells cannot be told apart. */
  readonly shapeFault: string | undefined
}

/** Why a row cannot be taken in. */
export interface RowFault {
  readonly line: number
  readonly reason: string
}

/** How a row ended: given now, found in the books from the same file before, or refused. */
export type RowEnd = 'taken' | 'already' | RowFault

/** How many rows ended how. */
export function newTally() {
  const counts = { taken: 0, already: 0 }
  const faults: RowFault[] = []
  return {
    note: (end: RowEnd): void => {
      if (typeof end === 'string') counts[end] += 1
      else faults.push(end)
    },
    done: (): Tally => ({ ...counts, faults }),
  }
}
export interface Tally {
  readonly taken: number
  readonly already: number
  readonly faults: readonly RowFault[]
}

export const ROW_FAULTS_MAX = 50
const KEPT_AS_IT_IS = new Set(['external_id', 'owner', 'description', 'reason', 'ref'])
const NAME_LETTERS_MAX = 128
const TEXT_LETTERS_MAX = 500

interface Columns {
  readonly needed: readonly string[]
  readonly known: readonly string[]
}

/** The rows under the header. A column that nobody knows is refused: it may be the one that was meant. */
export async function* namedRows(path: string, columns: Columns): AsyncGenerator<NamedRow> {
  let header: readonly string[] | undefined
  for await (const row of csvRows(path)) {
    const { line, cells } = row
    if (header === undefined) {
      header = cells.map((cell) => cell.trim().toLowerCase())
      if (row.isCut) throw new StartRefused('the first line has quotes that never end')
      checkHeader(header, columns)
      continue
    }
    const names = header
    yield {
      line,
      shapeFault: shapeFaultOf(row, names.length),
      cell: (name) => {
        const at = names.indexOf(name)
        const text = at < 0 ? undefined : cells[at]
        // A name may end in a blank, and then it is another name; a number never does.
        return (KEPT_AS_IT_IS.has(name) ? text : text?.trim()) || undefined
      },
    }
  }
  if (header === undefined) throw new StartRefused(`${path} is empty`)
}

// A comma inside a number that nobody quoted makes a cell more, and a row of another amount.
function shapeFaultOf({ cells, isCut }: CsvRow, columns: number): string | undefined {
  if (isCut) return 'the file ends inside the quotes of this row'
  return cells.length === columns
    ? undefined
    : `it has ${cells.length} cells, and the first line names ${columns}`
}

function checkHeader(header: readonly string[], { needed, known }: Columns): void {
  const missing = needed.filter((name) => !header.includes(name))
  if (!header.includes('external_id') && !header.includes('owner')) missing.push('external_id')
  if (missing.length > 0) throw new StartRefused(`the first line lacks: ${missing.join(', ')}`)
  const strange = header.filter((name) => !known.includes(name))
  if (strange.length > 0)
    throw new StartRefused(
      `the first line names columns that are not known here: ${strange.join(', ')}; known are ${known.join(', ')}`,
    )
  const twice = header.find((name, i) => header.indexOf(name) !== i)
  if (twice !== undefined) throw new StartRefused(`the first line names ${twice} twice`)
}

/** An amount in minor units, as an integer that JSON carries exactly; undefined when it is none. */
export const amountOf = (text: string | undefined): bigint | undefined => {
  if (text === undefined || !/^-?\d{1,16}$/.test(text)) return undefined
  const amount = BigInt(text)
  return amount <= MOST && amount >= -MOST && amount !== 0n ? amount : undefined
}
const MOST = BigInt(Number.MAX_SAFE_INTEGER)

export interface WhoseRow {
  readonly externalId: string | undefined
  readonly owner: string | undefined
}

/** Whose row it is; an external id counts before an owner, whose id is another one in every installation. */
export const whoseOf = ({ cell }: NamedRow): WhoseRow | string => {
  const [externalId, owner] = [cell('external_id'), cell('owner')]
  const name = externalId ?? owner
  if (name === undefined) return 'external_id or owner is needed'
  if (name.length > NAME_LETTERS_MAX || /\p{Cc}/u.test(name))
    return `a name has at most ${NAME_LETTERS_MAX} letters, and no line in it`
  return externalId === undefined ? { externalId, owner } : { externalId, owner: undefined }
}

export const textFault = (text: string | undefined): string | undefined =>
  text !== undefined && (text.length > TEXT_LETTERS_MAX || text.includes('\0'))
    ? `a text has at most ${TEXT_LETTERS_MAX} letters`
    : undefined

/** The keys of a file grow from what is in it, so the same file again moves nothing. */
export const keysOf = (digest: string): string => `${IMPORT_KEYS}${digest.slice(0, 32)}-`
export const IMPORT_KEYS = 'import-'

const SEALED_ROWS = 10_000

/** Seals what came in while it comes in: without a server nobody else does, and one block of everything is hard to seal. */
export function newSealing({ db }: Pick<World, 'db'>, everyRows = SEALED_ROWS) {
  let unsealed = 0
  return async (rows: number): Promise<void> => {
    unsealed += rows
    if (unsealed < everyRows) return
    unsealed = 0
    await sealBlocks(db)
  }
}
