import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp } from '../../../test/people.ts'
import { merchantOf, numberOf, type Payment, somebody } from '../../../test/shopper.ts'
import { BOOTSTRAP_KEY } from '../../../test/world.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const stepsOf = async (payment: Payment, as?: string): Promise<string[]> => {
  const { body } = await counter.look(`payments/${payment.payment_id}/timeline`, as)
  return body.items.map(({ what }: { what: string }) => what)
}
const check = (payment: Payment, as?: string) =>
  counter.ask(`payments/${payment.payment_id}/check`, undefined, as === undefined ? {} : { as })

test('CK11: who asks has the provider asked at once, and what was paid is given', async () => {
  const external_id = somebody()
  const payment = await counter.buy({ external_id })
  expect((await check(payment)).body).toMatchObject({ status: 'pending' })
  expect(await stepsOf(payment)).toEqual(['started'])
  await counter.cashier(payment, 'pay')
  expect(await counter.balance(external_id)).toBe('0 0 0')
  const asked = await Promise.all([check(payment), check(payment), check(payment)])
  expect(asked.map(({ body }) => body.status)).toContain('paid')
  expect((await check(payment)).body).toMatchObject({ status: 'paid' })
  expect(await counter.balance(external_id)).toBe('600 0 0')
  expect(await stepsOf(payment)).toEqual(['started', 'paid', 'received'])
})

test('CK11: paid at the last moment, what was closed is found by asking', async () => {
  const external_id = somebody()
  const payment = await counter.buy({ external_id })
  await counter.must(counter.ask(`payments/${payment.payment_id}/cancel`), 200)
  expect((await check(payment)).body).toMatchObject({ status: 'closed' })
  expect(await stepsOf(payment)).toEqual(['started', 'closed'])
  await counter.cashier(payment, 'pay_late')
  expect((await check(payment)).body).toMatchObject({ status: 'paid' })
  expect(await counter.balance(external_id)).toBe('600 0 0')
})

test('CK11 CK9: a stranger neither asks nor sees; the owner and staff do', async () => {
  const { world } = counter
  const [ada, eve, staff] = [
    await signUp(world),
    await signUp(world),
    await signUp(world, 'support'),
  ]
  const wish = { product_id: 2, pay_channel: 'sandbox' }
  const payment: Payment = (await counter.must(counter.order(wish, undefined, ada.token), 201)).body
  expect((await check(payment, ada.token)).status).toBe(200)
  expect(await stepsOf(payment, staff.token)).toEqual(['started'])
  expect((await check(payment, eve.token)).body.code).toBe('payment_unknown')
  const seen = await counter.look(`payments/${payment.payment_id}/timeline`, eve.token)
  expect(seen.body.code).toBe('payment_unknown')
  const path = `payments/history?order_id=${payment.order_id}`
  expect((await counter.look(path, ada.token)).body.items).toHaveLength(1)
  expect((await counter.look(path, eve.token)).body.items).toEqual([])
})

test('CK11: a payment tells its refunds, and an owner lists theirs, page after page', async () => {
  const { must, refund, settle } = counter
  const [ada, eve] = [await signUp(counter.world), await signUp(counter.world)]
  const order = { product_id: 2, pay_channel: 'sandbox' }
  const payment: Payment = (await must(counter.order(order, undefined, ada.token), 201)).body
  await counter.cashier(payment, 'pay')
  await settle()
  const { refund_id: first } = (await must(refund(payment, { amount: 1_000 }), 201)).body
  await settle()
  const { refund_id: second } = (await must(refund(payment, { amount: 500 }), 201)).body
  expect(await stepsOf(payment)).toEqual([
    ...['started', 'paid', 'received'],
    ...['refund_asked', 'refund_succeeded', 'refund_asked'],
  ])
  await settle()
  const list = async (query: string, as = ada.token) =>
    (await counter.look(`refunds${query}`, as)).body
  const { items, next_cursor } = await list('?limit=1')
  expect(items).toMatchObject([
    { refund_id: second, payment_id: payment.payment_id, amount: 500, status: 'succeeded' },
  ])
  expect((await list(`?limit=1&cursor=${next_cursor}`)).items).toMatchObject([
    { refund_id: first, order_id: payment.order_id, amount: 1_000 },
  ])
  expect((await list('', eve.token)).items).toEqual([])
  expect((await list(`?owner=${ada.id}`, eve.token)).code).toBe('owner_unknown')
  const { body } = await counter.look('credits/lots', ada.token)
  expect(body.items).toMatchObject([{ source: 'purchase', order_id: payment.order_id }])
})

test('CK11: the channels that are open are those with an account that is on, in this currency', async () => {
  const { token } = await signUp(counter.world)
  const open = async (query = '') =>
    Object.fromEntries(
      (await counter.look(`payments/channels${query}`, token)).body.items.map(
        (one: { channel: string; methods: string[] }) => [one.channel, one],
      ),
    )
  expect(await open()).toMatchObject({
    sandbox: { methods: ['cashier', 'qr'], livemode: false, minor_min: 1, minor_max: 5_000_000 },
    balance: { methods: ['balance'] },
    offline: { methods: ['bank_transfer'] },
  })
  expect(Object.keys(await open('?currency=USD'))).toEqual(['sandbox', 'offline'])
  const turn = (enabled: boolean) =>
    counter.world.call('PUT', '/api/v1/admin/channels/balance/main', {
      as: BOOTSTRAP_KEY,
      body: { merchant: merchantOf('main'), livemode: false, enabled, settings: {} },
    })
  expect((await turn(false)).statusCode).toBe(200)
  expect(Object.keys(await open())).toEqual(['sandbox', 'offline'])
  expect((await turn(true)).statusCode).toBe(200)
  expect(Object.keys(await open())).toContain('balance')
})

test.each([
  ['and no more once it went back', undefined, false],
  ['and goes on to where it could not go back', 'refund_fail', true],
])('CK11: money that fits nothing is told of while it waits here, %s', async (_, act, stays) => {
  const external_id = somebody()
  const payment = await counter.buy({ external_id })
  await counter.cashier(payment, 'pay_wrong_amount')
  await counter.settle()
  const told = async () => {
    const list = await counter.look(`payments/history?external_id=${external_id}`)
    return [(await check(payment)).body.suspended, list.body.items[0].suspended]
  }
  expect(await told()).toEqual([true, true])
  if (act !== undefined) await counter.cashier(payment, act)
  const [{ fact_id }] = await counter.inSuspense(payment)
  const back = { reason: 'wants it back' }
  await counter.must(counter.ask(`admin/payments/suspense/${fact_id}/return`, back), 200)
  await counter.settle()
  expect(await told()).toEqual([stays, stays])
})

test('CK11: a payment says when it was closed, by whoever gave it up or by the clock', async () => {
  const [given_up, lapsed] = [
    await counter.buy({ external_id: somebody() }),
    await counter.buy({ external_id: somebody() }),
  ]
  await counter.must(counter.ask(`payments/${given_up.payment_id}/cancel`), 200)
  await counter.pass(3_600_000)
  await counter.settle()
  const isInTime = async ({ payment_id }: Payment) => {
    const { body } = await counter.look(`payments/${payment_id}`)
    expect(body).toMatchObject({ status: 'closed', ended_at: expect.any(String) })
    return body.ended_at < body.expires_at
  }
  expect([await isInTime(given_up), await isInTime(lapsed)]).toEqual([true, false])
})

test('CK11: a payment whose money was told of in other words first is paid, and not looked into', async () => {
  const payment = await counter.buy({ external_id: somebody() })
  const txn = `sbx_${numberOf(payment)}_1`
  await counter.tell(counter.saidOf(payment, { txn, amount: 2_999, id: `evt_${txn}` }))
  await counter.cashier(payment, 'pay')
  await counter.settle()
  expect((await check(payment)).body).toMatchObject({ status: 'paid', suspended: false })
})
