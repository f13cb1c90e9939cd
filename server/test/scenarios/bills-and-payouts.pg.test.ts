import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAsk } from '#payments'
import { openAlipay } from '../../src/modules/payments/channels/alipay/index.ts'
import { openPaypal } from '../../src/modules/payments/channels/paypal/index.ts'
import { openStripe } from '../../src/modules/payments/channels/stripe/index.ts'
import { openWechat } from '../../src/modules/payments/channels/wechat/index.ts'
import { type BillSums, billSums } from '../bill-sums.ts'
import { everyRow, heardIn, secretsOfLab } from '../canaries.ts'
import { type LabShop, openLabShop, PAYING } from '../lab-shop.ts'
import { waysOf } from '../lab-ways.ts'
import { newKey } from '../till.ts'

let shop: LabShop
beforeAll(async () => {
  shop = await openLabShop({ scale: 1_000 })
})
afterAll(() => shop.close())

const DAY_MS = 86_400_000
/** By then every provider has written down what it did today. */
const LATER_MS = 2 * DAY_MS
type Ground = Parameters<typeof openWechat>[0]
interface Reader {
  readonly downloadBill: (
    account: never,
    day: string,
  ) => ReturnType<ReturnType<typeof openWechat>['downloadBill']>
}
const READERS: Readonly<Record<string, (ground: Ground) => Reader>> = {
  wechat: openWechat,
  alipay: openAlipay,
  stripe: openStripe,
  paypal: openPaypal,
}
const ZONES_MS: Readonly<Record<string, number>> = { wechat: 8 * 3_600_000, alipay: 8 * 3_600_000 }
const dayOf = (channel: string, ms: number): string =>
  new Date(ms + (ZONES_MS[channel] ?? 0)).toISOString().slice(0, 10)

test.each(PAYING)(
  "PY1: the bill of %s says, row for row, what stands in the provider's books",
  async (channel) => {
    const [way] = waysOf([channel])
    if (!way) throw new Error(`nobody pays by ${channel}`)
    const begun = shop.lab.deliveries().length
    const days = new Set([dayOf(channel, shop.machineNow())])
    for (const back of [0, 100, 'all'] as const) {
      const payment = await shop.order(way)
      await way.pay(shop.lab, payment)
      await expect.poll(async () => (await shop.payment(payment.payment_id)).status).toBe('paid')
      if (back === 0) continue
      const amount = back === 'all' ? payment.amount : back
      const wish = { reason: 'too much', amount }
      await shop.api('POST', `payments/${payment.payment_id}/refunds`, wish, newKey())
      await expect.poll(async () => (await shop.payment(payment.payment_id)).refunded).toBe(amount)
    }
    await shop.lab.settled()
    expect(shop.lab.deliveries().length).toBeGreaterThan(begun)
    days.add(dayOf(channel, shop.machineNow()))

    const books = shop.lab.books(channel)
    const booked = (kind: string) =>
      books.flatMap((line) => (line.kind === kind ? [BigInt(line.amount)] : []))
    const sum = (amounts: readonly bigint[]) => amounts.reduce((all, one) => all + one, 0n)
    const ground = { now: () => shop.machineNow() + LATER_MS, ask: openAsk() }
    shop.lab.fault({ fault: 'clock_skew', provider: channel, ms: LATER_MS })
    const bills: BillSums[] = []
    for (const day of days) {
      const account = { name: 'main', ...shop.lab.account(channel) } as never
      const said = await READERS[channel]?.(ground).downloadBill(account, day)
      expect(said).toMatchObject({ said: 'yes' })
      if (said?.said === 'yes') bills.push(billSums(channel, said.value.text))
    }
    shop.lab.clearFaults()
    expect({
      paid: sum(bills.map(({ paid }) => paid)),
      back: sum(bills.map(({ back }) => back)),
      rows: bills.reduce((all, { rows }) => all + rows, 0),
    }).toEqual({
      paid: sum(booked('payment')),
      back: sum(booked('refund')),
      rows: booked('payment').length + booked('refund').length,
    })
    expect(sum(booked('refund'))).toBeGreaterThan(0n)
  },
)

const NAME = '金丝雀收款人'
const PAYEES = {
  wechat: { account: 'oCanary7payee0of0the0lab0000', name: NAME },
  alipay: { account: 'canary.payee@lab.example', name: NAME },
} as const
let payouts = 0

const pay = async (channel: keyof typeof PAYEES, amount = 250_000n) => {
  payouts += 1
  const subject = `payout-${payouts}`
  const want = {
    ...{ subject, channel, account: 'main', amount, currency: 'CNY', title: '推广佣金' },
    payee: PAYEES[channel],
  }
  // Two admins, a double click: a subject has one transfer.
  const twice = [shop.node.payments.transfer(want), shop.node.payments.transfer(want)]
  const numbers = (await Promise.all(twice)).map((one) => one.ok && one.value.transferNo)
  expect(numbers[1]).toBe(numbers[0])
  return { subject, number: String(numbers[0]) }
}
const transferOf = async (subject: string) =>
  (
    await shop.rows(
      'select state, why, confirm is not null as confirmable from payments.transfers where subject = $1',
      [subject],
    )
  )[0]
const comesTo = (subject: string, found: object) =>
  expect
    .poll(async () => {
      await shop.pass('6s')
      return transferOf(subject)
    })
    .toMatchObject(found)
const booked = (number: string) =>
  shop.lab.books().filter((line) => line.kind === 'transfer' && line.number === number)

test('PY11 T72: what waits for its payee is no success, until they have confirmed it', async () => {
  const { subject, number } = await pay('wechat')
  await comesTo(subject, { state: 'wait_user', confirmable: true })
  await shop.lab.control('wechat', 'payee', {
    ...{ openid: PAYEES.wechat.account, name: PAYEES.wechat.name },
  })
  await shop.lab.control('wechat', 'confirm_transfer', { out_bill_no: number })
  await comesTo(subject, { state: 'succeeded' })
  expect(booked(number)).toMatchObject([{ amount: 250_000, state: 'SUCCESS' }])
})

test('PY11 T72: what nobody confirms within a day has failed, and is told so by its provider', async () => {
  const { subject, number } = await pay('wechat')
  await comesTo(subject, { state: 'wait_user' })
  await shop.lab.control('wechat', 'expire_transfer', { out_bill_no: number })
  await comesTo(subject, { state: 'failed', why: 'OVERDUE_CLOSE' })
  expect(booked(number)).toMatchObject([{ state: 'FAIL' }])
})

test('PY4 PY11 T72: whatever becomes of the answer there is one transfer', async () => {
  for (const fault of ['drop_after_commit', 'error_after_commit', 'truncate'] as const) {
    shop.lab.fault({ fault, provider: 'wechat' })
    shop.lab.fault({ fault, provider: 'alipay' })
    const [one, two] = [await pay('wechat'), await pay('alipay', 888n)]
    await comesTo(one.subject, { state: 'wait_user' })
    await comesTo(two.subject, { state: 'succeeded' })
    shop.lab.clearFaults()
    expect([...booked(one.number), ...booked(two.number)]).toHaveLength(2)
  }
})

test("PY11 T72: Alipay's word alone ends a transfer", async () => {
  const outcome = (name: string, number?: string) =>
    shop.lab.control('alipay', 'transfer_outcome', {
      ...{ outcome: name, ...(number !== undefined && { out_biz_no: number }) },
    })
  await outcome('SYSTEM_ERROR')
  const hidden = await pay('alipay')
  await comesTo(hidden.subject, { state: 'succeeded' })
  await outcome('DEALING')
  const slow = await pay('alipay')
  await comesTo(slow.subject, { state: 'submitted' })
  await outcome('SUCCESS', slow.number)
  await comesTo(slow.subject, { state: 'succeeded' })
  await outcome('REFUSED')
  const refused = await pay('alipay')
  await comesTo(refused.subject, { state: 'failed' })
  expect(booked(refused.number)).toEqual([])
})

test('PY7 T70: neither secrets nor payees are in a log line, the trail or any table', async () => {
  const payees = Object.values(PAYEES).flatMap(({ account, name }) => [account, name])
  const canaries = [...secretsOfLab(shop.lab, PAYING), ...payees]
  const judge = shop.world.pool.pg
  const places = { log: shop.world.logged(), ...(await everyRow(judge)) }
  expect(places.log).not.toBe('')
  expect(heardIn(places, canaries)).toEqual([])
})
