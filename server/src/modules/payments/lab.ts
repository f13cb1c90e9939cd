import type { Facts } from '#kernel/outcome'

// A lab plays the providers on a developer's machine. What is in it is its own; here is what we know of its desk.

/** What can go wrong there; a test holds the list to the lab's own. */
export const LAB_FAULTS = [
  ...(['latency', 'drop_after_commit', 'refuse_connection', 'server_error'] as const),
  ...(['error_after_commit', 'busy', 'truncate', 'duplicate', 'reorder', 'delay'] as const),
  ...(['lose', 'forge', 'wrong_amount', 'clock_skew'] as const),
]

/** A fault that stands: without a provider at all of them. */
export interface LabFault {
  readonly fault: string
  readonly provider: string | undefined
  readonly times: number | undefined
  readonly share: number | undefined
  readonly ms: number | undefined
}

const NEARBY: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost'])

/** Where the settings of an account lead to this very machine, that origin; nothing else is ever asked. */
export function labOf(settings: Facts): string | undefined {
  for (const value of Object.values(settings)) {
    if (typeof value !== 'string' || !URL.canParse(value)) continue
    const { protocol, hostname, origin } = new URL(value)
    if ((protocol === 'http:' || protocol === 'https:') && NEARBY.has(hostname)) return origin
  }
  return undefined
}

/** What a lab says of its menu. Whatever else answers there is no lab. */
export function parseFaults(unchecked: string): LabFault[] | undefined {
  const list = jsonOf(unchecked)
  if (!Array.isArray(list)) return undefined
  const faults = list.map(faultOf)
  return faults.every((one) => one !== undefined) ? faults : undefined
}

/** Why a lab did not take a fault, in its own sentence. */
export function parseSentence(unchecked: string): string | undefined {
  const { message } = Object(jsonOf(unchecked)) as { message?: unknown }
  return typeof message === 'string' ? message : undefined
}

function faultOf(unchecked: unknown): LabFault | undefined {
  const { fault, provider, times, share, ms } = Object(unchecked) as Record<string, unknown>
  if (typeof fault !== 'string') return undefined
  return {
    fault,
    provider: typeof provider === 'string' ? provider : undefined,
    ...{ times: numberOf(times), share: numberOf(share), ms: numberOf(ms) },
  }
}

const numberOf = (unchecked: unknown): number | undefined =>
  typeof unchecked === 'number' && Number.isFinite(unchecked) ? unchecked : undefined

function jsonOf(unchecked: string): unknown {
  try {
    return JSON.parse(unchecked)
  } catch {
    return undefined
  }
}
