import type { ServerResponse } from 'node:http'
import { afterEach, expect, expectTypeOf, test } from 'vitest'
import { listen as asTheReadmeSays } from '../examples/live.ts'
import { createTongbao, type EventsHow, type TongbaoEvent } from '../src/index.ts'
import { type Asked, farServer, json } from './far-server.ts'

let open: Awaited<ReturnType<typeof farServer>>[] = []
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()))
  open = []
})

/** Listens to a server that answers its nth connection as the test says, and stops after so many events. */
async function listen(
  count: number,
  answer: (reply: ServerResponse, nth: number, asked: Asked) => void,
  how: EventsHow = {},
) {
  const server = await farServer((asked, reply, nth) => answer(reply, nth, asked))
  open.push(server)
  const states: string[] = []
  const told: TongbaoEvent[] = []
  const tongbao = createTongbao({ baseUrl: `${server.url}/`, key: 'tb_sk_test' })
  for await (const event of tongbao.events({ onState: (state) => states.push(state), ...how }))
    if (told.push(event) >= count) break
  return { told, states, asked: server.asked }
}
const stream = (reply: ServerResponse, text: string): void => {
  reply.writeHead(200, { 'content-type': 'text/event-stream' })
  reply.write(text)
}
const idsOf = (asked: readonly Asked[]) => asked.map(({ headers }) => headers['last-event-id'])
const balance = (id: number) => `id: ${id}\nevent: balance.changed\ndata: {"asset":"credit"}\n\n`

test('events are told one by one, with what they say', async () => {
  const payment = 'id: 2\nevent: payment.updated\ndata: {"payment_id":"pay_1","status":"paid"}\n\n'
  const { told, asked, states } = await listen(2, (reply) =>
    stream(reply, `: hello\n\n${balance(1)}${payment}`),
  )
  expect(told).toEqual([
    { id: '1', topic: 'balance.changed', data: { asset: 'credit' } },
    { id: '2', topic: 'payment.updated', data: { payment_id: 'pay_1', status: 'paid' } },
  ])
  expect(asked).toMatchObject([
    {
      url: '/api/v1/events/stream',
      headers: { authorization: 'Bearer tb_sk_test', accept: 'text/event-stream' },
    },
  ])
  expect(states).toEqual(['open'])
  const [first] = told
  if (first?.topic === 'payment.updated')
    expectTypeOf(first.data.status).toEqualTypeOf<'paid' | 'closed'>()
})

test('after a cut it goes on from the last event that was heard, half an event not counted', async () => {
  const { told, asked, states } = await listen(3, (reply, nth) => {
    if (nth > 1) return stream(reply, balance(nth + 1))
    stream(reply, `${balance(1)}${balance(2)}id: 3\nevent: balance.changed\n`)
    setImmediate(() => reply.destroy())
  })
  expect(told.map(({ id }) => id)).toEqual(['1', '2', '3'])
  expect(idsOf(asked)).toEqual([undefined, '2'])
  expect(states).toEqual(['open', 'waiting', 'open'])
})

test('it begins where it is told to, and asks for the queues of the house', async () => {
  const { asked } = await listen(1, (reply) => stream(reply, balance(42)), {
    lastEventId: '41',
    staff: true,
  })
  expect(asked).toMatchObject([{ url: '/api/v1/events/stream?staff=true' }])
  expect(idsOf(asked)).toEqual(['41'])
})

test('ready is not told but kept, reconnect is not told but done, reset is told', async () => {
  const { told, asked } = await listen(2, (reply, nth) =>
    nth === 1
      ? stream(
          reply,
          `id: 6\nevent: ready\ndata: {}\n\n${balance(7)}id: 8\nevent: reconnect\ndata: {}\n\n`,
        )
      : stream(reply, 'id: 9\nevent: reset\ndata: {}\n\n'),
  )
  expect(told.map(({ topic }) => topic)).toEqual(['balance.changed', 'reset'])
  expect(idsOf(asked)).toEqual([undefined, '8'])
})

test('where nothing had a number when the line was lost, everything is to be asked for again', async () => {
  const { told, asked } = await listen(2, (reply, nth) => {
    stream(reply, nth === 1 ? ': hello\n\n' : balance(1))
    if (nth === 1) setImmediate(() => reply.destroy())
  })
  expect(told.map(({ topic }) => topic)).toEqual(['reset', 'balance.changed'])
  expect(asked).toHaveLength(2)
})

test('what cannot be read is a reset', async () => {
  const { told } = await listen(1, (reply) =>
    stream(reply, 'event: balance.changed\ndata: {"asset\n\n'),
  )
  expect(told).toEqual([{ id: undefined, topic: 'reset', data: {} }])
})

test('a server that is busy or away is asked again; one that refuses is not', async () => {
  const { told, states } = await listen(1, (reply, nth) => {
    if (nth === 1) json(reply, 503, {}, { 'retry-after': '0' })
    else if (nth === 2) reply.destroy()
    else stream(reply, balance(1))
  })
  expect([told.length, states]).toEqual([1, ['waiting', 'waiting', 'open']])
  const refused = listen(1, (reply) =>
    json(reply, 401, { code: 'unauthenticated', detail: 'Sign in.' }),
  )
  await expect(refused).rejects.toMatchObject({ code: 'unauthenticated', status: 401 })
})

test('a line that has gone silent is given up', async () => {
  const { told, asked } = await listen(
    1,
    (reply, nth) => stream(reply, nth === 1 ? 'id: 5\n\n' : balance(6)),
    { silenceMs: 1_000 },
  )
  expect(told.map(({ id }) => id)).toEqual(['6'])
  expect(idsOf(asked)).toEqual([undefined, '5'])
})

test('whoever stops listening hangs up, by leaving the loop or by a signal', async () => {
  const closed: Promise<unknown>[] = []
  const watch = (reply: ServerResponse) =>
    closed.push(new Promise((resolve) => reply.once('close', resolve)))
  await listen(1, (reply) => {
    watch(reply)
    stream(reply, balance(1))
  })
  const end = new AbortController()
  const { told } = await listen(
    2,
    (reply) => {
      watch(reply)
      stream(reply, '')
      setImmediate(() => end.abort())
    },
    { signal: end.signal },
  )
  expect(told).toEqual([])
  expect(closed).toHaveLength(2)
  await Promise.all(closed)
})

test('the example of the README refreshes what an event is about', async () => {
  const server = await farServer((_, reply) =>
    stream(
      reply,
      `${balance(1)}event: reset\ndata: {}\n\nevent: payment.updated\ndata: {"status":"paid"}\n\n`,
    ),
  )
  open.push(server)
  const end = new AbortController()
  const refreshed: string[] = []
  await asTheReadmeSays(createTongbao({ baseUrl: server.url }), end.signal, (what) => {
    if (refreshed.push(what) === 3) end.abort()
  })
  expect(refreshed).toEqual(['credit', 'everything', 'paid'])
})
