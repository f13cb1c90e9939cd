import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { machineNow, numberOf, type Payment, somebody } from '../../../test/shopper.ts'
import { BOOTSTRAP_KEY } from '../../../test/world.ts'

const MINUTE_MS = 60_000
let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const order = async (want: object = {}) => {
  const external_id = somebody()
  return { external_id, payment: await counter.buy({ external_id, ...want }) }
}
const attemptOf = async ({ payment_id }: Payment) =>
  (await counter.read('select * from payments.attempts where id = $1', [payment_id]))[0]
const tradeOf = async (payment: Payment) =>
  (
    await counter.read('select * from payments.sandbox_trades where trade_no = $1', [
      numberOf(payment),
    ])
  )[0]
const expire = async () => {
  counter.pass(31 * MINUTE_MS)
  await counter.run('checkout.close_due')
}

test('PY9: an order that nobody paid in time is closed, at the provider first', async () => {
  const { orderOf, look, order: ask } = counter
  const { external_id, payment } = await order()
  await expire()
  expect(await tradeOf(payment)).toMatchObject({ state: 'closed' })
  expect(await attemptOf(payment)).toMatchObject({ state: 'closed', ask_at: null })
  expect(await orderOf(payment)).toMatchObject({ state: 'closed', paid_at: null })
  expect((await look(`payments/${payment.payment_id}`)).body).toMatchObject({
    status: 'closed',
    next: null,
  })
  const again = await ask({ external_id, order_id: payment.order_id, pay_channel: 'sandbox' })
  expect([again.status, again.body.code]).toEqual([409, 'order_closed'])
})

test('PY9: given up by who ordered, it is closed there and here, once, however often they say so', async () => {
  const { ask, orderOf, read } = counter
  const { payment } = await order()
  const replies = await Promise.all(
    Array.from({ length: 5 }, () => ask(`payments/${payment.payment_id}/cancel`)),
  )
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(replies[0]?.body).toMatchObject({ status: 'closed' })
  expect(await tradeOf(payment)).toMatchObject({ state: 'closed' })
  expect(await orderOf(payment)).toMatchObject({ state: 'closed' })
  expect(
    await read(
      `select topic, data ->> 'status' as status from kernel.outbox
        where topic in ('checkout.closed', 'checkout.payment_ended') and data ->> 'order_id' = $1 order by topic`,
      [payment.order_id],
    ),
  ).toEqual([
    { topic: 'checkout.closed', status: null },
    { topic: 'checkout.payment_ended', status: 'closed' },
  ])
})

test('PY9: a way to pay that is opened while its order is given up is closed again', async () => {
  const { ask, order: askToPay, judge, read } = counter
  const { external_id, payment } = await order()
  const other = await judge.connect()
  const lock = `hashtextextended('payments ${payment.order_id}', 0)`
  await other.query(`select pg_advisory_lock(${lock})`)
  const wish = {
    external_id,
    order_id: payment.order_id,
    pay_channel: 'sandbox',
    account: 'second',
  }
  const late = askToPay(wish)
  const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted`
  await expect.poll(() => read(waiting)).toHaveLength(1)
  expect((await ask(`payments/${payment.payment_id}/cancel`)).body.status).toBe('closed')
  await other.query(`select pg_advisory_unlock(${lock})`)
  other.release()
  const opened = await late
  expect([opened.status, opened.body.status, opened.body.next]).toEqual([201, 'closed', null])
  expect(await attemptOf(opened.body)).toMatchObject({ state: 'closed', account: 'second' })
  expect(await tradeOf(opened.body)).toMatchObject({ state: 'closed' })
})

test('T35 CK4: paid although it is closed, it is given, and says that it was late', async () => {
  const { cashier, settle, orderOf, balance, look, read } = counter
  const { external_id, payment } = await order()
  await expire()
  await cashier(payment, 'pay_late')
  await settle()
  expect(await orderOf(payment)).toMatchObject({ state: 'paid_late' })
  expect(await balance(external_id)).toBe('600 0 0')
  expect((await look(`payments/${payment.payment_id}`)).body).toMatchObject({ status: 'paid' })
  expect(
    await read(
      `select data -> 'late' as late from kernel.outbox where topic = 'checkout.paid' and data ->> 'order_id' = $1`,
      [payment.order_id],
    ),
  ).toEqual([{ late: true }])
})

test('T36: a close that finds the order paid makes it paid', async () => {
  const { read, settle, orderOf, balance } = counter
  const { external_id, payment } = await order()
  // Paid at the provider, and its message is lost.
  const txns = [{ txn: `txn_${numberOf(payment)}`, amount: 3_000, at: machineNow() }]
  await read(`update payments.sandbox_trades set state = 'paid', txns = $2 where trade_no = $1`, [
    numberOf(payment),
    JSON.stringify(txns),
  ])
  await expire()
  await settle()
  expect(await orderOf(payment)).toMatchObject({ state: 'paid' })
  expect(await balance(external_id)).toBe('600 0 0')
})

test('T37 T35: a code that nobody has scanned is not there for the provider, and can be paid all the same', async () => {
  const { read, pass, settle, orderOf, balance } = counter
  const { external_id, payment } = await order({ method: 'qr' })
  const trade = await tradeOf(payment)
  await read('delete from payments.sandbox_trades where trade_no = $1', [numberOf(payment)])
  await expire()
  await settle()
  expect(await orderOf(payment)).toMatchObject({ state: 'closed' })
  // Closed here, and asked about once more when it can be paid no longer.
  const { ask_at, expires_at } = await attemptOf(payment)
  expect(ask_at.getTime() - expires_at.getTime()).toBe(10 * MINUTE_MS)
  // Somebody scans and pays it, and the message is lost.
  const txns = JSON.stringify([
    { txn: `txn_${numberOf(payment)}`, amount: 3_000, at: machineNow() },
  ])
  await read(
    `insert into payments.sandbox_trades (trade_no, account, amount, currency, title, return_url, state, txns, expires_at)
     values ($1, 'main', 3000, 'CNY', '', '', 'paid', $2, $3)`,
    [trade.trade_no, txns, trade.expires_at],
  )
  pass(11 * MINUTE_MS)
  await settle()
  expect(await orderOf(payment)).toMatchObject({ state: 'paid_late' })
  expect(await balance(external_id)).toBe('600 0 0')
})

test('T37: what nobody has ever scanned is asked for no longer once it is over', async () => {
  const { read, pass, settle } = counter
  const { payment } = await order({ method: 'qr' })
  await read('delete from payments.sandbox_trades where trade_no = $1', [numberOf(payment)])
  await expire()
  await settle()
  pass(11 * MINUTE_MS)
  await settle()
  expect(await attemptOf(payment)).toMatchObject({ state: 'closed', ask_at: null })
})

test('T51 CK3: paid in two ways, an order gives once, and the second payment goes back', async () => {
  const { buy, cashier, settle, balance, factsOf, refundsOf, look, refund } = counter
  const { external_id, payment: one } = await order()
  const two = await buy({
    external_id,
    order_id: one.order_id,
    account: 'second',
    product_id: undefined,
  })
  expect(two).toMatchObject({ order_id: one.order_id, status: 'pending' })
  expect(two.payment_id).not.toBe(one.payment_id)
  await Promise.all([cashier(one, 'pay'), cashier(two, 'pay')])
  await settle()
  expect(await balance(external_id)).toBe('600 0 0')
  const facts = [...(await factsOf(one)), ...(await factsOf(two))]
  expect(facts.map(({ disposition }) => disposition).sort()).toEqual(['kept', 'sent_back'])
  const [first, second] = facts[0]?.disposition === 'kept' ? [one, two] : [two, one]
  expect(await refundsOf(first)).toEqual([])
  expect(await refundsOf(second)).toMatchObject([
    { state: 'succeeded', amount: '3000', cause: 'sent_back' },
  ])
  expect((await look(`payments/${first.payment_id}`)).body).toMatchObject({
    status: 'paid',
    refunded: 0,
  })
  expect((await look(`payments/${second.payment_id}`)).body).toMatchObject({ status: 'refunded' })
  // Who asks for the second one's money gets no second time what it gave back already.
  const no = await refund(second)
  expect([no.status, no.body.code]).toEqual([422, 'refund_not_offered'])
  expect(await balance(external_id)).toBe('600 0 0')
})

test('T52 CK3: a code that is paid twice gives once, and one of the two goes back', async () => {
  const { cashier, settle, balance, factsOf, refundsOf, orderOf } = counter
  const { external_id, payment } = await order({ method: 'qr' })
  await cashier(payment, 'pay_twice')
  await settle()
  expect(await balance(external_id)).toBe('600 0 0')
  const facts = await factsOf(payment)
  expect(facts.map(({ disposition }) => disposition).sort()).toEqual(['kept', 'sent_back'])
  const back = facts.find(({ disposition }) => disposition === 'sent_back')
  expect(await refundsOf(payment)).toMatchObject([{ fact_id: back.id, state: 'succeeded' }])
  expect(await orderOf(payment)).toMatchObject({ state: 'paid', refunded: '0' })
})

test('T53 CK8: asked again for the same way to pay, the same is answered; another way has another number', async () => {
  const { buy, order: ask } = counter
  const external_id = somebody()
  const first = await buy({ external_id })
  const wish = { external_id, order_id: first.order_id, pay_channel: 'sandbox' }
  const again = await Promise.all(Array.from({ length: 5 }, () => ask(wish)))
  expect(again.map(({ body }) => body)).toEqual(Array(5).fill(first))
  const elsewhere = { ...wish, account: 'second' }
  const atOnce = await Promise.all(Array.from({ length: 8 }, () => ask(elsewhere)))
  expect(new Set(atOnce.map(({ body }) => body.payment_id)).size).toBe(1)
  const other = await ask({ ...wish, method: 'qr' })
  expect(other.body.payment_id).not.toBe(first.payment_id)
  expect(other.body).toMatchObject({ order_id: first.order_id, next: { kind: 'qr' } })
})

test('CK8: a key makes one order and one payment, however many ask with it at once, and later, too', async () => {
  const { order: ask, cashier, settle, read, must, pass } = counter
  const external_id = somebody()
  const wish = { external_id, product_id: 2, pay_channel: 'sandbox' }
  const key = 'one-key-for-one-order'
  const replies = await Promise.all(Array.from({ length: 12 }, () => ask(wish, key)))
  expect(replies.map(({ status }) => status)).toEqual(Array(12).fill(201))
  const payment: Payment = replies[0]?.body
  expect(new Set(replies.map(({ body }) => body.payment_id)).size).toBe(1)
  const attempts = await read('select id from payments.attempts where subject = $1', [
    payment.order_id,
  ])
  expect(attempts).toEqual([{ id: payment.payment_id }])
  const bent = await ask({ ...wish, product_id: 1 }, key)
  expect([bent.status, bent.body.code]).toEqual([422, 'idempotency_key_reused'])
  await cashier(payment, 'pay')
  await settle()
  const later = (await must(ask(wish, key), 201)).body
  expect(later).toMatchObject({ payment_id: payment.payment_id, status: 'paid', next: null })
  pass(86_400_000)
  expect((await must(ask(wish, key), 201)).body).toEqual(later)
})

test('CK8: what a key is answered with again says that it is a repeat, of a payment as of a refund', async () => {
  const { world, cashier, settle } = counter
  const wish = { external_id: somebody(), product_id: 2, pay_channel: 'sandbox' }
  const say = async (path: string, body: object, key?: string) => {
    const reply = await world.call('POST', `/api/v1/${path}`, {
      ...{ as: BOOTSTRAP_KEY, body },
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    })
    expect(reply.statusCode).toBe(201)
    return { body: reply.json(), repeated: reply.headers['idempotent-replayed'] }
  }
  const create = () => say('payments/create', wish, 'a-key-that-repeats')
  const first = await create()
  expect([first.repeated, (await create()).repeated]).toEqual([undefined, 'true'])
  const { order_id, payment_id } = first.body
  const atOnce = await Promise.all(
    Array.from({ length: 20 }, () => say('payments/create', wish, 'a-key-that-comes-at-once')),
  )
  expect(atOnce.filter(({ repeated }) => repeated === undefined)).toHaveLength(1)
  const way = { external_id: wish.external_id, order_id, pay_channel: 'sandbox' }
  const [same, other] = [await say('payments/create', way), { ...way, method: 'qr' }]
  expect([same.repeated, (await say('payments/create', other)).repeated]).toEqual([
    ...['true', undefined],
  ])
  await cashier(first.body, 'pay')
  await settle()
  expect(await create()).toMatchObject({ body: { payment_id, status: 'paid' }, repeated: 'true' })
  const refund = () =>
    say(`payments/${payment_id}/refunds`, { amount: 100, reason: 'a test' }, 'a-refund-key')
  const [asked, again] = [await refund(), await refund()]
  expect([asked.repeated, again.repeated]).toEqual([undefined, 'true'])
  expect(again.body.refund_id).toBe(asked.body.refund_id)
})

test('CK8: without a key each call is an order of its own', async () => {
  const { order: ask } = counter
  const external_id = somebody()
  const wish = { external_id, product_id: 2, pay_channel: 'sandbox' }
  const [one, two] = [await ask(wish, ''), await ask(wish, '')]
  expect(one.body.order_id).not.toBe(two.body.order_id)
})

test('CK4: a hundred orders that cannot be closed just now keep no other from being closed', async () => {
  const { read, orderOf } = counter
  const stuck = await order()
  // A channel that is gone answers nobody.
  await read(
    `insert into payments.accounts select (jsonb_populate_record(a, '{"channel": "gone"}')).*
       from payments.accounts a where a.channel = 'sandbox' and a.name = 'main'`,
  )
  await read(
    `insert into checkout.orders
     select (jsonb_populate_record(o, jsonb_build_object('id', 'ord_' || lpad(n::text, 26, '0'), 'key', 'stuck-' || n,
       'state', 'closing'))).* from checkout.orders o, generate_series(1, 120) n where o.id = $1`,
    [stuck.payment.order_id],
  )
  await read(
    `insert into payments.attempts
     select (jsonb_populate_record(a, jsonb_build_object('id', 'pay_' || lpad(n::text, 26, '0'), 'trade_no', 'stuck-' || n,
       'subject', 'ord_' || lpad(n::text, 26, '0'), 'channel', 'gone', 'ask_at', null))).*
       from payments.attempts a, generate_series(1, 120) n where a.id = $1`,
    [stuck.payment.payment_id],
  )
  counter.pass(1_000)
  const { payment } = await order()
  await expire()
  expect(await orderOf(payment)).toMatchObject({ state: 'closed' })
})
