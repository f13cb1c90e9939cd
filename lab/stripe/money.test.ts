import type { Stripe } from 'stripe'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { press } from '../kit/still-kit.ts'
import { ORDER, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop[Symbol.asyncDispose]())

/** A paid session; its intent. */
async function paid(change: object = {}): Promise<Stripe.PaymentIntent> {
  const { id, url } = await shop.stripe.checkout.sessions.create({ ...ORDER, ...change })
  await press(url ?? '', 'Pay by card')
  const session = await shop.stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] })
  shop.heard()
  return session.payment_intent as Stripe.PaymentIntent
}

const typesOf = (events: readonly { readonly type: string }[]): string[] =>
  events.map(({ type }) => type)

test('parts of a payment go back until nothing is left, and no more', async () => {
  const { id: payment_intent } = await paid()
  const first = await shop.stripe.refunds.create({
    payment_intent,
    amount: 1000,
    metadata: { refund_no: 'r1' },
  })
  expect(first).toMatchObject({ status: 'succeeded', amount: 1000, currency: 'usd' })
  expect(typesOf(shop.heard())).toEqual(['refund.created', 'charge.refunded'])
  await expect(shop.stripe.refunds.create({ payment_intent, amount: 235 })).rejects.toMatchObject({
    statusCode: 400,
    param: 'amount',
  })
  const rest = await shop.stripe.refunds.create({ payment_intent, reason: 'requested_by_customer' })
  expect(rest.amount).toBe(234)
  await expect(shop.stripe.refunds.create({ payment_intent })).rejects.toMatchObject({
    code: 'charge_already_refunded',
  })
  expect(await shop.stripe.refunds.retrieve(first.id)).toEqual(first)
  const listed = await shop.stripe.refunds.list({ payment_intent })
  expect(listed.data.map(({ id }) => id)).toEqual([rest.id, first.id])
  expect((await shop.stripe.refunds.list({ payment_intent: 'pi_other' })).data).toEqual([])
  expect(shop.lab.books().filter(({ kind }) => kind === 'refund')).toMatchObject([
    { number: 'r1', amount: 1000, state: 'succeeded' },
    { amount: 234 },
  ])
})

test('what asks for a refund wrongly is refused, and no money moves', async () => {
  const { id: payment_intent } = await paid()
  const wrong: readonly (readonly [object, object])[] = [
    [{}, { code: 'parameter_missing' }],
    [{ payment_intent: 'pi_nobody' }, { code: 'resource_missing', statusCode: 404 }],
    [{ charge: 'ch_nobody' }, { code: 'resource_missing', param: 'charge' }],
    [
      { payment_intent, amount: 0 },
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    [{ payment_intent, amount: 1235 }, { param: 'amount' }],
    [{ payment_intent, reason: 'boredom' }, { param: 'reason' }],
    [
      { payment_intent, note: 'x' },
      { code: 'parameter_unknown', param: 'note' },
    ],
  ]
  for (const [params, fault] of wrong)
    await expect(shop.stripe.refunds.create(params), JSON.stringify(params)).rejects.toMatchObject(
      fault,
    )
  const unpaid = await shop.stripe.paymentIntents.create({ amount: 900, currency: 'usd' })
  await expect(shop.stripe.refunds.create({ payment_intent: unpaid.id })).rejects.toMatchObject({
    param: 'payment_intent',
  })
  expect(shop.lab.books().filter(({ kind }) => kind === 'refund')).toEqual([])
})

test('T58: a refund that had succeeded fails days later: the money is back, and is told of', async () => {
  const { id: payment_intent } = await paid()
  const { id: refund } = await shop.stripe.refunds.create({ payment_intent })
  shop.heard()
  await shop.do('settle_refund', { refund, outcome: 'failed' })
  expect(typesOf(shop.heard())).toEqual([
    'refund.failed',
    'refund.updated',
    'charge.refund.updated',
  ])
  const seen = await shop.stripe.refunds.retrieve(refund, {
    expand: ['failure_balance_transaction', 'charge'],
  })
  expect(seen).toMatchObject({
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
    failure_balance_transaction: { type: 'refund_failure', amount: 1234 },
    charge: { refunded: false, amount_refunded: 0 },
  })
  await expect(shop.do('settle_refund', { refund, outcome: 'failed' })).rejects.toThrow('has ended')
})

test('a refund may wait for the bank, and ends either way', async () => {
  const { id: payment_intent } = await paid()
  await shop.do('hold_refunds', { times: 2 })
  for (const outcome of ['succeeded', 'failed'] as const) {
    const refund = await shop.stripe.refunds.create({ payment_intent, amount: 100 })
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' })
    await shop.do('settle_refund', { refund: refund.id, outcome })
    const ended = await shop.stripe.refunds.retrieve(refund.id)
    expect(ended).toMatchObject({ status: outcome })
    expect(ended).not.toHaveProperty('pending_reason')
  }
  const third = await shop.stripe.refunds.create({ payment_intent, amount: 100 })
  expect(third.status).toBe('succeeded')
})

test('T59: a refund of the dashboard has no number of the shop, and is told like any other', async () => {
  const { id: payment_intent } = await paid()
  const { refund } = await shop.do('refund_in_console', { payment_intent, amount: 34 })
  expect(shop.heard()).toMatchObject([
    {
      type: 'refund.created',
      data: { object: { id: refund, amount: 34, metadata: {}, payment_intent } },
    },
    { type: 'charge.refunded', data: { object: { amount_refunded: 34, refunded: false } } },
  ])
  await expect(shop.do('refund_in_console', { payment_intent, amount: 9999 })).rejects.toThrow(
    'greater than',
  )
})

test('T60: a dispute takes the money at once, forbids refunds, and gives it back where it is won', async () => {
  for (const outcome of ['won', 'lost'] as const) {
    const { id: payment_intent } = await paid()
    const { dispute } = await shop.do('open_dispute', { payment_intent, reason: 'fraudulent' })
    await expect(shop.do('open_dispute', { payment_intent })).rejects.toThrow('cannot be disputed')
    await expect(shop.stripe.refunds.create({ payment_intent })).rejects.toMatchObject({
      code: 'charge_disputed',
    })
    await shop.do('close_dispute', { dispute, outcome })
    await expect(shop.do('close_dispute', { dispute, outcome })).rejects.toThrow('has ended')
    const events = shop.heard()
    expect(typesOf(events)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      ...(outcome === 'won' ? ['charge.dispute.funds_reinstated'] : []),
      'charge.dispute.closed',
    ])
    expect(events.at(-1)).toMatchObject({ data: { object: { status: outcome, amount: 1234 } } })
    const { data } = await shop.stripe.disputes.list({ payment_intent })
    expect(data).toMatchObject([{ id: dispute, status: outcome }])
    const moved = data[0]?.balance_transactions.reduce((sum, { net }) => sum + net, 0)
    expect(moved).toBe(outcome === 'won' ? 0 : -1234 - 1500)
  }
})

test('the balance is listed page by page, by time and type, and leads back to the payment', async () => {
  const payment = await paid()
  await shop.stripe.refunds.create({ payment_intent: payment.id, amount: 34 })
  shop.kit.pass(86_400_000)
  const later = shop.kit.now() / 1000
  await paid()
  const all = await shop.stripe.balanceTransactions
    .list({ limit: 1, expand: ['data.source'] })
    .autoPagingToArray({ limit: 9 })
  expect(all).toMatchObject([
    { type: 'charge', amount: 1234, fee: 66, net: 1168 },
    { type: 'refund', amount: -34, fee: 0, source: { object: 'refund', amount: 34 } },
    {
      type: 'charge',
      source: {
        object: 'charge',
        payment_intent: payment.id,
        metadata: ORDER.payment_intent_data.metadata,
      },
    },
  ])
  const yesterday = await shop.stripe.balanceTransactions.list({
    created: { gte: later - 86_400, lt: later },
  })
  expect(yesterday.data.map(({ id }) => id)).toEqual(all.slice(1).map(({ id }) => id))
  const refunds = await shop.stripe.balanceTransactions.list({ type: 'refund' })
  expect(refunds.data).toHaveLength(1)
  const before = await shop.stripe.balanceTransactions.list({
    ending_before: all[2]?.id ?? '',
    limit: 1,
  })
  expect(before).toMatchObject({ has_more: true, data: [{ id: all[1]?.id }] })
  for (const params of [{ limit: 0 }, { limit: 101 }, { starting_after: 'txn_nobody' }])
    await expect(shop.stripe.balanceTransactions.list(params)).rejects.toMatchObject({
      statusCode: 400,
    })
})

test('a card saved in a session is charged while its owner is away', async () => {
  const payment = await paid({
    payment_intent_data: { setup_future_usage: 'off_session' },
  })
  const customer = payment.customer as string
  const payment_method = payment.payment_method as string
  const { data } = await shop.stripe.customers.listPaymentMethods(customer, { type: 'card' })
  expect(data).toMatchObject([{ id: payment_method, type: 'card', customer }])
  const charge = (idempotencyKey: string) =>
    shop.stripe.paymentIntents.create(
      {
        amount: 900,
        currency: 'usd',
        customer,
        payment_method,
        off_session: true,
        confirm: true,
        metadata: { trade_no: idempotencyKey },
      },
      { idempotencyKey },
    )
  expect(await charge('t1')).toMatchObject({ status: 'succeeded', amount_received: 900 })
  expect(typesOf(shop.heard())).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
  ])

  await shop.do('set_card', { payment_method, manner: 'asks' })
  const refused = await charge('t2').catch((error: unknown) => error)
  expect(refused).toMatchObject({
    type: 'StripeCardError',
    statusCode: 402,
    code: 'authentication_required',
    decline_code: 'authentication_required',
    payment_intent: {
      status: 'requires_payment_method',
      last_payment_error: {
        code: 'authentication_required',
        payment_method: { id: payment_method },
      },
    },
  })
  expect(typesOf(shop.heard())).toEqual([
    'payment_intent.created',
    'charge.failed',
    'payment_intent.payment_failed',
  ])
  await shop.do('set_card', { payment_method, manner: 'declined' })
  await expect(charge('t3')).rejects.toMatchObject({ code: 'card_declined', statusCode: 402 })
  expect(
    shop.lab
      .books()
      .slice(1)
      .map(({ number, state }) => [number, state]),
  ).toEqual([
    ['t1', 'succeeded'],
    ['t2', 'requires_payment_method'],
    ['t3', 'requires_payment_method'],
  ])
})

test('an intent is confirmed later, with its owner asked where the card wants that, or is given up', async () => {
  const payment = await paid({ payment_intent_data: { setup_future_usage: 'off_session' } })
  const saved = {
    customer: payment.customer as string,
    payment_method: payment.payment_method as string,
  }
  const open = () => shop.stripe.paymentIntents.create({ amount: 900, currency: 'usd', ...saved })
  const first = await open()
  expect(first.status).toBe('requires_confirmation')
  const done = await shop.stripe.paymentIntents.confirm(first.id, { off_session: true })
  expect(done.status).toBe('succeeded')
  await expect(shop.stripe.paymentIntents.confirm(first.id)).rejects.toMatchObject({
    code: 'payment_intent_unexpected_state',
    payment_intent: { id: first.id },
  })
  await shop.do('set_card', { payment_method: saved.payment_method, manner: 'asks' })
  const second = await open()
  expect(await shop.stripe.paymentIntents.confirm(second.id)).toMatchObject({
    status: 'requires_action',
    next_action: { type: 'use_stripe_sdk' },
  })
  const given = await shop.stripe.paymentIntents.cancel(second.id, {
    cancellation_reason: 'abandoned',
  })
  expect(given).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' })
  await expect(shop.stripe.paymentIntents.cancel(second.id)).rejects.toMatchObject({
    code: 'payment_intent_unexpected_state',
  })
})

test('a card nobody agreed to keep, or of somebody else, is not charged', async () => {
  const once = await paid()
  const kept = await paid({ payment_intent_data: { setup_future_usage: 'off_session' } })
  const stranger = await shop.stripe.customers.create({ email: 'other@shop.example' })
  const base = { amount: 900, currency: 'usd', confirm: true, off_session: true }
  const wrong: readonly (readonly [Partial<Stripe.PaymentIntentCreateParams>, object])[] = [
    [{ payment_method: once.payment_method as string }, { param: 'payment_method' }],
    [
      { payment_method: kept.payment_method as string, customer: stranger.id },
      { param: 'payment_method' },
    ],
    [{ payment_method: 'pm_nobody' }, { code: 'resource_missing' }],
    [{}, { code: 'payment_intent_unexpected_state' }],
    [{ amount: 10 }, { code: 'amount_too_small', param: 'amount' }],
    [{ currency: 'xxy' }, { param: 'currency' }],
    [{ confirm: false }, { param: 'off_session' }],
  ]
  const before = shop.lab.books()
  for (const [change, fault] of wrong)
    await expect(
      shop.stripe.paymentIntents.create({ ...base, ...change }),
      JSON.stringify(change),
    ).rejects.toMatchObject(fault)
  expect(shop.lab.books()).toEqual(before)
})
