import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '#audit'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp, trailOf } from '../../../test/people.ts'
import { merchantOf, SANDBOX_SECRET, signature, somebody } from '../../../test/shopper.ts'
import { BOOTSTRAP_KEY, SECRET } from '../../../test/world.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const NEWER = 'another secret of the tests that is long enough'
const CANARY = 'canary-of-a-secret-that-nobody-may-see'
const wish = (more: object = {}) => ({
  ...{ merchant: merchantOf('app2'), livemode: false, enabled: true, settings: {} },
  ...{ secrets: { signing_secret: CANARY }, minor_min: 1, minor_max: 5_000 },
  ...more,
})
const put = (path: string, body: object, as = BOOTSTRAP_KEY) =>
  counter.world.call('PUT', `/api/v1/admin/channels/${path}`, { as, body })

test('PY7 T70: a secret goes in sealed and never comes out: no answer, trail, event or log has it', async () => {
  const { look, read, world } = counter
  const opened = await put('sandbox/app2', wish())
  expect(opened.statusCode).toBe(200)
  expect(opened.json()).toMatchObject({
    ...{ channel: 'sandbox', account: 'app2', enabled: true, secrets: ['signing_secret'] },
    hook_url: 'http://localhost:7300/api/v1/hooks/sandbox/app2',
  })
  const said = [
    opened.body,
    (await put('sandbox/app2', wish({ enabled: false }))).body,
    (await put('sandbox/app2', wish({ secrets: { signing_secret: CANARY, more: CANARY } }))).body,
    (await put('sandbox/app2', wish({ settings: { secret: CANARY } }))).body,
    (await put('sandbox/app2', wish({ secrets: CANARY }))).body,
    JSON.stringify((await look('admin/channels')).body),
    JSON.stringify((await look('admin/channels/sandbox/app2')).body),
    JSON.stringify(await trailOf(world, 'sandbox/app2')),
    JSON.stringify(await read('select * from payments.accounts')),
    JSON.stringify(await read('select * from kernel.outbox')),
    JSON.stringify(await read('select * from audit.entries')),
    world.logged(),
  ]
  expect(said.findIndex((text) => text.includes(CANARY))).toBe(-1)
  expect((await trailOf(world, 'sandbox/app2')).map(({ action }) => action)).toEqual(
    Array(2).fill('payments.account_changed'),
  )
})

test('PY7: what is sealed belongs to its account: moved to another row it opens nothing', async () => {
  const { read, tell } = counter
  await put('sandbox/moved', wish())
  await put('sandbox/thief', wish({ secrets: { signing_secret: `${SANDBOX_SECRET} of a thief` } }))
  const said = { id: 'evt_of_the_moved', type: 'x' }
  expect(await tell(said, { account: 'moved', secret: CANARY })).toBe(204)
  await read(
    `update payments.accounts set secrets = (select secrets from payments.accounts where name = 'thief')
      where name = 'moved'`,
  )
  // What is remembered of accounts goes with a word of change, of whichever.
  await put('sandbox/thief', wish({ secrets: { signing_secret: `${SANDBOX_SECRET} of a thief` } }))
  const secret = `${SANDBOX_SECRET} of a thief`
  expect(await tell({ ...said, id: 'evt_of_the_thief' }, { account: 'moved', secret })).toBe(500)
})

test('PY7: left out, secrets stay; changed, the new one is believed and the old one no longer', async () => {
  const { tell } = counter
  await put('sandbox/keeps', wish())
  const { secrets: _, ...without } = wish({ minor_max: 6_000 })
  expect((await put('sandbox/keeps', without)).json()).toMatchObject({ minor_max: 6_000 })
  const heard = (secret: string, id: string) =>
    tell({ id, type: 'x' }, { account: 'keeps', secret })
  expect(await heard(CANARY, 'evt_before_1')).toBe(204)
  const next = `${CANARY}-next`
  await put('sandbox/keeps', wish({ secrets: { signing_secret: next } }))
  expect([await heard(CANARY, 'evt_before_2'), await heard(next, 'evt_after_1')]).toEqual([
    400, 204,
  ])
})

test('PY7 PY6: a secret that one node has changed is believed no longer on the others', async () => {
  const { world } = counter
  const node = await world.anotherNode()
  const [first, second] = ['first', 'second'].map((nth) => `${SANDBOX_SECRET} the ${nth}`)
  const change = (signing_secret = '') =>
    put('sandbox/two-nodes', wish({ secrets: { signing_secret } }))
  let made = 0
  const knock = async (secret = '') => {
    const payload = Buffer.from(JSON.stringify({ id: `evt_of_two_${++made}`, type: 'x' }))
    const headers = {
      'content-type': 'application/json',
      'x-sandbox-signature': signature(payload, secret),
    }
    const url = '/api/v1/hooks/sandbox/two-nodes'
    return (await node.http.inject({ method: 'POST', url, headers, payload })).statusCode
  }
  await change(first)
  await expect.poll(() => knock(first)).toBe(204)
  await change(second)
  await expect.poll(() => knock(first)).toBe(400)
  expect(await knock(second)).toBe(204)
  await node.stop()
})

test('PY7: when TONGBAO_SECRET changes, what the old one sealed opens, and what is sealed next does without it', async () => {
  const { world, tell } = counter
  const node = await world.anotherNode({}, { secrets: [NEWER, SECRET] })
  const knock = async (id: string, at = node) => {
    const payload = Buffer.from(JSON.stringify({ id, type: 'x' }))
    const headers = {
      'content-type': 'application/json',
      'x-sandbox-signature': signature(payload),
    }
    const url = '/api/v1/hooks/sandbox/main'
    return (await at.http.inject({ method: 'POST', url, headers, payload })).statusCode
  }
  expect(await knock('evt_by_the_old_seal')).toBe(204)
  const { secrets: _, ...without } = wish({ merchant: merchantOf('main'), minor_max: 5_000_000 })
  const saved = await node.http.inject({
    ...{ method: 'PUT', url: '/api/v1/admin/channels/sandbox/main', payload: without },
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` },
  })
  expect(saved.statusCode).toBe(200)
  await node.stop()
  const later = await world.anotherNode({}, { secrets: [NEWER] })
  expect(await knock('evt_by_the_new_seal', later)).toBe(204)
  await later.stop()
  // A node that has not heard of the new secret cannot open it, and believes nothing.
  expect(await tell({ id: 'evt_without_the_key', type: 'x' })).toBe(500)
})

test('PY7: sealed anew, everything opens with the new secret alone; what no secret opens is counted, and stays', async () => {
  const { world, read } = counter
  const newest = 'a third secret of the tests that is long enough'
  const sealsOf = async () => {
    const rows = await read(
      `select secrets as sealed from payments.accounts union all select body from payments.events`,
    )
    return Object.entries(Object.groupBy(rows, ({ sealed }) => sealed.split('.')[0]))
  }
  await read(`delete from payments.accounts where name = 'moved'`) // nothing opens that one, ever
  expect((await sealsOf()).length).toBeGreaterThan(1)
  const actor = systemActor('test')
  const stranger = await world.anotherNode({}, { secrets: [newest] })
  const before = await sealsOf()
  const { closed, sealed } = await stranger.payments.reseal(actor)
  expect([sealed, closed > 0]).toEqual([0, true])
  expect(await sealsOf()).toEqual(before)
  const node = await world.anotherNode({}, { secrets: [newest, SECRET, NEWER] })
  // Two at once, as when two people read the same page of the manual.
  const both = await Promise.all([node.payments.reseal(actor), node.payments.reseal(actor)])
  expect(both.map((one) => one.closed)).toEqual([0, 0])
  expect(both.reduce((sum, one) => sum + one.sealed, 0)).toBe(closed)
  expect(await sealsOf()).toHaveLength(1)
  expect(await stranger.payments.reseal(actor)).toEqual({ sealed: 0, closed: 0 })
  for (const one of [stranger, node]) await one.stop()
  const back = await world.anotherNode({}, { secrets: [SECRET, newest] })
  expect(await back.payments.reseal(actor)).toEqual({ sealed: closed, closed: 0 })
  await back.stop()
})

test('PY7 CK9: accounts are shown to staff who may see them, and changed by admins', async () => {
  const { world, look } = counter
  const [user, finance, admin] = [
    await signUp(world),
    await signUp(world, 'finance'),
    await signUp(world, 'admin'),
  ]
  expect((await look('admin/channels', user.token)).status).toBe(403)
  expect((await look('admin/channels', finance.token)).status).toBe(200)
  expect((await put('sandbox/theirs', wish(), finance.token)).statusCode).toBe(403)
  expect((await put('sandbox/theirs', wish(), admin.token)).statusCode).toBe(200)
  expect((await look('admin/channels/sandbox/nobodys')).status).toBe(404)
})

test.each([
  ['nobody/main', {}, 404, 'channel_unknown'],
  ['sandbox/live', { livemode: true }, 422, 'account_invalid'],
  ['sandbox/empty', { secrets: { signing_secret: '' } }, 422, 'account_invalid'],
  ['sandbox/short', { secrets: { signing_secret: 'x'.repeat(31) } }, 422, 'account_invalid'],
  ['sandbox/none', { secrets: undefined }, 422, 'account_invalid'],
  ['sandbox/upside', { minor_min: 10, minor_max: 9 }, 422, 'account_invalid'],
])('PY6 PY10: the account %s with %j is not kept', async (path, more, status, code) => {
  const reply = await put(path, wish(more))
  expect([reply.statusCode, reply.json().code]).toEqual([status, code])
  expect((await counter.look(`admin/channels/${path}`)).status).toBe(404)
})

test('PY10: limits that are left out stay as they were', async () => {
  const limitsOf = async (body: object) => {
    const { minor_min, minor_max } = (await put('sandbox/kept', body)).json()
    return [minor_min, minor_max]
  }
  const left = wish({ minor_min: undefined, minor_max: undefined, enabled: false })
  expect(await limitsOf(left)).toEqual([1, 5_000_000])
  expect(await limitsOf(wish({ minor_min: 500, minor_max: 900, enabled: false }))).toEqual([
    500, 900,
  ])
  expect(await limitsOf(left)).toEqual([500, 900])
})

test.each([
  ['sk_test', true],
  ['rk_live', false],
  ['sk_org_live', true],
])(
  'PY10: a key %s… of Stripe opens no account with livemode %s, and can be put away',
  async (key, livemode) => {
    const account = (enabled: boolean) => ({
      ...{ merchant: 'acct_1', livemode, enabled, settings: { account: 'acct_1' } },
      secrets: { secret_key: `${key}_0123456789`, webhook_secrets: ['whsec_0123456789'] },
    })
    const no = await put(`stripe/${key}`, account(true))
    expect([no.statusCode, no.json().code]).toEqual([422, 'account_invalid'])
    expect(no.body).not.toContain('0123456789')
    expect((await put(`stripe/${key}`, account(false))).statusCode).toBe(200)
  },
)

test('T01 PY6: an account whose secret is blank hears nobody', async () => {
  const { read, world, tell } = counter
  const blank = JSON.stringify({ signing_secret: ' '.repeat(40) })
  await put('sandbox/blank', wish())
  await read(`update payments.accounts set secrets = $1 where name = 'blank'`, [
    world.ring.seal(blank, 'payments.accounts sandbox/blank'),
  ])
  expect(
    await tell({ id: 'evt_of_a_blank', type: 'x' }, { account: 'blank', secret: ' '.repeat(40) }),
  ).toBe(400)
})

test('PY10: what an account does not take is taken by another one, and what none takes is refused', async () => {
  const { read, order, must } = counter
  await read(
    `update payments.accounts set enabled = name in ('small', 'big') where channel = 'sandbox'`,
  )
  await put('sandbox/small', wish({ minor_max: 1_000 }))
  await put('sandbox/big', wish({ minor_min: 1_001, minor_max: 5_000 }))
  const accountOf = async (product_id: number) => {
    const want = { external_id: somebody(), product_id, pay_channel: 'sandbox' }
    const { body } = await must(order(want), 201)
    const [row] = await read('select account from payments.attempts where id = $1', [
      body.payment_id,
    ])
    return row.account
  }
  expect([await accountOf(1), await accountOf(2)]).toEqual(['small', 'big'])
  const no = await order({ external_id: somebody(), product_id: 3, pay_channel: 'sandbox' })
  expect([no.status, no.body.code]).toEqual([422, 'amount_outside_limits'])
})

test('K8: what is not there is said to be not there: an account, an event', async () => {
  const { look, ask } = counter
  const account = await look('admin/channels/sandbox/nobodys')
  expect([account.status, account.body.code]).toEqual([404, 'account_unknown'])
  const event = await ask('admin/hooks/hook_nobodys/rerun')
  expect([event.status, event.body.code]).toEqual([404, 'event_unknown'])
})

test('CK10: what is to be tried once is tried once, however many ask at once and however it ended', async () => {
  const { world, read, orderOf } = counter
  await put('sandbox/main', wish({ merchant: merchantOf('main'), minor_max: 5_000_000 }))
  const payment = await counter.buy({ external_id: somebody(), account: 'main' })
  const { id: subject, owner } = await orderOf(payment)
  const start = (of: string) =>
    world.payments.start({
      ...{ subject: of, owner, amount: 3_000n, currency: 'CNY', livemode: false },
      ...{ channel: 'sandbox', account: 'main', title: 'once', once: true },
      ...{ expiresAt: (world.clock.now() + 60_000) as never, payer: { ip: '127.0.0.1' } },
      returnUrl: 'http://localhost:7300',
    })
  const again = await start(subject)
  expect(again).toMatchObject({ ok: false, refusal: { code: 'tried_before' } })
  const all = await Promise.all(Array.from({ length: 6 }, () => start('ord_tried_once')))
  expect(all.filter(({ ok }) => ok)).toHaveLength(1)
  await read(`update payments.attempts set state = 'failed' where subject = 'ord_tried_once'`)
  expect(await start('ord_tried_once')).toMatchObject({ ok: false })
})
