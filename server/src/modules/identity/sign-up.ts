import type { Actor } from '#audit'
import type { Clock } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import type { Outcome } from '#kernel/outcome'
import type { Language } from '#kernel/refusals'
import type { AuthAnswer, AuthCall } from './auth.ts'
import { type KnockDeps, type KnockRefusal, knock } from './knock.ts'
import { isTimeZone } from './person.ts'
import { insertOwnerOfPerson, savePreferences } from './store.ts'

interface Want {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly language: Language
  readonly timeZone?: string | undefined
  readonly actor: Actor
  readonly headers: AuthCall['headers']
}

/** Lets somebody new in: an account, the owner that value will hang on, and word to the house. */
export function signUp(deps: KnockDeps, want: Want): Promise<Outcome<AuthAnswer, KnockRefusal>> {
  const { name, email, password, language, timeZone, actor, headers } = want
  const asked = {
    method: 'POST' as const,
    path: '/sign-up/email',
    action: 'identity.signed_up',
    body: { name, email, password },
    ...{ actor, headers, language },
  }
  return knock(deps, asked, async (tx, answer) => {
    const { id } = answer.data['user'] as { id: string }
    await welcome(tx, deps.clock, { id, language, timeZone })
    return undefined
  })
}

interface Newcomer {
  readonly id: string
  readonly language: Language
  readonly timeZone?: string | undefined
}

/** What belongs to somebody new, however they came. */
export async function welcome(
  tx: Tx,
  clock: Clock,
  { id, language, timeZone }: Newcomer,
): Promise<void> {
  await insertOwnerOfPerson(tx, clock, id)
  await savePreferences(tx, id, {
    locale: language,
    // What their browser calls it; one that is not known here is no reason to send somebody away.
    ...(timeZone !== undefined && isTimeZone(timeZone) && { timeZone }),
  })
  // Upper modules hear it: sign-up credits, referrals, a welcome.
  await tell(tx, clock, { topic: 'identity.signed_up', owner: id, data: {} })
}
