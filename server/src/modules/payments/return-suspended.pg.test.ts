import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp, trailOf } from '../../../test/people.ts'
import { machineNow, merchantOf, numberOf, type Payment, somebody } from '../../../test/shopper.ts'
import { findAccount } from './account-store.ts'
import { applyRefund } from './apply-refund.ts'
import type { RefundFact } from './fact.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const order = async () => {
  const external_id = somebody()
  return { external_id, payment: await counter.buy({ external_id }) }
}
const inSuspense = (payment: Payment) => counter.inSuspense(payment)
const giveBack = (factId: string, reason = 'wants it back') =>
  counter.ask(`admin/payments/suspense/${factId}/return`, { reason })
const refundsAtSandbox = async (payment: Payment) => {
  const rows = await counter.read(
    'select refunds from payments.sandbox_trades where trade_no = $1',
    [numberOf(payment)],
  )
  return Object.values(rows[0].refunds).map((one) => (one as { amount: number }).amount)
}

test('PY2 PY5: what fits nothing is sent back once, whole, however many say so at once, and is in suspense no more', async () => {
  const { cashier, settle, factsOf, balance, world } = counter
  const { external_id, payment } = await order()
  await cashier(payment, 'pay_wrong_amount')
  await settle()
  const [{ fact_id }] = await inSuspense(payment)
  const all = await Promise.all(Array.from({ length: 8 }, () => giveBack(fact_id)))
  expect(all.map(({ status }) => status)).toEqual(Array(8).fill(200))
  expect(new Set(all.map(({ body }) => body.refund_id)).size).toBe(1)
  expect(all[0]?.body).toMatchObject({
    fact_id,
    amount: 3_001,
    currency: 'CNY',
    cause: 'sent_back',
  })
  await settle()
  expect(await refundsAtSandbox(payment)).toEqual([3_001])
  expect((await giveBack(fact_id)).body).toMatchObject({ state: 'succeeded' })
  expect(await factsOf(payment)).toMatchObject([
    { disposition: 'sent_back', why: null, reserved: '0', refunded: '3001' },
  ])
  expect(await inSuspense(payment)).toEqual([])
  expect(await balance(external_id)).toBe('0 0 0')
  expect(await trailOf(world, fact_id)).toMatchObject([
    { action: 'payments.suspense_returned', reason: 'wants it back' },
  ])
  const { owner } = await counter.orderOf(payment)
  const told = await counter.read(
    `select owner from kernel.outbox where topic = 'payments.refunded' and data ->> 'fact_id' = $1`,
    [fact_id],
  )
  expect(told).toEqual([{ owner }])
})

test('PY2: money for an order that is not ours to give goes back by the number that its payer used', async () => {
  const { tell, saidOf, settle, cashier, factsOf, read } = counter
  const { payment } = await order()
  await cashier(payment, 'pay_wrong_amount')
  await settle()
  // As after a database was restored from before the order.
  const stray = { trade_no: 'made-by-another-copy', txn: 'txn-of-the-copy' }
  await read(
    `insert into payments.sandbox_trades
     select (jsonb_populate_record(t, jsonb_build_object('trade_no', $2::text, 'txns',
               jsonb_build_array(t.txns -> 0 || jsonb_build_object('txn', $3::text))))).*
       from payments.sandbox_trades t where trade_no = $1`,
    [numberOf(payment), stray.trade_no, stray.txn],
  )
  expect(await tell(saidOf(payment, { ...stray, id: 'evt_of_the_copy', amount: 3_001 }))).toBe(204)
  await settle()
  const [fact] = await read('select * from payments.facts where trade_no = $1', [stray.trade_no])
  expect(fact).toMatchObject({ disposition: 'suspense', why: 'order_unknown', attempt_id: null })
  expect((await giveBack(fact.id)).status).toBe(200)
  await settle()
  const [after] = await read('select * from payments.facts where id = $1', [fact.id])
  expect(after).toMatchObject({ disposition: 'sent_back', refunded: '3001' })
  // Its likeness, which was about another order, is where it was.
  expect(await factsOf(payment)).toMatchObject([{ disposition: 'suspense', refunded: '0' }])
})

test('PY1: told twice in different words, what was kept is not sent back with what contradicts it', async () => {
  const { cashier, settle, tell, saidOf, balance } = counter
  const { external_id, payment } = await order()
  await cashier(payment, 'pay')
  await settle()
  const said = saidOf(payment, { txn: `sbx_${numberOf(payment)}_1`, amount: 2_999, id: 'evt_less' })
  expect(await tell(said)).toBe(204)
  await settle()
  const [{ fact_id }] = await inSuspense(payment)
  expect(await giveBack(fact_id)).toMatchObject({
    ...{
      status: 409,
      body: { code: 'not_returnable', detail: expect.stringContaining('settled_otherwise') },
    },
  })
  await settle()
  expect(await refundsAtSandbox(payment)).toEqual([])
  expect(await balance(external_id)).toBe('600 0 0')
  expect(await inSuspense(payment)).toHaveLength(1)
})

test.each([
  ['to another merchant', { merchant: merchantOf('other') }],
  ['an amount nobody can read', { amount: 'thirty' }],
])('PY2: %s is not sent back from here, and stays in suspense', async (_, more) => {
  const { tell, saidOf, settle } = counter
  const { payment } = await order()
  await tell(saidOf(payment, more))
  await settle()
  const [{ fact_id }] = await inSuspense(payment)
  expect((await giveBack(fact_id)).body.code).toBe('not_returnable')
  expect(await inSuspense(payment)).toHaveLength(1)
})

test('PY2: only what lies in suspense is sent back from there, by those who may refund', async () => {
  const { cashier, settle, factsOf, world } = counter
  const { payment } = await order()
  await cashier(payment, 'pay')
  await settle()
  const [kept] = await factsOf(payment)
  for (const id of [kept.id, 'fct_none'])
    expect([id, (await giveBack(id)).body.code]).toEqual([id, 'fact_unknown'])
  const auditor = await signUp(world, 'auditor')
  const tried = await counter.ask(
    `admin/payments/suspense/${kept.id}/return`,
    { reason: 'mine' },
    { as: auditor.token },
  )
  expect(tried.status).toBe(403)
})

/** Of an order that the provider does not know: whatever is asked of it there is refused. */
async function stuck() {
  const { tell, saidOf, settle, read } = counter
  const { payment } = await order()
  const trade_no = `lost-${numberOf(payment)}`
  const said = { trade_no, txn: `txn-${trade_no}`, id: `evt-${numberOf(payment)}` }
  expect(await tell(saidOf(payment, said))).toBe(204)
  await settle()
  const factOf = async () =>
    (await read('select * from payments.facts where trade_no = $1', [trade_no]))[0]
  const { id } = await factOf()
  const refunds = () => read('select * from payments.refunds where fact_id = $1 order by id', [id])
  expect((await giveBack(id)).status).toBe(200)
  await settle()
  expect(await refunds()).toMatchObject([{ state: 'approved', why: 'trade_unknown' }])
  const account = await findAccount(counter.world.db, 'sandbox', 'main')
  if (!account) throw new Error('no account')
  const told = (more: Pick<RefundFact, 'refundNo' | 'refund' | 'state' | 'amount'>) =>
    applyRefund(
      counter.deps,
      {
        ...({ kind: 'refund', currency: 'CNY', txn: said.txn, tradeNo: trade_no } as const),
        ...{ at: machineNow(), merchant: account.merchant, livemode: false, ...more },
      },
      { account, source: 'push' },
    )
  const inConsole = (refund: string, amount: bigint) =>
    told({ refundNo: undefined, refund: `${refund} of ${id}`, state: 'succeeded', amount })
  return { id, factOf, refunds, told, inConsole }
}

test('PY5 T59: what we could not send back gives way to a refund in the console, and asks for the rest', async () => {
  const { factOf, refunds, inConsole } = await stuck()
  const told = await Promise.all([inConsole('a', 1_000n), inConsole('a', 1_000n)])
  expect(told.sort()).toEqual(['done', 'repeat'])
  expect(await refunds()).toMatchObject([
    { cause: 'sent_back', state: 'failed', why: 'given_way', amount: '3000' },
    { cause: 'provider', state: 'succeeded', amount: '1000' },
    { cause: 'sent_back', state: 'approved', amount: '2000' },
  ])
  await counter.settle()
  expect(await inConsole('b', 2_000n)).toBe('done')
  expect(await factOf()).toMatchObject({ refunded: '3000', reserved: '0' })
  expect(await inConsole('c', 1n)).toBe('wait')
})

test('PY2: what the provider refuses to send back is shown while it is asked again, and is not set aside', async () => {
  const { id } = await stuck()
  const shown = async () =>
    (await counter.look('admin/payments/suspense?limit=200')).body.items.find(
      (one: { fact_id: string }) => one.fact_id === id,
    )
  expect(await shown()).toMatchObject({ why: 'return_failed', stays: 'refused_there' })
  const aside = await counter.ask(`admin/payments/suspense/${id}/set-aside`, { reason: 'x' })
  expect(aside.body.code).toBe('fact_unknown')
  expect(await shown()).toBeDefined()
})

test('PY2: what is stuck at the provider on its way back says so, and is neither sent again nor set aside', async () => {
  const { id, refunds, told } = await stuck()
  const [{ refund_no }] = await refunds()
  await counter.read(
    `update payments.refunds set state = 'unknown', why = null where fact_id = $1`,
    [id],
  )
  const state = 'abnormal'
  expect(await told({ refundNo: refund_no, refund: `stuck ${id}`, state, amount: 3_000n })).toBe(
    'done',
  )
  const { items } = (await counter.look('admin/payments/suspense?limit=200')).body
  expect(items.find((one: { fact_id: string }) => one.fact_id === id)).toMatchObject({
    stays: 'stuck',
  })
  expect((await giveBack(id)).body.code).toBe('not_returnable')
  const aside = await counter.ask(`admin/payments/suspense/${id}/set-aside`, { reason: 'x' })
  expect(aside.body.code).toBe('fact_unknown')
})

test('PY2: a way back that failed is in suspense again, and is tried again under another number', async () => {
  const { cashier, settle, factsOf } = counter
  const { payment } = await order()
  await cashier(payment, 'refund_fail')
  await cashier(payment, 'pay_wrong_amount')
  await settle()
  const [{ fact_id }] = await inSuspense(payment)
  const first = (await giveBack(fact_id)).body.refund_id
  await settle()
  expect(await inSuspense(payment)).toMatchObject([{ fact_id, why: 'return_failed' }])
  const second = (await giveBack(fact_id)).body.refund_id
  expect(second).not.toBe(first)
  await settle()
  const [fact] = await factsOf(payment)
  expect(fact).toMatchObject({ disposition: 'sent_back', reserved: '0', refunded: '0' })
})
