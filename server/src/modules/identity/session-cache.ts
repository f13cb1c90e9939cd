import type { Database } from '#kernel/db'
import { hashName } from './api-key.ts'
import type { Auth } from './auth.ts'
import { SESSIONS_CACHED_MAX } from './limits.ts'
import type { Person } from './person.ts'
import { findPerson, findPersonOfSession } from './store.ts'

export interface Session {
  readonly sessionId: string
  readonly person: Person
}

export interface SessionCache {
  /** The session a header names, as long as it stands, and whose it is. */
  find(name: 'cookie' | 'authorization', value: string): Promise<Session | undefined>
}

/**
 * Remembers which session a header names, so that better-auth judges its signature once and not at each call. That is
 * all it remembers: whether the session still stands, and who its person is by now, the table is asked each time.
 */
export function openSessionCache({ db, auth }: { db: Database; auth: Auth }): SessionCache {
  const known = new Map<string, string>()
  return {
    find: async (name, value) => {
      const header = hashName(`${name} ${value}`)
      const sessionId = known.get(header)
      const found = sessionId === undefined ? undefined : await findPersonOfSession(db, sessionId)
      if (found && sessionId !== undefined && !found.isDue)
        return { sessionId, person: found.person }
      // It also writes down that a session goes on, and forgets one that is over.
      const session = await auth.session(new Headers({ [name]: value }))
      const person = session && (await findPerson(db, session.personId))
      if (!person) {
        known.delete(header)
        return undefined
      }
      if (known.size >= SESSIONS_CACHED_MAX) known.clear()
      known.set(header, session.sessionId)
      return { sessionId: session.sessionId, person }
    },
  }
}
