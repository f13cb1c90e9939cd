import { expect, test } from 'vitest'
import { SHIFT_MS_MAX, wantedShift } from './clock-move.ts'
import { parseMoment } from './moment.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 0, 1)

test('a move is a duration from where the clock stands, or a time to stand at', () => {
  expect(wantedShift(5, NOW, { by: '30d' })).toBe(5 + 30 * DAY_MS)
  expect(wantedShift(5, NOW, { to: '2026-01-02T00:00:00Z' })).toBe(5 + DAY_MS)
  expect(wantedShift(5, NOW, { to: '2025-12-31T01:00:00+01:00' })).toBe(5 - DAY_MS)
})

test('a reset works from wherever the clock stands', () => {
  for (const shift of [0, -SHIFT_MS_MAX, SHIFT_MS_MAX * 2, 9e18, Number.NaN])
    expect(wantedShift(shift, NOW + shift, { reset: true })).toBe(0)
})

test('exactly one thing is asked for, and it can be read', () => {
  for (const move of [
    {},
    { by: '1d', reset: true },
    { by: '1d', to: '2027-01-01T00:00:00Z' },
    { reset: false },
    { by: '1y' },
    { to: 'tomorrow' },
  ])
    expect(wantedShift(0, NOW, move)).toBeUndefined()
})

test('no move goes further than the limit, in one step or in several', () => {
  expect(wantedShift(SHIFT_MS_MAX - DAY_MS, NOW, { by: '1d' })).toBe(SHIFT_MS_MAX)
  expect(wantedShift(SHIFT_MS_MAX, NOW, { by: '1s' })).toBeUndefined()
  expect(wantedShift(0, NOW, { by: '999999w' })).toBeUndefined()
  expect(wantedShift(0, NOW, { to: '9999-01-01T00:00:00Z' })).toBeUndefined()
  expect(wantedShift(0, NOW, { to: '0001-01-01T00:00:00Z' })).toBeUndefined()
})

test.each([
  ['2027-01-01T00:00:00Z', Date.UTC(2027, 0, 1)],
  ['2027-01-01t00:00:00.25z', Date.UTC(2027, 0, 1) + 250],
  ['2028-02-29 23:59:59-05:30', Date.UTC(2028, 2, 1, 5, 29, 59)],
])('a moment is read as RFC 3339: %s', (text, ms) => expect(parseMoment(text)).toBe(ms))

test.each([
  '',
  '1',
  '2027',
  '2027-01-01',
  '2027-01-01T00:00:00',
  'Jan 1 2027',
  '2027-02-29T00:00:00Z',
  '2027-13-01T00:00:00Z',
  '2027-01-01T24:00:00Z',
  '9999-12-31T23:59:59-01:00',
  '+012027-01-01T00:00:00Z',
])('what only Date.parse would take is no moment: %s', (text) =>
  expect(parseMoment(text)).toBeUndefined(),
)
