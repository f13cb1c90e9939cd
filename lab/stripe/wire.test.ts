import { Stripe } from 'stripe'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { press } from '../kit/still-kit.ts'
import { ORDER, openShop, type Shop, secretsOf, verified } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop[Symbol.asyncDispose]())

const VERSION = '2026-10-28.endive'

const raw = (
  path: string,
  headers: Record<string, string> = {},
  init: RequestInit = {},
): Promise<Response> =>
  fetch(`${shop.served.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${shop.secretKey}`, 'stripe-version': VERSION, ...headers },
  })

test('the same key and the same words are one session, and the answer says that it was kept', async () => {
  const options = { idempotencyKey: 'attempt-1' }
  const first = await shop.stripe.checkout.sessions.create(ORDER, options)
  const reversed = Object.fromEntries(Object.entries(ORDER).reverse()) as typeof ORDER
  const again = await shop.stripe.checkout.sessions.create(reversed, options)
  expect(again).toEqual(first)
  expect(again.lastResponse.headers).toMatchObject({
    'idempotent-replayed': 'true',
    'original-request': first.lastResponse.requestId,
  })
  expect((await shop.stripe.checkout.sessions.list()).data).toHaveLength(1)
  await press(first.url ?? '', 'Pay by card')
  const later = await shop.stripe.checkout.sessions.create(ORDER, options)
  expect(later.status, 'a replay says what was said then').toBe('open')
})

test('T56: the same key with another amount, or at another place, is refused', async () => {
  const { url, id } = await shop.stripe.checkout.sessions.create(ORDER)
  await press(url ?? '', 'Pay by card')
  const { payment_intent } = await shop.stripe.checkout.sessions.retrieve(id)
  const refund = (amount: number) =>
    shop.stripe.refunds.create(
      { payment_intent: String(payment_intent), amount },
      { idempotencyKey: 'refund-1' },
    )
  const first = await refund(100)
  await expect(refund(101)).rejects.toMatchObject({
    type: 'StripeIdempotencyError',
    statusCode: 400,
    rawType: 'idempotency_error',
  })
  await expect(
    shop.stripe.customers.create({ name: 'n' }, { idempotencyKey: 'refund-1' }),
  ).rejects.toMatchObject({ rawType: 'idempotency_error' })
  // Two closings say the same in their bodies, which is nothing.
  const ids = [1, 2].map(async () => (await shop.stripe.checkout.sessions.create(ORDER)).id)
  const [a = '', b = ''] = await Promise.all(ids)
  const close = (id: string) =>
    shop.stripe.checkout.sessions.expire(id, undefined, { idempotencyKey: 'close' })
  await close(a)
  await expect(close(b)).rejects.toMatchObject({ rawType: 'idempotency_error' })
  expect((await shop.stripe.checkout.sessions.retrieve(b)).status).toBe('open')
  expect(await refund(100)).toMatchObject({ id: first.id })
  expect((await shop.stripe.refunds.list()).data).toHaveLength(1)
})

test('of two requests with one key at once, one works and the other is told to wait', async () => {
  const create = () => shop.stripe.checkout.sessions.create(ORDER, { idempotencyKey: 'at-once' })
  const said = await Promise.allSettled(Array.from({ length: 2 }, () => atOnce('at-once')))
  const statuses = said.map((one) => (one.status === 'fulfilled' ? one.value.status : 0)).sort()
  expect(statuses).toEqual([200, 409])
  const refused = said.flatMap((one) =>
    one.status === 'fulfilled' && one.value.status === 409 ? [String(one.value.body)] : [],
  )
  expect(JSON.parse(refused[0] ?? '{}')).toMatchObject({
    error: { code: 'idempotency_key_in_use' },
  })
  expect((await create()).object).toBe('checkout.session')
  expect((await shop.stripe.checkout.sessions.list()).data).toHaveLength(1)
})

/** Straight at the provider, so that both are there before either is answered. */
const atOnce = (key: string) =>
  shop.lab.handle({
    method: 'POST',
    url: new URL('/v1/checkout/sessions', shop.served.url),
    headers: {
      authorization: `Bearer ${shop.secretKey}`,
      'stripe-version': VERSION,
      'content-type': 'application/x-www-form-urlencoded',
      'idempotency-key': key,
    },
    body: Buffer.from(formOf(ORDER)),
  })

const formOf = (value: unknown, name = ''): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([key, one]) => formOf(one, name === '' ? key : `${name}[${key}]`))
        .join('&')
    : `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`

test('a key is kept for what was tried, declined cards included, and not for what was asked wrongly', async () => {
  const idempotencyKey = 'put-right'
  await expect(
    shop.stripe.checkout.sessions.create({ ...ORDER, mode: 'setup' }, { idempotencyKey }),
  ).rejects.toMatchObject({ param: 'mode' })
  const right = await shop.stripe.checkout.sessions.create(
    { ...ORDER, payment_intent_data: { setup_future_usage: 'off_session' } },
    { idempotencyKey },
  )
  await press(right.url ?? '', 'Pay by card')
  const { payment_intent } = await shop.stripe.checkout.sessions.retrieve(right.id, {
    expand: ['payment_intent'],
  })
  const { customer, payment_method } = payment_intent as Stripe.PaymentIntent
  await shop.do('set_card', { payment_method, manner: 'declined' })
  const charge = () =>
    shop.stripe.paymentIntents.create(
      {
        amount: 900,
        currency: 'usd',
        customer: String(customer),
        payment_method: String(payment_method),
        off_session: true,
        confirm: true,
      },
      { idempotencyKey: 'declined' },
    )
  const errors = [await charge().catch(paymentOf), await charge().catch(paymentOf)]
  expect(errors[0]).toMatch(/^pi_/)
  expect(errors[1]).toBe(errors[0])
})

const paymentOf = (error: unknown): string | undefined =>
  error instanceof Stripe.errors.StripeCardError ? error.payment_intent?.id : undefined

test('without our key, our version and our form nothing is heard', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const post = { method: 'POST', body: formOf(ORDER) }
  const asked: readonly (readonly [string, Record<string, string>, RequestInit, number])[] = [
    ['/v1/refunds', { authorization: '' }, {}, 401],
    ['/v1/refunds', { authorization: 'Bearer sk_test_other' }, {}, 401],
    ['/v1/refunds', { authorization: `Bearer ${shop.secretKey}x` }, {}, 401],
    ['/v1/refunds', { 'stripe-version': '2020-08-27' }, {}, 400],
    ['/v1/refunds', { 'stripe-version': '' }, {}, 400],
    ['/v1/nothing', {}, {}, 404],
    ['/v1/refunds/re_nobody', {}, {}, 404],
    ['/v1/refunds?limit=ten', {}, {}, 400],
    ['/v1/refunds?wanted=1', {}, {}, 400],
    ['/v1/refunds?expand[]=data.colour', {}, {}, 200],
    ['/v1/checkout/sessions', { 'content-type': 'application/json' }, post, 400],
    ['/v1/checkout/sessions', form, { method: 'POST', body: 'a=%zz' }, 400],
    ['/v1/checkout/sessions', form, { method: 'POST', body: 'a=1&a[b]=2' }, 400],
    ['/v1/checkout/sessions', form, { method: 'POST', body: '__proto__[mode]=payment' }, 400],
    ['/v1/checkout/sessions', { ...form, 'idempotency-key': 'k'.repeat(256) }, post, 400],
    ['/v1/checkout/sessions', form, post, 200],
  ]
  for (const [path, headers, init, status] of asked) {
    const answer = await raw(path, headers, init)
    expect([path, headers, answer.status]).toEqual([path, headers, status])
    expect(answer.headers.get('request-id')).toMatch(/^req_/)
    const body = await answer.text()
    expect(body).not.toContain(shop.secretKey)
    if (status !== 200)
      expect(JSON.parse(body)).toMatchObject({ error: { type: 'invalid_request_error' } })
  }
  const basic = Buffer.from(`${shop.secretKey}:`).toString('base64')
  expect((await raw('/v1/refunds', { authorization: `Basic ${basic}` })).status).toBe(200)
})

test('what cannot be expanded is refused', async () => {
  const session = await shop.stripe.checkout.sessions.create(ORDER)
  const expand = (path: string) =>
    shop.stripe.checkout.sessions.retrieve(session.id, { expand: [path] })
  expect(await expand('payment_intent')).toMatchObject({ payment_intent: null })
  for (const path of ['status', 'colour', 'metadata.trade_no'])
    await expect(expand(path)).rejects.toMatchObject({ param: 'expand' })
})

test('a notification holds under its secret, not under another, not changed, not late; a forged one never', async () => {
  const secret = secretsOf(shop.lab).webhook_secrets[0] ?? ''
  const { url } = await shop.stripe.checkout.sessions.create(ORDER)
  await press(url ?? '', 'Pay by card')
  const notification = shop.kit.sent.at(-1)
  const genuine = notification?.message({ forged: false })
  const forged = notification?.message({ forged: true })
  const { headers = {}, body = '' } = genuine ?? {}
  const open = (text: string, with_: Record<string, string>, by = secret) =>
    verified(shop.stripe, shop.kit, text, with_, by)
  expect(open(body, headers).type).toBe('checkout.session.completed')
  expect(headers['stripe-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64},v0=[0-9a-f]{64}$/)
  expect(() => open(JSON.stringify(JSON.parse(body)), headers)).toThrow('signature')
  expect(() => open(body, headers, 'whsec_other')).toThrow('signature')
  expect(forged?.body).toBe(body)
  expect(() => open(body, { ...forged?.headers })).toThrow('signature')
  shop.kit.pass(301_000)
  expect(() => open(body, headers)).toThrow('tolerance')
  const again = notification?.message({ forged: false })
  expect(open(again?.body ?? '', { ...again?.headers }).id).toBe(JSON.parse(body).id)
})

test('T19: after a rotation both secrets sign, the new one first, until the overlap ends', async () => {
  const [old = ''] = secretsOf(shop.lab).webhook_secrets
  const { secret } = await shop.do('rotate_secret', { overlap_ms: 3_600_000 })
  const fresh = String(secret)
  expect(secretsOf(shop.lab).webhook_secrets).toEqual([fresh, old])
  const session = await shop.stripe.checkout.sessions.create(ORDER)
  await shop.stripe.checkout.sessions.expire(session.id)
  const notification = shop.kit.sent.at(-1)
  const open = (by: string) => {
    const { headers = {}, body = '' } = notification?.message({ forged: false }) ?? {}
    return verified(shop.stripe, shop.kit, body, headers, by).type
  }
  const { headers } = notification?.message({ forged: false }) ?? {}
  expect(headers?.['stripe-signature']?.match(/v1=/g)).toHaveLength(2)
  expect([open(fresh), open(old)]).toEqual(Array(2).fill('checkout.session.expired'))
  shop.kit.pass(3_600_000)
  expect(open(fresh)).toBe('checkout.session.expired')
  expect(() => open(old)).toThrow('signature')
  expect(secretsOf(shop.lab).webhook_secrets).toEqual([fresh])
})

test('a notification goes to the one address, is repeated for three days, and counts with any 2xx', async () => {
  await shop.do('set_webhook', { url: 'http://127.0.0.1:2/elsewhere', secret: 'whsec_given' })
  const session = await shop.stripe.checkout.sessions.create(ORDER)
  await shop.stripe.checkout.sessions.expire(session.id)
  const sent = shop.kit.sent.at(-1)
  expect(sent).toMatchObject({ provider: 'stripe', url: 'http://127.0.0.1:2/elsewhere' })
  const days = (sent?.retriesMs ?? []).reduce((sum, ms) => sum + ms, 0) / 86_400_000
  expect(days).toBeGreaterThan(2)
  expect(days).toBeLessThanOrEqual(3)
  expect([200, 204, 299, 300, 404, 500].map((status) => sent?.acknowledged(status, ''))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
  expect(secretsOf(shop.lab).webhook_secrets).toEqual(['whsec_given'])
})

test('an event can be asked for, listed and sent again under its id', async () => {
  const { id } = await shop.stripe.checkout.sessions.create(ORDER)
  await shop.stripe.checkout.sessions.expire(id, undefined, { idempotencyKey: 'close-1' })
  const [event] = shop.heard()
  expect(event?.request).toMatchObject({ idempotency_key: 'close-1' })
  expect(await shop.stripe.events.retrieve(event?.id ?? '')).toMatchObject({ id: event?.id })
  const { data } = await shop.stripe.events.list({ type: 'checkout.session.expired' })
  expect(data.map((one) => one.id)).toEqual([event?.id])
  await shop.do('resend_event', { event: event?.id })
  expect(shop.heard()).toMatchObject([{ id: event?.id }])
})

test('the account is what the product is configured with, and no address means no notification', async () => {
  expect(shop.lab.account('http://127.0.0.1:9')).toEqual({
    channel: 'stripe',
    merchant: expect.stringMatching(/^acct_/),
    livemode: false,
    settings: {
      base_url: 'http://127.0.0.1:9',
      account: expect.stringMatching(/^acct_/),
    },
    secrets: {
      secret_key: expect.stringMatching(/^sk_test_/),
      webhook_secrets: [expect.stringMatching(/^whsec_/)],
    },
  })
  await expect(shop.do('set_webhook', { url: 'nowhere' })).rejects.toThrow('no address')
})

test('a control that cannot be done says so, and does nothing', async () => {
  const { id: session } = await shop.stripe.checkout.sessions.create(ORDER)
  const wrong: readonly (readonly [string, object, string])[] = [
    ['pay', { session: 'cs_nobody' }, 'no such session'],
    ['pay', { session, way: 'cash' }, 'way is one of'],
    ['settle', { payment_intent: 'pi_nobody', outcome: 'failed' }, 'no such payment intent'],
    ['settle_refund', { refund: 're_nobody', outcome: 'failed' }, 'no such refund'],
    ['set_card', { payment_method: 'pm_nobody', manner: 'good' }, 'no such card'],
    ['open_dispute', { payment_intent: 'pi_nobody' }, 'no such payment intent'],
    ['close_dispute', { dispute: 'du_nobody', outcome: 'won' }, 'no such dispute'],
    ['resend_event', { event: 'evt_nobody' }, 'no such event'],
  ]
  for (const [control, input, why] of wrong)
    await expect(shop.do(control, { ...input }), control).rejects.toThrow(why)
  await shop.do('pay', { session, way: 'delayed' })
  const { payment_intent } = await shop.stripe.checkout.sessions.retrieve(session)
  await expect(shop.do('settle', { payment_intent, outcome: 'lost' })).rejects.toThrow('one of')
  expect(shop.lab.books()).toMatchObject([{ state: 'processing' }])
})
