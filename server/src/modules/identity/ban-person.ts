import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { rfc3339 } from '#kernel/clock'
import { type Database, inTx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import { done, type Outcome } from '#kernel/outcome'
import type { Person } from './person.ts'
import { identity } from './refusals.ts'
import { leavesNoAdmin, notHeld } from './set-roles.ts'
import { endSessions, findPerson, lockAdmins, lockPerson, setBan } from './store.ts'

interface Deps extends AuditDeps {
  readonly db: Database
}

interface Want {
  readonly personId: string
  /** Undefined lets the person in again. */
  readonly reason: string | undefined
  readonly actor: Actor
  readonly held: ReadonlySet<string>
}

type No = 'own_account' | 'last_admin' | 'scope_not_held'

/** Closes an account and every session it has, or opens it again. What it owns is not touched. */
export function banPerson(deps: Deps, want: Want): Promise<Outcome<Person, 'person_unknown' | No>> {
  return inTx(deps.db, async (tx) => {
    const admins = await lockAdmins(tx)
    const person = await lockPerson(tx, want.personId)
    if (!person) return identity.no('person_unknown')
    const refused = refusalOf(want, person, admins)
    if (refused) return refused

    const at = rfc3339(deps.clock.now())
    await setBan(tx, person.id, want.reason === undefined ? null : { at, reason: want.reason })
    if (want.reason !== undefined) await endSessions(tx, person.id, {})
    const what = want.reason === undefined ? 'unbanned' : 'banned'
    await writeAudit(tx, deps, want.actor, {
      action: `identity.${what}`,
      target: { kind: 'person', id: person.id },
      ...(want.reason !== undefined && { reason: want.reason }),
      result: 'done',
    })
    await tell(tx, deps.clock, { topic: `identity.${what}`, owner: person.id, data: {} })
    return done((await findPerson(tx, person.id)) as Person)
  })
}

function refusalOf(
  want: Want,
  person: Person,
  admins: readonly string[],
): Outcome<never, No> | undefined {
  if (want.actor.id === person.id) return identity.no('own_account')
  const beyond = notHeld(want.held, person.roles)
  if (beyond) return identity.no('scope_not_held', { scope: beyond })
  if (want.reason !== undefined && leavesNoAdmin(admins, person.id))
    return identity.no('last_admin')
  return undefined
}
