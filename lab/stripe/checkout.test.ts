import { afterEach, beforeEach, expect, test } from 'vitest'
import { press, pressWaiting } from '../kit/still-kit.ts'
import { ORDER, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop[Symbol.asyncDispose]())

const typesOf = (events: readonly { readonly type: string }[]): string[] =>
  events.map(({ type }) => type)

test('a session is paid on its page, told under a signature, and seen as paid by whoever asks', async () => {
  const session = await shop.stripe.checkout.sessions.create(ORDER)
  expect(session).toMatchObject({
    status: 'open',
    payment_status: 'unpaid',
    payment_intent: null,
    amount_total: 1234,
    currency: 'usd',
    livemode: false,
    ui_mode: 'hosted_page',
    client_reference_id: ORDER.client_reference_id,
  })
  const url = session.url ?? ''
  expect(await (await fetch(url)).text()).toContain('Pay by card')
  const back = await press(url, 'Pay by card')
  expect(back.status).toBe(303)
  expect(back.headers.get('location')).toBe(`https://shop.example/back?session=${session.id}`)

  const events = shop.heard()
  expect(typesOf(events)).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
    'checkout.session.completed',
  ])
  const [created, , succeeded, completed] = events
  expect(created, 'an event keeps what was then').toMatchObject({
    data: { object: { status: 'requires_payment_method', amount_received: 0 } },
  })
  expect(completed).toMatchObject({
    object: 'event',
    account: shop.lab.account('')['merchant'],
    api_version: '2026-10-28.endive',
    livemode: false,
    request: { id: null, idempotency_key: null },
    data: { object: { id: session.id, payment_status: 'paid', amount_total: 1234 } },
  })
  const seen = await shop.stripe.checkout.sessions.retrieve(session.id, {
    expand: ['payment_intent.latest_charge'],
  })
  expect(seen).toMatchObject({
    status: 'complete',
    payment_status: 'paid',
    url: null,
    payment_intent: {
      id: succeeded?.data.object && 'id' in succeeded.data.object && succeeded.data.object.id,
      status: 'succeeded',
      amount_received: 1234,
      metadata: ORDER.payment_intent_data.metadata,
      latest_charge: { object: 'charge', paid: true, amount_captured: 1234 },
    },
  })
  const plain = await shop.stripe.checkout.sessions.retrieve(session.id)
  expect(plain.payment_intent, 'expanding changes nothing').toMatch(/^pi_/)
  expect(shop.lab.books()).toMatchObject([
    {
      kind: 'payment',
      number: ORDER.client_reference_id,
      amount: 1234,
      currency: 'USD',
      state: 'succeeded',
    },
  ])
})

test('a session is paid once, and a declined card leaves it open for another', async () => {
  const session = await shop.stripe.checkout.sessions.create(ORDER)
  const url = session.url ?? ''
  const declined = await press(url, 'Pay with a card that is declined')
  const again = new URL(declined.headers.get('location') ?? '', url)
  expect(await (await fetch(again)).text()).toContain('Your card was declined.')
  const between = await shop.stripe.checkout.sessions.retrieve(session.id)
  expect(between).toMatchObject({ status: 'open', payment_status: 'unpaid' })
  expect(typesOf(shop.heard())).toEqual([
    'payment_intent.created',
    'charge.failed',
    'payment_intent.payment_failed',
  ])

  expect((await press(url, 'Pay with a card that asks its owner each time')).status).toBe(303)
  const paid = await shop.stripe.checkout.sessions.retrieve(session.id)
  expect(paid.payment_intent).toBe(between.payment_intent)
  await expect(press(url, 'Pay by card')).rejects.toThrow('no button')
  await expect(shop.do('pay', { session: session.id })).rejects.toThrow('is complete')
  expect(shop.lab.books()).toHaveLength(1)
  expect(typesOf(shop.heard())).toEqual([
    'charge.succeeded',
    'payment_intent.succeeded',
    'checkout.session.completed',
  ])
})

test('T40: a way that takes days completes the session unpaid, and pays it or does not', async () => {
  for (const outcome of ['succeeded', 'failed'] as const) {
    const { id, url } = await shop.stripe.checkout.sessions.create(ORDER)
    expect((await press(url ?? '', 'Pay in a way that takes days')).status).toBe(303)
    const waiting = await shop.stripe.checkout.sessions.retrieve(id)
    expect(waiting).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    const [completed] = shop.heard().slice(-1)
    expect(completed).toMatchObject({
      type: 'checkout.session.completed',
      data: { object: { payment_status: 'unpaid' } },
    })

    await press(url ?? '', outcome === 'failed' ? 'The bank refuses' : 'The bank pays')
    expect(shop.heard().slice(-1)).toMatchObject([
      {
        type: `checkout.session.async_payment_${outcome}`,
        data: { object: { id, payment_status: outcome === 'succeeded' ? 'paid' : 'unpaid' } },
      },
    ])
    await expect(
      shop.do('settle', { payment_intent: waiting.payment_intent, outcome }),
    ).rejects.toThrow('waits for nobody')
  }
})

test('what is offered follows the currency, and may only be narrowed down', async () => {
  const create = (currency: string, narrowed: object = {}) =>
    shop.stripe.checkout.sessions.create({
      ...ORDER,
      ...narrowed,
      line_items: [
        { price_data: { currency, unit_amount: 900, product_data: { name: 'credits' } } },
      ],
    })
  expect((await create('usd')).payment_method_types).toEqual(['card', 'us_bank_account'])
  expect((await create('cny')).payment_method_types).toEqual(['card'])
  const card = await create('eur', { allowed_payment_method_types: ['card'] })
  expect(card.payment_method_types).toEqual(['card'])
  expect(await (await fetch(card.url ?? '')).text()).not.toContain('takes days')
  await expect(create('cny', { excluded_payment_method_types: ['card'] })).rejects.toMatchObject({
    param: 'allowed_payment_method_types',
  })
})

test('a session is closed by whoever asks, or by its end, and then cannot be paid', async () => {
  const closed = await shop.stripe.checkout.sessions.create(ORDER)
  expect(await shop.stripe.checkout.sessions.expire(closed.id)).toMatchObject({ status: 'expired' })
  await expect(shop.stripe.checkout.sessions.expire(closed.id)).rejects.toThrow(
    'has a status of `expired`',
  )
  const ended = await shop.stripe.checkout.sessions.create({
    ...ORDER,
    expires_at: shop.kit.now() / 1000 + 1800,
  })
  shop.kit.pass(1_800_000)
  await expect(shop.do('pay', { session: ended.id })).rejects.toThrow('is expired')
  await expect(press(ended.url ?? '', 'Pay by card')).rejects.toThrow('no button')
  expect(await shop.stripe.checkout.sessions.retrieve(ended.id)).toMatchObject({
    status: 'expired',
    payment_intent: null,
  })
  expect(shop.heard().map(({ type }) => type)).toEqual(Array(2).fill('checkout.session.expired'))
  expect(shop.lab.books()).toEqual([])
})

test('sessions are listed newest first, page by page, and by what they became', async () => {
  const ids: string[] = []
  for (let i = 0; i < 5; i++) {
    const { id, url } = await shop.stripe.checkout.sessions.create(ORDER)
    ids.unshift(id)
    if (i === 2) await press(url ?? '', 'Pay by card')
  }
  const all = await shop.stripe.checkout.sessions.list({ limit: 2 }).autoPagingToArray({ limit: 9 })
  expect(all.map(({ id }) => id)).toEqual(ids)
  const complete = await shop.stripe.checkout.sessions.list({ status: 'complete' })
  expect(complete.data.map(({ id }) => id)).toEqual([ids[2]])
  const lines = await shop.stripe.checkout.sessions.listLineItems(ids[0] ?? '')
  expect(lines.data).toMatchObject([{ description: '100 credits', amount_total: 1234 }])
})

test('wrong_amount: the events of a payment name another amount, rightly signed; its objects do not', async () => {
  shop.kit.strike('wrong_amount', 1)
  const session = await shop.stripe.checkout.sessions.create(ORDER)
  await press(session.url ?? '', 'Pay by card')
  const amounts = shop
    .heard()
    .filter(({ type }) => type !== 'payment_intent.created')
    .map(({ data }) => Object.entries(data.object))
    .map((fields) => fields.find(([name]) => name === 'amount_total' || name === 'amount')?.[1])
  expect(amounts).toEqual([1235, 1235, 1235])
  expect(await shop.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
    amount_total: 1234,
  })
})

test('what a session names wrongly is refused by its name, and nothing is made', async () => {
  const [line] = ORDER.line_items
  const price = line?.price_data
  const wrong: readonly (readonly [object, object])[] = [
    [{ mode: undefined }, { code: 'parameter_missing', param: 'mode' }],
    [{ mode: 'subscription' }, { param: 'mode' }],
    [{ ui_mode: 'hosted' }, { param: 'ui_mode' }],
    [{ success_url: undefined }, { code: 'parameter_missing', param: 'success_url' }],
    [{ success_url: 'here' }, { code: 'url_invalid', param: 'success_url' }],
    [{ line_items: undefined }, { code: 'parameter_missing', param: 'line_items' }],
    [{ payment_method_types: ['card'] }, { code: 'parameter_unknown' }],
    [{ client_reference_id: 'x'.repeat(201) }, { param: 'client_reference_id' }],
    [{ client_reference_id: '' }, { code: 'parameter_invalid_empty' }],
    [{ metadata: { long: 'x'.repeat(501) } }, { param: 'metadata' }],
    [{ expires_at: shop.kit.now() / 1000 + 1700 }, { param: 'expires_at' }],
    [{ expires_at: shop.kit.now() / 1000 + 86_500 }, { param: 'expires_at' }],
    [{ expires_at: 'soon' }, { code: 'parameter_invalid_integer', param: 'expires_at' }],
    [{ customer: 'cus_nobody' }, { code: 'resource_missing', param: 'customer' }],
    [
      { line_items: [{ price_data: { ...price, unit_amount: 1.5 } }] },
      { code: 'parameter_invalid_integer', param: 'line_items[0][price_data][unit_amount]' },
    ],
    [{ line_items: [{ price_data: { ...price, unit_amount: 49 } }] }, { code: 'amount_too_small' }],
    [
      { line_items: [{ price_data: { ...price, unit_amount: 100_000_000 } }] },
      { code: 'amount_too_large' },
    ],
    [
      { line_items: [{ price_data: { ...price, currency: 'USD' } }] },
      { param: 'line_items[0][price_data][currency]' },
    ],
    [
      { line_items: [line, { price_data: { ...price, currency: 'eur' } }] },
      { param: 'line_items' },
    ],
    [
      { line_items: [{ price_data: { ...price, colour: 'red' } }] },
      { code: 'parameter_unknown', param: 'line_items[0][price_data][colour]' },
    ],
  ]
  for (const [change, fault] of wrong)
    await expect(
      shop.stripe.checkout.sessions.create({ ...ORDER, ...change }),
      JSON.stringify(change),
    ).rejects.toMatchObject({ rawType: 'invalid_request_error', ...fault })
  expect((await shop.stripe.checkout.sessions.list()).data).toEqual([])
})

test('what waits for a payer or a bank has a button for each thing they can do, until they did', async () => {
  const waiting = () => shop.lab.waiting?.() ?? []
  await shop.stripe.checkout.sessions.create(ORDER)
  const [{ what, buttons } = { what: '', buttons: [] }] = waiting()
  expect(what).toBe('checkout t00000000000000000000000001 12.34 USD 100 credits')
  expect(buttons.map(({ words }) => words)).toEqual([
    ...['pay', 'pay, and be asked', 'be declined', 'pay by bank', 'expire'],
  ])
  await pressWaiting(shop.lab, 'be declined')
  await pressWaiting(shop.lab, 'pay')
  expect(waiting()).toEqual([])
  await shop.stripe.checkout.sessions.create(ORDER)
  await pressWaiting(shop.lab, 'pay by bank')
  expect(waiting()).toMatchObject([{ what: expect.stringContaining('payment under way') }])
  await pressWaiting(shop.lab, 'succeeded')
  await shop.do('hold_refunds', {})
  const [paid] = (await shop.stripe.paymentIntents.list()).data
  await shop.stripe.refunds.create({ payment_intent: paid?.id ?? '', amount: 200 })
  expect(waiting()).toMatchObject([
    { what: expect.stringMatching(/^refund under way .* 2.00 USD$/) },
  ])
  await pressWaiting(shop.lab, 'failed')
  await shop.stripe.checkout.sessions.create({
    ...ORDER,
    line_items: [
      { price_data: { ...ORDER.line_items[0]?.price_data, currency: 'jpy' }, quantity: 1 },
    ],
  })
  expect(waiting()[0]?.what, 'yen have no decimals').toContain(' 1234 JPY')
  shop.kit.pass(25 * 3_600_000)
  expect(waiting(), 'its end has come').toEqual([])
})
