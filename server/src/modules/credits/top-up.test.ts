import { expect, test } from 'vitest'
import type { Instant } from '#kernel/clock'
import { unreachable } from '#kernel/states'
import { monthStart, TOP_UP_STATES } from './top-up.ts'

test('C17: every state of an attempt can be reached, and what was paid stays paid', () => {
  expect(unreachable(TOP_UP_STATES, 'in_flight')).toEqual([])
  expect(TOP_UP_STATES.paid.declined).toBe('never')
  expect(TOP_UP_STATES.declined.paid).toBe('paid')
  expect(TOP_UP_STATES.lapsed.paid).toBe('paid')
})

test('C17: a month begins with its first day of UTC', () => {
  const last = Date.parse('2026-12-31T23:59:59.999Z') as Instant
  expect(new Date(monthStart(last)).toISOString()).toBe('2026-12-01T00:00:00.000Z')
  expect(monthStart((last + 1) as Instant)).toBe(last + 1)
})
