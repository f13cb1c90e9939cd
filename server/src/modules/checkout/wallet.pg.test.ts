import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { numberOf, type Payment, somebody } from '../../../test/shopper.ts'

let counter: Counter
let made = 0
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

/** Somebody with so many fen in their wallet. */
const rich = async (amount: number): Promise<string> => {
  const external_id = somebody()
  const headers = { 'idempotency-key': `fill-a-wallet-${++made}` }
  const gift = { external_id, amount, source: 'promo', asset: 'cny' }
  await counter.must(counter.ask('credits/grants', gift, { headers }), 201)
  return external_id
}
const wallet = async (external_id: string): Promise<string> => {
  const { body } = await counter.look(`credits/balance?external_id=${external_id}&asset=cny`)
  return `${body.available} ${body.held} ${body.debt}`
}
const wish = (external_id: string) => ({ external_id, product_id: 2, pay_channel: 'balance' })
const buy = (external_id: string, key?: string): Promise<Payment> =>
  counter.buy(wish(external_id), key)

test('CK1 CK8: a wallet pays at once, and the same key again pays nothing', async () => {
  const { balance, factsOf, orderOf, must, order } = counter
  const external_id = await rich(5_000)
  const payment = await buy(external_id, 'pay-from-a-wallet')
  expect(payment).toMatchObject({ status: 'paid', amount: 3_000, next: null })
  expect([await wallet(external_id), await balance(external_id)]).toEqual(['2000 0 0', '600 0 0'])
  expect(await factsOf(payment)).toMatchObject([{ channel: 'balance', disposition: 'kept' }])
  expect(await orderOf(payment)).toMatchObject({ state: 'paid' })
  const again = await must(order(wish(external_id), 'pay-from-a-wallet'), 201)
  expect(again.body).toEqual(payment)
  expect(await wallet(external_id)).toBe('2000 0 0')
})

test('CK1 L1: twenty payments at once from a wallet that can pay two pay two', async () => {
  const { order, balance, read } = counter
  const external_id = await rich(6_999)
  const all = await Promise.all(Array.from({ length: 20 }, () => order(wish(external_id))))
  expect(all.filter(({ status }) => status === 201)).toHaveLength(2)
  const no = all.filter(({ status }) => status !== 201)
  expect(new Set(no.map(({ body }) => body.code))).toEqual(new Set(['payment_refused']))
  expect([await wallet(external_id), await balance(external_id)]).toEqual(['999 0 0', '1200 0 0'])
  const { body } = await counter.look(`credits/balance?external_id=${external_id}`)
  const states = await read(
    `select state, count(*)::int as n from payments.attempts where owner = $1 group by 1 order by 1`,
    [body.owner],
  )
  expect(states).toEqual([
    { state: 'failed', n: 18 },
    { state: 'succeeded', n: 2 },
  ])
})

test('CK1: one key asked ten times at once pays once', async () => {
  const { order } = counter
  const external_id = await rich(9_000)
  const all = await Promise.all(
    Array.from({ length: 10 }, () => order(wish(external_id), 'ten-at-once-key')),
  )
  expect(all.map(({ status }) => status)).toEqual(Array(10).fill(201))
  expect(new Set(all.map(({ body }) => body.payment_id)).size).toBe(1)
  expect(await wallet(external_id)).toBe('6000 0 0')
})

test('CK5 CK6: refunded in two parts, the wallet has its money again, and the credits are gone', async () => {
  const { must, refund, settle, balance, refundsOf } = counter
  const external_id = await rich(3_000)
  const payment = await buy(external_id)
  await must(refund(payment, { amount: 1_000 }), 201)
  await settle()
  expect([await wallet(external_id), await balance(external_id)]).toEqual(['1000 0 0', '400 0 0'])
  await must(refund(payment), 201)
  await settle()
  expect([await wallet(external_id), await balance(external_id)]).toEqual(['3000 0 0', '0 0 0'])
  expect((await refundsOf(payment)).map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
  // There is nothing left of it, for the ledger either.
  const more = await refund(payment, { amount: 1 })
  expect(more.body).toMatchObject({ code: 'refund_not_offered', why: 'refunded' })
})

test('PY4: what became of a payment whose answer was lost is found in the ledger, and counts once', async () => {
  const { read, pass, settle, balance, world } = counter
  const external_id = await rich(3_000)
  const { owner } = (await counter.look(`credits/balance?external_id=${external_id}`)).body
  const order = await counter.buy({ external_id })
  // As a crash leaves it: charged, under the attempt's number, and nothing known of it.
  const number = `w${numberOf(order).slice(1)}`
  await read(
    `insert into payments.attempts
     select (jsonb_populate_record(a, jsonb_build_object('id', 'pay_' || $2::text, 'trade_no', $2::text, 'channel', 'balance',
       'method', 'balance', 'state', 'created', 'next', null))).* from payments.attempts a where id = $1`,
    [order.payment_id, number],
  )
  const charged = await world.teller.post({
    ...{ kind: 'charge', owner, asset: 'cny', amount: 3_000n, contra: 'revenue:balance' },
    ...{ key: `balance:${number}`, request: `balance:${number}`, description: '600积分' },
  })
  expect(charged.ok).toBe(true)
  pass(6_000)
  await settle()
  expect([await wallet(external_id), await balance(external_id)]).toEqual(['0 0 0', '600 0 0'])
  const facts = await read('select disposition, source from payments.facts where trade_no = $1', [
    number,
  ])
  expect(facts).toEqual([{ disposition: 'kept', source: 'pull' }])
})

test('T34 PY9: what the wallet has paid is not closed, and what it has not paid is', async () => {
  const { ask, order, pass, run, read } = counter
  const external_id = await rich(3_000)
  const payment = await buy(external_id)
  const no = await ask(`payments/${payment.payment_id}/cancel`)
  expect([no.status, no.body.code]).toEqual([409, 'order_closed'])
  const poor = await rich(1)
  expect((await order(wish(poor))).status).toBe(422)
  pass(31 * 60_000)
  await run('checkout.close_due')
  const left = await read(
    `select o.state from checkout.orders o join payments.attempts a on a.subject = o.id
      where a.channel = 'balance' and a.state = 'failed' and o.state <> 'closed'`,
  )
  expect(left).toEqual([])
})

test('CK8: where asking is paying, a call has a key', async () => {
  const external_id = await rich(5_000)
  const body = wish(external_id)
  const { status, body: no } = await counter.ask('payments/create', body)
  expect([status, no.code]).toEqual([400, 'idempotency_key_required'])
  expect(await wallet(external_id)).toBe('5000 0 0')
})

test('CK5: what paid for an order is given back with the order alone', async () => {
  const { ask, balance, look } = counter
  const external_id = await rich(5_000)
  await buy(external_id)
  const history = await look(`credits/history?external_id=${external_id}&asset=cny`)
  const [charge] = history.body.items
  expect(charge).toMatchObject({ amount: -3_000 })
  const headers = { 'idempotency-key': `back-door-${external_id}` }
  const back = await ask('credits/refund', { charge_id: charge.entry_id }, { headers })
  expect(back.body.code).toBe('charge_unknown')
  expect([await wallet(external_id), await balance(external_id)]).toEqual(['2000 0 0', '600 0 0'])
})
