import { expect, test } from 'vitest'
import { NOBODY } from '#kernel/routes'
import { actorOf, systemActor } from './actor.ts'

const call = { ip: '203.0.113.7', requestId: 'req_1', headers: { 'user-agent': 'curl/8' } }

test('an actor is whoever the door made out, with where they came from', () => {
  const principal = { ...NOBODY, kind: 'person', id: 'usr_1', roles: ['finance'] } as const
  expect(actorOf({ ...call, principal })).toEqual({
    kind: 'person',
    id: 'usr_1',
    roles: ['finance'],
    ip: '203.0.113.7',
    agent: 'curl/8',
    requestId: 'req_1',
  })
  expect(actorOf({ ...call, headers: {}, principal: NOBODY })).toEqual({
    kind: 'nobody',
    id: '',
    roles: [],
    ip: '203.0.113.7',
    requestId: 'req_1',
  })
  expect(systemActor('cli')).toEqual({ kind: 'system', id: 'cli', roles: [] })
})
