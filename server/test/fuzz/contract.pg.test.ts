import fc from 'fast-check'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Route } from '#kernel/routes'
import { readContract } from '../../../tools/gen-contract.ts'
import { signUp } from '../people.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../world.ts'
import { type FuzzRequest, requestsFor, type Schema } from './requests.ts'

const CASES = Number(process.env['TONGBAO_FUZZ_CASES'] ?? 2_000) // tidy-allow env: a longer soak asks for more
/** As callers do; one at a time would be as many waits for the database. */
const AT_ONCE = 8
const LONG_MS = 300_000

let world: TestWorld
beforeAll(async () => {
  world = await openWorld({ start: true })
})
afterAll(() => world.close())

const { routes } = await readContract()

const operationOf = (route: Route) => ({
  body: route.body as Schema | undefined,
  query: Object.entries((route.query as Schema | undefined)?.properties ?? {}).map(
    ([name, schema]) => ({ name, schema }),
  ),
})

const send = (route: Route, request: FuzzRequest, as: string) => {
  let next = 0
  const path = route.url.replaceAll(/:\w+/g, () => request.params[next++] ?? 'x')
  const { body } = request
  return world.call(route.method, request.query === '' ? path : `${path}?${request.query}`, {
    as,
    headers: { ...request.headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: 'raw' in body ? body.raw : (JSON.stringify(body.json) ?? '') }),
  })
}

function judge(request: FuzzRequest, reply: LightMyRequestResponse): void {
  const sent = JSON.stringify(request)
  expect(reply.statusCode, sent).toBeLessThan(500)
  const isPage = String(reply.headers['content-type']).startsWith('text/html')
  if (reply.statusCode < 400 || isPage) return
  expect(reply.headers['content-type'], sent).toBe('application/problem+json')
  const problem = reply.json()
  expect(problem).toMatchObject({ status: reply.statusCode, request_id: expect.any(String) })
  expect(problem.code).toMatch(/^[a-z_]+$/)
  const unfilled = String(problem.detail).match(/\{\w+\}|undefined|\[object/g) ?? []
  expect(unfilled.filter((mark) => !sent.includes(mark))).toEqual([]) // what was sent may be quoted
}

test.each(
  routes
    .filter(({ streams }) => !streams)
    .map((route) => [`${route.method} ${route.url}`, route] as const),
)(
  'K8 K6: %s answers everything, and every no is a problem',
  async (_name, route) => {
    const person = await signUp(world, route.scope === 'me' ? 'user' : 'admin')
    const as = route.scope === 'me' ? person.token : BOOTSTRAP_KEY
    const requests = fc.array(requestsFor(operationOf(route)), {
      minLength: AT_ONCE,
      maxLength: AT_ONCE,
    })
    const each = async (request: FuzzRequest) => judge(request, await send(route, request, as))
    await fc.assert(
      fc.asyncProperty(requests, async (some) => {
        await Promise.all(some.map(each))
      }),
      { numRuns: Math.ceil(CASES / AT_ONCE), endOnFailure: true },
    )
  },
  LONG_MS,
)
