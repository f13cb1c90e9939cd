import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TellingEvent } from '#kernel/outbox'
import { signUp, trailOf } from '../../../test/people.ts'
import { newApp, newKey, openTill } from '../../../test/till.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'
import { startDueTopUps } from './start-top-up.ts'

let world: TestWorld
let other: Awaited<ReturnType<TestWorld['anotherNode']>>
const heard: TellingEvent[] = []
beforeAll(async () => {
  const hear = async (event: TellingEvent) => {
    heard.push(event)
  }
  // Not started: the minute's look comes when a test says so.
  world = await openWorld({
    hearings: [{ module: 'listener', topic: 'credits.top_up_due', hear }],
  })
  other = await world.anotherNode()
})
afterAll(async () => {
  await other.stop()
  await world.close()
})
const till = () => openTill(world)
const HOUR_MS = 3_600_000
const URL = '/api/v1/credits/auto_top_up'
const RULE = { enabled: true, threshold: 50, product: 'credits_600', month_times_max: 3 }

const call = async (method: string, url: string, body?: unknown, as = BOOTSTRAP_KEY) => {
  const reply = await world.call(method, url, { as, ...(body !== undefined && { body }) })
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() }
}
const ruled = async (amount: number, more: object = {}) => {
  const external_id = newApp()
  await till().give(external_id, amount)
  const set = await call('PUT', URL, { external_id, ...RULE, ...more })
  expect(set.status, JSON.stringify(set.body)).toBe(200)
  return { external_id, owner: set.body.owner as string }
}
const spend = (external_id: string, amount: number) =>
  till().post('charge', { external_id, amount })
const spendBeside = (external_id: string, amount: number) =>
  other.http.inject({
    method: 'POST',
    url: '/api/v1/credits/charge',
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'idempotency-key': newKey() },
    payload: { external_id, amount },
  })
const ruleOf = async (external_id: string) =>
  (await call('GET', `${URL}?external_id=${external_id}`)).body
const inFlight = async (external_id: string) =>
  (await ruleOf(external_id)).in_flight?.top_up_id as string | undefined
const conclude = (id: string | undefined, result: string) =>
  call('POST', `/api/v1/credits/top_ups/${id}/result`, { result })
const attemptsOf = async (owner: string) => {
  const { rows } = await world.pool.pg.query(
    'select state from credits.top_ups where owner = $1 order by started_at',
    [owner],
  )
  return rows.map(({ state }) => state)
}
const pass = (ms: number) => world.clock.shift(world.clock.shiftMs + ms)

test('C17: falling below the threshold begins one attempt, and says so once', async () => {
  const { external_id, owner } = await ruled(100)
  await spend(external_id, 50)
  expect(await inFlight(external_id)).toBeUndefined()
  await spend(external_id, 1)
  const id = await inFlight(external_id)
  expect(id).toMatch(/^top_/)
  await till().post('holds', { external_id, amount: 10 })
  await startDueTopUps(world)
  expect(await attemptsOf(owner)).toEqual(['in_flight'])
  await expect.poll(() => heard.filter((event) => event.owner === owner)).toHaveLength(1)
  expect(heard.find((event) => event.owner === owner)?.data).toEqual({
    ...{ top_up_id: id, product: 'credits_600', threshold: 50, available: 49 },
  })
  await till().give(external_id, 600)
  expect((await conclude(id, 'paid')).body).toMatchObject({ top_up_id: id, state: 'paid' })
  expect((await conclude(id, 'paid')).body).toMatchObject({ state: 'paid' })
  const turned = await conclude(id, 'declined')
  expect([turned.status, turned.body.code]).toEqual([409, 'top_up_concluded'])
  expect((await conclude('top_nobodys', 'paid')).body.code).toBe('top_up_unknown')
  await spend(external_id, 1)
  expect(await ruleOf(external_id)).toMatchObject({ month_times: 1, in_flight: null })
})

test('C17: money that came after all counts, though it was called declined before', async () => {
  const { external_id } = await ruled(50)
  await spend(external_id, 1)
  const id = await inFlight(external_id)
  expect((await conclude(id, 'declined')).body).toMatchObject({ state: 'declined' })
  expect(await ruleOf(external_id)).toMatchObject({ month_times: 0 })
  expect((await conclude(id, 'paid')).body).toMatchObject({ state: 'paid' })
  expect(await ruleOf(external_id)).toMatchObject({ month_times: 1, in_flight: null })
  expect((await conclude(id, 'declined')).body.code).toBe('top_up_concluded')
})

test('C17: twenty charges at once, through two nodes and beside the minute’s look: one attempt', async () => {
  const { external_id, owner } = await ruled(100)
  expect((await spendBeside(external_id, 1)).statusCode).toBe(200)
  await Promise.all([
    ...Array.from({ length: 20 }, (_, i) =>
      i % 2 ? spend(external_id, 4) : spendBeside(external_id, 4),
    ),
    startDueTopUps(world),
    startDueTopUps(other),
  ])
  await startDueTopUps(world)
  expect(await attemptsOf(owner)).toEqual(['in_flight'])
})

test('C17: after a decline there is an hour of rest, and it counts nothing', async () => {
  const { external_id, owner } = await ruled(10, { month_times_max: 1 })
  await conclude(await inFlight(external_id), 'declined')
  expect(await ruleOf(external_id)).toMatchObject({ month_times: 0, in_flight: null })
  expect((await ruleOf(external_id)).paused_until).not.toBeNull()
  pass(HOUR_MS - 60_000)
  await spend(external_id, 1)
  await startDueTopUps(world)
  expect(await attemptsOf(owner)).toEqual(['declined'])
  pass(60_000)
  await startDueTopUps(world)
  expect(await attemptsOf(owner)).toEqual(['declined', 'in_flight'])
  expect(await ruleOf(external_id)).toMatchObject({ month_times: 1, paused_until: null })
})

test('C17: a month has its limit, and the next one begins anew', async () => {
  const { external_id, owner } = await ruled(10, { month_times_max: 2 })
  for (const _ of ['first', 'second']) {
    await conclude(await inFlight(external_id), 'paid')
    await spend(external_id, 1)
    expect((await ruleOf(external_id)).in_flight).toBeNull()
    pass(60_000)
    await spend(external_id, 1)
  }
  await startDueTopUps(world)
  expect(await attemptsOf(owner)).toEqual(['paid', 'paid'])
  const now = new Date(world.clock.now())
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)
  const shift = world.clock.shiftMs
  pass(next - world.clock.now())
  await startDueTopUps(world)
  expect(await attemptsOf(owner)).toEqual(['paid', 'paid', 'in_flight'])
  world.clock.shift(shift)
})

test('C17: an attempt that nobody concludes lapses after a day, counts, and may still be told', async () => {
  const { external_id, owner } = await ruled(10)
  const id = await inFlight(external_id)
  pass(24 * HOUR_MS - 60_000)
  await startDueTopUps(world)
  expect(await inFlight(external_id)).toBe(id)
  pass(60_000)
  await startDueTopUps(world)
  expect(await attemptsOf(owner)).toEqual(['lapsed', 'in_flight'])
  expect((await conclude(id, 'paid')).body.state).toBe('paid')
  expect((await ruleOf(external_id)).month_times).toBeGreaterThan(0)
})

test('C17: credits that run out by time are noticed by the minute’s look', async () => {
  const { external_id, owner } = await ruled(10, { enabled: false })
  await till().give(external_id, 100, { source: 'promo', expires_at: till().inDays(1) })
  await call('PUT', URL, { external_id, ...RULE })
  await startDueTopUps(world)
  expect(await attemptsOf(owner)).toEqual([])
  till().passDays(1)
  await startDueTopUps(world)
  expect(await attemptsOf(owner)).toEqual(['in_flight'])
})

test('C17: no card is charged for a rule that is off or gone, or for a frozen owner', async () => {
  const off = await ruled(10, { enabled: false })
  await spend(off.external_id, 1)
  const frozen = await ruled(100)
  await call('POST', `/api/v1/owners/${frozen.owner}/freeze`, { reason: 'a test' })
  await call('PUT', URL, { external_id: frozen.external_id, ...RULE, threshold: 500 })
  const gone = await ruled(100)
  expect((await call('DELETE', `${URL}?external_id=${gone.external_id}`)).status).toBe(204)
  await spend(gone.external_id, 90)
  await startDueTopUps(world)
  for (const { owner } of [off, frozen, gone]) expect(await attemptsOf(owner)).toEqual([])
  const none = await call('GET', `${URL}?external_id=${gone.external_id}`)
  expect([none.status, none.body.code]).toEqual([404, 'top_up_rule_unknown'])
  expect(await trailOf(world, gone.owner)).toMatchObject([
    { action: 'credits.auto_top_up_set' },
    { action: 'credits.auto_top_up_removed' },
  ])
})

test('C7: people set a rule for themselves; staff set none for others', async () => {
  const [lin, support] = [await signUp(world), await signUp(world, 'support')]
  expect((await call('PUT', URL, RULE, lin.token)).body).toMatchObject({ owner: lin.id })
  for (const [method, url, body] of [
    ['PUT', URL, { owner: lin.id, ...RULE }],
    ['GET', `${URL}?owner=${lin.id}`, undefined],
    ['DELETE', `${URL}?owner=${lin.id}`, undefined],
  ] as const)
    expect((await call(method, url, body, support.token)).body.code).toBe('owner_unknown')
  expect((await conclude(await inFlightOf(lin.token), 'paid')).status).toBe(200)
  const no = await call('POST', '/api/v1/credits/top_ups/x/result', { result: 'paid' }, lin.token)
  expect(no.status).toBe(403)
})
const inFlightOf = async (token: string) =>
  (await call('GET', URL, undefined, token)).body.in_flight.top_up_id

test('C24: how a top-up ended is in the trail, once', async () => {
  const { external_id, owner } = await ruled(40)
  const id = await inFlight(external_id)
  for (let i = 0; i < 2; i++) expect((await conclude(id, 'paid')).status).toBe(200)
  expect((await conclude(id, 'declined')).status).toBe(409)
  const ends = (await trailOf(world, owner)).filter(({ action }) => action.endsWith('concluded'))
  expect(ends).toMatchObject([{ action: 'credits.top_up_concluded', result: 'done' }])
})

test('C17: charges below the threshold ask every few seconds whether it is time, and not each of them', async () => {
  const { external_id, owner } = await ruled(40, { month_times_max: 1 })
  await conclude(await inFlight(external_id), 'paid')
  pass(60_000)
  await spend(external_id, 1)
  const more = 'update credits.top_up_rules set month_times_max = 2 where owner = $1'
  await world.pool.pg.query(more, [owner])
  await spend(external_id, 1)
  expect(await attemptsOf(owner)).toEqual(['paid'])
  pass(5_000)
  await spend(external_id, 1)
  expect(await attemptsOf(owner)).toEqual(['paid', 'in_flight'])
})

test('C17: what is wrong with one owner keeps no other from being topped up', async () => {
  const people = []
  for (let i = 0; i < 3; i++) {
    const { owner } = await ruled(100)
    people.push(owner)
  }
  people.sort()
  const as = new pg.Client({ connectionString: world.url })
  await as.connect()
  await as.query(`update credits.top_up_rules set threshold = 500 where owner = any ($1)`, [people])
  await as.query(`
    create function credits.refuse_one() returns trigger language plpgsql as $$
    begin raise exception 'no card'; end $$;
    create trigger refuse_one before insert on credits.top_ups for each row
      when (new.owner = '${people[0]}') execute function credits.refuse_one()`)
  await expect(startDueTopUps(world)).rejects.toThrow('some owners could not be topped up')
  await as.query('drop trigger refuse_one on credits.top_ups; drop function credits.refuse_one')
  await as.end()
  const attempts = await Promise.all(people.map(attemptsOf))
  expect(attempts).toEqual([[], ['in_flight'], ['in_flight']])
})
