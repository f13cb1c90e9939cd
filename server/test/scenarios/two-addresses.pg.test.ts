import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountOf, type LabShop, openLabShop, PAYING, putAccount } from '../lab-shop.ts'
import { bookedPayment, type Payment, type Way, waysOf } from '../lab-ways.ts'

let shop: LabShop
beforeAll(async () => {
  // A provider's second takes a second: what is lost there does not come again while we look.
  shop = await openLabShop({ scale: 1 })
  for (const channel of PAYING)
    await putAccount(shop.api, channel, 'eu', accountOf(shop.lab, channel))
})
afterAll(() => shop.close())

/** One of each: what is told is told by the channel. */
const WAYS = PAYING.map((channel) => [channel, waysOf([channel])[0] as Way] as const)

const of =
  ({ payment_id }: Payment) =>
  async (table: string) =>
    shop.rows(
      table === 'facts'
        ? `select account, disposition, why, refunded::int from payments.facts where attempt_id = $1`
        : `select r.account, r.state, r.amount::int from payments.refunds r join payments.facts f on f.id = r.fact_id
          where f.attempt_id = $1`,
      [payment_id],
    )
const told = (channel: string): number[] =>
  shop.lab
    .deliveries()
    .filter(({ provider }) => provider === channel)
    .map(({ n }) => n)
/** All that the provider has told since, told once more at the address of the merchant's other account. */
const tellOther = async (channel: string, known: readonly number[]) => {
  const news = () => told(channel).filter((n) => !known.includes(n))
  await expect.poll(news).not.toEqual([])
  const url = `${shop.url}/api/v1/hooks/${channel}/eu`
  for (const n of news()) {
    const statuses = await shop.lab.replay(n, { fresh: true, url })
    expect(statuses.every((status) => status !== undefined && status < 300)).toBe(true)
  }
}
const workedOff = () =>
  expect
    .poll(async () => {
      await shop.pass('6s')
      return shop.rows(`select channel, why from payments.events where state = 'waiting'`)
    })
    .toEqual([])
const becomes = (payment: Payment, status: string) =>
  expect.poll(async () => (await shop.payment(payment.payment_id)).status).toBe(status)
const suspense = async () =>
  (await shop.api('GET', 'admin/payments/suspense')).body.items as readonly unknown[]

describe.each(WAYS)('%s', (channel, way) => {
  test('PY1 PY2: what a merchant is told at the address of another of its accounts is no second payment, and nothing to send back', async () => {
    const known = told(channel)
    const payment = await shop.order(way, { account: 'main' })
    await way.pay(shop.lab, payment)
    await becomes(payment, 'paid')
    await tellOther(channel, known)
    await workedOff()
    expect(await of(payment)('facts')).toMatchObject([
      { account: 'main', disposition: 'kept', why: null },
    ])
    expect(await suspense()).toEqual([])
    expect(await shop.available(payment.external_id)).toBe(600)

    const before = told(channel)
    await way.refundInConsole(shop.lab, payment)
    await tellOther(channel, before)
    await workedOff()
    await becomes(payment, 'refunded')
    expect(await of(payment)('refunds')).toMatchObject([
      { account: 'main', state: 'succeeded', amount: payment.amount },
    ])
    expect(await shop.available(payment.external_id)).toBe(0)
  })

  test('PY1 PY2: what it is told there alone counts for the account it was ordered at', async () => {
    const known = told(channel)
    const payment = await shop.order(way, { account: 'main' })
    shop.lab.fault({ fault: 'lose', provider: channel, times: 20 })
    await way.pay(shop.lab, payment)
    await tellOther(channel, known)
    shop.lab.clearFaults()
    await workedOff()
    await becomes(payment, 'paid')
    expect(await of(payment)('facts')).toMatchObject([{ account: 'main', disposition: 'kept' }])
    expect(await suspense()).toEqual([])
    expect(await shop.available(payment.external_id)).toBe(600)
  })
})

test.each(WAYS.filter(([channel]) => channel === 'stripe' || channel === 'paypal'))(
  'PY1 CK7: %s: a dispute that is told of there holds what was given for the payment',
  async (channel, way) => {
    const payment = await shop.order(way, { account: 'main' })
    await way.pay(shop.lab, payment)
    await becomes(payment, 'paid')
    const known = told(channel)
    shop.lab.fault({ fault: 'lose', provider: channel, times: 20 })
    const name = channel === 'stripe' ? 'payment_intent' : 'capture'
    const id = bookedPayment(shop.lab, channel, payment)?.id
    await shop.lab.control(channel, 'open_dispute', { [name]: id, amount: payment.amount })
    await tellOther(channel, known)
    shop.lab.clearFaults()
    await workedOff()
    const disputes = await shop.rows(
      `select d.account, d.state from payments.disputes d join payments.facts f on f.id = d.fact_id
        where f.attempt_id = $1`,
      [payment.payment_id],
    )
    expect(disputes).toEqual([{ account: 'main', state: 'opened' }])
    expect(await shop.available(payment.external_id)).toBe(0)
  },
)
