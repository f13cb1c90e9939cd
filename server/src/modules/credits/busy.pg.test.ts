import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildHttp } from '#kernel/http'
import { makeMetrics } from '#kernel/metrics'
import { openTeller, type Teller } from '#ledger'
import { newApp, newKey, openTill } from '../../../test/till.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'
import { openCredits } from './open-credits.ts'

let world: TestWorld
// Nothing listens there: whoever knocks is refused at once.
const nowhere = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
const doors: FastifyInstance[] = []
let narrow: FastifyInstance
let lost: FastifyInstance
beforeAll(async () => {
  world = await openWorld()
  const { clock, pool } = world
  narrow = await doorOf(openTeller({ pool: pool.pg, clock, lanes: 1, queueMax: 3 }))
  lost = await doorOf(openTeller({ pool: nowhere, clock }))
})
afterAll(async () => {
  await Promise.all(doors.map((door) => door.close()))
  await nowhere.end()
  await world.close()
})

/** The same house with another teller. */
async function doorOf(teller: Teller): Promise<FastifyInstance> {
  const { grantLimit, signUpCredits } = world.config
  const machineMs = () => performance.now()
  const wouldDo = async () => []
  const { routes } = openCredits({
    ...{ ...world, teller, grantLimit, signUpCredits, machineMs, wouldDo },
  })
  const http = await buildHttp({
    ...{ routes, authenticate: world.identity.authenticate, origins: [], production: false },
    ...{ trustProxy: false, version: '0', newRequestId: () => 'req_1', log: world.log },
    ...{ metrics: makeMetrics(), clock: world.clock },
    rates: {
      ...{ redis: undefined, anonymousPerMinuteMax: 1_000 },
      ...{ personPerMinuteMax: 1_000, keyPerMinuteMax: 1_000 },
    },
  })
  await http.ready()
  doors.push(http)
  return http
}
const charge = async (http: FastifyInstance, body: object, key: string) => {
  const reply = await http.inject({
    method: 'POST',
    url: '/api/v1/credits/charge',
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'idempotency-key': key },
    payload: body,
  })
  return { status: reply.statusCode, body: reply.json(), wait: reply.headers['retry-after'] }
}
const capOf = async (external_id: string) => {
  const { owner } = (await openTill(world).read(`credits/balance?external_id=${external_id}`)).body
  const path = `/api/v1/owners/${owner}/caps`
  const as = BOOTSTRAP_KEY
  await world.call('PUT', path, { as, body: { day: 500, month: null, reason: 'a test' } })
  return async () =>
    (await world.call('GET', `/api/v1/owners/${owner}/state`, { as })).json().caps.day.spent
}

test('C9: when too much waits the answer is 503 with a time, and the same key succeeds later', async () => {
  const external_id = newApp()
  const till = openTill(world)
  await till.give(external_id, 1_000)
  const spent = await capOf(external_id)
  const keys = Array.from({ length: 40 }, () => newKey())
  const body = { external_id, amount: 10 }
  // The first one is at home before the crowd comes: it finds the owner and what is remembered.
  expect((await charge(narrow, body, newKey())).status).toBe(200)
  const replies = await Promise.all(keys.map((key) => charge(narrow, body, key)))
  const busy = replies.filter(({ status }) => status === 503)
  const done = replies.filter(({ status }) => status === 200)
  expect([busy.length > 0, busy.length + done.length]).toEqual([true, 40])
  for (const { body: problem, wait } of busy)
    expect([problem.code, problem.retry_after_s, wait]).toEqual(['ledger_busy', 1, '1'])
  expect(await till.balanceOf(external_id)).toMatchObject({ available: 990 - 10 * done.length })
  // Nothing happened to those, so nothing of them counts.
  expect(await spent()).toBe(10 + 10 * done.length)
  for (const key of keys) expect((await charge(narrow, body, key)).status).toBe(200)
  expect(await till.balanceOf(external_id)).toMatchObject({ available: 590 })
  expect(await spent()).toBe(410)
})

test('C9: where nobody knows what happened the answer is 503, and the same key finds out', async () => {
  const external_id = newApp()
  const till = openTill(world)
  await till.give(external_id, 100)
  const spent = await capOf(external_id)
  const key = newKey()
  const body = { external_id, amount: 40 }
  const reply = await charge(lost, body, key)
  expect([reply.status, reply.body.code, reply.wait]).toEqual([503, 'unavailable', '1'])
  // It may have happened, so it counts: the safe side.
  expect(await spent()).toBe(40)
  expect(await till.balanceOf(external_id)).toMatchObject({ available: 100 })
  expect(await till.post('charge', body, key)).toMatchObject({ status: 200, replayed: false })
  expect(await till.post('charge', body, key)).toMatchObject({ status: 200, replayed: true })
  expect(await till.balanceOf(external_id)).toMatchObject({ available: 60 })
})
