import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CsvRow, csvLine, csvRows } from './csv.ts'

const read = async (text: string | Uint8Array) => {
  const rows: CsvRow[] = []
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-csv-'))
  try {
    writeFileSync(join(folder, 'a.csv'), text)
    for await (const row of csvRows(join(folder, 'a.csv'))) rows.push(row)
    return rows
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('L24: no cell of a text is run as a formula, and a number keeps its minus', () => {
  expect(csvLine(['=1+1', '+2', '-3', '@x', "'=y", 'plain', -4n, null])).toBe(
    `"'=1+1","'+2","'-3","'@x","''=y","plain",-4,\r\n`,
  )
})

test('L24: whatever texts are written, the same are read back', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', "'", '=', '-', '中', ' ') }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(text, { minLength: 2, maxLength: 4 })), async (rows) => {
      const found = await read(rows.map((row) => csvLine(row)).join(''))
      expect(found.map(({ cells }) => cells)).toEqual(rows)
    }),
    { numRuns: 100 },
  )
})

test('L25: lines are counted as an editor counts them, and any end of line and a mark in front will do', async () => {
  expect(await read('\uFEFFa,b\n\n"x\ny",2\r\n3,4')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 3, cells: ['x\ny', '2'] },
    { line: 5, cells: ['3', '4'] },
  ])
})

test('L25: a mark inside a cell belongs to its text, and only one in front of the file does not', async () => {
  expect(await read('\uFEFFa,b\nx\uFEFFy,\uFEFFz\n')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['x\uFEFFy', '\uFEFFz'] },
  ])
})

test('L25: quotes that never end are told with the row that they begin in', async () => {
  expect(await read('a,b\n1,"2\n3,4\n')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1', '2\n3,4\n'], isCut: true },
  ])
  expect(await read('a\n"')).toContainEqual({ line: 2, cells: [''], isCut: true })
})

test('L25: a file that is not UTF-8 is refused rather than guessed', async () => {
  await expect(read(Uint8Array.of(0x61, 0xff, 0x0a))).rejects.toThrow()
})
