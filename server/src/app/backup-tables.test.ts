import { expect, test } from 'vitest'
import { floorsOf } from './backup-tables.ts'

test('tables come after those that they refer to, and a circle is told', () => {
  const leans = [
    { from: 'c', to: 'b' },
    { from: 'b', to: 'a' },
    { from: 'a', to: 'a' },
    { from: 'a', to: 'elsewhere' },
  ]
  expect(floorsOf(['c', 'b', 'a', 'd'], leans)).toEqual([['a', 'd'], ['b'], ['c']])
  expect(() => floorsOf(['a', 'b'], [...leans, { from: 'a', to: 'b' }])).toThrow('in a circle')
})
