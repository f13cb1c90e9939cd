import { CaptureStatus, RefundStatus } from '@paypal/paypal-server-sdk'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clientOf, openShop, orderOf, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop[Symbol.asyncDispose]())

const refusedWith = (issue: string, statusCode = 422) =>
  expect.objectContaining({
    statusCode,
    result: expect.objectContaining({ details: [expect.objectContaining({ issue })] }),
  })

/** A captured order; the capture. */
async function paid(invoice: string, value = '12.34', currency = 'USD'): Promise<string> {
  const { result } = await shop.orders.createOrder({ body: orderOf(invoice, value, currency) })
  const id = result.id ?? ''
  await shop.do('approve', { order: id })
  const captured = await shop.orders.captureOrder({ id, prefer: 'return=representation' })
  await shop.heard()
  return captured.result.purchaseUnits?.[0]?.payments?.captures?.[0]?.id ?? ''
}

const refund = (captureId: string, value?: string, currencyCode = 'USD') =>
  shop.payments.refundCapturedPayment({
    captureId,
    prefer: 'return=representation',
    ...(value !== undefined && { body: { amount: { currencyCode, value } } }),
  })

const statusOf = async (captureId: string) =>
  (await shop.payments.getCapturedPayment({ captureId })).result.status

test('parts of a capture go back until nothing is left, and no more', async () => {
  const capture = await paid('t1')
  const first = await refund(capture, '10.00')
  expect(first.statusCode).toBe(201)
  expect(first.result).toMatchObject({
    status: RefundStatus.Completed,
    amount: { value: '10.00' },
    sellerPayableBreakdown: { totalRefundedAmount: { value: '10.00' } },
  })
  expect(await statusOf(capture)).toBe(CaptureStatus.PartiallyRefunded)
  const [told] = await shop.heard()
  expect(told).toMatchObject({
    event_type: 'PAYMENT.CAPTURE.REFUNDED',
    resource_type: 'refund',
    resource: {
      id: first.result.id,
      links: [{ rel: 'self' }, { rel: 'up', href: expect.stringMatching(`/captures/${capture}$`) }],
    },
  })
  await expect(refund(capture, '2.35')).rejects.toEqual(refusedWith('REFUND_AMOUNT_EXCEEDED'))
  await expect(refund(capture, '1.00', 'EUR')).rejects.toEqual(
    refusedWith('REFUND_CAPTURE_CURRENCY_MISMATCH'),
  )
  await expect(refund(capture, '0.00')).rejects.toEqual(refusedWith('CANNOT_BE_ZERO_OR_NEGATIVE'))
  expect((await refund(capture)).result.amount?.value).toBe('2.34')
  expect(await statusOf(capture)).toBe(CaptureStatus.Refunded)
  await expect(refund(capture)).rejects.toEqual(refusedWith('CAPTURE_FULLY_REFUNDED'))
  const seen = await shop.payments.getRefund({ refundId: first.result.id ?? '' })
  expect(seen.result).toEqual(first.result)
  await expect(refund('NOBODY')).rejects.toEqual(refusedWith('INVALID_RESOURCE_ID', 404))
  expect(shop.lab.books().filter(({ kind }) => kind === 'refund')).toHaveLength(2)
})

test('after 180 days nothing goes back', async () => {
  const capture = await paid('t1')
  shop.kit.pass(180 * 86_400_000 + 1)
  // The client's token has ended meanwhile.
  const { payments } = clientOf(shop.lab, shop.served.url)
  await expect(payments.refundCapturedPayment({ captureId: capture })).rejects.toEqual(
    refusedWith('REFUND_TIME_LIMIT_EXCEEDED'),
  )
})

test('T58: a refund may wait, and then arrives or is given back', async () => {
  await shop.do('hold_refunds', { times: 2 })
  for (const outcome of ['completed', 'failed'] as const) {
    const capture = await paid(outcome)
    const { result } = await refund(capture, '1.00')
    expect(result.status).toBe(RefundStatus.Pending)
    await shop.do('settle_refund', { refund: result.id, outcome })
    const seen = await shop.payments.getRefund({ refundId: result.id ?? '' })
    expect(seen.result.status).toBe(
      outcome === 'completed' ? RefundStatus.Completed : RefundStatus.Failed,
    )
    expect(await statusOf(capture)).toBe(
      outcome === 'completed' ? CaptureStatus.PartiallyRefunded : CaptureStatus.Completed,
    )
    expect((await shop.heard()).map(({ event_type }) => event_type)).toEqual([
      'PAYMENT.REFUND.PENDING',
      outcome === 'completed' ? 'PAYMENT.CAPTURE.REFUNDED' : 'PAYMENT.REFUND.FAILED',
    ])
    await expect(shop.do('settle_refund', { refund: result.id, outcome })).rejects.toThrow(
      'waits for nobody',
    )
  }
})

test('T59: a refund by hand has no number of the shop, and is told like any other', async () => {
  const capture = await paid('t1')
  const { refund: id } = await shop.do('refund_in_console', { capture, amount: 34 })
  const [told] = await shop.heard()
  expect(told).toMatchObject({
    event_type: 'PAYMENT.CAPTURE.REFUNDED',
    resource: { id, amount: { value: '0.34' } },
  })
  expect(told?.resource).not.toHaveProperty('custom_id')
  expect(shop.lab.books().at(-1)).toMatchObject({ kind: 'refund', number: '', amount: 34 })
})

test('T41: what PayPal takes back looks like a refund, says reversed, and leaves nothing', async () => {
  const capture = await paid('t1')
  const { refund: id } = await shop.do('reverse_capture', { capture })
  expect(await shop.heard()).toMatchObject([
    {
      event_type: 'PAYMENT.CAPTURE.REVERSED',
      resource_type: 'refund',
      resource: { id, amount: { value: '12.34' }, note_to_payer: 'Payment reversed' },
    },
  ])
  expect(await statusOf(capture)).toBe(CaptureStatus.Refunded)
  await expect(shop.do('reverse_capture', { capture })).rejects.toThrow('nothing is left')
})

test('T60: a dispute holds the money, forbids refunds of parts, and ends once', async () => {
  for (const outcome of ['won', 'lost'] as const) {
    const capture = await paid(outcome)
    const { dispute } = await shop.do('open_dispute', { capture })
    await expect(shop.do('open_dispute', { capture })).rejects.toThrow('cannot be disputed')
    await expect(refund(capture, '1.00')).rejects.toEqual(
      refusedWith('CAPTURE_DISPUTED_PARTIAL_REFUND_NOT_ALLOWED'),
    )
    await shop.do('close_dispute', { dispute, outcome })
    await expect(shop.do('close_dispute', { dispute, outcome })).rejects.toThrow('has ended')
    const told = await shop.heard()
    expect(told.map(({ event_type }) => event_type)).toEqual([
      'CUSTOMER.DISPUTE.CREATED',
      'CUSTOMER.DISPUTE.RESOLVED',
    ])
    expect(told).toMatchObject([
      { resource: { dispute_id: dispute, status: 'WAITING_FOR_SELLER_RESPONSE' } },
      {
        resource: {
          dispute_id: dispute,
          dispute_amount: { value: '12.34' },
          disputed_transactions: [{ seller_transaction_id: capture }],
          dispute_outcome: {
            outcome_code: outcome === 'won' ? 'RESOLVED_SELLER_FAVOUR' : 'RESOLVED_BUYER_FAVOUR',
          },
        },
      },
    ])
    expect(await statusOf(capture)).toBe(
      outcome === 'won' ? CaptureStatus.Completed : CaptureStatus.Refunded,
    )
  }
})

test('wrong_amount: an event names another amount, rightly signed; the capture does not', async () => {
  const { result } = await shop.orders.createOrder({ body: orderOf('t1') })
  const id = result.id ?? ''
  await shop.do('approve', { order: id })
  shop.kit.strike('wrong_amount', 1)
  const captured = await shop.orders.captureOrder({ id, prefer: 'return=representation' })
  expect((await shop.heard()).at(-1)).toMatchObject({ resource: { amount: { value: '12.35' } } })
  expect(captured.result.purchaseUnits?.[0]?.payments?.captures?.[0]?.amount?.value).toBe('12.34')
})
