import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import { door } from '#kernel/http-refusals'
import type { Refusal } from '#kernel/outcome'

export interface RateStore {
  /** Counts shared by all nodes; undefined counts in this process. */
  readonly redis: Redis | undefined
  readonly anonymousPerMinuteMax: number
  readonly personPerMinuteMax: number
  readonly keyPerMinuteMax: number
}

const WINDOW_MS = 60_000
/**
 * Probes are never limited: a flood must not make the house look dead to its supervisor. Nor are the files of the pages,
 * which cost less to send than to count, and of which an office behind one address loads many.
 */
const EXEMPT: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/static/*', '/kit/*'])
export const isExempt = (request: FastifyRequest): boolean =>
  EXEMPT.has(request.routeOptions.url ?? '')

interface Bucket {
  readonly max: number
  readonly check: ReturnType<FastifyInstance['createRateLimit']>
}

type Limit = (request: FastifyRequest, reply: FastifyReply) => Promise<Refusal | undefined>

/** One bucket per address for strangers, per person and per key for those we know; tighter where a route says so. */
export async function limitCalls(http: FastifyInstance, rates: RateStore): Promise<Limit> {
  await http.register(rateLimit, {
    global: false,
    ...(rates.redis && { redis: rates.redis, nameSpace: 'tongbao:rate:', skipOnError: true }),
  })
  const bucket = (
    kind: string,
    max: number,
    keyOf: (request: FastifyRequest) => string,
  ): Bucket => ({
    max,
    check: http.createRateLimit({
      max,
      timeWindow: WINDOW_MS,
      keyGenerator: (request: FastifyRequest) => `${kind}:${keyOf(request)}`,
    }),
  })
  const general = {
    nobody: bucket('ip', rates.anonymousPerMinuteMax, ({ ip }) => neighbourhood(ip)),
    person: bucket('person', rates.personPerMinuteMax, (request) => request.principal.id),
    key: bucket('key', rates.keyPerMinuteMax, (request) => request.principal.id),
  }
  const tight = new Map<string, Bucket>()
  const bucketsFor = (request: FastifyRequest): Bucket[] => {
    const route = request.routeOptions.config.route
    // A provider calls for everybody from a few addresses; who sends it forged messages is limited behind this door.
    const chosen = route?.rawBytesMax === undefined ? [general[request.principal.kind]] : []
    if (route?.callsPerMinuteMax === undefined) return chosen
    const known =
      tight.get(route.name) ??
      bucket(route.name, route.callsPerMinuteMax, ({ ip }) => neighbourhood(ip))
    tight.set(route.name, known)
    return [...chosen, known]
  }

  return async (request, reply) => {
    for (const { max, check } of bucketsFor(request)) {
      const count = await check(request)
      if (count.isAllowed) continue
      reply.header('ratelimit-limit', max)
      reply.header('ratelimit-remaining', Math.max(0, count.remaining))
      reply.header('ratelimit-reset', count.ttlInSeconds)
      if (count.isExceeded)
        return door.no('rate_limited', { retry_after_s: Math.max(1, count.ttlInSeconds) }).refusal
    }
    return undefined
  }
}

// Whoever has one IPv6 address has 2^64 of them: they count as one. Two addresses of a /64 begin alike,
// once the shorthand is written out.
export const neighbourhood = (ip: string): string => {
  if (!ip.includes(':') || ip.startsWith('::ffff:')) return ip
  const [head = '', tail] = ip.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing =
    tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length
  return [...groups, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':')
}
