import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp } from '../../server/test/people.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../server/test/world.ts'
import { createTongbao, type EventsHow, type Tongbao, type TongbaoEvent } from '../src/index.ts'
import { openCutter } from './cutter.ts'

let world: TestWorld
let url: string
let app: Tongbao
beforeAll(async () => {
  world = await openWorld({ start: true })
  url = await world.http.listen({ host: '127.0.0.1', port: 0 })
  app = createTongbao({ baseUrl: url, key: BOOTSTRAP_KEY })
})
afterAll(() => world.close())

/** Listens in the background; what is told is looked at as it comes. */
function hear(tongbao: Tongbao, how: EventsHow = {}) {
  const end = new AbortController()
  const told: TongbaoEvent[] = []
  const states: string[] = []
  const onState = (state: string) => states.push(state)
  const ended = (async () => {
    for await (const event of tongbao.events({ ...how, signal: end.signal, onState }))
      told.push(event)
  })()
  return {
    told,
    states,
    balances: () =>
      told.flatMap((event) => (event.topic === 'balance.changed' ? [event.data.available] : [])),
    isOpen: () => expect.poll(() => states.at(-1)).toBe('open'),
    stop: async () => {
      end.abort()
      await ended
    },
  }
}

const grant = (owner: string, amount: number) =>
  app.post('/api/v1/credits/grants', { body: { owner, amount, source: 'purchase' } })

test('who listens is told each balance, and after a cut what they missed', async () => {
  const { id, token } = await signUp(world)
  const cutter = await openCutter(url)
  const listener = hear(createTongbao({ baseUrl: cutter.url, key: token }))
  await listener.isOpen()
  await grant(id, 100)
  await expect.poll(listener.balances).toEqual([100])
  cutter.cut()
  await grant(id, 20)
  await expect.poll(() => listener.balances().at(-1)).toBe(120)
  expect(listener.states).toEqual(['open', 'waiting', 'open'])
  expect(listener.told.map(({ topic }) => topic)).not.toContain('reset')
  await listener.stop()
  cutter.close()
})

test('a key listens to an app’s user; who may not is refused and not kept waiting', async () => {
  const listener = hear(app, { external_id: 'listened-to' })
  await listener.isOpen()
  await app.post('/api/v1/credits/grants', {
    body: { external_id: 'listened-to', amount: 7, source: 'purchase' },
  })
  await expect.poll(listener.balances).toEqual([7])
  await listener.stop()
  const { token } = await signUp(world)
  const nosy = createTongbao({ baseUrl: url, key: token }).events({ staff: true })
  await expect(nosy.next()).rejects.toMatchObject({ status: 403 })
})
