import type { IncomingHttpHeaders } from 'node:http'
import { done, type Outcome } from '#kernel/outcome'
import type { Principal } from '#kernel/routes'
import { credits } from './refusals.ts'

/** What the ledger keeps of a request, to know it again: its key, what was asked, and by whom. */
export interface Intent {
  readonly key: string
  readonly request: string
  readonly actor: string
}

const KEY = /^[A-Za-z0-9_.:-]{8,128}$/
/** Keys that this house grows itself: a caller who took one would keep a bonus or an approval from ever happening. */
const RESERVED = /^(bonus:|prp_|import-|balance:|order:|signup:)/

const parseKey = (unchecked: string | undefined): string | undefined =>
  unchecked !== undefined && KEY.test(unchecked) ? unchecked : undefined

interface Asked {
  readonly headers: IncomingHttpHeaders
  readonly principal: Principal
  readonly body: unknown
}

/** `route` is the method and the filled-in path: the same body at another address is another request. */
export const intentOf = (
  { headers, principal, body }: Asked,
  route: string,
): Outcome<Intent, 'idempotency_key_required' | 'idempotency_key_reserved'> => {
  const header = headers['idempotency-key']
  const key = parseKey(typeof header === 'string' ? header : undefined)
  if (key === undefined) return credits.no('idempotency_key_required')
  if (RESERVED.test(key)) return credits.no('idempotency_key_reserved')
  return done({ key, request: `${route} ${canonical(body)}`, actor: principal.id })
}

/** One spelling for everything that is the same JSON: the fields of an object in order. */
const canonical = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const fields: readonly [string, unknown][] = Object.entries(value)
  return `{${fields
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`)
    .join(',')}}`
}
