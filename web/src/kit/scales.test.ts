import { expect, test } from 'vitest'
import { rising, sideBySide } from './scales.ts'

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [7, [0, 2, 4, 6, 8]],
  [1_000, [0, 500, 1_000]],
  [2_240, [0, 1_000, 2_000, 3_000]],
])('the ticks up to %s are round and reach it', (top, ticks) => {
  expect(rising(top, [0, 100], 4).ticks).toEqual(ticks)
})

test('a value lies where its share of the whole is', () => {
  const y = rising(1_000, [200, 0], 4)
  expect([y.at(0), y.at(500), y.at(1_000)]).toEqual([200, 100, 0])
})

test('bars share the width and leave a gap', () => {
  const x = sideBySide(2, [0, 100], 0.5)
  expect([x.wide, x.at(0), x.at(1)]).toEqual([25, 12.5, 62.5])
})
