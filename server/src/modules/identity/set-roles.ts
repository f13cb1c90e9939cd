import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { type Database, inTx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import { done, type Outcome } from '#kernel/outcome'
import type { Person } from './person.ts'
import { identity } from './refusals.ts'
import { type Role, scopesOf } from './scopes.ts'
import { findPerson, lockAdmins, lockPerson, setRoles } from './store.ts'

interface Deps extends AuditDeps {
  readonly db: Database
}

type No = 'person_unknown' | 'own_account' | 'last_admin' | 'scope_not_held'

/** Changes what somebody may do; never one's own roles, and never the last admin's. */
export function changeRoles(
  deps: Deps,
  want: {
    readonly personId: string
    readonly roles: readonly Role[]
    readonly reason: string
    readonly actor: Actor
    readonly held: ReadonlySet<string>
  },
): Promise<Outcome<Person, No>> {
  return inTx(deps.db, async (tx) => {
    if (want.actor.id === want.personId) return identity.no('own_account')
    const admins = await lockAdmins(tx)
    const person = await lockPerson(tx, want.personId)
    if (!person) return identity.no('person_unknown')
    const roles = [...new Set(want.roles)].sort()
    // Neither lifting somebody above oneself nor pulling down whoever stands there.
    const beyond = notHeld(want.held, [...roles, ...person.roles])
    if (beyond) return identity.no('scope_not_held', { scope: beyond })
    if (leavesNoAdmin(admins, person.id) && !roles.includes('admin'))
      return identity.no('last_admin')

    await setRoles(tx, person.id, roles)
    await writeAudit(tx, deps, want.actor, {
      action: 'identity.roles_changed',
      target: { kind: 'person', id: person.id },
      before: { roles: person.roles },
      after: { roles },
      reason: want.reason,
      result: 'done',
    })
    await tell(tx, deps.clock, {
      topic: 'identity.roles_changed',
      owner: person.id,
      data: { roles },
    })
    return done((await findPerson(tx, person.id)) as Person)
  })
}

export const leavesNoAdmin = (admins: readonly string[], without: string): boolean =>
  admins.every((id) => id === without) && admins.length > 0

/** The first scope of these roles that the actor lacks. */
export const notHeld = (held: ReadonlySet<string>, roles: readonly string[]): string | undefined =>
  [...scopesOf(roles)].find((scope) => !held.has(scope))
