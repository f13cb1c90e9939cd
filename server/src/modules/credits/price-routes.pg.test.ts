import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildHttp } from '#kernel/http'
import { makeMetrics } from '#kernel/metrics'
import { done } from '#kernel/outcome'
import type { Principal } from '#kernel/routes'
import { openWorld, type TestWorld } from '../../../test/world.ts'
import { openPriceBook } from './price-book.ts'
import { priceRoutes } from './price-routes.ts'

// The routes at a door of their own, so that this file stands or falls with prices alone.
const key: Principal = {
  ...{ kind: 'key', id: 'key_staff', roles: ['service'], by: 'bearer' },
  scopes: new Set(['credits:read', 'prices:read', 'prices:write']),
}
let world: TestWorld
let http: FastifyInstance
beforeAll(async () => {
  world = await openWorld()
  const routes = priceRoutes({
    ...world,
    book: openPriceBook({ ...world, machineMs: () => performance.now() }),
    whichAccount: async (_, { external_id = '' }) => done({ owner: external_id, asset: 'credit' }),
    availableOf: async () => 20n,
    wouldDo: async () => [],
    historyOf: async () => ({ p50: 40n, p90: 70n, count: 12 }),
    trafficOf: async () => [{ params: {}, at: world.clock.now(), count: 3n, credits: 150n }],
  })
  http = await buildHttp({
    ...{ routes, authenticate: async () => key, origins: [], production: false },
    ...{ trustProxy: false, version: '0', newRequestId: () => 'req_1', log: world.log },
    ...{ metrics: makeMetrics(), clock: world.clock },
    rates: {
      ...{ redis: undefined, anonymousPerMinuteMax: 1_000 },
      ...{ personPerMinuteMax: 1_000, keyPerMinuteMax: 1_000 },
    },
  })
  await http.ready()
})
afterAll(async () => {
  await http.close()
  await world.close()
})

const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
  const reply = await http.inject({ method, url, ...(payload && { payload }) })
  return { status: reply.statusCode, body: reply.json() }
}
const RULE = {
  base: 5,
  terms: [
    { kind: 'per_unit', name: 'length', parameter: 'duration_s', credits: 2, unit_size: 1 },
    { kind: 'table', name: 'size', parameter: 'resolution', credits: { '720p': 0, '4k': 20 } },
  ],
  multipliers: [
    {
      kind: 'by_text',
      name: 'speed',
      parameter: 'quality',
      ratios: { fast: { numerator: 3, denominator: 2 } },
      default: 'fast',
    },
  ],
  windows: [
    {
      name: 'night',
      ratio: { numerator: 1, denominator: 1 },
      hours: { from: '22:00', to: '06:00', utc_offset_minutes: 480 },
    },
  ],
  discounts: [{ plan: 'gold', ratio: { numerator: 4, denominator: 5 } }],
}

test('an estimate answers in the words of the contract', async () => {
  const asked = { external_id: 'u-1', action: 'video.generate', params: { resolution: '4k' } }
  expect(await call('POST', '/api/v1/credits/estimate', asked)).toEqual({
    status: 200,
    body: {
      credits: 50,
      terms: [{ name: 'base', amount: 50 }],
      price_version: 1,
      affordable: false,
      missing: 30,
      top_up: [],
      history: { p50: 40, p90: 70, count: 12 },
    },
  })
  const nobody = await call('POST', '/api/v1/credits/estimate', { action: 'script.generate' })
  expect(nobody.body).toMatchObject({ credits: 10, affordable: null, missing: null })
  const unknown = await call('POST', '/api/v1/credits/estimate', { action: 'no.such' })
  expect(unknown).toMatchObject({ status: 422, body: { code: 'action_unknown' } })
})

test('a price is published, listed, in force and refused through its routes', async () => {
  const wanted = { action: 'shot.render', rule: RULE, reason: 'opening' }
  const made = await call('POST', '/api/v1/admin/prices', wanted)
  expect(made).toMatchObject({
    status: 201,
    body: { price_version: 1, rule: { ...RULE, minimum: 0 }, published_by: 'key_staff' },
  })
  await expect
    .poll(async () => (await call('GET', '/api/v1/credits/prices')).body.items)
    .toHaveLength(4)
  const asked = { action: 'shot.render', params: { duration_s: 3, resolution: '4k' } }
  const estimated = await call('POST', '/api/v1/credits/estimate', asked)
  expect(estimated.body.credits).toBe(47)
  const refused = await call('POST', '/api/v1/credits/estimate', {
    ...asked,
    params: { duration_s: 3, resolution: '8k' },
  })
  expect(refused).toMatchObject({
    status: 422,
    body: { code: 'params_invalid', parameter: 'resolution', allowed: ['720p', '4k'] },
  })

  const next = { ...wanted, effective_at: '2999-01-01T08:00:00+08:00', after_version: 1 }
  const due = await call('POST', '/api/v1/admin/prices', next)
  expect(due.body.effective_at).toBe('2999-01-01T00:00:00.000Z')
  const again = await call('POST', '/api/v1/admin/prices', next)
  expect(again).toMatchObject({ status: 409, body: { code: 'price_moved_on', version: 2 } })
  const back = { ...wanted, effective_at: '2001-01-01T00:00:00Z' }
  expect((await call('POST', '/api/v1/admin/prices', back)).body.code).toBe('price_effective_past')
  const bent = { ...wanted, rule: { ...RULE, windows: [{ ...RULE.windows[0], name: 'size' }] } }
  expect((await call('POST', '/api/v1/admin/prices', bent)).body).toMatchObject({
    code: 'price_rule_invalid',
    at: 'windows/0/name',
  })

  const seen: string[] = []
  let cursor = ''
  do {
    const page = await call('GET', `/api/v1/admin/prices?limit=1${cursor}`)
    for (const { action, price_version, state } of page.body.items)
      seen.push(`${action} ${price_version} ${state}`)
    cursor = page.body.next_cursor === null ? '' : `&cursor=${page.body.next_cursor}`
  } while (cursor !== '')
  expect(seen).toEqual([
    'character.generate 1 in_force',
    'script.generate 1 in_force',
    'shot.render 2 scheduled',
    'shot.render 1 in_force',
    'video.generate 1 in_force',
  ])
  expect((await call('GET', '/api/v1/admin/prices?cursor=bent')).body.code).toBe('cursor_invalid')
})

test('a preview tells each action’s samples and what last week would have paid', async () => {
  const change = {
    action: 'video.generate',
    rule: { base: 60 },
    samples: [{ params: { count: 2 } }],
  }
  const viewed = await call('POST', '/api/v1/admin/prices/preview', { changes: [change] })
  expect(viewed).toMatchObject({
    status: 200,
    body: {
      items: [
        {
          action: 'video.generate',
          price_version: 1,
          samples: [{ params: { count: 2 }, before: 50, after: 60 }],
          impact: { charges: 3, before: 150, after: 180, change: 30, refused: 0 },
        },
      ],
    },
  })
})

test.each([
  [{ base: -1 }],
  [{ base: 0.5 }],
  [{ bonus: 1 }],
  [{ discounts: [{ plan: 'gold', ratio: { numerator: 1, denominator: 0 } }] }],
  [{ terms: [{ kind: 'per_unit', name: 'n', parameter: 'count', credits: 1, unit_size: 0 }] }],
  [{ terms: [{ kind: 'table', name: 'n', parameter: 'count', credits: {} }] }],
  [{ terms: [{ kind: 'table', name: 'n', parameter: 'count', credits: { a: 1.5 } }] }],
  [{ windows: [{ name: 'w', ratio: { numerator: 1, denominator: 1 }, from: 'soon' }] }],
])('P1: a rule that could not be priced exactly does not come in: %j', async (rule) => {
  const sent = { action: 'odd.action', rule, reason: 'x' }
  const reply = await call('POST', '/api/v1/admin/prices', sent)
  expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
})

test('the prices an installation starts with say why by a code, and what staff wrote stays as it is', async () => {
  const text = 'the prices an installation starts with'
  await call('POST', '/api/v1/admin/prices', { action: 'video.teaser', rule: RULE, reason: text })
  const { items } = (await call('GET', '/api/v1/admin/prices')).body
  const reasons = items.map((one: { published_by: string; reason: string }) => [
    one.published_by === 'migration',
    one.reason,
  ])
  expect(reasons).toContainEqual([true, 'first_prices'])
  expect(reasons).toContainEqual([false, text])
  expect(reasons).not.toContainEqual([true, text])
})
