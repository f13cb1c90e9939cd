import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '#kernel/crypto'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp, trailOf } from '../../../test/people.ts'
import {
  machineNow,
  merchantOf,
  numberOf,
  type Payment,
  SANDBOX_SECRET,
  signature,
  somebody,
} from '../../../test/shopper.ts'

const DAY_MS = 86_400_000
let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const order = async () => {
  const external_id = somebody()
  return { external_id, payment: await counter.buy({ external_id }) }
}
const eventOf = async (payment: Payment) => (await counter.eventsOf(payment))[0]

test('PY8 PY7: what came is kept as it came, sealed, before anything is done with it', async () => {
  const { saidOf, world, eventsOf, factsOf } = counter
  const { payment } = await order()
  const bytes = `${JSON.stringify(saidOf(payment))}  `
  const personal = { cookie: 'session=of-somebody', authorization: 'Bearer of-somebody' }
  const headers = { 'content-type': 'application/json', 'x-sandbox-signature': signature(bytes) }
  const reply = await world.call('POST', '/api/v1/hooks/sandbox/main', {
    ...{ body: Buffer.from(bytes), headers: { ...headers, ...personal } },
  })
  expect(reply.statusCode).toBe(204)
  const [event, ...others] = await eventsOf(payment)
  expect([event, others, await factsOf(payment)]).toMatchObject([{ state: 'waiting' }, [], []])
  expect(event.body).not.toContain(numberOf(payment))
  const opened = world.ring.open(event.body, `payments.events ${event.id}`)
  expect(Buffer.from(opened, 'base64').toString()).toBe(bytes)
  expect(event.body_sha256).toEqual(sha256(bytes))
  expect(event.headers).toMatchObject(headers)
  expect(JSON.stringify(event.headers)).not.toContain('of-somebody')
  expect(() => world.ring.open(event.body, 'payments.events hook_of_another')).toThrow()
})

test.each<[string, (bytes: string) => string]>([
  ['not signed', () => ''],
  ['signed with another secret', (bytes) => signature(bytes, `${SANDBOX_SECRET}!`)],
  [
    'signed with the secret of another account',
    (bytes) => signature(bytes, `${SANDBOX_SECRET} of the second`),
  ],
  ['signed with an empty secret', (bytes) => signature(bytes, '')],
  ['signed over other bytes', (bytes) => signature(`${bytes} `)],
  ['six minutes old', (bytes) => signature(bytes, SANDBOX_SECRET, machineNow() - 360_000)],
  ['six minutes ahead', (bytes) => signature(bytes, SANDBOX_SECRET, machineNow() + 360_000)],
  ['signed twice', (bytes) => `${signature(bytes)},${signature(bytes)}`],
  ['signed at no time', (bytes) => signature(bytes).replace(/t=\d+/, 't=now')],
])(
  'PY6 T01 T05 T17 T18: %s, it moves nothing and nothing of it is believed or kept',
  async (_, sign) => {
    const { tell, saidOf, settle, eventsOf, balance } = counter
    const { external_id, payment } = await order()
    const bytes = JSON.stringify(saidOf(payment))
    expect(await tell(bytes, { signature: sign(bytes) })).toBe(400)
    await settle()
    expect([await eventsOf(payment), await balance(external_id)]).toEqual([[], '0 0 0'])
  },
)

test('PY6 PY1: nobody listens for an account that is not there, or of a channel nobody calls; one that is off takes no order and hears what was paid', async () => {
  const { tell, saidOf, world, ask, eventsOf } = counter
  const { payment } = await order()
  expect(await tell(saidOf(payment), { account: 'third' })).toBe(404)
  for (const path of ['offline/main', 'balance/main', 'nobody/main', 'wechat/main']) {
    const reply = await world.call('POST', `/api/v1/hooks/${path}`, { body: saidOf(payment) })
    expect([path, reply.statusCode]).toEqual([path, 404])
  }
  const off = { merchant: merchantOf('main'), livemode: false, enabled: false, settings: {} }
  const put = (enabled: boolean) =>
    world.call('PUT', '/api/v1/admin/channels/sandbox/main', {
      as: 'bootstrap-key-of-the-tests',
      body: { ...off, enabled },
    })
  expect((await put(false)).statusCode).toBe(200)
  expect(await tell(saidOf(payment))).toBe(204)
  expect(
    (
      await ask('payments/create', {
        external_id: somebody(),
        product_id: 2,
        pay_channel: 'sandbox',
        account: 'main',
      })
    ).body.code,
  ).toBe('channel_off')
  expect((await put(true)).statusCode).toBe(200)
  await counter.settle()
  expect(await eventsOf(payment)).toMatchObject([{ state: 'done' }])
})

test('T24 T25: what no two readers understand alike is refused, though it is rightly signed', async () => {
  const { tell, saidOf } = counter
  const { payment } = await order()
  const said = JSON.stringify(saidOf(payment))
  for (const bytes of [
    said.replace('"amount":3000', '"amount":3000,"amount":1'),
    said.replace('{', '{"__proto__":{"amount":1},'),
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    `${said}{}`,
    '',
    'null',
  ])
    expect([bytes.slice(0, 20), await tell(bytes)]).toEqual([bytes.slice(0, 20), 400])
  expect(await tell(Array(1_100_000).fill('x').join(''))).toBe(413)
  const url = '/api/v1/hooks/sandbox/main'
  const large = await counter.world.call('POST', url, { body: Buffer.alloc(1_100_000, 'x') })
  expect(large.json()).toMatchObject({ code: 'payload_too_large', bytes_max: 1_048_576 })
})

test('PY15 PY6: of too many forgeries no more are answered or logged one by one, and what is genuine from their address is heard', async () => {
  const { tell, saidOf, world, settle, balance } = counter
  const { external_id, payment } = await order()
  const said = saidOf(payment)
  const ip = '203.0.113.7'
  for (let nth = 0; nth < 60; nth++) expect(await tell(said, { ip, signature: 'x' })).toBe(400)
  expect(await tell(said, { ip, signature: 'x' })).toBe(429)
  expect(await tell(said, { ip })).toBe(204)
  for (let nth = 0; nth < 60; nth++) expect(await tell(said, { ip, signature: 'x' })).toBe(429)
  await settle()
  expect(await balance(external_id)).toBe('600 0 0')
  // A hundred and twenty of them are two lines, and none repeats what was sent.
  const lines = world
    .logged()
    .split('\n')
    .filter((line) => line.includes('was not believed'))
  expect(lines.length).toBeLessThan(20)
  for (const line of lines) expect(line).not.toContain(numberOf(payment))
  expect(lines.map((line) => JSON.parse(line).why)).toContain('signature_unreadable')
})

test('PY8: what cannot be done is tried again, then waits for a person, who lets it run once more', async () => {
  const { tell, saidOf, settle, pass, balance, read, ask, world, look } = counter
  const { external_id, payment } = await order()
  const { id } = await counter.orderOf(payment)
  await read(
    `create function checkout.refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$`,
  )
  await read(
    `create trigger refuse before update on checkout.orders for each row when (new.id = '${id}')
     execute function checkout.refuse()`,
  )
  expect(await tell(saidOf(payment))).toBe(204)
  for (let nth = 1; nth <= 8; nth++) {
    await world.payments.janitor.turn()
    expect(await eventOf(payment)).toMatchObject({
      attempts: nth,
      why: 'broke',
      state: nth < 8 ? 'waiting' : 'dead',
    })
    pass(700_000)
  }
  await settle()
  expect(await eventOf(payment)).toMatchObject({ attempts: 8, state: 'dead' })
  const event = await eventOf(payment)
  const dead = (await look('admin/hooks?state=dead')).body.items
  expect(dead).toMatchObject([
    { event_id: event.id, state: 'dead', why: 'broke', facts: ['payment'] },
  ])
  const lines = world
    .logged()
    .split('\n')
    .filter((line) => line.includes(event.id))
  expect(lines.some((line) => line.includes('an event waits for a person'))).toBe(true)
  await read('drop trigger refuse on checkout.orders')
  const [operator, auditor] = [await signUp(world, 'operator'), await signUp(world, 'auditor')]
  const rerun = (as: string) => ask(`admin/hooks/${event.id}/rerun`, undefined, { as })
  expect((await rerun(auditor.token)).status).toBe(403)
  const again = await rerun(operator.token)
  expect([again.status, again.body.state, again.body.attempts]).toEqual([200, 'waiting', 0])
  await settle()
  expect(await balance(external_id)).toBe('600 0 0')
  expect(await eventOf(payment)).toMatchObject({ state: 'done', why: null })
  expect(await trailOf(world, event.id)).toMatchObject([
    { action: 'payments.event_rerun', actor_id: operator.id },
  ])
  // What was done stays done once.
  expect((await rerun(operator.token)).status).toBe(200)
  await settle()
  expect(await balance(external_id)).toBe('600 0 0')
  expect((await ask('admin/hooks/hook_nobodys/rerun')).status).toBe(404)
})

test('T61: a message that is told of before its payment is here waits and is tried again', async () => {
  const { world, settle, read, pass } = counter
  const facts = [
    {
      ...{ kind: 'refund', refund: 're_early', txn: 'txn_that_never_comes', state: 'succeeded' },
      ...{ amount: '3000', currency: 'CNY', merchant: merchantOf('main'), livemode: false, at: 0 },
    },
  ]
  await read(
    `insert into payments.events (id, channel, account, received_at, headers, body, body_sha256, message_id, type, key_id,
       facts, state, due_at)
     values ('hook_early', 'sandbox', 'main', clock_timestamp(), '{}', '', '', 'evt_early', 'refund', 'k', $1, 'waiting', $2)`,
    [JSON.stringify(facts), new Date(world.clock.now())],
  )
  const state = async () =>
    (await read(`select state, attempts, why from payments.events where id = 'hook_early'`))[0]
  await settle()
  expect(await state()).toEqual({ state: 'waiting', attempts: 1, why: 'not_yet' })
  pass(60_000)
  await settle()
  expect(await state()).toMatchObject({ state: 'waiting', attempts: 2 })
})

test('PY8: what was done is forgotten after ninety days, what waits for a person is not, and its fact stays', async () => {
  const { tell, saidOf, settle, pass, run, factsOf, eventsOf, read } = counter
  const [one, dead] = [await order(), await order()]
  await tell(saidOf(one.payment))
  await tell(saidOf(dead.payment))
  await settle()
  await read(`update payments.events set state = 'dead' where id = $1`, [
    (await eventOf(dead.payment)).id,
  ])
  expect((await factsOf(one.payment))[0].event_id).toBe((await eventOf(one.payment)).id)
  pass(89 * DAY_MS)
  await run('payments.forget_events')
  expect(await eventsOf(one.payment)).toHaveLength(1)
  pass(2 * DAY_MS)
  await run('payments.forget_events')
  expect(await eventsOf(one.payment)).toEqual([])
  expect(await factsOf(one.payment)).toMatchObject([{ disposition: 'kept', event_id: null }])
  expect(await eventsOf(dead.payment)).toHaveLength(1)
})
