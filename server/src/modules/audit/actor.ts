import type { Call } from '#kernel/routes'

/** Who acts, from where, and on whose behalf if not their own. */
export interface Actor {
  readonly kind: 'person' | 'key' | 'system' | 'nobody'
  /** `usr_…`, `key_…`, the name of a part of the house, or empty for nobody. */
  readonly id: string
  readonly roles: readonly string[]
  readonly actingAs?: string
  readonly ip?: string
  readonly agent?: string
  readonly requestId?: string
}

type AnyCall = Pick<Call<unknown, unknown, unknown>, 'principal' | 'ip' | 'headers' | 'requestId'>

export const actorOf = ({ principal, ip, headers, requestId }: AnyCall): Actor => {
  const { kind, id, roles } = principal
  const agent = headers['user-agent']
  return { kind, id, roles, ip, requestId, ...(agent !== undefined && { agent }) }
}

/** A part of the house that acts by itself: a job, a command. */
export const systemActor = (name: string): Actor => ({ kind: 'system', id: name, roles: [] })
