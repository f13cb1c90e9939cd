import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cursorOf, parseCursor } from './place.ts'
import { csvCell } from './trail-file.ts'

test('A7: a cell reads back as what it was, except that no formula runs', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const cell = csvCell(text)
      const inside = cell.slice(1, -1)
      expect(inside.replaceAll('""', '')).not.toContain('"')
      expect(inside).not.toMatch(/^[=+\-@\t\r]/)
      expect(inside.replaceAll('""', '"').replace(/^'(?='*[=+\-@\t\r])/, '')).toBe(text)
    }),
    { examples: [["'+"], ["''=1"], ["'"], ['+']] },
  )
  expect(csvCell('=HYPERLINK("http://x")')).toBe(`"'=HYPERLINK(""http://x"")"`)
})

test('A7: a cursor leads back to its place, and nothing else is one', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (micros, id) => {
      const place = { micros: String(micros), id: String(id) }
      expect(parseCursor(cursorOf(place))).toEqual(place)
    }),
  )
  const encode = (text: string) => Buffer.from(text).toString('base64url')
  for (const text of [
    '',
    '1',
    '1.',
    '-1.2',
    '1.2.3',
    `1.${'9'.repeat(19)}`,
    `1${'0'.repeat(16)}.1`,
    "1.1'",
  ])
    expect(parseCursor(encode(text))).toBeUndefined()
  expect(parseCursor('%%%')).toBeUndefined()
})
