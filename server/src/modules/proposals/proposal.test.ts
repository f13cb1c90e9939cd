import { expect, test } from 'vitest'
import { unreachable } from '#kernel/states'
import { judge, MOVES, type Proposal, STATES } from './proposal.ts'

const proposal: Proposal = {
  id: 'prp_1',
  kind: 'credits.grant',
  payload: {},
  reason: 'a test',
  proposedBy: 'key_1',
  answersFor: 'usr_maker',
  gains: 'usr_gains',
  proposedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-04T00:00:00.000Z',
  state: 'proposed',
  decidedBy: null,
  decidedAt: null,
  decisionReason: null,
  result: null,
}
const person = (id: string, ...scopes: string[]) =>
  ({ kind: 'person', id, scopes: new Set(scopes) }) as const
const other = person('usr_other', 'credits:grant')

test.each([
  ['its key’s maker', person('usr_maker', 'credits:grant')],
  ['whom it is for', person('usr_gains', 'credits:grant')],
  ['the key itself', { ...person('key_1', 'credits:grant'), kind: 'key' } as const],
  ['any key', { ...person('key_2', 'credits:grant'), kind: 'key' } as const],
])('PR1: %s neither approves nor rejects', (_, decider) => {
  expect(judge(proposal, 'approve', decider, 'credits:grant')).toBe('second_person_needed')
  expect(judge(proposal, 'reject', decider, 'credits:grant')).toBe('second_person_needed')
})

test('PR1: the second person needs the scope of what is done', () => {
  expect(judge(proposal, 'approve', person('usr_other'), 'credits:grant')).toBe(
    'decider_scope_needed',
  )
  expect(judge(proposal, 'approve', other, 'credits:grant')).toBe('go')
})

test('PR1: who proposed may only withdraw, and nobody else may', () => {
  expect(judge(proposal, 'withdraw', person('usr_maker'), 'credits:grant')).toBe('go')
  expect(judge(proposal, 'withdraw', other, 'credits:grant')).toBe('proposal_not_yours')
})

test('PR2: every state can be reached, and none but the first moves on', () => {
  expect(unreachable(MOVES, 'proposed')).toEqual([])
  for (const state of STATES.filter((one) => one !== 'proposed'))
    expect(Object.values(MOVES[state]).every((move) => move === 'same' || move === 'never')).toBe(
      true,
    )
})

test('PR2 PR3: a closed proposal says so; only who closed it the same way gets it again', () => {
  const approved: Proposal = { ...proposal, state: 'approved', decidedBy: 'usr_other' }
  const third = person('usr_third', 'credits:grant')
  expect(judge(approved, 'approve', other, 'credits:grant')).toBe('repeat')
  expect(judge(approved, 'approve', third, 'credits:grant')).toBe('proposal_closed')
  expect(judge(approved, 'reject', other, 'credits:grant')).toBe('proposal_closed')
  const expired: Proposal = { ...proposal, state: 'expired' }
  expect(judge(expired, 'approve', other, 'credits:grant')).toBe('proposal_expired')
})
