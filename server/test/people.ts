import type { TestWorld } from './world.ts'
import { BOOTSTRAP_KEY, PASSWORD } from './world.ts'

export interface TestPerson {
  readonly id: string
  readonly email: string
  readonly token: string
}

let made = 0

/** Somebody who signed up through the front door, with a role given by the bootstrap key. */
export async function signUp(world: TestWorld, role = 'user'): Promise<TestPerson> {
  made += 1
  const email = `${role}.${made}@example.com`
  const reply = await world.call('POST', '/api/v1/auth/sign-up/email', {
    body: { name: `A ${role}`, email, password: PASSWORD },
  })
  const { token, person } = reply.json()
  if (role !== 'user')
    await world.call('PUT', `/api/v1/admin/users/${person.id}/roles`, {
      as: BOOTSTRAP_KEY,
      body: { roles: [role], reason: 'for a test' },
    })
  return { id: person.id, email, token }
}

interface TrailLine {
  readonly action: string
  readonly actor_id: string
  readonly reason: string | null
  readonly result: string
}

/** What the audit trail says about somebody or something, oldest first, read through its own door. */
export async function trailOf(world: TestWorld, targetId: string): Promise<TrailLine[]> {
  const reply = await world.call('GET', `/api/v1/admin/audit?target_id=${targetId}&limit=200`, {
    as: BOOTSTRAP_KEY,
  })
  return reply.json().items.reverse()
}
