import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { movableClock } from '#kernel/clock'
import { buildHttp, type HttpOptions } from '#kernel/http'
import { invariant } from '#kernel/invariant'
import { makeLog } from '#kernel/log'
import { makeMetrics } from '#kernel/metrics'
import { done } from '#kernel/outcome'
import { defineRefusals } from '#kernel/refusals'
import { admits, defineRoute, NOBODY, type Principal, type Route } from '#kernel/routes'

const tea = defineRefusals({
  no_tea: { status: 409, en: 'There is no {kind} tea.', zh: '没有{kind}茶。' },
})
const strict = { additionalProperties: false } as const
const Day = Type.String({ format: 'date', examples: ['2026-01-31'] })
const Moment = Type.String({ format: 'date-time', examples: ['2026-01-31T00:00:00Z'] })
const routes: Route[] = [
  defineRoute({
    method: 'POST',
    url: '/api/v1/tea/:cup',
    scope: 'tea:brew',
    name: 'brew',
    summary: 'Brew',
    area: 'tea',
    params: Type.Object({ cup: Type.String({ maxLength: 8 }) }, strict),
    body: Type.Object(
      { kind: Type.String(), grams: Type.Optional(Type.Integer({ minimum: 1 })) },
      strict,
    ),
    answer: Type.Object({ kind: Type.String() }, strict),
    refuses: { no_tea: tea.texts.no_tea },
    handle: async ({ body }) => {
      invariant(body.kind !== 'mud', 'T1', 'mud is not tea')
      if (body.kind === 'lost') throw Object.assign(new Error('gone'), { code: 'ECONNRESET' })
      return body.kind === 'green' ? done({ kind: 'green' }) : tea.no('no_tea', { kind: body.kind })
    },
  }),
  defineRoute({
    method: 'GET',
    url: '/api/v1/guess',
    scope: 'public',
    name: 'guess',
    summary: 'Guess',
    area: 'tea',
    callsPerMinuteMax: 3,
    query: Type.Object({ n: Type.Optional(Type.Integer()) }, strict),
    handle: async () => done(undefined),
  }),
  defineRoute({
    method: 'GET',
    url: '/api/v1/opening',
    scope: 'public',
    name: 'opening',
    summary: 'When it opens',
    area: 'tea',
    query: Type.Object(
      { n: Type.Optional(Type.Integer()), day: Type.Optional(Day), at: Type.Optional(Moment) },
      strict,
    ),
    handle: async () => done(undefined),
  }),
]

const brewer: Principal = {
  kind: 'key',
  id: 'key_brewer',
  roles: ['service'],
  scopes: new Set(['tea:brew']),
  by: 'bearer',
}
const people: Readonly<Record<string, Principal>> = {
  brewer,
  guest: { ...brewer, id: 'key_guest', scopes: new Set() },
  // The same rights, but sent by a browser on its own.
  cookie: { ...brewer, kind: 'person', id: 'usr_1', by: 'cookie' },
}
const options: HttpOptions = {
  routes,
  authenticate: async (request) => people[String(request.headers['x-test-as'])] ?? NOBODY,
  origins: ['https://shop.example'],
  production: true,
  trustProxy: false,
  version: '0',
  newRequestId: () => 'req_1',
  log: makeLog('fatal', { write: () => {} }),
  metrics: makeMetrics(),
  clock: movableClock(),
  rates: {
    redis: undefined,
    anonymousPerMinuteMax: 1_000,
    personPerMinuteMax: 1_000,
    keyPerMinuteMax: 1_000,
  },
}

let http: FastifyInstance
beforeAll(async () => {
  http = await buildHttp(options)
  await http.ready()
})
afterAll(() => http.close())

const brew = (payload: string | object, headers: Record<string, string> = {}, cup = 'a') =>
  http.inject({
    method: 'POST',
    url: `/api/v1/tea/${cup}`,
    headers: { 'content-type': 'application/json', 'x-test-as': 'brewer', ...headers },
    payload,
  })

test('K6: a refusal is a problem with its code, its facts and the language asked for', async () => {
  const reply = await brew({ kind: 'black' }, { 'accept-language': 'zh-CN,en;q=0.5' })
  expect(reply.statusCode).toBe(409)
  expect(reply.headers['content-type']).toBe('application/problem+json')
  expect(reply.headers['content-language']).toBe('zh-CN')
  expect(reply.json()).toEqual({
    type: 'urn:tongbao:problem:no_tea',
    title: 'no tea',
    status: 409,
    code: 'no_tea',
    kind: 'black',
    detail: '没有black茶。',
    request_id: 'req_1',
  })
})

test.each([
  ['a missing field', '{}', 400, 'invalid_request', '/kind'],
  ['an unknown field', '{"kind":"green","milk":1}', 400, 'invalid_request', '/milk'],
  ['a number as text', '{"kind":"green","grams":"2"}', 400, 'invalid_request', '/grams'],
  ['broken JSON', '{"kind":', 400, 'invalid_request', undefined],
  ['a prototype', '{"kind":"green","__proto__":{"x":1}}', 400, 'invalid_request', undefined],
  ['a constructor', '{"constructor":{"prototype":{}}}', 400, 'invalid_request', undefined],
  ['NUL', '{"kind":"a\\u0000"}', 400, 'invalid_request', '/kind'],
  ['half a pair', '{"kind":"a\\ud83d"}', 400, 'invalid_request', '/kind'],
  ['2^53', '{"kind":"green","grams":9007199254740992}', 400, 'invalid_request', '/grams'],
  ['deep JSON', `{"kind":${'['.repeat(9_000)}${']'.repeat(9_000)}}`, 400, 'invalid_request', ''],
  ['no body', '', 400, 'invalid_request', undefined],
  ['too much', JSON.stringify({ kind: 'x'.repeat(300_000) }), 413, 'payload_too_large', undefined],
])('K6 K8: %s is a problem, never a fault', async (_what, body, status, code, pointer) => {
  const reply = await brew(body)
  expect([reply.statusCode, reply.json().code]).toEqual([status, code])
  if (pointer) expect(reply.json().errors[0].pointer).toBe(pointer)
})

test('K6: a time that is not one is refused with an example of how times are written, in both languages', async () => {
  const ask = async (query: string, language = 'en') =>
    (
      await http.inject({
        url: `/api/v1/opening?${query}`,
        headers: { 'accept-language': language },
      })
    ).json()
  expect(await ask('at=yesterday')).toMatchObject({
    ...{ status: 400, code: 'invalid_request' },
    hint: 'Times are written as ISO 8601 says, like 2026-01-31T00:00:00Z; see `errors` for the field.',
    errors: [{ pointer: '/query/at', detail: 'must be written like 2026-01-31T00:00:00Z' }],
  })
  expect((await ask('at=yesterday', 'zh-CN')).hint).toMatch(/ISO 8601.*2026-01-31T00:00:00Z/)
  expect((await ask('day=2026-02-30')).hint).toContain('ISO 8601 says, like 2026-01-31;')
  expect((await ask('n=yesterday')).hint).toBe('See `errors` for each field.')
})

test('K6: a foreign content type, an unknown address and a wrong method are problems too', async () => {
  const form = await brew('kind=green', { 'content-type': 'application/x-www-form-urlencoded' })
  expect([form.statusCode, form.json().code]).toEqual([415, 'unsupported_media_type'])
  const lost = await http.inject({ method: 'GET', url: '/api/v1/coffee' })
  expect([lost.statusCode, lost.json().code]).toEqual([404, 'not_found'])
  const wrong = await http.inject({ method: 'DELETE', url: '/api/v1/tea/a' })
  expect([wrong.statusCode, wrong.json().code]).toEqual([405, 'method_not_allowed'])
  const bent = await http.inject({ method: 'GET', url: '/api/v1/%zz' })
  expect([bent.statusCode, bent.headers['content-type']]).toEqual([400, 'application/problem+json'])
})

test('K6: a broken law is 500 and silent about itself; a lost road is 503 with a time to come back', async () => {
  const broken = await brew({ kind: 'mud' })
  expect([broken.statusCode, broken.json().code]).toEqual([500, 'internal'])
  expect(broken.body).not.toContain('mud')
  const lost = await brew({ kind: 'lost' })
  expect([lost.statusCode, lost.json().code, lost.headers['retry-after']]).toEqual([
    503,
    'unavailable',
    '1',
  ])
})

test('K7: nobody is asked to sign in, who lacks the scope is told its name, who holds it passes', async () => {
  const nobody = await brew({ kind: 'green' }, { 'x-test-as': 'nobody' })
  expect([nobody.statusCode, nobody.headers['www-authenticate']]).toEqual([
    401,
    'Bearer realm="tongbao"',
  ])
  const guest = await brew({ kind: 'green' }, { 'x-test-as': 'guest' })
  expect([guest.statusCode, guest.json().scope]).toEqual([403, 'tea:brew'])
  expect((await brew({ kind: 'green' })).json()).toEqual({ kind: 'green' })
})

test('K7: a route without a scope does not start', async () => {
  const bare = { ...routes[0], scope: undefined } as unknown as Route // tidy-allow cast: what types forbid
  await expect(buildHttp({ ...options, routes: [bare] })).rejects.toThrow('declares no scope')
})

test('K7: "me" is for people, a key holds scopes only, and public is for all', () => {
  const person: Principal = { ...brewer, kind: 'person', scopes: new Set() }
  expect([admits('me', person), admits('me', brewer), admits('me', NOBODY)]).toEqual([
    true,
    false,
    false,
  ])
  expect([admits('public', NOBODY), admits('tea:brew', NOBODY)]).toEqual([true, false])
})

test('K13: with a cookie, only our own pages act; with a bearer token, a script may', async () => {
  const as = (who: string, origin?: string) =>
    brew({ kind: 'green' }, { 'x-test-as': who, ...(origin && { origin }) })
  expect((await as('cookie', 'https://shop.example')).statusCode).toBe(200)
  for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil', undefined])
    expect((await as('cookie', origin)).json().code, String(origin)).toBe('foreign_origin')
  expect((await as('brewer')).statusCode).toBe(200)
  expect((await as('brewer', 'https://evil.example')).json().code).toBe('foreign_origin')
})

test('K14: who guesses too often is told when to come back', async () => {
  const guess = () => http.inject({ method: 'GET', url: '/api/v1/guess' })
  const first = await guess()
  expect([first.statusCode, first.headers['ratelimit-limit']]).toEqual([204, '3'])
  await guess()
  await guess()
  const late = await guess()
  expect([late.statusCode, late.json().code]).toEqual([429, 'rate_limited'])
  expect(Number(late.headers['retry-after'])).toBeGreaterThan(0)
})

test('K6: every answer carries its request id and the security headers', async () => {
  const reply = await brew({ kind: 'green' })
  expect(reply.headers).toMatchObject({
    'x-request-id': 'req_1',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
  })
  expect(reply.headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'")
  const page = (await http.inject({ method: 'GET', url: '/docs' })).headers
  expect(page).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
  })
  expect(page['content-security-policy']).toContain("script-src 'self'")
  expect(String(page['content-security-policy'])).not.toContain('unsafe')
})

test('K6: the contract names every route, its scope and its refusals', async () => {
  const document = (await http.inject({ method: 'GET', url: '/openapi.json' })).json()
  expect(document.openapi).toBe('3.1.0')
  const operation = document.paths['/api/v1/tea/{cup}'].post
  expect(operation.operationId).toBe('brew')
  expect(operation.description).toContain('`tea:brew`')
  expect(operation.description).toContain('`no_tea` (409)')
})

test('K14: behind two proxies the caller is the address before them, whatever the caller wrote', async () => {
  const behind = await buildHttp({ ...options, trustProxy: 2, production: false })
  const guess = (forwarded: string) =>
    behind.inject({
      method: 'GET',
      url: '/api/v1/guess',
      headers: { 'x-forwarded-for': forwarded },
    })
  for (let i = 0; i < 3; i++) await guess(`203.0.113.${i}, 198.51.100.9, 10.0.0.1`)
  expect((await guess('203.0.113.99, 198.51.100.9, 10.0.0.1')).statusCode).toBe(429)
  expect((await guess('203.0.113.99, 198.51.100.8, 10.0.0.1')).statusCode).toBe(204)
  await behind.close()
})

test('K14: all addresses of one IPv6 neighbourhood count as one', async () => {
  const guess = (remoteAddress: string) =>
    http.inject({ method: 'GET', url: '/api/v1/guess', remoteAddress })
  for (const last of ['1', '2', 'ffff']) await guess(`2001:db8:1:2::${last}`)
  expect((await guess('2001:db8:1:2:3:4:5:6')).statusCode).toBe(429)
  expect((await guess('2001:db8:1:3::1')).statusCode).toBe(204)
})
