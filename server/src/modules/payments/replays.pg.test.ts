import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { openProxy } from '../../../test/proxy.ts'
import { machineNow, numberOf, type Payment, signature, somebody } from '../../../test/shopper.ts'
import { findAccount } from './account-store.ts'
import { applyPayment } from './apply-payment.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const order = async () => {
  const external_id = somebody()
  return { external_id, payment: await counter.buy({ external_id }) }
}
const expectPaidOnce = async ({ external_id, payment }: Awaited<ReturnType<typeof order>>) => {
  const { settle, balance, factsOf, orderOf, look } = counter
  await settle()
  expect(await balance(external_id)).toBe('600 0 0')
  expect(await factsOf(payment)).toMatchObject([{ disposition: 'kept' }])
  expect(await orderOf(payment)).toMatchObject({ state: 'paid' })
  const { body } = await look(`payments/${payment.payment_id}`)
  expect(body).toMatchObject({ status: 'paid', refunded: 0 })
}

test('T26 PY1: the same message fifty times in a row gives once, and is acknowledged each time', async () => {
  const { tell, saidOf, settle, factsOf, eventsOf } = counter
  const one = await order()
  const said = saidOf(one.payment)
  for (let nth = 0; nth < 50; nth++) {
    expect(await tell(said)).toBe(204)
    if (nth % 10 === 0) await settle()
  }
  await expectPaidOnce(one)
  const [fact] = await factsOf(one.payment)
  expect(fact).toMatchObject({ txn: `txn_${numberOf(one.payment)}`, source: 'push' })
  expect(await eventsOf(one.payment)).toMatchObject([{ state: 'done' }])
})

test('T28: the same payment in ten different messages, brought on at once, gives once', async () => {
  const { tell, saidOf, world } = counter
  const one = await order()
  for (let nth = 0; nth < 10; nth++)
    expect(
      await tell(saidOf(one.payment, { id: `evt_again_${nth}`, at: machineNow() + nth })),
    ).toBe(204)
  await Promise.all([world.payments.janitor.turn(), world.payments.janitor.turn()])
  await expectPaidOnce(one)
  expect(await counter.eventsOf(one.payment)).toHaveLength(10)
})

test('T29: told and asked at the same instant, it gives once', async () => {
  const { cashier, pass, world } = counter
  const all = await Promise.all(Array.from({ length: 8 }, order))
  await Promise.all(all.map(({ payment }) => cashier(payment, 'pay')))
  // Now each attempt is due to be asked about, too.
  pass(6_000)
  await Promise.all(Array.from({ length: 4 }, () => world.payments.janitor.turn()))
  for (const one of all) await expectPaidOnce(one)
})

test('T30: the returning browser, the message and the poller together give once', async () => {
  const { cashier, tell, saidOf, look, pass, world } = counter
  const one = await order()
  const { payment } = one
  await cashier(payment, 'pay')
  pass(6_000)
  const again = saidOf(payment, { id: 'evt_of_the_return', txn: `sbx_${numberOf(payment)}_1` })
  const returns = Array.from({ length: 5 }, () => look(`payments/${payment.payment_id}`))
  await Promise.all([
    ...[world.payments.janitor.turn(), tell(again), world.payments.janitor.turn()],
    ...[...returns, world.payments.janitor.turn()],
  ])
  await expectPaidOnce(one)
})

const saidAs = (payment: Payment, txn: string) => ({
  ...({
    kind: 'payment',
    tradeNo: numberOf(payment),
    txn,
    amount: BigInt(payment.amount),
  } as const),
  ...{ currency: payment.currency, merchant: 'merchant-main', livemode: false },
  paidAt: machineNow(),
})

test('PY1: by push, by answer, by bill and by hand, all at once, it is one fact', async () => {
  const { cashier, deps, world } = counter
  const one = await order()
  await cashier(one.payment, 'pay')
  const account = await findAccount(world.db, 'sandbox', 'main')
  if (!account) throw new Error('no account')
  const fact = saidAs(one.payment, `sbx_${numberOf(one.payment)}_1`)
  const [turns, ...applied] = await Promise.all([
    world.payments.janitor.turn(),
    ...(['bill', 'hand', 'pull', 'bill', 'hand', 'pull'] as const).map((source) =>
      applyPayment(deps, fact, { account, source }),
    ),
  ])
  expect(turns).toBe(1)
  expect(applied.filter((how) => how !== 'repeat').length).toBeLessThanOrEqual(1)
  await expectPaidOnce(one)
})

test('T33: while another transaction holds the owner’s account the message is acknowledged, and given for later', async () => {
  const { tell, saidOf, world, judge, eventsOf, factsOf, ask } = counter
  const one = await order()
  const { external_id, payment } = one
  const gift = { external_id, amount: 1, source: 'promo' }
  const granted = await ask('credits/grants', gift, {
    headers: { 'idempotency-key': 'a-first-one' },
  })
  expect(granted.status).toBe(201)
  const { owner } = await counter.orderOf(payment)
  const other = await judge.connect()
  try {
    await other.query('begin')
    await other.query('select 1 from ledger.accounts where owner = $1 for update', [owner])
    expect(await tell(saidOf(payment))).toBe(204)
    const turn = world.payments.janitor.turn()
    expect(await tell(saidOf(payment, { id: 'evt_while_locked' }))).toBe(204)
    expect(await factsOf(payment)).toEqual([])
    expect(await eventsOf(payment)).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }])
    await other.query('commit')
    await turn
  } finally {
    other.release()
  }
  await counter.settle()
  expect(await counter.balance(external_id)).toBe('601 0 0')
})

test('T32: without the database nothing is acknowledged, and what comes again is heard once', async () => {
  const { world, saidOf, tell, eventsOf } = counter
  const one = await order()
  const proxy = await openProxy(world.url)
  const node = await world.anotherNode({}, { databaseUrl: proxy.url })
  const payload = Buffer.from(JSON.stringify(saidOf(one.payment)))
  const knock = async () => {
    const headers = {
      'content-type': 'application/json',
      'x-sandbox-signature': signature(payload),
    }
    const url = '/api/v1/hooks/sandbox/main'
    return (await node.http.inject({ method: 'POST', url, headers, payload })).statusCode
  }
  await proxy.close()
  for (let nth = 0; nth < 3; nth++) expect(await knock()).toBe(503)
  expect(await eventsOf(one.payment)).toEqual([])
  await node.stop()
  expect(await tell(saidOf(one.payment))).toBe(204)
  await expectPaidOnce(one)
})

test('T34 PY3: failed and closed after paid stays paid, in whatever words it is told', async () => {
  const { cashier, settle, tell, saidOf, world, ask } = counter
  const one = await order()
  const { payment } = one
  await cashier(payment, 'pay')
  await settle()
  const {
    txn: _,
    amount: __,
    ...said
  } = saidOf(payment, { type: 'payment.failed', id: 'evt_fail' })
  expect(await tell(said)).toBe(204)
  await settle()
  await world.payments.closeAll(payment.order_id)
  const cancelled = await ask(`payments/${payment.payment_id}/cancel`)
  expect([cancelled.status, cancelled.body.code]).toEqual([409, 'order_closed'])
  await expectPaidOnce(one)
})

test('T50: whoever pays, the owner of the order gets it', async () => {
  const { cashier, look, balance } = counter
  const one = await order()
  const stranger = somebody()
  expect((await look(`credits/balance?external_id=${stranger}`)).status).toBe(200)
  // The cashier asks nobody who they are.
  await cashier(one.payment, 'pay')
  await expectPaidOnce(one)
  expect(await balance(stranger)).toBe('0 0 0')
})
