import { expect, test } from 'vitest'
import { bestValue, perHundred } from './best-value.ts'

const offer = (id: number, amount: number, credits: number) => ({ id, amount, credits })

test('the package that is cheapest by the credit is the best, whatever it costs in all', () => {
  expect(bestValue([offer(1, 600, 100), offer(2, 3_000, 600), offer(3, 6_800, 1_600)])).toBe(3)
  expect(bestValue([offer(1, 100, 100), offer(2, 900, 600)])).toBe(1)
})

test('nobody is the best of a tie, of one, of none, or by giving nothing', () => {
  expect(bestValue([offer(1, 500, 100), offer(2, 1_000, 200), offer(3, 700, 100)])).toBeUndefined()
  expect(bestValue([offer(1, 500, 100)])).toBeUndefined()
  expect(bestValue([])).toBeUndefined()
  expect(bestValue([offer(1, 1_000, 0), offer(2, 2_000, 0)])).toBeUndefined()
})

test('two packages at one price are equal however large their numbers are', () => {
  const [a, b] = [offer(1, 9_007_199_254_740_881, 3), offer(2, 9_007_199_254_740_880, 3)]
  expect(bestValue([a, b])).toBe(2)
  expect(perHundred(offer(1, 6_800, 1_600))).toBe(425)
})
