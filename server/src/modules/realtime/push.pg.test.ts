import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { inTx } from '#kernel/db'
import { tell, waitingEvents } from '#kernel/outbox'
import { signUp, type TestPerson } from '../../../test/people.ts'
import { openTill } from '../../../test/till.ts'
import { listen, watch } from '../../../test/watcher.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'

let world: TestWorld
let base: string
let till: ReturnType<typeof openTill>
beforeAll(async () => {
  world = await openWorld({ start: true })
  base = await listen(world)
  till = openTill(world)
})
afterAll(() => world.close())

interface Code {
  readonly code: string
}

const give = (person: TestPerson, amount: number) =>
  till.post('grants', { owner: person.id, amount, source: 'purchase' })
const charge = (person: TestPerson, amount: number) =>
  till.post('charge', { owner: person.id, amount })
const tellOf = (owner: string, order: string) =>
  inTx(world.db, (tx) =>
    tell(tx, world.clock, { topic: 'checkout.closed', owner, data: { order_id: order } }),
  )
const position = async () =>
  Number(
    (await world.db.selectFrom('kernel.relay').select('last_no').executeTakeFirstOrThrow()).last_no,
  )

test('RT1: an owner is told each balance as it becomes, in order, and nobody else hears of it', async () => {
  const [owner, other] = [await signUp(world), await signUp(world)]
  const [mine, theirs] = [await watch(base, owner.token), await watch(base, other.token)]
  await give(owner, 100)
  await charge(owner, 30)
  await charge(owner, 20)
  const last = await mine.hears('balance.changed', { available: 50 })
  expect(last.data).toEqual({ owner: owner.id, asset: 'credit', available: 50, held: 0, debt: 0 })
  const seen = mine.of('balance.changed')
  expect(seen.map(({ data }) => data.available)).toEqual([100, 70, 50])
  expect(seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id).toSorted((a, b) => a - b))
  await give(other, 1)
  await theirs.hears('balance.changed', { available: 1 })
  expect(theirs.of('balance.changed').every(({ data }) => data.owner === other.id)).toBe(true)
  mine.close()
  theirs.close()
})

test('RT1: what was undone is told to nobody', async () => {
  const owner = await signUp(world)
  const mine = await watch(base, owner.token)
  await expect(
    inTx(world.db, async (tx) => {
      await tell(tx, world.clock, {
        topic: 'checkout.closed',
        owner: owner.id,
        data: { order_id: 'ord_undone' },
      })
      throw new Error('undone')
    }),
  ).rejects.toThrow('undone')
  await tellOf(owner.id, 'ord_done')
  await mine.hears('payment.updated', { order_id: 'ord_done' })
  expect(mine.of('payment.updated')).toHaveLength(1)
  mine.close()
})

test('RT1: nobody and a key without the scope are not let in; a person names nobody else', async () => {
  const [owner, other] = [await signUp(world), await signUp(world)]
  const knock = async (as: string | undefined, query = '') => {
    const reply = await fetch(`${base}/api/v1/events/stream${query}`, {
      headers: as === undefined ? {} : { authorization: `Bearer ${as}` },
      signal: AbortSignal.timeout(10_000),
    })
    return [reply.status, ((await reply.json()) as Code).code]
  }
  expect(await knock(undefined)).toEqual([401, 'unauthenticated'])
  const key = await world.call('POST', '/api/v1/api-keys', {
    as: BOOTSTRAP_KEY,
    body: { name: 'other things', scopes: ['jobs:read'] },
  })
  expect(await knock(key.json().key)).toEqual([403, 'forbidden'])
  expect(await knock(owner.token, `?owner=${other.id}`)).toEqual([404, 'owner_unknown'])
  expect(await knock(BOOTSTRAP_KEY)).toEqual([422, 'owner_needed'])
  expect(await knock(owner.token, '?staff=true')).toEqual([403, 'staff_only'])
})

test('RT1: a key watches whom it names; staff hear what waits for them, and only by their scopes', async () => {
  const watcher = await watch(base, BOOTSTRAP_KEY, '?external_id=an-app-user')
  await till.give('an-app-user', 5)
  await watcher.hears('balance.changed', { available: 5 })
  const [support, finance] = [await signUp(world, 'support'), await signUp(world, 'finance')]
  // Told of a change of their roles, they would be sent away to be asked anew.
  await expect.poll(() => waitingEvents(world.db)).toBe(0)
  const [helps, decides] = [
    await watch(base, support.token, '?staff=true'),
    await watch(base, finance.token, '?staff=true'),
  ]
  await inTx(world.db, (tx) =>
    tell(tx, world.clock, {
      topic: 'proposals.made',
      data: { proposal_id: 'prp_1', kind: 'grant' },
    }),
  )
  await inTx(world.db, (tx) =>
    tell(tx, world.clock, {
      topic: 'payments.fact_suspended',
      data: { fact_id: 'fct_1', why: 'amount_other' },
    }),
  )
  await decides.hears('staff.proposal', { proposal_id: 'prp_1' })
  await helps.hears('staff.suspense', { fact_id: 'fct_1' })
  expect(helps.of('staff.proposal')).toEqual([])
  for (const one of [watcher, helps, decides]) one.close()
})

test('RT1: who paid for something hears that it goes back, and nobody hears of money without an owner', async () => {
  const owner = await signUp(world)
  const mine = await watch(base, owner.token)
  const back = (refund_id: string, of?: string) =>
    inTx(world.db, (tx) =>
      tell(tx, world.clock, {
        topic: 'payments.refunded',
        ...(of !== undefined && { owner: of }),
        data: { refund_id, fact_id: 'fct_1', state: 'succeeded', cause: 'sent_back', amount: 5 },
      }),
    )
  await back('ref_of_nobody')
  await back('ref_of_mine', owner.id)
  await mine.hears('refund.updated', { refund_id: 'ref_of_mine', status: 'succeeded', amount: 5 })
  expect(mine.of('refund.updated')).toHaveLength(1)
  mine.close()
})

test('RT2: who comes back is told all that they missed, once, and each balance as it is now', async () => {
  const owner = await signUp(world)
  const before = await watch(base, owner.token)
  await tellOf(owner.id, 'ord_1')
  const { id } = await before.hears('payment.updated', { order_id: 'ord_1' })
  before.close()
  await tellOf(owner.id, 'ord_2')
  await give(owner, 40)
  await tellOf(owner.id, 'ord_3')
  await charge(owner, 15)
  const since = await position()
  await expect.poll(position).toBeGreaterThan(id + 2)
  expect(since).toBeGreaterThan(0)
  const back = await watch(base, owner.token, '', { 'last-event-id': String(id) })
  await back.hears('balance.changed', { available: 25 })
  await back.hears('payment.updated', { order_id: 'ord_3' })
  expect(back.of('payment.updated').map(({ data }) => data.order_id)).toEqual(['ord_2', 'ord_3'])
  expect(back.of('reset')).toEqual([])
  back.close()
})

test('RT2: who was away too long, or saw what is not of this house, fetches everything anew', async () => {
  const owner = await signUp(world)
  await give(owner, 1)
  await expect.poll(position).toBeGreaterThan(2)
  const stranger = await watch(base, owner.token, '?last_event_id=999999999')
  expect(stranger.of('reset')).toHaveLength(1)
  expect(stranger.of('reset')[0]?.id).toBeLessThan(999_999_999)
  await world.db.deleteFrom('kernel.outbox').where('no', '<=', 2n).execute()
  const late = await watch(base, owner.token, '?last_event_id=1')
  expect(late.of('reset')).toHaveLength(1)
  await charge(owner, 1)
  await late.hears('balance.changed', { available: 0 })
  stranger.close()
  late.close()
})

test('RT3: what one node relayed reaches whoever watches another', async () => {
  const owner = await signUp(world)
  const other = await world.anotherNode()
  const there = await listen(other)
  const watcher = await watch(there, owner.token)
  await give(owner, 9)
  await watcher.hears('balance.changed', { available: 9 })
  watcher.close()
  await other.stop()
})

test('RT5: a session that ended is told nothing more; nor is a key that was revoked, or a role that was taken', async () => {
  const owner = await signUp(world)
  const mine = await watch(base, owner.token)
  const out = await world.call('POST', '/api/v1/auth/sign-out', { as: owner.token, body: {} })
  expect(out.statusCode).toBeLessThan(300)
  await mine.ended
  expect(mine.of('reconnect')).toHaveLength(1)

  const key = (
    await world.call('POST', '/api/v1/api-keys', {
      as: BOOTSTRAP_KEY,
      body: { name: 'watches', scopes: ['credits:read'] },
    })
  ).json()
  const theirs = await watch(base, key.key, `?owner=${owner.id}`)
  const kept = await watch(base, BOOTSTRAP_KEY, `?owner=${owner.id}`)
  await world.call('DELETE', `/api/v1/api-keys/${key.id}`, { as: BOOTSTRAP_KEY })
  await theirs.ended
  await give(owner, 1)
  await kept.hears('balance.changed', { available: 1 })
  kept.close()

  const staff = await signUp(world, 'support')
  await expect.poll(() => waitingEvents(world.db)).toBe(0)
  const looks = await watch(base, staff.token, '?staff=true')
  await world.call('PUT', `/api/v1/admin/users/${staff.id}/roles`, {
    as: BOOTSTRAP_KEY,
    body: { roles: ['user'], reason: 'left the team' },
  })
  await looks.ended
})

test('RT6: a server that stops sends everybody away in good order, and takes nobody in', async () => {
  const owner = await signUp(world)
  const other = await world.anotherNode()
  const there = await listen(other)
  const mine = await watch(there, owner.token)
  const stopped = other.stop()
  await mine.ended
  expect(mine.of('reconnect')[0]?.data.after_ms).toBeGreaterThan(0)
  await stopped
})

test('RT7: one owner has so many connections, and the next is told to wait; when one goes there is room', async () => {
  const owner = await signUp(world)
  const lines = await Promise.all(Array.from({ length: 20 }, () => watch(base, owner.token)))
  const more = await fetch(`${base}/api/v1/events/stream`, {
    headers: { authorization: `Bearer ${owner.token}` },
  })
  expect(more.status).toBe(429)
  expect(Number(more.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(((await more.json()) as Code).code).toBe('too_many_lines')
  lines[0]?.close()
  await expect
    .poll(async () => {
      const reply = await fetch(`${base}/api/v1/events/stream`, {
        headers: { authorization: `Bearer ${owner.token}` },
      })
      await reply.body?.cancel()
      return reply.status
    })
    .toBe(200)
  for (const line of lines) line.close()
})

test('RT7: of many who come at once no more get in than there is room, staff as well', async () => {
  const staff = await signUp(world, 'support')
  // The word of their new role would send away who came before it, and make room.
  await expect.poll(() => waitingEvents(world.db)).toBe(0)
  const leaving = new AbortController()
  for (const query of ['', '?staff=true']) {
    const replies = await Promise.all(
      Array.from({ length: 30 }, () =>
        fetch(`${base}/api/v1/events/stream${query}`, {
          headers: { authorization: `Bearer ${staff.token}` },
          signal: leaving.signal,
        }),
      ),
    )
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(20)
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(10)
  }
  leaving.abort()
})

/** Everything a socket says, parsed. */
async function openSocket(as: string, query = '', headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/ws${query}`, {
    headers: { authorization: `Bearer ${as}`, ...headers },
  })
  const told: { id: number; topic: string; data: Record<string, unknown> }[] = []
  socket.on('message', (data) => told.push(JSON.parse(String(data))))
  await once(socket, 'open')
  return { socket, told }
}

test('RT1 RT2: a socket tells the same, and what was missed when asked to resume', async () => {
  const owner = await signUp(world)
  const { socket, told } = await openSocket(owner.token)
  await expect.poll(() => told.map(({ topic }) => topic)).toContain('ready')
  const { id } = told[0] as { id: number }
  await give(owner, 7)
  await expect.poll(() => told.map(({ data }) => data['available'])).toContain(7)
  socket.close()
  await tellOf(owner.id, 'ord_missed')
  const again = await openSocket(owner.token)
  await expect.poll(() => again.told.length).toBeGreaterThan(0)
  again.socket.send(JSON.stringify({ resume: id }))
  await expect.poll(() => again.told.map(({ data }) => data['order_id'])).toContain('ord_missed')
  again.socket.send('no json')
  again.socket.close()
})

test('RT1 K13: another site opens no socket here, and nobody talks without being let in', async () => {
  const owner = await signUp(world)
  const refused = async (as: string, headers: Record<string, string> = {}) => {
    const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/ws`, {
      headers: { authorization: `Bearer ${as}`, ...headers },
    })
    const [error] = await once(socket, 'error').catch((fault) => [fault])
    return String(error.message)
  }
  expect(await refused(owner.token, { origin: 'https://evil.example' })).toContain('403')
  expect(await refused('nobody')).toContain('401')
  const { socket } = await openSocket(BOOTSTRAP_KEY)
  const [code, why] = await once(socket, 'close')
  expect([code, String(why)]).toEqual([4000, 'owner_needed'])
  const plain = await world.call('GET', '/api/v1/ws', { as: owner.token })
  expect([plain.statusCode, plain.json().code]).toEqual([400, 'switch_needed'])
})
