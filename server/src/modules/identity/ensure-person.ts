import { systemActor, writeAudit } from '#audit'
import { inTx } from '#kernel/db'
import type { KnockDeps } from './knock.ts'
import type { Role } from './scopes.ts'
import { signUp } from './sign-up.ts'
import { confirmEmail, findPersonByEmail, setRoles } from './store.ts'

export interface NewPerson {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly role: Role
}

/** Signs somebody up from inside, with a role and a confirmed address; asked again, it changes nothing. */
export async function ensurePerson(deps: KnockDeps, want: NewPerson): Promise<void> {
  if (await findPersonByEmail(deps.db, want.email)) return
  const actor = systemActor('seed')
  const outcome = await signUp(deps, { ...want, language: 'zh-CN', actor, headers: {} })
  if (!outcome.ok && outcome.refusal.code !== 'email_taken')
    throw new Error(`could not make ${want.role}: ${outcome.refusal.code}`)
  await inTx(deps.db, async (tx) => {
    const person = await findPersonByEmail(tx, want.email)
    if (!person) return
    await setRoles(tx, person.id, [want.role])
    await confirmEmail(tx, person.id)
    await writeAudit(tx, deps, actor, {
      action: 'identity.roles_changed',
      target: { kind: 'person', id: person.id },
      before: { roles: person.roles },
      after: { roles: [want.role] },
      result: 'done',
    })
  })
}
