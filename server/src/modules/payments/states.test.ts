import { expect, test } from 'vitest'
import { statesThatAccept, unreachable } from '#kernel/states'
import { ATTEMPT_STATES } from './attempt-states.ts'
import { DISPUTE_STATES } from './dispute-states.ts'
import { REFUND_AFTER, REFUND_STATES, REFUND_UNDER_WAY } from './refund-states.ts'
import { TRANSFER_STATES } from './transfer-states.ts'

test('PY3: every state of an attempt can be reached, paid is left by nothing, and a success comes to all that is not paid', () => {
  expect(unreachable(ATTEMPT_STATES, 'created')).toEqual([])
  expect(Object.values(ATTEMPT_STATES.succeeded)).toEqual(Array(5).fill('same'))
  expect(statesThatAccept(ATTEMPT_STATES, 'succeed').sort()).toEqual([
    'closed',
    'created',
    'failed',
    'submitted',
    'unknown',
  ])
})

test('PY4: every state of a refund can be reached; what waits for a person or got a no is ended by no provider', () => {
  expect(unreachable(REFUND_STATES, 'requested')).toEqual([])
  for (const event of ['submit', 'lose', 'succeed', 'fail', 'go_astray'] as const)
    for (const state of ['requested', 'rejected'] as const)
      expect(REFUND_STATES[state][event]).toBe('never')
  expect(statesThatAccept(REFUND_STATES, 'reject')).toEqual(['requested'])
  expect(statesThatAccept(REFUND_STATES, 'approve')).toEqual(['requested'])
})

test('PY4: an event moves a refund to one state, wherever it comes from', () => {
  for (const row of Object.values(REFUND_STATES))
    for (const event of Object.keys(REFUND_AFTER) as (keyof typeof REFUND_AFTER)[])
      expect([REFUND_AFTER[event], 'same', 'never']).toContain(row[event])
})

test('PY5: a refund’s money is spoken for exactly until a provider or a person has ended it', () => {
  const ends = ['succeeded', 'failed', 'abnormal', 'rejected']
  expect([...REFUND_UNDER_WAY].sort()).toEqual(
    Object.keys(REFUND_STATES)
      .filter((state) => !ends.includes(state))
      .sort(),
  )
})

test('T60: a dispute can be won and lost in any order of courts, and what is decided is opened by nobody', () => {
  expect(unreachable(DISPUTE_STATES, 'opened')).toEqual([])
  expect(statesThatAccept(DISPUTE_STATES, 'opened')).toEqual([])
})

test('PY11 T72: every state of a transfer can be reached; only the provider’s word ends it, and what arrived can only be returned', () => {
  expect(unreachable(TRANSFER_STATES, 'requested')).toEqual([])
  expect(statesThatAccept(TRANSFER_STATES, 'return').sort()).toEqual([
    'requested',
    'submitted',
    'succeeded',
    'unknown',
    'wait_user',
  ])
  for (const state of ['failed', 'cancelled', 'returned'] as const)
    expect(new Set(Object.values(TRANSFER_STATES[state]))).toEqual(new Set(['same']))
  for (const event of ['succeed', 'fail', 'cancel'] as const)
    expect(statesThatAccept(TRANSFER_STATES, event).sort()).toEqual([
      'requested',
      'submitted',
      'unknown',
      'wait_user',
    ])
})
