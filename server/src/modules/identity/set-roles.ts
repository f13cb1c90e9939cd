import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { type Database, inTx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import { done, type Outcome } from '#kernel/outcome'
import type { Person } from './person.ts'
import { identity } from './refusals.ts'
import type { Role } from './scopes.ts'
import { findPerson, lockAdmins, lockPerson, setRoles } from './store.ts'

interface Deps extends AuditDeps {
  readonly db: Database
}

type No = 'person_unknown' | 'own_account' | 'last_admin'

/** Changes what somebody may do; never one's own roles, and never the last admin's. */
export function changeRoles(
  deps: Deps,
  want: { readonly personId: string; readonly roles: readonly Role[]; readonly actor: Actor },
): Promise<Outcome<Person, No>> {
  return inTx(deps.db, async (tx) => {
    if (want.actor.id === want.personId) return identity.no('own_account')
    const admins = await lockAdmins(tx)
    const person = await lockPerson(tx, want.personId)
    if (!person) return identity.no('person_unknown')
    const roles = [...new Set(want.roles)].sort()
    if (leavesNoAdmin(admins, person.id) && !roles.includes('admin'))
      return identity.no('last_admin')

    await setRoles(tx, person.id, roles)
    await writeAudit(tx, deps, want.actor, {
      action: 'identity.roles_changed',
      target: { kind: 'person', id: person.id },
      before: { roles: person.roles },
      after: { roles },
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
