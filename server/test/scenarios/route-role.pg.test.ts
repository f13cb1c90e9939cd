import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROLES, SCOPES_OF } from '#identity'
import type { Route } from '#kernel/routes'
import { admits, NOBODY } from '#kernel/routes'
import { principalWith } from '../../../tools/gen-matrix.ts'
import { signUp } from '../people.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../world.ts'

let world: TestWorld
const tokens = new Map<string, string>()
beforeAll(async () => {
  world = await openWorld()
  for (const role of ROLES)
    if (role !== 'service') tokens.set(role, (await signUp(world, role)).token)
  const service = await world.call('POST', '/api/v1/api-keys', {
    as: BOOTSTRAP_KEY,
    body: { name: 'service', scopes: SCOPES_OF.service },
  })
  tokens.set('service', service.json().key)
})
afterAll(() => world.close())

/** Enough of a request to reach the scope check; what comes after it is other tests' business. */
const knock = (route: Route, as: string | undefined, id = 'nobodys') =>
  world.call(route.method, route.url.replaceAll(/:\w+/g, id), {
    ...(as !== undefined && { as }),
    ...(route.body && { body: {} }),
  })

/** Signing out comes last, or everybody who comes after would be nobody. */
const inOrder = (routes: readonly Route[]) =>
  [...routes].sort((a, b) => Number(a.name === 'sign_out') - Number(b.name === 'sign_out'))

test('I3 K7: every route lets in exactly those roles that hold its scope', async () => {
  const wrong: string[] = []
  // A stream has no end to wait for: who may open one is realtime's own law.
  for (const route of inOrder(world.routes.filter(({ streams }) => !streams))) {
    for (const role of ['nobody', ...ROLES]) {
      const principal = role === 'nobody' ? NOBODY : principalWith(role as (typeof ROLES)[number])
      const reply = await knock(route, tokens.get(role))
      const isJson = String(reply.headers['content-type']).includes('json') && reply.body !== ''
      const code = isJson ? reply.json().code : undefined
      const turnedAway = code === 'unauthenticated' || code === 'forbidden'
      if (turnedAway === admits(route.scope, principal) || reply.statusCode >= 500)
        wrong.push(`${role} ${route.method} ${route.url}: ${reply.statusCode} ${code}`)
      if (turnedAway && reply.statusCode !== (role === 'nobody' ? 401 : 403))
        wrong.push(`${role} ${route.method} ${route.url}: ${reply.statusCode} for ${code}`)
    }
  }
  expect(wrong).toEqual([])
})

/** For each route about one's own things: how another person comes by such a thing. */
const THINGS: Readonly<Record<string, (token: string) => Promise<string>>> = {
  end_session: async (token) =>
    (await world.call('GET', '/api/v1/auth/sessions', { as: token })).json().items[0].id,
}

test('I3: what belongs to somebody else is not found, on every route about one’s own things', async () => {
  const mine = world.routes.filter((route) => route.scope === 'me' && route.url.includes(':'))
  expect(mine.map(({ name }) => name).sort()).toEqual(Object.keys(THINGS).sort())
  const owner = await signUp(world)
  const other = await signUp(world)
  for (const route of mine) {
    const id = (await THINGS[route.name]?.(owner.token)) ?? ''
    const foreign = await knock(route, other.token, id)
    const absent = await knock(route, other.token, 'ses_00000000000000000000000000')
    expect(foreign.statusCode, route.url).toBe(404)
    const { request_id: _a, ...seen } = foreign.json()
    const { request_id: _b, ...unseen } = absent.json()
    expect(seen, route.url).toEqual(unseen)
  }
})

test('I3: no two routes share a name, and every scope of a role opens some door', () => {
  const names = world.routes.map(({ name }) => name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  const used = new Set<string>(world.routes.map(({ scope }) => scope))
  const idle = Object.values(SCOPES_OF)
    .flat()
    .filter((scope) => !used.has(scope))
  expect([...new Set(idle)]).toEqual([])
})
