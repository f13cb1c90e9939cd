import { expect, test } from 'vitest'
import { rowsOf } from './rule-rows.ts'

const reader = {
  say: (key: string, values?: Readonly<Record<string, string | number>>) =>
    [key.replace('prices.', ''), ...Object.values(values ?? {})].join(' '),
  number: String,
  dateTime: (at: unknown) => `at ${at}`,
}
const NOTHING = {
  ...{ base: 1, terms: [], multipliers: [], windows: [], discounts: [] },
  ...{ minimum: 0, first_free: false },
}
const four_fifths = { numerator: 4, denominator: 5 }

test('every part of a rule is read as a line, and nothing of it is left out', () => {
  const rows = rowsOf(
    {
      ...NOTHING,
      terms: [
        { kind: 'per_unit', name: 'length', parameter: 's', credits: 3, unit_size: 5, default: 10 },
        { kind: 'table', name: 'size', parameter: 'height', credits: { low: 0, high: 20 } },
      ],
      multipliers: [
        { kind: 'by_number', name: 'copies', parameter: 'count' },
        {
          ...{ kind: 'by_text', name: 'fine', parameter: 'quality', default: 'best' },
          ratios: { draft: four_fifths, best: { numerator: 2, denominator: 1 } },
        },
      ],
      discounts: [{ plan: 'pro', ratio: four_fifths }],
    },
    reader,
  )
  expect(rows).toEqual({
    terms: [
      { name: 'length', text: 'per_unit s 3 5 · default 10' },
      { name: 'size', text: 'by_text height low +0 · high +20' },
    ],
    multipliers: [
      { name: 'copies', text: 'by_number count' },
      { name: 'fine', text: 'by_text quality draft ×4/5 · best ×2 · default best' },
    ],
    windows: [],
    discounts: [{ name: 'pro', text: '×4/5' }],
  })
})

test('a time with another price says by whose clock its hours go, and between which days', () => {
  const hours = (utc_offset_minutes: number) => ({ from: '22:00', to: '06:00', utc_offset_minutes })
  const windows = [
    { name: 'night', ratio: four_fifths, hours: hours(480) },
    { name: 'there', ratio: four_fifths, hours: hours(345), from: 'noon' },
    { name: 'west', ratio: four_fifths, hours: hours(-210), to: 'noon' },
    { name: 'here', ratio: four_fifths, hours: hours(0), from: 'one', to: 'two' },
  ]
  expect(rowsOf({ ...NOTHING, windows }, reader).windows.map(({ text }) => text)).toEqual([
    '×4/5 · hours 22:00 06:00 UTC+8',
    '×4/5 · hours 22:00 06:00 UTC+5:45 · since at noon',
    '×4/5 · hours 22:00 06:00 UTC−3:30 · until at noon',
    '×4/5 · hours 22:00 06:00 UTC · since at one · until at two',
  ])
})
