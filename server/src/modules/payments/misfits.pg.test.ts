import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Instant } from '#kernel/clock'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp } from '../../../test/people.ts'
import {
  machineNow,
  merchantOf,
  numberOf,
  type Payment,
  SANDBOX_SECRET,
  type Said,
  somebody,
} from '../../../test/shopper.ts'
import { findAccount } from './account-store.ts'
import { applyPayment, misfitOf } from './apply-payment.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const order = async (want: object = {}) => {
  const external_id = somebody()
  return { external_id, payment: await counter.buy({ external_id, ...want }) }
}
const suspended = async (limit = 200) =>
  (await counter.look(`admin/payments/suspense?limit=${limit}`)).body.items
const alarmAbout = (factId: string) =>
  JSON.parse(
    counter.world
      .logged()
      .split('\n')
      .find((line) => line.includes(factId)) ?? '{}',
  )
const expectNothingGiven = async (external_id: string, payment: Payment) => {
  expect(await counter.balance(external_id)).toBe('0 0 0')
  expect(await counter.orderOf(payment)).toMatchObject({ state: 'pending', fact_id: null })
}

test.each<[string, Partial<Said>, string]>([
  ['one fen less', { amount: 2_999 }, 'amount_other'],
  ['one fen more', { amount: 3_001 }, 'amount_other'],
  ['yuan for fen', { amount: 30 }, 'amount_other'],
  ['another currency', { currency: 'USD' }, 'currency_other'],
  ['another exponent', { currency: 'JPY' }, 'currency_other'],
  ['nothing', { amount: 0 }, 'amount_other'],
  ['less than nothing', { amount: -3_000 }, 'amount_other'],
  ['more than there is', { amount: 1e300 }, 'amount_unreadable'],
  ['more than a column holds', { amount: 2 ** 63 }, 'amount_unreadable'],
  ['a fraction', { amount: 3_000.5 }, 'amount_unreadable'],
  ['text', { amount: '3000' }, 'amount_unreadable'],
  ['text with a dot', { amount: '30.00' }, 'amount_unreadable'],
  ['wide digits', { amount: '３０００' }, 'amount_unreadable'],
  ['a list', { amount: [3_000] }, 'amount_unreadable'],
  ['no amount', { amount: undefined }, 'amount_unreadable'],
  ['another merchant', { merchant: merchantOf('other') }, 'merchant_other'],
  ['live money on a test account', { livemode: true }, 'mode_other'],
])('T45 T16 T20 PY2: %s is kept, shown and granted to nobody', async (_, more, why) => {
  const { tell, saidOf, settle, factsOf, eventsOf, read } = counter
  const { external_id, payment } = await order()
  const said = saidOf(payment, more)
  expect(await tell(said)).toBe(204)
  await settle()
  const [fact, ...others] = await factsOf(payment)
  expect([fact, others]).toMatchObject([{ disposition: 'suspense', why }, []])
  expect((await eventsOf(payment))[0]).toMatchObject({ state: 'done', why: null })
  await expectNothingGiven(external_id, payment)
  expect(await suspended()).toContainEqual(
    expect.objectContaining({ fact_id: fact.id, why, txn: said.txn, trade_no: numberOf(payment) }),
  )
  expect(alarmAbout(fact.id)).toMatchObject({ level: 'error', why, channel: 'sandbox' })
  expect(
    await read(
      `select 1 from kernel.outbox where topic = 'payments.fact_suspended' and data ->> 'fact_id' = $1`,
      [fact.id],
    ),
  ).toHaveLength(1)
  // The right one is heard all the same, and what was kept before stays as it was.
  expect(await tell(saidOf(payment, { id: `evt_right_${numberOf(payment)}` }))).toBe(204)
  await settle()
  expect(await counter.balance(external_id)).toBe('600 0 0')
  expect((await factsOf(payment)).map((one) => one.disposition).sort()).toEqual([
    'kept',
    'suspense',
  ])
})

test('T02: rightly signed for one account about the order of another, it gives nothing', async () => {
  const { tell, saidOf, settle, factsOf } = counter
  const { external_id, payment } = await order()
  const said = saidOf(payment, { merchant: merchantOf('second') })
  const secret = `${SANDBOX_SECRET} of the second`
  expect(await tell(said, { account: 'second', secret })).toBe(204)
  await settle()
  expect(await factsOf(payment)).toMatchObject([
    { account: 'second', disposition: 'suspense', why: 'order_unknown', attempt_id: null },
  ])
  await expectNothingGiven(external_id, payment)
})

test('T02: the sandbox says nothing about an order of another channel', async () => {
  const { tell, saidOf, settle, factsOf } = counter
  const { external_id, payment } = await order({ pay_channel: 'offline' })
  expect(await tell(saidOf(payment))).toBe(204)
  await settle()
  expect(await factsOf(payment)).toMatchObject([{ channel: 'sandbox', why: 'order_unknown' }])
  await expectNothingGiven(external_id, payment)
})

test('T10: a genuine message of a kind nobody knows is kept and acknowledged, and has no effect', async () => {
  const { tell, settle, read } = counter
  for (const said of [
    { id: 'evt_unknown_kind_1', type: 'payment.blessed', trade_no: 'x', anything: { at: 'all' } },
    { id: 'evt_unknown_kind_2', type: 'constructor' },
  ]) {
    expect(await tell(said)).toBe(204)
    await settle()
    expect(
      await read('select state, type, facts, why from payments.events where message_id = $1', [
        said.id,
      ]),
    ).toEqual([{ state: 'done', type: said.type, facts: [], why: null }])
  }
})

test('T48: a payment for an unknown number is kept in suspense, acknowledged, and an alarm is raised', async () => {
  const { tell, settle } = counter
  const said = {
    ...{ id: 'evt_of_nobody', type: 'payment.succeeded', merchant: merchantOf('main') },
    ...{ trade_no: 'nobody-ordered-this', txn: 'txn_of_nobody', amount: 3_000, currency: 'CNY' },
    at: machineNow(),
  }
  expect(await tell(said)).toBe(204)
  await settle()
  const found = (await suspended()).find(({ txn }: { txn: string }) => txn === said.txn)
  expect(found).toMatchObject({ why: 'order_unknown', amount: 3_000, trade_no: said.trade_no })
  expect(alarmAbout(found.fact_id)).toMatchObject({ level: 'error', why: 'order_unknown' })
})

test('T49 PY1: a transaction that is told of under two numbers counts for one, told in a row or at once', async () => {
  const { tell, saidOf, settle, read, balance, world } = counter
  for (const atOnce of [false, true]) {
    const [one, two] = [await order(), await order()]
    const txn = `txn_told_twice_${atOnce}`
    await tell(saidOf(one.payment, { txn }))
    if (!atOnce) await settle()
    await tell(saidOf(two.payment, { txn }))
    await Promise.all([world.payments.janitor.turn(), world.payments.janitor.turn()])
    await settle()
    const facts = await read(
      'select disposition, why from payments.facts where txn = $1 order by disposition',
      [txn],
    )
    expect(facts).toEqual([
      { disposition: 'kept', why: null },
      { disposition: 'suspense', why: 'contradicts' },
    ])
    const balances = [await balance(one.external_id), await balance(two.external_id)]
    expect(balances.sort()).toEqual(['0 0 0', '600 0 0'])
  }
})

test('PY2: of a payment that was kept nothing else that is said of it gives or undoes anything', async () => {
  const { tell, saidOf, settle, factsOf, balance } = counter
  const { external_id, payment } = await order()
  await tell(saidOf(payment))
  await settle()
  for (const [nth, more] of [{ amount: 1 }, { currency: 'USD' }, { merchant: 'x' }].entries())
    await tell(saidOf(payment, { id: `evt_more_${nth}`, ...more }))
  await settle()
  expect((await factsOf(payment)).map(({ why }) => why ?? 'kept').sort()).toEqual([
    ...['amount_other', 'currency_other', 'kept', 'merchant_other'],
  ])
  expect(await balance(external_id)).toBe('600 0 0')
})

test('PY2: an order that was paid with something else waits no longer to be paid, and is closed', async () => {
  const { cashier, settle, pass, run, orderOf, look, factsOf, balance } = counter
  const { external_id, payment } = await order()
  await cashier(payment, 'pay_wrong_amount')
  await settle()
  pass(31 * 60_000)
  await run('checkout.close_due')
  await settle()
  expect(await orderOf(payment)).toMatchObject({ state: 'closed' })
  expect((await look(`payments/${payment.payment_id}`)).body.status).toBe('failed')
  expect(await factsOf(payment)).toMatchObject([{ disposition: 'suspense', why: 'amount_other' }])
  expect(await balance(external_id)).toBe('0 0 0')
})

test('T16 T20: whose account and which mode is asked before anything else', () => {
  const account = { merchant: 'us', livemode: true }
  const attempt = { amount: 5n, currency: 'CNY', livemode: true }
  const fact = {
    ...({ kind: 'payment', tradeNo: 'x', txn: 'y', amount: 5n, currency: 'CNY' } as const),
    ...{ merchant: 'us', livemode: true, paidAt: 0 as Instant },
  }
  expect(misfitOf(fact, attempt, account)).toBeUndefined()
  expect(misfitOf({ ...fact, merchant: 'them' }, undefined, account)).toBe('merchant_other')
  expect(misfitOf({ ...fact, livemode: false }, undefined, account)).toBe('mode_other')
  expect(misfitOf(fact, undefined, account)).toBe('order_unknown')
  expect(misfitOf(fact, { ...attempt, livemode: false }, account)).toBe('mode_other')
})

test('PY2: what a bill says without a number of ours, or of more than there is, fits nothing', async () => {
  const { deps, world, factsOf } = counter
  const { external_id, payment } = await order()
  const account = await findAccount(world.db, 'sandbox', 'main')
  if (!account) throw new Error('no account')
  const row = {
    ...({ kind: 'payment', txn: `txn_of_a_bill_${numberOf(payment)}`, currency: 'CNY' } as const),
    ...{ merchant: merchantOf('main'), livemode: false, paidAt: machineNow() },
  }
  const from = { account, source: 'bill' } as const
  const applied = [
    await applyPayment(deps, { ...row, tradeNo: undefined, amount: 3_000n }, from),
    await applyPayment(deps, { ...row, tradeNo: numberOf(payment), amount: 2n ** 70n }, from),
  ]
  expect(applied).toEqual(['suspense', 'suspense'])
  expect(await factsOf(payment)).toMatchObject([{ amount: null, why: 'amount_unreadable' }])
  await expectNothingGiven(external_id, payment)
})

test('CK9: what lies in suspense is shown to staff who may see all payments, page by page, and to nobody else', async () => {
  const { look, world } = counter
  const [user, support, finance] = [
    await signUp(world),
    await signUp(world, 'support'),
    await signUp(world, 'finance'),
  ]
  expect((await look('admin/payments/suspense', user.token)).status).toBe(403)
  expect((await look('admin/payments/suspense', support.token)).status).toBe(200)
  const all = await suspended()
  const pages: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await look(`admin/payments/suspense?limit=7${cursor}`, finance.token)
    pages.push(...body.items.map(({ fact_id }: { fact_id: string }) => fact_id))
    if (body.next_cursor === null) break
    cursor = `&cursor=${body.next_cursor}`
  }
  expect(pages).toEqual(all.map(({ fact_id }: { fact_id: string }) => fact_id))
  expect(pages.length).toBeGreaterThan(14)
})
