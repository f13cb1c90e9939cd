import type { Actor } from '#audit'
import { tell } from '#kernel/outbox'
import type { Outcome } from '#kernel/outcome'
import type { Language } from '#kernel/refusals'
import type { AuthAnswer, AuthCall } from './auth.ts'
import { type KnockDeps, type KnockRefusal, knock } from './knock.ts'
import { insertOwnerOfPerson, savePreferences } from './store.ts'

interface Want {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly language: Language
  readonly actor: Actor
  readonly headers: AuthCall['headers']
}

/** Lets somebody new in: an account, the owner that value will hang on, and word to the house. */
export function signUp(deps: KnockDeps, want: Want): Promise<Outcome<AuthAnswer, KnockRefusal>> {
  const { name, email, password, language, actor, headers } = want
  const asked = {
    method: 'POST' as const,
    path: '/sign-up/email',
    action: 'identity.signed_up',
    body: { name, email, password },
    ...{ actor, headers, language },
  }
  return knock(deps, asked, async (tx, answer) => {
    const { id } = answer.data['user'] as { id: string }
    await insertOwnerOfPerson(tx, deps.clock, id)
    await savePreferences(tx, id, { locale: language })
    // Upper modules hear it: sign-up credits, referrals, a welcome.
    await tell(tx, deps.clock, { topic: 'identity.signed_up', owner: id, data: {} })
    return undefined
  })
}
