import { expect, test } from 'vitest'
import { OTHERS, usageOf } from './usage-days.ts'

const line = (day: string, action: string, charged: number, refunded = 0) => ({
  ...{ day, action, charges: 1, charged, refunded },
})

test('every day has its place, the empty ones too, up to the moment that is not counted in', () => {
  const usage = usageOf(
    [
      line('2026-11-20', 'image', 5),
      line('2026-11-22', 'image', 7, 2),
      line('2026-11-22', 'video', 1),
    ],
    '2026-11-19T15:00:00.000Z',
    '2026-11-23T00:00:00.000Z',
  )
  expect(usage.series).toEqual(['image', 'video'])
  expect(usage.days).toEqual([
    { day: '2026-11-19', charged: [0, 0], sum: 0, refunded: 0 },
    { day: '2026-11-20', charged: [5, 0], sum: 5, refunded: 0 },
    { day: '2026-11-21', charged: [0, 0], sum: 0, refunded: 0 },
    { day: '2026-11-22', charged: [7, 1], sum: 8, refunded: 2 },
  ])
  expect(usage.most).toBe(8)
})

test('what has no colour of its own stands together, and nothing is lost', () => {
  const lines = 'abcdefgh'.split('').map((name, i) => line('2026-11-20', name, 100 - i))
  const { series, days } = usageOf(lines, '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z')
  expect(series).toEqual(['a', 'b', 'c', 'd', 'e', OTHERS])
  expect(days[0]?.charged.at(-1)).toBe(95 + 94 + 93)
  expect(days[0]?.charged.reduce((a, b) => a + b)).toBe(days[0]?.sum)
  const six = usageOf(lines.slice(0, 6), '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z')
  expect(six.series).toHaveLength(6)
  expect(six.series).not.toContain(OTHERS)
})

test('nothing spent is an empty picture, not a broken one', () => {
  expect(usageOf([], '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z')).toMatchObject({
    ...{ series: [], most: 0 },
    days: [{ day: '2026-11-20', charged: [], sum: 0 }],
  })
})
