import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

// A spreadsheet runs a cell that begins so as a formula. With a quote in front it stays a text, and one that had
// quotes before gets one more, so that taking one off gives back what was there.
const FORMULA = /^'*[=+\-@\t\r]/

const guarded = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)
const unguarded = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text

/** Texts are guarded; numbers are not, for a minus is theirs. */
type Cell = string | bigint | number | boolean | null

const spelled = (cell: Cell): string => {
  if (cell === null) return ''
  return typeof cell === 'string' ? `"${guarded(cell).replaceAll('"', '""')}"` : String(cell)
}

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(spelled).join(',')}\r\n`

export interface CsvRow {
  /** Where it begins in the file, counted from 1 as editors do. */
  readonly line: number
  readonly cells: readonly string[]
  /** The file ends inside its quotes: what a cell swallowed were rows once. */
  readonly isCut?: true
}

/** Reads a file of any length row by row; `onByte` hears the bytes, for a digest. */
export async function* csvRows(
  path: string,
  onBytes: (bytes: Uint8Array) => void = () => {},
): AsyncGenerator<CsvRow> {
  const decoder = new TextDecoder('utf-8', { fatal: true }) // drops a mark at the start, and only there
  const reader = newReader()
  for await (const chunk of createReadStream(path)) {
    onBytes(chunk)
    yield* reader.take(decoder.decode(chunk, { stream: true }))
  }
  yield* reader.take(decoder.decode())
  yield* reader.end()
}

export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

/** Commas, quotes that are doubled inside quotes, and lines that end in any way. */
function newReader() {
  let cells: string[] = []
  let cell = ''
  let state: 'plain' | 'quoted' | 'quote seen' = 'plain'
  let line = 1
  let began = 1
  let afterReturn = false
  const endCell = () => {
    cells.push(unguarded(cell))
    cell = ''
    state = 'plain'
  }
  const endRow = (): CsvRow | undefined => {
    endCell()
    const row = { line: began, cells }
    cells = []
    began = line
    return row.cells.length === 1 && row.cells[0] === '' ? undefined : row
  }
  const inQuotes = (letter: string) => {
    if (letter === '\n') line += 1
    if (letter === '"') state = 'quote seen'
    else cell += letter
  }
  const outside = (letter: string): CsvRow | undefined => {
    if (letter === '"' && state === 'quote seen') {
      cell += letter
      state = 'quoted'
    } else if (letter === '"' && cell === '') state = 'quoted'
    else if (letter === ',') endCell()
    else if (letter === '\n' || letter === '\r') {
      line += 1
      afterReturn = letter === '\r'
      return endRow()
    } else cell += letter
    return undefined
  }
  return {
    *take(text: string): Generator<CsvRow> {
      for (const letter of text) {
        const isSecondHalf = afterReturn && letter === '\n'
        afterReturn = false
        if (isSecondHalf) continue
        if (state === 'quoted') inQuotes(letter)
        else {
          const row = outside(letter)
          if (row) yield row
        }
      }
    },
    *end(): Generator<CsvRow> {
      if (state === 'quoted') {
        yield { line: began, cells: [...cells, cell], isCut: true }
        return
      }
      if (cell === '' && cells.length === 0) return
      const row = endRow()
      if (row) yield row
    },
  }
}
