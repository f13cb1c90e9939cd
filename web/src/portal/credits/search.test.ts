import { expect, test } from 'vitest'
import { filterOf, readCreditsSearch } from './search.ts'

test('an address says what is shown, and what does not fit is left out', () => {
  const good = { tab: 'history', kind: 'charge', action: 'video.generate', days: 7 }
  expect(
    readCreditsSearch({ ...good, from: '2026-02-01', entry: `chg_${'0'.repeat(26)}` }),
  ).toEqual({
    ...{ tab: 'history', kind: 'charge', action: 'video.generate', days: '7' },
    ...{ from: '2026-02-01', to: undefined, entry: `chg_${'0'.repeat(26)}` },
  })
  const bad = {
    tab: 'x',
    kind: 'A',
    action: "1' or",
    from: '2026-13-01',
    to: 5,
    entry: 'x',
    days: 8,
  }
  expect(Object.values(readCreditsSearch(bad)).filter((one) => one !== undefined)).toEqual([])
})

test('a period has its first and its last day in it, where the reader is', () => {
  const february = { from: '2026-02-01', to: '2026-02-28' }
  expect(filterOf(february, 'Asia/Shanghai')).toEqual({
    ...{ from: '2026-01-31T16:00:00.000Z', to: '2026-02-28T16:00:00.000Z' },
  })
  expect(filterOf(february, 'America/Lima')).toEqual({
    ...{ from: '2026-02-01T05:00:00.000Z', to: '2026-03-01T05:00:00.000Z' },
  })
  expect(filterOf({}, undefined)).toEqual({})
})
