import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp } from '../../../test/people.ts'
import { type Payment, somebody } from '../../../test/shopper.ts'
import { BOOTSTRAP_KEY } from '../../../test/world.ts'

const MINUTE_MS = 60_000
let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const terms = (more: object = {}) => ({
  name: { en: 'A pack', zh: '积分包' },
  prices: [
    { currency: 'CNY', amount: 1_000 },
    { currency: 'USD', amount: 150 },
  ],
  credits: 100,
  refund: { window_days: 7, pro_rata: true, fee: { percent_bp: 0, minimum_minor: 0 } },
  ...more,
})
const product = async (more: object = {}): Promise<number> => {
  const body = { product_type: 'recharge', terms: terms(more) }
  return (await counter.must(counter.ask('admin/products', body), 201)).body.product_id
}
const change = (id: number, more: object) =>
  counter.world.call('PUT', `/api/v1/admin/products/${id}`, {
    as: BOOTSTRAP_KEY,
    body: { version: 1, terms: terms(more) },
  })
const pay = async (payment: Payment, act = 'pay') => {
  await counter.cashier(payment, act)
  await counter.settle()
}
const expire = async () => {
  counter.pass(31 * MINUTE_MS)
  await counter.run('checkout.close_due')
}

test('CK1: what is paid for is given, as bought and as bonus, with its order on each lot; what is not paid for is not', async () => {
  const { buy, balance, look, read } = counter
  const external_id = somebody()
  const payment = await buy({ external_id, product_id: 3 })
  expect(payment).toMatchObject({
    ...{ status: 'pending', amount: 6_800, amount_cny: 68, credits: 1_500, bonus_credits: 100 },
    ...{ next: { kind: 'redirect' }, livemode: false, paid_at: null },
  })
  expect(await balance(external_id)).toBe('0 0 0')
  await pay(payment)
  expect(await balance(external_id)).toBe('1600 0 0')
  const { body } = await look(`credits/lots?external_id=${external_id}`)
  const lots = body.items.map((lot: Record<string, unknown>) => [lot['source'], lot['granted']])
  expect(lots.sort()).toEqual([
    ['bonus', 100],
    ['purchase', 1_500],
  ])
  expect(
    await read(
      `select data ->> 'amount' as amount from kernel.outbox where topic = 'checkout.paid' and data ->> 'order_id' = $1`,
      [payment.order_id],
    ),
  ).toEqual([{ amount: '6800' }])
})

test('CK1: fulfilment, fact and state are one transaction: what cannot be given is not paid either, and is tried again', async () => {
  const { buy, cashier, balance, factsOf, orderOf, eventsOf, settle, pass, read } = counter
  const external_id = somebody()
  const payment = await buy({ external_id })
  const { owner, id } = await orderOf(payment)
  await read(
    `create function checkout.refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$`,
  )
  await read(
    `create trigger refuse before update on checkout.orders for each row when (new.id = '${id}' and new.state = 'paid')
     execute function checkout.refuse()`,
  )
  await cashier(payment, 'pay')
  await settle()
  expect(await factsOf(payment)).toEqual([])
  expect(await balance(external_id)).toBe('0 0 0')
  expect(await orderOf(payment)).toMatchObject({ state: 'pending', owner })
  expect(await eventsOf(payment)).toMatchObject([{ state: 'waiting', why: 'broke' }])
  await read('drop trigger refuse on checkout.orders')
  pass(MINUTE_MS)
  await settle()
  expect(await balance(external_id)).toBe('600 0 0')
  expect(await eventsOf(payment)).toMatchObject([{ state: 'done' }])
})

test('T47 CK2: an order keeps the price and the gifts it was made with', async () => {
  const { buy, balance, look } = counter
  const external_id = somebody()
  const product_id = await product({ bonus: { kind: 'flat', credits: 10 } })
  const payment = await buy({ external_id, product_id })
  const more = {
    prices: [{ currency: 'CNY', amount: 9_999 }],
    credits: 1,
    name: { en: 'B', zh: '乙' },
  }
  expect((await change(product_id, more)).statusCode).toBe(200)
  const now = await look(`payments/${payment.payment_id}`)
  expect(now.body).toMatchObject({ amount: 1_000, credits: 100, bonus_credits: 10 })
  await pay(payment)
  expect(await balance(external_id)).toBe('110 0 0')
  const later = await buy({ external_id, product_id })
  expect(later).toMatchObject({ amount: 9_999, credits: 1, bonus_credits: 0 })
})

test('CK2: what is quoted is what is ordered, in each currency', async () => {
  const { ask, must, buy } = counter
  const external_id = somebody()
  const quote = async (currency: string) =>
    (await must(ask('orders/quote', { external_id, product_id: 3, currency }), 200)).body
  for (const [currency, amount] of [
    ['CNY', 6_800],
    ['USD', 999],
  ] as const) {
    expect(await quote(currency)).toMatchObject({
      amount,
      currency,
      credits: 1_500,
      total_credits: 1_600,
    })
    const payment = await buy({ external_id, product_id: 3, currency })
    expect(payment).toMatchObject({ amount, currency })
  }
  const none = await ask('orders/quote', { external_id, product_id: 3, currency: 'JPY' })
  expect([none.status, none.body.code]).toEqual([422, 'currency_unavailable'])
})

test('CK1: what nobody delivers is not sold', async () => {
  const { order } = counter
  const reply = await order({ external_id: somebody(), product_id: 5, pay_channel: 'sandbox' })
  expect([reply.status, reply.body.code]).toEqual([422, 'product_not_deliverable'])
})

test('CK2: a first purchase counts double once: not while another may still be paid, and not after one was given back', async () => {
  const { buy, balance, refund, settle, must } = counter
  const external_id = somebody()
  const product_id = await product({ first_purchase_double: true })
  const first = await buy({ external_id, product_id })
  expect(first).toMatchObject({ bonus_credits: 100 })
  expect(await buy({ external_id, product_id })).toMatchObject({ bonus_credits: 0 })
  await pay(first)
  expect(await balance(external_id)).toBe('200 0 0')
  await must(refund(first), 201)
  await settle()
  expect(await balance(external_id)).toBe('0 0 0')
  expect(await buy({ external_id, product_id })).toMatchObject({ bonus_credits: 0 })
})

test('CK2: of twenty first purchases at once one is promised double', async () => {
  const { buy, balance } = counter
  const external_id = somebody()
  const product_id = await product({ first_purchase_double: true })
  expect(await balance(external_id)).toBe('0 0 0')
  const all = await Promise.all(Array.from({ length: 20 }, () => buy({ external_id, product_id })))
  const promised = all.filter((one) => 'bonus_credits' in one && one.bonus_credits === 100)
  expect(promised).toHaveLength(1)
})

test('CK4 CK2: a first purchase that is paid too late counts double only if nobody was first meanwhile', async () => {
  const { buy, balance, orderOf } = counter
  const product_id = await product({ first_purchase_double: true })
  const [slow, alone] = [somebody(), somebody()]
  const [late, lone] = [
    await buy({ external_id: slow, product_id }),
    await buy({ external_id: alone, product_id }),
  ]
  await expire()
  const next = await buy({ external_id: slow, product_id })
  expect(next).toMatchObject({ bonus_credits: 100 })
  await pay(next)
  await pay(late, 'pay_late')
  expect(await balance(slow)).toBe('300 0 0')
  expect(await orderOf(late)).toMatchObject({ state: 'paid_late', bonus: '0' })
  await pay(lone, 'pay_late')
  expect(await balance(alone)).toBe('200 0 0')
})

test('CK4 CK2: of two first purchases that are both paid too late, at once, one counts double', async () => {
  const { buy, cashier, settle, balance, pass } = counter
  const external_id = somebody()
  const product_id = await product({ first_purchase_double: true })
  const one = await buy({ external_id, product_id })
  await expire()
  const two = await buy({ external_id, product_id })
  expect(two).toMatchObject({ bonus_credits: 100 })
  await expire()
  await Promise.all([cashier(one, 'pay_late'), cashier(two, 'pay_late')])
  pass(6_000)
  await settle()
  expect(await balance(external_id)).toBe('300 0 0')
})

test('CK2: a limit counts every order that is paid or may be, however many ask at once', async () => {
  const { order, read, balance } = counter
  const external_id = somebody()
  const product_id = await product({ per_user_limit: 3 })
  expect(await balance(external_id)).toBe('0 0 0')
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => order({ external_id, product_id, pay_channel: 'sandbox' })),
  )
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(3)
  const no = replies.filter(({ status }) => status !== 201)
  expect(new Set(no.map(({ body }) => body.code))).toEqual(new Set(['purchase_limit_reached']))
  const made = await read('select 1 from checkout.orders where product_id = $1', [product_id])
  expect(made).toHaveLength(3)
})

test('CK4: a late payment beyond the limit of its owner goes back', async () => {
  const { buy, balance, orderOf, refundsOf, order } = counter
  const external_id = somebody()
  const product_id = await product({ per_user_limit: 1 })
  const late = await buy({ external_id, product_id })
  await expire()
  const one = await buy({ external_id, product_id })
  await pay(one)
  await pay(late, 'pay_late')
  expect(await balance(external_id)).toBe('100 0 0')
  expect(await orderOf(late)).toMatchObject({ state: 'closed' })
  expect(await refundsOf(late)).toMatchObject([{ state: 'succeeded', amount: '1000' }])
  const more = await order({ external_id, product_id, pay_channel: 'sandbox' })
  expect(more.body.code).toBe('purchase_limit_reached')
})

test('CT4: an order keeps to the channels its product is sold through, the first time and every other', async () => {
  const { order } = counter
  const external_id = somebody()
  const product_id = await product({ channels: ['offline'] })
  const refused = await order({ external_id, product_id, pay_channel: 'sandbox' })
  expect([refused.status, refused.body.code]).toEqual([422, 'channel_unavailable'])
  const made = await order({ external_id, product_id, pay_channel: 'offline' })
  expect(made.body).toMatchObject({ pay_channel: 'offline', next: { kind: 'wait' } })
  const other = await order({ external_id, order_id: made.body.order_id, pay_channel: 'sandbox' })
  expect([other.status, other.body.code]).toEqual([422, 'channel_unavailable'])
})

test.each([
  [{ pay_channel: 'nobody' }, 404, 'channel_unknown'],
  [{ pay_channel: 'sandbox', method: 'cash' }, 422, 'method_unknown'],
  [{ pay_channel: 'sandbox', account: 'third' }, 422, 'channel_off'],
  [{ pay_channel: 'balance', currency: 'USD' }, 422, 'channel_off'],
  [{ pay_channel: 'sandbox', product_id: 999 }, 404, 'product_unknown'],
  [{ pay_channel: 'sandbox', order_id: `ord_${'0'.repeat(26)}` }, 404, 'order_unknown'],
])('CK1: %j is refused by name, and nothing is left to pay', async (want, status, code) => {
  const { order, look } = counter
  const external_id = somebody()
  const reply = await order({ external_id, product_id: 2, ...want })
  expect([reply.status, reply.body.code]).toEqual([status, code])
  expect((await look(`payments/history?external_id=${external_id}`)).body.items).toEqual([])
})

test('CK9: people see, pay and give up what is theirs, and for them nothing else is there', async () => {
  const { world, buy, look, order, ask, refund } = counter
  const [one, two, support] = [
    await signUp(world),
    await signUp(world),
    await signUp(world, 'support'),
  ]
  const mine = await order({ product_id: 2, pay_channel: 'sandbox' }, 'a-key-of-one', one.token)
  expect([mine.status, mine.body.owner]).toEqual([201, one.id])
  const payment: Payment = mine.body
  const theirs = await buy({ external_id: somebody() })
  const seen = async (as: string, { payment_id }: Payment) =>
    (await look(`payments/${payment_id}`, as)).status
  expect([await seen(one.token, payment), await seen(two.token, payment)]).toEqual([200, 404])
  expect([await seen(one.token, theirs), await seen(support.token, theirs)]).toEqual([404, 200])
  const history = await look('payments/history', one.token)
  expect(history.body.items.map(({ payment_id }: Payment) => payment_id)).toEqual([
    payment.payment_id,
  ])
  expect((await look(`payments/history?owner=${one.id}`, two.token)).status).toBe(404)
  expect((await look(`payments/history?owner=${one.id}`, support.token)).status).toBe(200)
  // Whoever may look may still not act.
  for (const { token } of [two, support]) {
    const cancel = await ask(`payments/${payment.payment_id}/cancel`, undefined, { as: token })
    expect([cancel.status, cancel.body.code]).toEqual([404, 'payment_unknown'])
    const wish = { owner: one.id, product_id: 2, pay_channel: 'balance' }
    const bought = await order(wish, 'a-key-for-one', token)
    expect([bought.status, bought.body.code]).toEqual([404, 'owner_unknown'])
    const again = await order({ order_id: payment.order_id, pay_channel: 'sandbox' }, '', token)
    expect([again.status, again.body.code]).toEqual([404, 'order_unknown'])
  }
  // Nobody gives themselves their money back, nor asks what another's would be.
  expect((await refund(payment, {}, 'a-refund-of-one', one.token)).status).toBe(403)
  const quote = await ask(`payments/${payment.payment_id}/refunds/quote`, {}, { as: two.token })
  expect([quote.status, quote.body.code]).toEqual([404, 'payment_unknown'])
  const cancel = await ask(`payments/${payment.payment_id}/cancel`, undefined, { as: one.token })
  expect([cancel.status, cancel.body.status]).toEqual([200, 'closed'])
})

test('CK9: a history shows each page once, newest first', async () => {
  const { buy, look } = counter
  const external_id = somebody()
  const made: string[] = []
  for (let nth = 0; nth < 5; nth++) made.unshift((await buy({ external_id })).payment_id)
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await look(`payments/history?external_id=${external_id}&limit=2${cursor}`)
    seen.push(...body.items.map(({ payment_id }: Payment) => payment_id))
    if (body.next_cursor === null) break
    cursor = `&cursor=${body.next_cursor}`
  }
  expect(seen).toEqual(made)
})
