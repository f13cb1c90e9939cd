import cors from '@fastify/cors'
import websocket from '@fastify/websocket'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { TSchema } from 'typebox'
import type { MovableClock } from '#kernel/clock'
import { isUnavailable } from '#kernel/db'
import { drainOnClose } from '#kernel/http-drain'
import { answerHeaders, pageHeaders } from '#kernel/http-headers'
import { isExempt, limitCalls, type RateStore } from '#kernel/http-limits'
import { door, timeNotIso } from '#kernel/http-refusals'
import { InvariantBroken } from '#kernel/invariant'
import type { Log } from '#kernel/log'
import type { Metrics } from '#kernel/metrics'
import { describeApi } from '#kernel/openapi'
import type { Facts, Refusal } from '#kernel/outcome'
import { type FieldFault, languageOf, ProblemSchema, problemOf } from '#kernel/problem'
import { admits, NOBODY, type Principal, type Route } from '#kernel/routes'
import { findUnsafe } from '#kernel/untrusted'

export interface HttpOptions {
  readonly routes: readonly Route[]
  readonly authenticate: (request: FastifyRequest) => Promise<Principal>
  /** What browsers call this server, and other sites whose pages may call it. */
  readonly origins: readonly string[]
  readonly production: boolean
  /** How many proxies in front of us append to X-Forwarded-For, or which addresses they have. */
  readonly trustProxy: false | number | readonly string[]
  readonly version: string
  /** What it says, every answer says: a page counts from the house's time, wherever that was moved. */
  readonly clock: Pick<MovableClock, 'now' | 'shiftMs'>
  readonly newRequestId: () => string
  readonly log: Log
  readonly metrics: Metrics
  readonly rates: RateStore
  /** What a browser sees where no route is: pages that find their own way from an address. */
  readonly pages?: Pages
}

interface Pages {
  readonly open: (http: FastifyInstance) => Promise<void>
  /** Undefined where no page is wanted. */
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined
}

const BODY_BYTES_MAX = 256 * 1024
const HEADERS_TIMEOUT_MS = 8_000
const REQUEST_TIMEOUT_MS = 12_000
const CONNECTIONS_CHECKED_EVERY_MS = 1_000
const KEEP_ALIVE_TIMEOUT_MS = 65_000
const PARAM_LETTERS_MAX = 256
/** Nobody has much to say to us over a socket. */
const TALK_BYTES_MAX = 1_024

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
  }
  interface FastifyContextConfig {
    route?: Route
  }
}

/** What a page on another origin may read of an answer. */
const EXPOSED = [
  'Idempotent-Replayed',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'X-Request-Id',
] as const

/** Builds the front door without opening it, so that a test can knock with `inject`. */
export async function buildHttp(options: HttpOptions): Promise<FastifyInstance> {
  const http = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // Node's own defaults let a thousand half-sent headers sit for half a minute and more.
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECKED_EVERY_MS,
    },
    genReqId: options.newRequestId,
    trustProxy: trusted(options.trustProxy),
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    logger: false,
    routerOptions: { maxParamLength: PARAM_LETTERS_MAX },
    frameworkErrors: (error, request, reply) => {
      sendFault(error as FastifyError, request as FastifyRequest, reply as FastifyReply, options)
    },
  })
  http.decorateRequest('principal', null as never)
  takeJsonOnly(http)
  checkStrictly(http)
  drainOnClose(http)
  http.addSchema(ProblemSchema)
  sendAlways(http, options)
  await http.register(cors, {
    origin: [...options.origins],
    credentials: true,
    exposedHeaders: [...EXPOSED],
  })
  await http.register(websocket, { options: { maxPayload: TALK_BYTES_MAX } })
  await describeApi(http, options.version)
  const limit = await limitCalls(http, options.rates)

  http.addHook('onRequest', async (request, reply) => {
    options.metrics.requestCame(request)
    reply.header('x-request-id', request.id)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    request.principal = NOBODY
    // A probe asks nobody who they are: it must answer while the database cannot. Nor does a page's file.
    if (isExempt(request)) return
    request.principal = await options.authenticate(request)
    const refusal = (await limit(request, reply)) ?? turnedAway(request, options)
    if (refusal) return sendRefusal(reply, request, refusal)
  })
  http.addHook('preValidation', (request, reply, done) => {
    const refusal = unsafeInput(request)
    if (!refusal) return done()
    sendRefusal(reply, request, door.no('invalid_request').refusal, refusal)
  })
  http.addHook('onResponse', (request, reply, done) => {
    options.metrics.requestLeft(request, reply)
    if (options.log.isLevelEnabled('debug'))
      options.log.debug(
        {
          request_id: request.id,
          method: request.method,
          route: request.routeOptions.url ?? 'none',
          status: reply.statusCode,
          principal: request.principal?.id,
          duration_ms: Math.round(reply.elapsedTime),
        },
        'answered',
      )
    done()
  })
  http.setErrorHandler((error: FastifyError, request, reply) =>
    sendFault(error, request, reply, options),
  )
  http.setNotFoundHandler((request, reply) => {
    const page = options.pages?.answer(request, reply)
    if (page) return page
    const known = options.routes.some(({ url }) => matches(url, request.url))
    const refusal = known
      ? door.no('method_not_allowed', { method: request.method }).refusal
      : door.no('not_found').refusal
    return sendRefusal(reply, request, refusal)
  })
  await openAll(http, options)
  await options.pages?.open(http)
  return http
}

/** The nearest hop is 0: as many are believed as there are proxies, and the next address is the caller's. */
const trusted = (proxies: HttpOptions['trustProxy']) => {
  if (typeof proxies === 'number') return (_address: string, hop: number) => hop < proxies
  return proxies === false ? false : [...proxies]
}

async function openAll(http: FastifyInstance, { routes, log }: HttpOptions): Promise<void> {
  for (const route of routes) if (route.rawBytesMax === undefined) open(http, route, log)
  // What comes as bytes needs readers of its own, which would else read everybody's.
  await http.register((scope, _options, ready) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    for (const route of routes) if (route.rawBytesMax !== undefined) open(scope, route, log)
    ready()
  })
}

/** Wires one route: parse, call the handler, translate its outcome. No decision is made here. */
function open(http: FastifyInstance, route: Route, log: Log): void {
  // Types forbid it already; a route that slips past them must not start a server all the same.
  if (!route.scope) throw new Error(`${route.method} ${route.url} declares no scope`)
  const status = route.status ?? (route.answer ? 200 : 204)
  const { talk } = route
  http.route({
    method: route.method,
    url: route.url,
    config: { route },
    ...(route.rawBytesMax !== undefined && { bodyLimit: route.rawBytesMax }),
    schema: {
      ...(route.body && { body: route.body }),
      ...(route.query && { querystring: route.query }),
      ...(route.params && { params: route.params }),
      ...(route.answer && {
        response: { [status]: route.answer, ...(route.waits && { 202: route.waits }) },
      }),
    },
    ...(talk && {
      wsHandler: (socket, request) => {
        talk(socket, callOf(request, undefined as never)).catch((error) => {
          log.error({ request_id: request.id, route: route.url, err: error }, 'a talk broke')
          socket.terminate()
        })
      },
    }),
    handler: async (request, reply) => {
      const outcome = await route.handle(callOf(request, reply))
      if (!outcome.ok) return sendRefusal(reply, request, outcome.refusal)
      if (reply.sent || reply.raw.headersSent) return reply
      if (outcome.value === undefined) return reply.code(status).send()
      const waits = route.waits !== undefined && reply.statusCode === 202
      return reply.code(waits ? 202 : status).send(outcome.value)
    },
  })
  log.trace({ method: route.method, route: route.url }, 'opened')
}

const callOf = (request: FastifyRequest, reply: FastifyReply) =>
  ({
    body: request.body,
    query: request.query,
    params: request.params,
    principal: request.principal,
    language: languageOf(request.headers['accept-language']),
    requestId: request.id,
    ip: request.ip,
    headers: request.headers,
    reply,
  }) as never

/** Why this principal may not come in here, if so. */
function turnedAway(request: FastifyRequest, options: HttpOptions): Refusal | undefined {
  const route = request.routeOptions.config.route
  if (!route) return undefined // documents and unknown addresses: nothing to guard
  const { principal } = request
  const acts = request.method !== 'GET' && request.method !== 'HEAD'
  const origin = request.headers.origin
  // Another site's page can make a browser send our cookie, but not hide where it comes from. Signing
  // in is guarded too: being signed in as somebody else is an attack of its own.
  const foreign = origin !== undefined && !options.origins.includes(origin)
  // Nor does a browser keep other sites from opening a socket here in a person's name.
  const talks = route.talk !== undefined
  if ((acts && principal.by === 'cookie' && origin === undefined) || (foreign && (acts || talks)))
    return door.no('foreign_origin').refusal
  if (admits(route.scope, principal)) return undefined
  if (principal.kind === 'nobody') return door.no('unauthenticated').refusal
  if (principal.withheld) return principal.withheld
  return door.no('forbidden', { scope: route.scope }).refusal
}

const sendRefusal = (
  reply: FastifyReply,
  request: FastifyRequest,
  refusal: Refusal,
  errors?: readonly FieldFault[],
): FastifyReply => {
  const language = languageOf(request.headers['accept-language'])
  const wait = refusal.facts['retry_after_s']
  if (typeof wait === 'number') reply.header('retry-after', String(wait))
  if (refusal.text.status === 401) reply.header('www-authenticate', 'Bearer realm="tongbao"')
  return reply
    .code(refusal.text.status)
    .header('content-language', language)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemOf(refusal, language, request.id, errors))
}

/** What we did not foresee: a fault of the request as the framework found it, of the road, or ours. */
function sendFault(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  options: HttpOptions,
): FastifyReply {
  if (reply.raw.headersSent) {
    reply.raw.destroy()
    return reply
  }
  if (error.validation) {
    const where = { body: '', querystring: '/query', params: '/path', headers: '/header' }
    const prefix = where[error.validationContext as keyof typeof where] ?? ''
    const time = error.validation.map(timeMeant).find(Boolean)
    const errors = error.validation.map((fault) => ({
      pointer: prefix + (fault.instancePath || pointerOf(fault.params)),
      detail: time ? `must be written like ${time}` : (fault.message ?? 'is not valid'),
    }))
    const refusal = time === undefined ? door.no('invalid_request').refusal : timeNotIso(time)
    return sendRefusal(reply, request, refusal, errors)
  }
  const status = error.statusCode ?? 500
  const known: Readonly<Record<number, () => Refusal>> = {
    413: () =>
      door.no('payload_too_large', { bytes_max: request.routeOptions.bodyLimit ?? BODY_BYTES_MAX })
        .refusal,
    415: () => door.no('unsupported_media_type').refusal,
    404: () => door.no('not_found').refusal,
  }
  const refusal =
    known[status]?.() ?? (status >= 400 && status < 500 ? door.no('invalid_request').refusal : null)
  if (refusal) return sendRefusal(reply, request, refusal)

  const law = error instanceof InvariantBroken ? { law: error.law } : {}
  const facts: Facts = isUnavailable(error) || status === 503 ? { retry_after_s: 1 } : {}
  const fields = { request_id: request.id, route: request.routeOptions.url, ...law, err: error }
  if (facts['retry_after_s'] !== undefined) {
    options.log.warn(fields, 'could not answer just now')
    return sendRefusal(reply, request, door.no('unavailable', facts).refusal)
  }
  options.log.error(fields, 'a request broke')
  return sendRefusal(reply, request, door.no('internal').refusal)
}

/** How a time is written, by the example of its schema, where it is a time that is not of its form. */
const timeMeant = ({ parentSchema = {} }: FieldShape): string | undefined =>
  ['date-time', 'date'].includes(parentSchema.format ?? '') ? parentSchema.examples?.[0] : undefined
interface FieldShape {
  readonly keyword: string
  readonly parentSchema?: { readonly format?: string; readonly examples?: readonly string[] }
}

const pointerOf = (params: Readonly<Record<string, unknown>>): string => {
  const name = params['missingProperty'] ?? params['additionalProperty']
  return typeof name === 'string' ? `/${name.toWellFormed().slice(0, 64)}` : ''
}

function unsafeInput(request: FastifyRequest): FieldFault[] | undefined {
  const fault =
    // Bytes are judged by whoever reads them.
    (Buffer.isBuffer(request.body) ? undefined : findUnsafe(request.body)) ??
    findUnsafe(request.query, '/query') ??
    findUnsafe(request.params, '/path')
  const details = {
    text: 'contains a character that text may not contain',
    number: 'is beyond the integers JSON can carry',
    depth: 'is nested too deeply',
  }
  return fault && [{ pointer: fault.path, detail: details[fault.what] }]
}

function sendAlways(http: FastifyInstance, { production, clock }: HttpOptions): void {
  const [answers, pages] = [answerHeaders(production), pageHeaders(production)]
  http.addHook('onRequest', (request, reply, done) => {
    const isAnswer = request.url.startsWith('/api/')
    reply.headers(isAnswer ? answers : pages)
    // Node says the machine's by itself.
    if (isAnswer && clock.shiftMs !== 0) reply.header('date', new Date(clock.now()).toUTCString())
    done()
  })
}

/** JSON only: a form posted by a foreign page never reaches a handler. An empty body means none. */
function takeJsonOnly(http: FastifyInstance): void {
  const parse = http.getDefaultJsonParser('error', 'error')
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined)
    void parse(request, body as string, done)
  })
}

/** Bodies are taken as they are, unknown fields refused; only addresses, being text, are converted. */
function checkStrictly(http: FastifyInstance): void {
  const common = {
    ...{ allErrors: false, strict: false, removeAdditional: false, useDefaults: true },
    verbose: true, // a fault brings the schema that it broke, and with it an example of what is meant
  }
  const body = new Ajv({ ...common, coerceTypes: false })
  const address = new Ajv({ ...common, coerceTypes: true })
  for (const ajv of [body, address]) formats.default(ajv)
  http.setValidatorCompiler<TSchema>(({ schema, httpPart }) =>
    (httpPart === 'body' ? body : address).compile(schema),
  )
}

const matches = (pattern: string, url: string): boolean => {
  const path = (url.split('?')[0] ?? '').split('/')
  const parts = pattern.split('/')
  return (
    path.length === parts.length &&
    parts.every((part, i) => part.startsWith(':') || part === path[i])
  )
}
