import { expect, test } from 'vitest'
import { compared, missed } from '../bench/goals.ts'
import type { Line } from '../bench/measure.ts'

const line = (name: string, perSecond: number, p99Ms = 0): [string, Line] => [
  name,
  { name, callers: 1, perSecond, p50Ms: 1, p99Ms, slices: [] },
]

test('what a run came to is held against the goal and against the floor, each by itself', () => {
  const judged = (teller: number) =>
    compared(new Map([line('teller_uniform', teller), line('naive_uniform', 1_000)]))
  expect(judged(8_000)).toEqual([
    { what: 'teller ÷ naive, uniform', value: 8, goal: '≥ 8', floor: '≥ 5', misses: null },
  ])
  expect([7_999, 5_000, 4_999].map((teller) => judged(teller)[0]?.misses)).toEqual([
    ...['goal', 'goal', 'floor'],
  ])
  expect(missed(judged(8_000))).toEqual([])
})

test('each line that misses has a sentence, from its figures', () => {
  const lines = new Map([
    line('teller_uniform', 4_000),
    line('naive_uniform', 1_000),
    line('pgbench_simple_update', 1_000),
    line('balance_paced', 2_000, 5),
    line('history_paced', 2_000, 4.99),
  ])
  expect(missed(compared(lines))).toEqual([
    '- teller ÷ naive, uniform: 4 misses the goal of ≥ 8, and the floor of ≥ 5 as well.',
    '- teller ÷ pgbench -N: 4 misses the goal of ≥ 5; the floor of ≥ 3 holds.',
    '- balance at 2,000 a second, p99 ms: 5 misses the goal of < 5; it has no floor.',
  ])
})
