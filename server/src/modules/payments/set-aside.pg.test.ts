import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp, trailOf } from '../../../test/people.ts'
import {
  merchantOf,
  numberOf,
  type Payment,
  SANDBOX_SECRET,
  type Said,
  somebody,
} from '../../../test/shopper.ts'
import { BOOTSTRAP_KEY } from '../../../test/world.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const order = async () => {
  const external_id = somebody()
  return { external_id, payment: await counter.buy({ external_id }) }
}
const waiting = (payment: Payment) => counter.inSuspense(payment)
const setAside = (factId: string, reason = 'looked at', as?: string) =>
  counter.ask(`admin/payments/suspense/${factId}/set-aside`, { reason }, as ? { as } : {})
const counted = async () => (await counter.look('admin/overview')).body.waiting.suspense

test('PY17: what another telling of the same transaction settled says so, whose it is and of which order, and is set aside', async () => {
  const { saidOf, world, balance, orderOf } = counter
  const { payment, external_id } = await order()
  const txn = `sbx_${numberOf(payment)}_1`
  await counter.tell(saidOf(payment, { txn, amount: 2_999, id: `evt_${txn}` }))
  await counter.settle()
  expect(await waiting(payment)).toMatchObject([{ why: 'amount_other', stays: null }])
  await counter.cashier(payment, 'pay')
  await counter.settle()
  expect(await balance(external_id)).toBe('600 0 0')
  const { id: subject, owner } = await orderOf(payment)
  const [told, ...others] = await waiting(payment)
  expect([told, others]).toMatchObject([
    { why: 'amount_other', stays: 'settled_otherwise', subject, owner },
    [],
  ])
  const before = await counted()
  const all = await Promise.all(Array.from({ length: 8 }, () => setAside(told.fact_id)))
  expect(all.map(({ status }) => status)).toEqual(Array(8).fill(200))
  expect(new Set(all.map(({ body }) => body.set_aside_at)).size).toBe(1)
  expect(await waiting(payment)).toEqual([])
  expect(await counted()).toBe(before - 1)
  expect(await trailOf(world, told.fact_id)).toMatchObject([
    { action: 'payments.suspense_set_aside', reason: 'looked at' },
  ])
  expect(await balance(external_id)).toBe('600 0 0')
})

test('PY17: what can go back is never set aside, nor what was kept or is on its way', async () => {
  const { cashier, settle, factsOf } = counter
  const { payment } = await order()
  await cashier(payment, 'pay_wrong_amount')
  await settle()
  const [{ fact_id }] = await waiting(payment)
  expect(await setAside(fact_id)).toMatchObject({ status: 409, body: { code: 'returnable' } })
  expect(await waiting(payment)).toHaveLength(1)
  expect(
    (await counter.ask(`admin/payments/suspense/${fact_id}/return`, { reason: 'x' })).status,
  ).toBe(200)
  expect((await setAside(fact_id)).body.code).toBe('fact_unknown')
  const paid = await order()
  await cashier(paid.payment, 'pay')
  await settle()
  const [kept] = await factsOf(paid.payment)
  for (const id of [kept.id, 'fct_none'])
    expect([id, (await setAside(id)).body.code]).toEqual([id, 'fact_unknown'])
})

/** The same merchant at another address. */
const openAccount = async (more: object) => {
  const account = {
    ...{ merchant: merchantOf('main'), livemode: false, settings: {} },
    secrets: { signing_secret: SANDBOX_SECRET },
    ...more,
  }
  const url = '/api/v1/admin/channels/sandbox/eu'
  const put = await counter.world.call('PUT', url, { as: BOOTSTRAP_KEY, body: account })
  expect(put.statusCode).toBe(200)
}

test('PY17 PY2: what another account of the merchant has kept does not go back from here', async () => {
  const { saidOf, ask, settle, look } = counter
  await openAccount({ enabled: false })
  const { payment } = await order()
  const txn = `sbx_${numberOf(payment)}_1`
  await counter.cashier(payment, 'pay')
  await settle()
  // Under a number that nobody here has given: whose it is cannot be told by that.
  const trade_no = `elsewhere_${numberOf(payment)}`
  const said = saidOf(payment, { txn, trade_no, id: `evt_eu_${txn}` })
  expect(await counter.tell(said, { account: 'eu' })).toBe(204)
  await settle()
  const { items } = (await look('admin/payments/suspense')).body
  const told = items.find((one: { trade_no: string }) => one.trade_no === trade_no)
  expect(told).toMatchObject({ account: 'eu', stays: 'settled_otherwise' })
  const back = await ask(`admin/payments/suspense/${told.fact_id}/return`, { reason: 'x' })
  expect(back.body.code).toBe('not_returnable')
})

test('PY1 PY2: money that nobody here has asked for lies in suspense once, at however many addresses it is told', async () => {
  // Nothing is ordered there: its limits let nothing in.
  await openAccount({ enabled: true, minor_min: 4_999_999 })
  const { payment } = await order()
  const txn = `txn_of_another_${numberOf(payment)}`
  const said = (nth: number) =>
    counter.saidOf(payment, { txn, trade_no: 'anothers', id: `evt_another_${nth}` })
  for (const [nth, account] of ['main', 'eu', 'main'].entries())
    expect(await counter.tell(said(nth), { account })).toBe(204)
  await counter.settle()
  const { items } = (await counter.look('admin/payments/suspense')).body
  const told = items.filter((one: { txn: string }) => one.txn === txn)
  expect(told).toMatchObject([{ why: 'order_unknown', stays: null }])
  await openAccount({ enabled: false })
})

test('PY2 PY6: an account that is off says nothing of another one’s orders', async () => {
  await openAccount({ enabled: false })
  const { external_id, payment } = await order()
  expect(await counter.tell(counter.saidOf(payment), { account: 'eu' })).toBe(204)
  await counter.settle()
  expect(await counter.balance(external_id)).toBe('0 0 0')
  const { items } = (await counter.look('admin/payments/suspense')).body
  expect(items[0]).toMatchObject({ account: 'eu', why: 'order_unknown' })
})

test.each<[string, Partial<Said>, string]>([
  ['paid to another merchant', { merchant: merchantOf('other') }, 'merchant_other'],
  ['of an amount nobody can read', { amount: 'thirty' }, 'amount_unreadable'],
])(
  'PY17: what was %s is set aside, and the right payment is heard all the same',
  async (_, more, stays) => {
    const { external_id, payment } = await order()
    await counter.tell(counter.saidOf(payment, more))
    await counter.settle()
    const [told] = await waiting(payment)
    expect(told).toMatchObject({ stays })
    expect((await setAside(told.fact_id)).status).toBe(200)
    expect(await waiting(payment)).toEqual([])
    await counter.cashier(payment, 'pay')
    await counter.settle()
    expect(await counter.balance(external_id)).toBe('600 0 0')
  },
)

test('PY17: set aside and told again once it fits, it is given', async () => {
  const { tell, saidOf, settle, read, balance } = counter
  const { external_id, payment } = await order()
  const merchant = merchantOf('other')
  await tell(saidOf(payment, { merchant }))
  await settle()
  const [told] = await waiting(payment)
  expect((await setAside(told.fact_id)).status).toBe(200)
  const become = (name: string) =>
    read(`update payments.accounts set merchant = $1 where channel = 'sandbox' and name = 'main'`, [
      name,
    ])
  await become(merchant)
  await tell(saidOf(payment, { merchant, id: `evt_again_${numberOf(payment)}` }))
  await settle()
  await become(merchantOf('main'))
  expect(await balance(external_id)).toBe('600 0 0')
  expect(await counter.factsOf(payment)).toMatchObject([
    { disposition: 'kept', set_aside_at: null },
  ])
})

test('PY17: set aside, and sent back all the same once that is possible, it waits for a person again where that fails', async () => {
  const { settle, read, cashier } = counter
  const { payment } = await order()
  await cashier(payment, 'refund_fail')
  await cashier(payment, 'pay_wrong_amount')
  await settle()
  const [{ fact_id }] = await waiting(payment)
  await read(`update payments.facts set set_aside_at = created_at where id = $1`, [fact_id])
  expect(await waiting(payment)).toEqual([])
  for (const nth of ['once', 'and again']) {
    await counter.ask(`admin/payments/suspense/${fact_id}/return`, { reason: nth })
    // As where its account was gone meanwhile.
    expect((await setAside(fact_id)).body.code).toBe('fact_unknown')
    await settle()
    expect(await waiting(payment)).toMatchObject([{ fact_id, why: 'return_failed', stays: null }])
    await read(`update payments.facts set set_aside_at = created_at where id = $1`, [fact_id])
    expect(await waiting(payment)).toEqual([])
  }
})

test('PY17: those who may not refund set nothing aside', async () => {
  const { world, tell, saidOf, settle } = counter
  const { payment } = await order()
  await tell(saidOf(payment, { amount: 'thirty' }))
  await settle()
  const [told] = await waiting(payment)
  const support = await signUp(world, 'support')
  expect((await setAside(told.fact_id, 'mine', support.token)).status).toBe(403)
  expect(await waiting(payment)).toHaveLength(1)
})
