import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTx } from '#kernel/db'
import {
  type Hearing,
  openRelay,
  relayedBetween,
  relayedRange,
  tell,
  waitingEvents,
} from '#kernel/outbox'
import { openWorld, type TestWorld } from '../../test/world.ts'

const heard: string[] = []
let failuresLeft = 0
const hearings: Hearing[] = [
  {
    module: 'tips',
    topic: 'tea.brewed',
    hear: async ({ id, data }) => {
      if (failuresLeft > 0) {
        failuresLeft -= 1
        throw new Error('not now')
      }
      heard.push(`tips ${id} ${data['cup']}`)
    },
  },
  {
    module: 'news',
    topic: 'tea.brewed',
    hear: async ({ data }) => {
      heard.push(`news ${data['cup']}`)
    },
  },
]

let world: TestWorld
beforeAll(async () => {
  world = await openWorld({ start: true, hearings })
})
afterAll(() => world.close())

const brew = (cup: string, fail = false) =>
  inTx(world.db, async (tx) => {
    await tell(tx, world.clock, { topic: 'tea.brewed', owner: 'usr_1', data: { cup } })
    if (fail) throw new Error('spilled')
  })
const hears = (line: RegExp) =>
  expect.poll(() => heard.filter((one) => line.test(one)).length, { timeout: 20_000 })

test('K4: every hearer hears what was committed, each on its own', async () => {
  await brew('one')
  await hears(/^tips \d+ one$/).toBe(1)
  await hears(/^news one$/).toBe(1)
})

test('K4: what was rolled back is never told', async () => {
  await expect(brew('spilled', true)).rejects.toThrow('spilled')
  await brew('after it')
  await hears(/^news after it$/).toBe(1)
  expect(heard.join()).not.toContain('spilled')
})

test('K4: a hearer that fails hears again; the others are not kept waiting', async () => {
  failuresLeft = 2
  await brew('hard')
  await hears(/^news hard$/).toBe(1)
  await hears(/^tips \d+ hard$/).toBe(1)
  expect(failuresLeft).toBe(0)
})

test('K4: several relays at once carry each event once', async () => {
  const count = 60
  const others = await Promise.all([world.anotherNode(), world.anotherNode()])
  await Promise.all(Array.from({ length: count }, (_, i) => brew(`many ${i}.`)))
  await Promise.all([world, ...others].map(({ relay }) => relay.carry()))
  for (let i = 0; i < count; i++) await hears(new RegExp(`^news many ${i}\\.$`)).toBeGreaterThan(0)
  const { rows } = await world.pool.pg.query(
    `select count(*)::int as jobs from pgboss.job where name = 'news.hears' and data->'data'->>'cup' like 'many%'`,
  )
  expect(rows[0].jobs).toBe(count)
  await Promise.all(others.map((other) => other.stop()))
})

test('K18: several relays at once number what they carry densely, in the order in which it was committed', async () => {
  const before = await relayedRange(world.db)
  for (let nth = 0; nth < 40; nth++) await brew(`numbered ${nth}`)
  const relays = Array.from({ length: 3 }, () =>
    openRelay({ ...world, hearings: [], onRelayed: () => {}, announce: true }),
  )
  await Promise.all(relays.map((relay) => relay.carry()))
  await expect.poll(() => waitingEvents(world.db)).toBe(0)
  const { last } = await relayedRange(world.db)
  const events = await relayedBetween(world.db, before.last, last)
  expect(events.map(({ no }) => no - before.last)).toEqual(events.map((_, nth) => nth + 1))
  const cups = events.map(({ data }) => String(data['cup']))
  expect(cups).toEqual(Array.from({ length: 40 }, (_, nth) => `numbered ${nth}`))
})
