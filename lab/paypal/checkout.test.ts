import { CaptureStatus, OrderStatus } from '@paypal/paypal-server-sdk'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { press } from '../kit/still-kit.ts'
import { clientOf, ORDER, openShop, orderOf, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop[Symbol.asyncDispose]())

const FULL = 'return=representation'
const refusedWith = (issue: string, statusCode = 422) =>
  expect.objectContaining({
    statusCode,
    result: expect.objectContaining({
      details: expect.arrayContaining([expect.objectContaining({ issue })]),
    }),
  })

const linkOf = (links: readonly { rel: string; href: string }[] | undefined, rel: string): string =>
  links?.find((one) => one.rel === rel)?.href ?? ''

const AGREE = 'Agree and pay'

/** An approved order; its id. */
async function approved(body = ORDER): Promise<string> {
  const { result } = await shop.orders.createOrder({ body })
  await shop.do('approve', { order: result.id })
  return result.id ?? ''
}

test('an order is approved on its page, captured by the shop, and told with a chain that holds', async () => {
  const created = await shop.orders.createOrder({ body: ORDER })
  expect(created.statusCode).toBe(201)
  expect(created.result).toMatchObject({ status: OrderStatus.Created })
  expect(created.result.purchaseUnits, 'the short answer is short').toBeUndefined()
  const id = created.result.id ?? ''
  const page = linkOf(created.result.links, 'approve')
  expect(await (await fetch(page)).text()).toContain('12.34 USD')
  const back = await press(page, AGREE)
  expect(back.status).toBe(303)
  expect(back.headers.get('location')).toBe(
    `https://shop.example/back?order=1&token=${id}&PayerID=LABPAYER00001`,
  )
  expect((await shop.orders.getOrder({ id })).result).toMatchObject({
    status: OrderStatus.Approved,
    payer: { emailAddress: 'payer@lab.example' },
  })

  const captured = await shop.orders.captureOrder({ id, prefer: FULL })
  expect(captured.statusCode).toBe(201)
  const capture = captured.result.purchaseUnits?.[0]?.payments?.captures?.[0]
  expect(captured.result.status).toBe(OrderStatus.Completed)
  expect(capture).toMatchObject({
    status: CaptureStatus.Completed,
    amount: { currencyCode: 'USD', value: '12.34' },
    customId: 't00000000000000000000000001',
    sellerReceivableBreakdown: {
      grossAmount: { value: '12.34' },
      paypalFee: { value: '0.92' },
      netAmount: { value: '11.42' },
    },
  })
  const alone = await shop.payments.getCapturedPayment({ captureId: capture?.id ?? '' })
  expect(alone.result).toMatchObject({
    id: capture?.id,
    supplementaryData: { relatedIds: { orderId: id } },
    payee: { merchantId: shop.lab.account(shop.served.url)['merchant'] },
  })
  expect(await shop.heard()).toMatchObject([
    { event_type: 'CHECKOUT.ORDER.APPROVED', resource: { id, status: 'APPROVED' } },
    {
      event_type: 'PAYMENT.CAPTURE.COMPLETED',
      resource_type: 'capture',
      resource: {
        id: capture?.id,
        status: 'COMPLETED',
        amount: { currency_code: 'USD', value: '12.34' },
        supplementary_data: { related_ids: { order_id: id } },
      },
    },
  ])
  expect(shop.lab.books()).toEqual([
    {
      kind: 'payment',
      number: 't00000000000000000000000001',
      id: capture?.id,
      amount: 1234,
      currency: 'USD',
      state: 'COMPLETED',
    },
  ])
})

test('with a payment source the payer acts at another link, and the request needs an id', async () => {
  const body = {
    ...ORDER,
    paymentSource: { paypal: { experienceContext: { returnUrl: 'https://shop.example/back' } } },
  }
  await expect(shop.orders.createOrder({ body })).rejects.toEqual(
    refusedWith('PAYPAL_REQUEST_ID_REQUIRED', 400),
  )
  const { result, statusCode } = await shop.orders.createOrder({ body, paypalRequestId: 'a1' })
  expect([statusCode, result.status]).toEqual([200, OrderStatus.PayerActionRequired])
  expect(linkOf(result.links, 'approve')).toBe('')
  const back = await press(linkOf(result.links, 'payer-action'), AGREE)
  expect(back.headers.get('location')).toContain(`https://shop.example/back?token=${result.id}`)
})

test('what is not approved is not captured, and what is captured is captured once', async () => {
  const { result } = await shop.orders.createOrder({ body: ORDER })
  const id = result.id ?? ''
  const page = linkOf(result.links, 'approve')
  expect(await (await fetch(page)).text()).toContain(
    `href="https://shop.example/cancelled?token=${id}"`,
  )
  await expect(shop.orders.captureOrder({ id })).rejects.toEqual(refusedWith('ORDER_NOT_APPROVED'))
  await shop.do('approve', { order: id })
  await shop.orders.captureOrder({ id })
  await expect(shop.orders.captureOrder({ id })).rejects.toEqual(
    refusedWith('ORDER_ALREADY_CAPTURED'),
  )
  await expect(shop.do('approve', { order: id })).rejects.toThrow('too late')
  await expect(press(page, AGREE)).rejects.toThrow('no button')
  await expect(shop.orders.captureOrder({ id: 'NOBODY' })).rejects.toEqual(
    refusedWith('INVALID_RESOURCE_ID', 404),
  )
  expect(shop.lab.books()).toHaveLength(1)
})

test('the same request id is one order, one capture and one refund, told as they are by then', async () => {
  const create = () => shop.orders.createOrder({ body: ORDER, paypalRequestId: 'a1', prefer: FULL })
  const first = await create()
  const id = first.result.id ?? ''
  await shop.do('approve', { order: id })
  const again = await create()
  expect([again.statusCode, again.result.id, again.result.status]).toEqual([
    200,
    id,
    OrderStatus.Approved,
  ])
  const capture = () => shop.orders.captureOrder({ id, paypalRequestId: 'a1', prefer: FULL })
  const captured = await capture()
  expect([captured.statusCode, (await capture()).statusCode]).toEqual([201, 200])
  expect((await capture()).result).toEqual(captured.result)
  const captureId = captured.result.purchaseUnits?.[0]?.payments?.captures?.[0]?.id ?? ''
  const refund = (value: string) =>
    shop.payments.refundCapturedPayment({
      captureId,
      paypalRequestId: 'r1',
      body: { amount: { currencyCode: 'USD', value } },
    })
  const refunded = await refund('2.00')
  expect((await refund('2.00')).result.id).toBe(refunded.result.id)
  expect(shop.lab.books().map(({ kind, number }) => [kind, number])).toEqual([
    ['payment', 't00000000000000000000000001'],
    ['refund', 'r1'],
  ])
  // T56: the same number with another amount.
  await expect(refund('2.01')).rejects.toEqual(refusedWith('PAYPAL_REQUEST_ID_PREVIOUSLY_USED'))
})

test('of two requests with one id at once, one works and the other is told to wait', async () => {
  const id = await approved()
  const said = await Promise.all([1, 2].map(() => capturing(id, 'at-once')))
  expect(said.map(({ status }) => status).sort()).toEqual([201, 409])
  expect(shop.lab.books()).toHaveLength(1)
})

/** Straight at the provider, so that both are there before either is answered. */
async function capturing(id: string, requestId: string) {
  const { client_id, client_secret } = shop.lab.account(shop.served.url)['secrets'] as {
    client_id: string
    client_secret: string
  }
  const handle = (path: string, headers: Record<string, string>, body: string) =>
    shop.lab.handle({
      method: 'POST',
      url: new URL(path, shop.served.url),
      headers,
      body: Buffer.from(body),
    })
  const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64')
  const token = await handle(
    '/v1/oauth2/token',
    { authorization: `Basic ${basic}` },
    'grant_type=client_credentials',
  )
  return handle(
    `/v2/checkout/orders/${id}/capture`,
    {
      authorization: `Bearer ${JSON.parse(String(token.body)).access_token}`,
      'paypal-request-id': requestId,
    },
    '',
  )
}

test('a declined instrument is refused until the payer has chosen another', async () => {
  const { result } = await shop.orders.createOrder({ body: ORDER })
  const id = result.id ?? ''
  const page = linkOf(result.links, 'approve')
  await press(page, 'Agree with what is then declined')
  const capture = () => shop.orders.captureOrder({ id, paypalRequestId: 'c1' })
  const error: unknown = await capture().catch((one: unknown) => one)
  expect(error).toEqual(refusedWith('INSTRUMENT_DECLINED'))
  expect(error).toMatchObject({ result: { links: [{ rel: 'redirect', href: page }] } })
  await expect(capture()).rejects.toEqual(refusedWith('INSTRUMENT_DECLINED'))
  await press(page, AGREE)
  expect((await capture()).result.status).toBe(OrderStatus.Completed)

  await shop.do('decline_captures', { times: 1 })
  const other = await approved(orderOf('t2'))
  await expect(shop.orders.captureOrder({ id: other })).rejects.toEqual(
    refusedWith('INSTRUMENT_DECLINED'),
  )
})

test('an invoice is paid once', async () => {
  const first = await approved()
  const second = await approved()
  await shop.orders.captureOrder({ id: first })
  await expect(shop.orders.captureOrder({ id: second })).rejects.toEqual(
    refusedWith('DUPLICATE_INVOICE_ID'),
  )
})

test('T41: a capture may wait in a completed order, and then comes or does not', async () => {
  await shop.do('hold_captures', { times: 2, reason: 'ECHECK' })
  for (const outcome of ['completed', 'denied'] as const) {
    const id = await approved(orderOf(outcome))
    const { result } = await shop.orders.captureOrder({ id, prefer: FULL })
    const capture = result.purchaseUnits?.[0]?.payments?.captures?.[0]
    expect(result.status).toBe(OrderStatus.Completed)
    expect(capture).toMatchObject({ status: 'PENDING', statusDetails: { reason: 'ECHECK' } })
    await expect(
      shop.payments.refundCapturedPayment({ captureId: capture?.id ?? '' }),
    ).rejects.toEqual(refusedWith('PENDING_CAPTURE'))
    await shop.do('settle_capture', { capture: capture?.id, outcome })
    const settled = await shop.payments.getCapturedPayment({ captureId: capture?.id ?? '' })
    expect(settled.result.status).toBe(
      outcome === 'completed' ? CaptureStatus.Completed : CaptureStatus.Declined,
    )
    expect((await shop.heard()).map(({ event_type }) => event_type)).toEqual([
      'CHECKOUT.ORDER.APPROVED',
      'PAYMENT.CAPTURE.PENDING',
      `PAYMENT.CAPTURE.${outcome.toUpperCase()}`,
    ])
    await expect(shop.do('settle_capture', { capture: capture?.id, outcome })).rejects.toThrow(
      'waits for nobody',
    )
  }
})

test('what was approved and never captured is let go, and cannot be captured any more', async () => {
  const order = await approved()
  await shop.do('reverse_approval', { order })
  expect((await shop.heard()).at(-1)).toMatchObject({
    event_type: 'CHECKOUT.PAYMENT-APPROVAL.REVERSED',
    resource: { id: order },
  })
  await expect(shop.orders.captureOrder({ id: order })).rejects.toEqual(
    refusedWith('ORDER_COMPLETED_OR_VOIDED'),
  )
  await expect(shop.do('reverse_approval', { order })).rejects.toThrow('not approved')
})

test('a token that ends on the way is refused, and a new one goes on', async () => {
  const { result } = await shop.orders.createOrder({ body: ORDER })
  const id = result.id ?? ''
  await shop.do('expire_tokens')
  await expect(shop.orders.getOrder({ id })).rejects.toMatchObject({ statusCode: 401 })
  const fresh = clientOf(shop.lab, shop.served.url)
  expect((await fresh.orders.getOrder({ id })).result.id).toBe(id)
  shop.kit.pass(32_400_000)
  await expect(fresh.orders.getOrder({ id })).rejects.toMatchObject({ statusCode: 401 })
})

test('what an order says wrongly is refused at its place, and nothing is made', async () => {
  const token = await tokenOf()
  const order = { intent: 'CAPTURE', purchase_units: [{ amount: usd('12.34') }] }
  const unit = (change: object) => ({
    ...order,
    purchase_units: [{ amount: usd('12.34'), ...change }],
  })
  const item = { name: 'credits', quantity: '2', unit_amount: usd('6.17') }
  const totals = (value: string) => ({
    amount: { ...usd('12.34'), breakdown: { item_total: usd(value) } },
  })
  const wrong: readonly (readonly [unknown, number, string, string?])[] = [
    [{ ...order, intent: undefined }, 400, 'MISSING_REQUIRED_PARAMETER', '/intent'],
    [{ ...order, intent: 'SELL' }, 400, 'INVALID_PARAMETER_VALUE', '/intent'],
    [{ ...order, intent: 'AUTHORIZE' }, 422, 'INTENT_NOT_PLAYED', '/intent'],
    [{ intent: 'CAPTURE' }, 400, 'MISSING_REQUIRED_PARAMETER', '/purchase_units'],
    [{ ...order, purchase_units: [{}, {}] }, 400, 'INVALID_ARRAY_MAX_ITEMS'],
    [unit({ amount: undefined }), 400, 'MISSING_REQUIRED_PARAMETER', '/purchase_units/0/amount'],
    [unit({ amount: { value: '1.00' } }), 400, 'MISSING_REQUIRED_PARAMETER'],
    [unit({ amount: usd('1.005') }), 422, 'DECIMAL_PRECISION', '/purchase_units/0/amount/value'],
    [unit({ amount: usd('1e2') }), 400, 'INVALID_PARAMETER_SYNTAX'],
    [unit({ amount: usd('１００') }), 400, 'INVALID_PARAMETER_SYNTAX'],
    [unit({ amount: { ...usd('1'), value: 1 } }), 400, 'INVALID_PARAMETER_SYNTAX'],
    [unit({ amount: usd('0.00') }), 422, 'CANNOT_BE_ZERO_OR_NEGATIVE'],
    [unit({ amount: usd('-1.00') }), 422, 'CANNOT_BE_NEGATIVE'],
    [unit({ amount: usd('1000000000000.00') }), 422, 'MAX_VALUE_EXCEEDED'],
    [unit({ amount: { currency_code: 'JPY', value: '100.00' } }), 422, 'DECIMALS_NOT_SUPPORTED'],
    [unit({ amount: { currency_code: 'KWD', value: '1.00' } }), 422, 'CURRENCY_NOT_SUPPORTED'],
    [unit({ custom_id: 'x'.repeat(256) }), 400, 'INVALID_STRING_LENGTH'],
    [unit({ invoice_id: '' }), 400, 'INVALID_STRING_LENGTH', '/purchase_units/0/invoice_id'],
    [unit({ items: [item] }), 422, 'ITEM_TOTAL_REQUIRED'],
    [unit({ items: [item], ...totals('12.33') }), 422, 'ITEM_TOTAL_MISMATCH'],
    [unit({ ...totals('12.33') }), 422, 'AMOUNT_MISMATCH'],
    [{ ...order, payment_source: { card: {} } }, 422, 'PAYMENT_SOURCE_NOT_PLAYED'],
    [{ ...order, application_context: { return_url: 'back' } }, 400, 'INVALID_PARAMETER_SYNTAX'],
  ]
  for (const [body, status, issue, field] of wrong) {
    const answer = await post('/v2/checkout/orders', token, JSON.stringify(body))
    expect([JSON.stringify(body), answer.status]).toEqual([JSON.stringify(body), status])
    const name = status === 400 ? 'INVALID_REQUEST' : 'UNPROCESSABLE_ENTITY'
    const said = (await answer.json()) as { readonly name: string; readonly details: object[] }
    expect(said.name).toBe(name)
    expect(said.details[0]).toMatchObject({ issue, ...(field !== undefined && { field }) })
  }
  expect(
    (
      await post(
        '/v2/checkout/orders',
        token,
        JSON.stringify(unit({ items: [item], ...totals('12.34') })),
      )
    ).status,
  ).toBe(201)
})

test('without our token, our JSON and our paths nothing is heard', async () => {
  const token = await tokenOf()
  const json = { 'content-type': 'application/json' }
  const asked: readonly (readonly [string, RequestInit, number])[] = [
    ['/v2/checkout/orders', { method: 'POST', body: '{}', headers: json }, 401],
    ['/v2/checkout/orders', { method: 'POST', headers: { authorization: 'Bearer x' } }, 401],
    ['/v1/oauth2/token', { method: 'POST', body: 'grant_type=client_credentials' }, 401],
    ['/v1/notifications/certs/CERT-0000', {}, 404],
    ['/__lab/paypal/checkoutnow?token=NOBODY', {}, 404],
  ]
  for (const [path, init, status] of asked)
    expect([path, (await fetch(`${shop.served.url}${path}`, init)).status]).toEqual([path, status])
  expect((await post('/v2/checkout/orders', token, '{"intent":')).status).toBe(400)
  expect((await post('/v2/checkout/orders', token, 'a=b', 'text/plain')).status).toBe(415)
  expect((await post('/v2/checkout/nothing', token, '{}')).status).toBe(404)
  const { client_id, client_secret } = shop.lab.account(shop.served.url)['secrets'] as Record<
    string,
    string
  >
  const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64')
  const answer = await fetch(`${shop.served.url}/v1/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'password' }),
  })
  expect(await answer.json()).toMatchObject({ error: 'unsupported_grant_type' })
})

const usd = (value: string) => ({ currency_code: 'USD', value })

const post = (path: string, token: string, body: string, type = 'application/json') =>
  fetch(`${shop.served.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body,
  })

async function tokenOf(): Promise<string> {
  const { client_id, client_secret } = shop.lab.account(shop.served.url)['secrets'] as Record<
    string,
    string
  >
  const answer = await fetch(`${shop.served.url}/v1/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}
