import { expect, test } from 'vitest'
import { pressWaiting } from '../kit/still-kit.ts'
import { ORDER, openShop } from './shop.ts'

test('what waits for a payer or for PayPal has a button for each thing they can do, until they did', async () => {
  await using shop = await openShop()
  const waiting = () => shop.lab.waiting?.() ?? []
  const { result } = await shop.orders.createOrder({ body: ORDER })
  const id = result.id ?? ''
  expect(waiting()).toMatchObject([{ what: 'order t00000000000000000000000001 12.34 USD' }])
  await pressWaiting(shop.lab, 'be declined')
  await pressWaiting(shop.lab, 'pay')
  expect(waiting()).toEqual([])
  await shop.do('hold_captures', {})
  const capture = (await shop.orders.captureOrder({ id, prefer: 'return=representation' })).result
    .purchaseUnits?.[0]?.payments?.captures?.[0]
  expect(waiting()).toMatchObject([{ what: expect.stringContaining('capture under way') }])
  await pressWaiting(shop.lab, 'completed')
  await shop.do('hold_refunds', {})
  await shop.payments.refundCapturedPayment({ captureId: capture?.id ?? '' })
  expect(waiting()).toMatchObject([{ what: expect.stringContaining('refund under way') }])
  await pressWaiting(shop.lab, 'failed')
  expect(waiting()).toEqual([])
})
