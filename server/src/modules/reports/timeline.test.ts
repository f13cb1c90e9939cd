import { expect, test } from 'vitest'
import type { Instant } from '#kernel/clock'
import { cursorOf, type Happening, parseCursor, readTimeline, type Source } from './timeline.ts'

const happening = (at: number, id: string): Happening => ({
  ...{ at: at as Instant, what: 'entry', id, word: 'charge', amount: 1n, unit: 'credit' },
  ...{ moved: undefined, balanceAfter: undefined, of: undefined, orderId: undefined },
  ...{ note: undefined, by: undefined, refused: false },
})

/** A list with the times it is given, newest first; its places are how far it was read. */
const listOf = (name: string, times: readonly number[]): Source => ({
  name,
  read: async (after, rowsMax) => {
    const from = after === undefined ? 0 : Number(after) + 1
    return times.slice(from, from + rowsMax).map((at, nth) => ({
      place: String(from + nth),
      happening: happening(at, `${name}${from + nth}`),
    }))
  },
})

test('R1: page after page everything comes once, newest first, where times interleave and stand still', async () => {
  const sources = [
    listOf('a', [90, 70, 70, 70, 10]),
    listOf('b', [95, 70, 70, 5, 4, 3, 2, 1]),
    listOf('c', []),
  ]
  for (const rowsMax of [1, 2, 3, 5, 13, 20]) {
    const seen: Happening[] = []
    let places: ReturnType<typeof parseCursor> = {}
    while (places) {
      const { page, next } = await readTimeline(sources, places, rowsMax)
      expect(page.length).toBeLessThanOrEqual(rowsMax)
      seen.push(...page)
      places = next && parseCursor(cursorOf(next))
    }
    expect(seen.map(({ at }) => at)).toEqual([95, 90, 70, 70, 70, 70, 70, 10, 5, 4, 3, 2, 1])
    expect(new Set(seen.map(({ id }) => id)).size).toBe(13)
    expect(seen.filter(({ id }) => id.startsWith('a')).map(({ id }) => id)).toEqual(
      ['a0', 'a1', 'a2', 'a3', 'a4'], // the order within a list is the list's own
    )
  }
})

test('R1: a bent cursor is none', () => {
  const bent = ['', 'x', '[1]', 'null', '{"entry:credit":1}', '{"A":"1"}', '{"order":"a b"}']
  for (const text of bent)
    expect(parseCursor(Buffer.from(text).toString('base64url')), text).toBeUndefined()
  expect(parseCursor(cursorOf({ 'entry:test_credit': '12' }))).toEqual({
    'entry:test_credit': '12',
  })
})
