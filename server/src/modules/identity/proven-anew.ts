import type { Database } from '#kernel/db'
import type { Outcome } from '#kernel/outcome'
import type { Principal } from '#kernel/routes'
import { SIGN_IN_RECENT_S } from './limits.ts'
import { identity } from './refusals.ts'
import { isRecentSession } from './store.ts'
import { hasPassword } from './wechat-store.ts'

/**
 * Where better-auth asks for the password it does so by itself. Who has none, having come by WeChat, proves by having
 * just signed in that nobody else sits at their open session.
 */
export async function provenAnew(
  db: Database,
  { id, sessionId }: Principal,
): Promise<Outcome<never, 'sign_in_again'> | undefined> {
  if (await hasPassword(db, id)) return undefined
  if (sessionId !== undefined && (await isRecentSession(db, sessionId))) return undefined
  return identity.no('sign_in_again', { minutes: SIGN_IN_RECENT_S / 60 })
}
