import { expect, test } from 'vitest'
import { reasonOf } from './price-reason.ts'

test('only the reason that the installation gave is read as a code: what somebody typed stays', () => {
  const term = (kind: string, word: string) => `${kind} ${word}`
  const reason = 'first_prices'
  expect(reasonOf({ reason, published_by: 'migration' }, term)).toBe('own_reason first_prices')
  expect(reasonOf({ reason, published_by: 'usr_ada' }, term)).toBe(reason)
})
