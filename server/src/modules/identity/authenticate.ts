import type { FastifyRequest } from 'fastify'
import { sameBytes, sha256 } from '#kernel/crypto'
import { NOBODY, type Principal } from '#kernel/routes'
import { looksLikeKey } from './api-key.ts'
import type { KeyCache } from './key-cache.ts'
import { type ApiKey, spendCapOf } from './key-store.ts'
import { identity } from './refusals.ts'
import { SCOPES, STAFF, scopesOf } from './scopes.ts'
import type { Session, SessionCache } from './session-cache.ts'

interface Deps {
  readonly keys: KeyCache
  readonly sessions: SessionCache
  /** A key with every scope, for first steps and tests; never set in production. */
  readonly bootstrapKey: string | undefined
  readonly secondFactorForStaff: boolean
  readonly sessionCookie: string
}

export const BOOTSTRAP_ID = 'key_bootstrap'
const SERVICE = { kind: 'key', roles: ['service'], by: 'bearer' } as const

/** Makes out who is calling. It never refuses: whoever cannot be made out is nobody. */
export const authenticate = (deps: Deps) => {
  const bootstrap = deps.bootstrapKey === undefined ? undefined : sha256(deps.bootstrapKey)
  const isBootstrap = (bearer: string): boolean =>
    bootstrap !== undefined && bearer !== '' && sameBytes(sha256(bearer), bootstrap)
  return async (request: FastifyRequest): Promise<Principal> => {
    const header = request.headers.authorization
    const bearer = header?.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : ''
    const key = looksLikeKey(bearer) ? await deps.keys.find(bearer, request.ip) : undefined
    if (key) return principalOf(key)
    if (isBootstrap(bearer)) return { ...SERVICE, id: BOOTSTRAP_ID, scopes: new Set(SCOPES) }
    if (looksLikeKey(bearer)) return NOBODY
    const { cookie } = request.headers
    if (bearer !== '')
      return principalOfSession(
        deps,
        await deps.sessions.find('authorization', `Bearer ${bearer}`),
        'bearer',
      )
    if (cookie?.includes(deps.sessionCookie))
      return principalOfSession(deps, await deps.sessions.find('cookie', cookie), 'cookie')
    return NOBODY
  }
}

/** A key that is remembered is the same object at each call, and who it stands for with it. */
const principals = new WeakMap<ApiKey, Principal>()
const principalOf = (key: ApiKey): Principal => {
  const known = principals.get(key)
  if (known) return known
  const spendCap = spendCapOf(key)
  const scopes = new Set(key.scopes)
  const principal = { ...SERVICE, id: key.id, scopes, ...(spendCap && { spendCap }) }
  principals.set(key, principal)
  return principal
}

function principalOfSession(
  { secondFactorForStaff }: Deps,
  session: Session | undefined,
  by: 'cookie' | 'bearer',
): Principal {
  if (!session || session.person.bannedAt !== null) return NOBODY
  const { sessionId, person } = session
  const staff = person.roles.some((role) => STAFF.has(role))
  const withheld = staff && secondFactorForStaff && !person.secondFactor
  return {
    kind: 'person',
    id: person.id,
    roles: person.roles,
    scopes: withheld ? new Set() : scopesOf(person.roles),
    by,
    sessionId,
    ...(withheld && { withheld: identity.no('second_factor_needed').refusal }),
  }
}
