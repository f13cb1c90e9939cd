import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, openLab } from '../../../lab/kit/open-lab.ts'
import { connect, type LabShop, openLabShop, PAYING } from '../lab-shop.ts'
import { bookedPayment, type Payment, type Way, waysOf } from '../lab-ways.ts'
import { newKey } from '../till.ts'

let shop: LabShop
/** Where a provider's second takes a second: what is lost there does not come again while we look. */
let slow: Lab
beforeAll(async () => {
  shop = await openLabShop({ scale: 1_000 })
  slow = await openLab({ providers: PAYING, scale: 1 })
  await connect(shop.api, slow, shop.url, 'slow')
})
afterAll(async () => {
  await slow.close()
  await shop.close()
})

const facts = ({ payment_id }: Payment) =>
  shop.rows(
    `select source, disposition, why, reserved::int, refunded::int
       from payments.facts where attempt_id = $1 order by id`,
    [payment_id],
  )
const statusOf = async ({ payment_id }: Payment) => (await shop.payment(payment_id)).status
const orderOf = async ({ order_id }: Payment) =>
  (await shop.rows('select state from checkout.orders where id = $1', [order_id]))[0].state
const becomes = async (payment: Payment, status: string) =>
  expect.poll(() => statusOf(payment)).toBe(status)
/** The order follows at the next look of each minute. */
const closes = async (payment: Payment) =>
  expect
    .poll(async () => {
      await shop.pass('1m')
      return orderOf(payment)
    })
    .toBe('closed')
/** Ordered, paid at the lab, and everything told. */
const paid = async (way: Way) => {
  const payment = await shop.order(way)
  await way.pay(shop.lab, payment)
  await becomes(payment, 'paid')
  return payment
}
const refund = async ({ payment_id }: Payment, amount?: number) => {
  const wish = { reason: 'changed their mind', ...(amount !== undefined && { amount }) }
  const { status, body } = await shop.api('POST', `payments/${payment_id}/refunds`, wish, newKey())
  expect([status, body.code]).toEqual([201, undefined])
  return body.refund_id as string
}
const backAt = ({ channel }: Way, payment: Payment) =>
  shop.rows(
    `select r.amount::int, r.state, r.cause from payments.refunds r join payments.facts f on f.id = r.fact_id
      where f.channel = $1 and f.attempt_id = $2 order by r.id`,
    [channel, payment.payment_id],
  )

describe.each(waysOf(PAYING).map((way) => [`${way.channel} ${way.method}`, way] as const))(
  '%s',
  (_, way) => {
    test('CK1 PY8: what is paid at the provider is given by its word, once', async () => {
      const payment = await shop.order(way)
      expect(payment).toMatchObject({ credits: 600, bonus_credits: 0, currency: way.currency })
      expect(await shop.available(payment.external_id)).toBe(0)
      shop.lab.fault({ fault: 'duplicate', provider: way.channel })
      shop.lab.fault({ fault: 'forge', provider: way.channel })
      await way.pay(shop.lab, payment)
      await becomes(payment, 'paid')
      await shop.lab.settled()
      shop.lab.clearFaults()
      // PayPal says that somebody agreed to pay; the money is what we then take and are told of in the answer.
      const source = way.channel === 'paypal' ? 'pull' : 'push'
      expect(await facts(payment)).toMatchObject([{ source, disposition: 'kept' }])
      expect(await shop.available(payment.external_id)).toBe(600)
      expect(bookedPayment(shop.lab, way.channel, payment)?.amount).toBe(payment.amount)
    })

    test('PY1 PY4: where the word is lost it is asked for', async () => {
      slow.fault({ fault: 'lose', provider: way.channel, times: 5 })
      const payment = await shop.order(way, { account: 'slow' })
      await way.pay(slow, payment)
      await expect
        .poll(async () => {
          await shop.pass('6s')
          return statusOf(payment)
        })
        .toBe('paid')
      slow.clearFaults()
      expect(await facts(payment)).toMatchObject([{ source: 'pull', disposition: 'kept' }])
      expect(await shop.available(payment.external_id)).toBe(600)
    })

    test('CK5 CK6: what goes back in parts takes in parts, and in all what was given', async () => {
      const payment = await paid(way)
      const third = Math.floor(payment.amount / 3)
      await refund(payment, third)
      await becomes(payment, 'partially_refunded')
      expect(await shop.available(payment.external_id)).toBe(
        600 - Math.ceil((600 * third) / payment.amount),
      )
      await refund(payment, third)
      await expect
        .poll(async () => (await shop.payment(payment.payment_id)).refunded)
        .toBe(2 * third)
      await refund(payment, payment.amount - 2 * third)
      await becomes(payment, 'refunded')
      await shop.lab.settled()
      expect(await shop.available(payment.external_id)).toBe(0)
      expect(await facts(payment)).toMatchObject([{ reserved: 0, refunded: payment.amount }])
    })

    test('CK5: what goes back whole takes the whole, also where the word of it is lost', async () => {
      const payment = await paid(way)
      shop.lab.fault({ fault: 'lose', provider: way.channel, times: 2 })
      await refund(payment)
      await expect
        .poll(async () => {
          await shop.pass('6s')
          return statusOf(payment)
        })
        .toBe('refunded')
      shop.lab.clearFaults()
      expect(await shop.available(payment.external_id)).toBe(0)
      expect(await backAt(way, payment)).toEqual([
        { amount: payment.amount, state: 'succeeded', cause: 'asked' },
      ])
    })

    test("CK7 T59: a refund in the provider's console takes back once, however often it is told", async () => {
      const payment = await paid(way)
      await shop.lab.settled()
      const before = shop.lab.deliveries().length
      await way.refundInConsole(shop.lab, payment, 100)
      await becomes(payment, 'partially_refunded')
      await shop.lab.settled()
      const told = shop.lab.deliveries().slice(before)
      for (const { n } of told) {
        const statuses = await shop.lab.replay(n, { times: 20 })
        expect(statuses.every((status) => status !== undefined && status < 300)).toBe(true)
      }
      const [back, ...more] = await backAt(way, payment)
      expect([back, more]).toMatchObject([{ state: 'succeeded', cause: 'provider' }, []])
      expect(await shop.available(payment.external_id)).toBe(
        600 - Math.ceil((600 * back.amount) / payment.amount),
      )
      await refund(payment, payment.amount - back.amount)
      await becomes(payment, 'refunded')
      await shop.lab.settled()
      expect(await shop.available(payment.external_id)).toBe(0)
    })

    test('PY9: what runs out can no longer be paid at the provider', async () => {
      const payment = await shop.order(way)
      await way.arrive(shop.lab, payment)
      await shop.pass('31m')
      await becomes(payment, 'closed')
      await closes(payment)
      const isTooLate = await way.pay(shop.lab, payment).then(
        () => false,
        () => true,
      )
      // At PayPal nobody can take an order back; agreed to in vain, nothing is taken for it.
      expect(isTooLate || way.channel === 'paypal').toBe(true)
      await shop.lab.settled()
      await shop.pass('11m')
      expect(bookedPayment(shop.lab, way.channel, payment)).toBeUndefined()
      expect(await facts(payment)).toEqual([])
      expect(await shop.available(payment.external_id)).toBe(0)
    })
  },
)

test('CK4 T37: a code that nobody had scanned is paid after its end, and given late', async () => {
  const [way] = waysOf(['alipay'])
  if (!way) throw new Error('the lab has no Alipay')
  for (const [lab, account] of [
    [shop.lab, 'main'],
    [slow, 'slow'],
  ] as const) {
    const payment = await shop.order(way, { account })
    await shop.pass('31m')
    await becomes(payment, 'closed')
    await closes(payment)
    slow.fault({ fault: 'lose', provider: 'alipay', times: 5 })
    await way.pay(lab, payment)
    await expect
      .poll(async () => {
        await shop.pass('3m')
        return statusOf(payment)
      })
      .toBe('paid')
    slow.clearFaults()
    expect(await shop.available(payment.external_id)).toBe(600)
    expect(await orderOf(payment)).toBe('paid_late')
  }
})

test('CK3 T51: of two channels paid for one order the first gives, the second goes back', async () => {
  const [one, two] = [waysOf(['wechat'])[0], waysOf(['alipay'])[0]]
  if (!one || !two) throw new Error('the lab has one channel only')
  const first = await shop.order(one)
  const { external_id, order_id } = first
  const second = await shop.order(two, { external_id, order_id, product_id: undefined })
  expect(second.order_id).toBe(order_id)
  await Promise.all([one.pay(shop.lab, first), two.pay(shop.lab, second)])
  await expect
    .poll(async () =>
      [...(await facts(first)), ...(await facts(second))].map((f) => f.disposition).sort(),
    )
    .toEqual(['kept', 'sent_back'])
  const booked = () =>
    shop.lab.books().filter(({ kind, state }) => kind === 'refund' && /^success$/i.test(state))
  await expect
    .poll(async () => [...(await backAt(one, first)), ...(await backAt(two, second))])
    .toEqual([{ amount: 3_000, state: 'succeeded', cause: 'sent_back' }])
  const sentBack = await shop.rows(
    'select r.refund_no from payments.refunds r join payments.facts f on f.id = r.fact_id where f.attempt_id = any($1)',
    [[first.payment_id, second.payment_id]],
  )
  expect(booked().filter(({ number }) => number === sentBack[0].refund_no)).toMatchObject([
    { amount: 3_000 },
  ])
  expect(await shop.available(external_id)).toBe(600)
})

test('T58: a refund of WeChat that went astray and arrived within one second has arrived, whichever is told first', async () => {
  const [way] = waysOf(['wechat'])
  if (!way) throw new Error('the lab has no WeChat')
  for (const isReordered of [false, true]) {
    const payment = await shop.order(way, { account: 'slow' })
    await way.pay(slow, payment)
    await becomes(payment, 'paid')
    await slow.control('wechat', 'refund_result', { result: 'ABNORMAL' })
    const before = slow.deliveries().length
    if (isReordered) slow.fault({ fault: 'reorder', provider: 'wechat' })
    const id = await refund(payment)
    const [{ refund_no }] = await shop.rows(
      'select refund_no from payments.refunds where id = $1',
      [id],
    )
    const hasState = (state: string) =>
      expect
        .poll(async () => {
          await shop.pass('6s')
          const rows = await shop.rows('select state from payments.refunds where id = $1', [id])
          return rows[0].state
        })
        .toBe(state)
    await hasState('abnormal')
    await slow.control('wechat', 'refund_result', { result: 'SUCCESS' })
    const end = { result: 'SUCCESS', out_refund_no: refund_no }
    await slow.control('wechat', 'refund_result', end)
    // What other tests have left behind may come much later.
    await expect
      .poll(() =>
        slow
          .deliveries()
          .slice(before)
          .map(({ state }) => state),
      )
      .toEqual(['acknowledged', 'acknowledged'])
    await expect
      .poll(() => shop.rows("select type from payments.events where state = 'waiting'"))
      .toEqual([])
    await hasState('succeeded')
    await becomes(payment, 'refunded')
    expect(await shop.available(payment.external_id)).toBe(0)
  }
})

test('PY9: while the provider does not say that it is over, a payment is not closed, and nobody is led to it', async () => {
  const [way] = waysOf(['wechat'])
  if (!way) throw new Error('the lab has no WeChat')
  const payment = await shop.order(way)
  shop.lab.fault({ fault: 'server_error', provider: 'wechat' })
  await shop.api('POST', `payments/${payment.payment_id}/cancel`, {})
  expect(await orderOf(payment)).toBe('closing')
  const told = await shop.payment(payment.payment_id)
  expect([told.status, told.next]).toEqual(['pending', null])
  shop.lab.clearFaults()
  await closes(payment)
  expect(await statusOf(payment)).toBe('closed')
})

test('CK11: what a payer tried in vain at PayPal is told of until they pay with something else', async () => {
  const [way] = waysOf(['paypal'])
  if (!way) throw new Error('the lab has no PayPal')
  const payment = await shop.order(way)
  const order = new URL(payment.next?.url ?? '').searchParams.get('token')
  const told = async () => {
    const { status, declined } = (await shop.api('GET', `payments/${payment.payment_id}`)).body
    return [status, declined]
  }
  expect(await told()).toEqual(['pending', false])
  await shop.lab.control('paypal', 'approve', { order, instrument: 'declined' })
  await expect.poll(told).toEqual(['pending', true])
  await shop.lab.control('paypal', 'approve', { order, instrument: 'good' })
  await expect
    .poll(async () => {
      await shop.pass('6s')
      return told()
    })
    .toEqual(['paid', false])
})
