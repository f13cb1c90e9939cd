import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { PACKS, type Payment, somebody } from '../../../test/shopper.ts'

const DAY_MS = 86_400_000
let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

/** Somebody who has bought and paid: 600 credits for 30 yuan, unless said otherwise. */
const bought = async (want: object = {}) => {
  const external_id = somebody()
  const payment = await counter.buy({ external_id, ...want })
  await counter.cashier(payment, 'pay')
  await counter.settle()
  return { external_id, payment }
}
const refunded = async (payment: Payment, want: object = {}) => {
  const asked = await counter.must(counter.refund(payment, want), 201)
  await counter.settle()
  return (await counter.look(`refunds/${asked.body.refund_id}`)).body
}
const quoteOf = async ({ payment_id }: Payment, want: object = {}) =>
  (await counter.ask(`payments/${payment_id}/refunds/quote`, want)).body
const statusOf = async ({ payment_id }: Payment) => {
  const { body } = await counter.look(`payments/${payment_id}`)
  return [body.status, body.refunded]
}

test('CK5: a refund freezes what it will take before it is asked for, and takes it when the money is back', async () => {
  const { refund, must, balance, settle, look, orderOf, charge } = counter
  const { external_id, payment } = await bought()
  expect(await quoteOf(payment)).toMatchObject({
    cash_back: 3_000,
    fee: 0,
    credits_taken: 600,
    debt: 0,
  })
  const asked = await must(refund(payment), 201)
  expect(asked.body).toMatchObject({
    ...{ payment_id: payment.payment_id, order_id: payment.order_id, amount: 3_000, fee: 0 },
    ...{ status: 'approved', settled_at: null },
  })
  expect(await balance(external_id)).toBe('0 600 0')
  expect((await charge(external_id, 1)).status).toBe(402)
  await settle()
  expect((await look(`refunds/${asked.body.refund_id}`)).body).toMatchObject({
    status: 'succeeded',
  })
  expect(await balance(external_id)).toBe('0 0 0')
  expect(await statusOf(payment)).toEqual(['refunded', 3_000])
  expect(await orderOf(payment)).toMatchObject({ frozen: null, refunded: '3000', underway: '0' })
})

test('CK5: what is frozen is no hold that anybody may capture, release or extend', async () => {
  const { refund, must, ask, look, balance, orderOf, settle } = counter
  const { external_id, payment } = await bought()
  await must(refund(payment, { amount: 1_500 }), 201)
  const { frozen } = await orderOf(payment)
  expect(frozen).toMatch(/^frz_/)
  const bodies = { capture: { amount: 1 }, release: {}, extend: { expires_in: 60 } }
  for (const [how, body] of Object.entries(bodies)) {
    const headers = { 'idempotency-key': `reach-for-frozen-${how}` }
    const reply = await ask(`credits/holds/${frozen}/${how}`, body, { headers })
    expect([how, reply.status, reply.body.code]).toEqual([how, 404, 'hold_unknown'])
  }
  expect((await look(`credits/holds/${frozen}`)).body).toMatchObject({ state: 'open' })
  expect(await balance(external_id)).toBe('300 300 0')
  await settle()
  expect(await balance(external_id)).toBe('300 0 0')
})

test('CK6: refunds of a third, a third and the rest take 1500 and 100 in all, and end the order', async () => {
  const { balance } = counter
  const { external_id, payment } = await bought({ product_id: PACKS.large })
  expect(await balance(external_id)).toBe('1600 0 0')
  // 2266 of 6800: 499.85 of 1500 and 33.3 of 100, each rounded up.
  await refunded(payment, { amount: 2_266 })
  expect(await balance(external_id)).toBe('1066 0 0')
  expect(await statusOf(payment)).toEqual(['partially_refunded', 2_266])
  // 4533: 999.9 and 66.7 in all.
  await refunded(payment, { amount: 2_267 })
  expect(await balance(external_id)).toBe('533 0 0')
  expect(await quoteOf(payment)).toMatchObject({ cash_back: 2_267, credits_taken: 533 })
  await refunded(payment)
  expect(await balance(external_id)).toBe('0 0 0')
  expect(await statusOf(payment)).toEqual(['refunded', 6_800])
  const more = await counter.refund(payment, { amount: 1 })
  expect([more.status, more.body.code, more.body.why]).toEqual([
    422,
    'refund_not_offered',
    'refunded',
  ])
})

test('CK6: a quote beside a refund under way says what it would take besides, and changes nothing', async () => {
  const { refund, must, balance, settle } = counter
  const { external_id, payment } = await bought()
  await must(refund(payment, { amount: 1_000 }), 201)
  expect(await balance(external_id)).toBe('400 200 0')
  expect(await quoteOf(payment, { amount: 1_000 })).toMatchObject({ credits_taken: 200, debt: 0 })
  expect(await quoteOf(payment)).toMatchObject({ cash_back: 2_000, credits_taken: 400, debt: 0 })
  expect(await balance(external_id)).toBe('400 200 0')
  await settle()
  expect(await quoteOf(payment, { amount: 1_000 })).toMatchObject({ credits_taken: 200, debt: 0 })
})

test('CK6: two refunds under way at once freeze together what they take together', async () => {
  const { refund, must, balance, settle } = counter
  const { external_id, payment } = await bought()
  await must(refund(payment, { amount: 1_000 }), 201)
  await must(refund(payment, { amount: 500 }), 201)
  expect(await balance(external_id)).toBe('300 300 0')
  await settle()
  expect(await balance(external_id)).toBe('300 0 0')
})

test('CK6: by terms no more is offered than the unused part is worth, in their time', async () => {
  const { charge, balance, pass, refund } = counter
  const { external_id, payment } = await bought()
  await charge(external_id, 450)
  expect(await quoteOf(payment)).toMatchObject({ cash_back: 750, credits_taken: 150, debt: 0 })
  await refunded(payment)
  expect(await balance(external_id)).toBe('0 0 0')
  expect(await statusOf(payment)).toEqual(['partially_refunded', 750])
  expect(await quoteOf(payment)).toMatchObject({ code: 'refund_not_offered', why: 'used' })
  const late = await bought()
  pass(7 * DAY_MS)
  const no = await refund(late.payment)
  expect([no.status, no.body.why]).toEqual([422, 'too_late'])
  expect(await balance(late.external_id)).toBe('600 0 0')
})

test('CK6: a fee is kept of the money, and the credits of the whole are taken', async () => {
  const { ask, must, factsOf, balance } = counter
  const fee = { percent_bp: 250, minimum_minor: 10 }
  const terms = {
    ...{ name: { en: 'A pack', zh: '积分包' }, prices: [{ currency: 'CNY', amount: 999 }] },
    ...{ credits: 100, refund: { window_days: 7, pro_rata: true, fee } },
  }
  const made = await must(ask('admin/products', { product_type: 'recharge', terms }), 201)
  const { external_id, payment } = await bought({ product_id: made.body.product_id })
  expect(await quoteOf(payment)).toMatchObject({ cash_back: 974, fee: 25, credits_taken: 100 })
  expect(await refunded(payment)).toMatchObject({ amount: 974, fee: 25, status: 'succeeded' })
  expect(await balance(external_id)).toBe('0 0 0')
  expect(await factsOf(payment)).toMatchObject([{ refunded: '974', reserved: '0' }])
  expect(await statusOf(payment)).toEqual(['refunded', 999])
})

test('CK5: what was paid for is not voided, for then its money would stay; a refund takes it back', async () => {
  const { external_id, payment } = await bought({ product_id: PACKS.large })
  const { body } = await counter.look(`credits/lots?external_id=${external_id}`)
  const codes = await Promise.all(
    body.items.map(async ({ lot_id }: { lot_id: string }) => {
      const path = `credits/grants/${lot_id}/void`
      const { status, body: no } = await counter.ask(
        path,
        { reason: 'a test' },
        {
          headers: { 'idempotency-key': `void-${lot_id}` },
        },
      )
      return [status, no.code]
    }),
  )
  expect(codes).toEqual(body.items.map(() => [409, 'lot_paid']))
  expect((await refunded(payment)).status).toBe('succeeded')
  expect(await counter.balance(external_id)).toBe('0 0 0')
})

test('CK6: what is owed for one order takes nothing of another, in however many parts that goes back', async () => {
  const { balance, refund, must, settle, charge } = counter
  const { external_id, payment: spent } = await bought()
  await charge(external_id, 600)
  const { payment } = await bought({ external_id, product_id: PACKS.large })
  await refunded(spent, { amount: 3_000, allow_debt: true })
  expect(await balance(external_id)).toBe('1600 0 600')
  await must(refund(payment, { amount: 1_700 }), 201)
  expect(await balance(external_id)).toBe('1200 400 600')
  expect(await quoteOf(payment, { amount: 1_700 })).toMatchObject({ credits_taken: 400, debt: 0 })
  await must(refund(payment, { amount: 1_700 }), 201)
  expect(await balance(external_id)).toBe('800 800 600')
  await settle()
  expect(await balance(external_id)).toBe('800 0 600')
  await refunded(payment, { amount: 3_400 })
  expect(await balance(external_id)).toBe('0 0 600')
})

test('T57: a refund of what was spent is refused, and nothing of it stays', async () => {
  const { charge, refund, balance, orderOf, refundsOf } = counter
  const { external_id, payment } = await bought()
  await charge(external_id, 590)
  const no = await refund(payment, { amount: 3_000 })
  expect([no.status, no.body]).toMatchObject([
    409,
    { code: 'clawback_spent', required: 600, unspent: 10, spent: 590 },
  ])
  expect(await balance(external_id)).toBe('10 0 0')
  expect(await refundsOf(payment)).toEqual([])
  expect(await orderOf(payment)).toMatchObject({ underway: '0', frozen: null, state: 'paid' })
})

test('T57: or it becomes debt, which whatever comes next repays first', async () => {
  const { charge, balance, buy, cashier, settle } = counter
  const { external_id, payment } = await bought()
  await charge(external_id, 590)
  expect(await quoteOf(payment, { amount: 3_000 })).toMatchObject({ credits_taken: 10, debt: 590 })
  expect(await refunded(payment, { amount: 3_000, allow_debt: true })).toMatchObject({
    status: 'succeeded',
  })
  expect(await balance(external_id)).toBe('0 0 590')
  const next = await buy({ external_id })
  await cashier(next, 'pay')
  await settle()
  expect(await balance(external_id)).toBe('10 0 0')
  // What the next one gave was spent on the debt: its own refund says so.
  expect(await quoteOf(next, { amount: 3_000 })).toMatchObject({ credits_taken: 10, debt: 590 })
})

test('T57 CK5: all spent, there is nothing to freeze; what is spent while a refund waits is not what it froze', async () => {
  const { charge, refund, must, balance, settle, orderOf } = counter
  const spent = await bought()
  await charge(spent.external_id, 600)
  await must(refund(spent.payment, { amount: 3_000, allow_debt: true }), 201)
  expect(await orderOf(spent.payment)).toMatchObject({ frozen: null, underway: '3000' })
  await settle()
  expect(await balance(spent.external_id)).toBe('0 0 600')
  const { external_id, payment } = await bought()
  await must(refund(payment, { amount: 1_500 }), 201)
  expect((await charge(external_id, 301)).status).toBe(402)
  expect((await charge(external_id, 300)).status).toBe(200)
  await settle()
  expect(await balance(external_id)).toBe('0 0 0')
})

test('T58 CK5: a refund that does not arrive gives back what was frozen for it, once, and a person is called', async () => {
  const { cashier, balance, factsOf, world, orderOf } = counter
  const { external_id, payment } = await bought()
  await cashier(payment, 'refund_fail')
  const failed = await refunded(payment)
  expect(failed).toMatchObject({ status: 'failed', amount: 3_000 })
  expect(await balance(external_id)).toBe('600 0 0')
  expect(await statusOf(payment)).toEqual(['paid', 0])
  expect(await factsOf(payment)).toMatchObject([{ reserved: '0', refunded: '0' }])
  expect(await orderOf(payment)).toMatchObject({ underway: '0', frozen: null })
  const line = world
    .logged()
    .split('\n')
    .find((one) => one.includes(failed.refund_id))
  expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'error', state: 'failed' })
})

test('T54 PY5: of a hundred refunds of 30 of a payment of 100 at once exactly three reach the provider', async () => {
  const { ask, must, refund, settle, balance, factsOf, refundsOf, read } = counter
  const terms = {
    ...{ name: { en: 'A pack', zh: '积分包' }, prices: [{ currency: 'CNY', amount: 100 }] },
    ...{ credits: 10, refund: { window_days: 7, pro_rata: true } },
  }
  const whole = { ...terms, refund: { ...terms.refund, fee: { percent_bp: 0, minimum_minor: 0 } } }
  const made = await must(ask('admin/products', { product_type: 'recharge', terms: whole }), 201)
  const { external_id, payment } = await bought({ product_id: made.body.product_id })
  const replies = await Promise.all(
    Array.from({ length: 100 }, () => refund(payment, { amount: 30 })),
  )
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(3)
  expect(
    new Set(replies.filter(({ status }) => status !== 201).map(({ body }) => body.why)),
  ).toEqual(new Set(['more_than_left']))
  expect(await balance(external_id)).toBe('1 9 0')
  await settle()
  expect(await factsOf(payment)).toMatchObject([{ refunded: '90', reserved: '0' }])
  expect(await refundsOf(payment)).toHaveLength(3)
  const [trade] = await read('select refunds from payments.sandbox_trades where trade_no = $1', [
    payment.payment_id.slice(4),
  ])
  expect(Object.values(trade.refunds)).toHaveLength(3)
  expect(await balance(external_id)).toBe('1 0 0')
})

test('T56 CK8: a key asks for one refund of one amount, however many ask with it at once', async () => {
  const { refund, settle, refundsOf, balance } = counter
  const { external_id, payment } = await bought()
  const want = { amount: 1_000 }
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => refund(payment, want, 'one-key-one-refund')),
  )
  expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(201))
  expect(new Set(replies.map(({ body }) => body.refund_id)).size).toBe(1)
  const bent = await refund(payment, { amount: 1_001 }, 'one-key-one-refund')
  expect([bent.status, bent.body.code]).toEqual([422, 'idempotency_key_reused'])
  await settle()
  expect((await refund(payment, want, 'one-key-one-refund')).body).toMatchObject({
    refund_id: replies[0]?.body.refund_id,
    status: 'succeeded',
  })
  expect(await refundsOf(payment)).toHaveLength(1)
  expect(await balance(external_id)).toBe('400 0 0')
})

test('CK5: what nobody has paid is refunded by nobody', async () => {
  const { buy, refund } = counter
  const payment = await buy({ external_id: somebody() })
  const no = await refund(payment)
  expect([no.status, no.body.code, no.body.why]).toEqual([422, 'refund_not_offered', 'not_paid'])
})
