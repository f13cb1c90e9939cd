import { expect, test } from 'vitest'
import { type StateTable, statesThatAccept, unreachable } from '#kernel/states'

const doorStates: StateTable<'open' | 'shut' | 'walled', 'close' | 'wall'> = {
  open: { close: 'shut', wall: 'never' },
  shut: { close: 'same', wall: 'walled' },
  walled: { close: 'same', wall: 'same' },
}

test('K1: the guard of an update is exactly the states its event leaves', () => {
  expect(statesThatAccept(doorStates, 'close')).toEqual(['open'])
  expect(statesThatAccept(doorStates, 'wall')).toEqual(['shut'])
})

test('K1: a state that nothing leads to is found', () => {
  expect(unreachable(doorStates, 'open')).toEqual([])
  expect(unreachable(doorStates, 'shut')).toEqual(['open'])
})

test('K1: a table that forgets an answer does not compile', () => {
  // @ts-expect-error 'shut' has no answer to 'wall'.
  const gap: StateTable<'shut', 'close' | 'wall'> = { shut: { close: 'same' } }
  expect(gap).toBeDefined()
})
