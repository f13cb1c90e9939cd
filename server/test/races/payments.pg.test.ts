import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { brokenLaws } from '../ledger-laws.ts'
import { brokenMoneyLaws } from '../money-laws.ts'
import { freshDatabase, type ServerProcess, startServer } from '../server-process.ts'
import { knockOn, numberOf, openShop, PACKS, shopper, somebody } from '../shopper.ts'

const PROCESSES = 4

let servers: readonly ServerProcess[] = []
let judge: pg.Pool
const knock = knockOn(() => servers.map(({ url }) => url))
const { buy, tell, saidOf, cashier, balance, refund, order, look, ask } = shopper(knock)
beforeAll(async () => {
  const url = await freshDatabase('migrated')
  judge = new pg.Pool({ connectionString: url, max: 2 })
  servers = await Promise.all(Array.from({ length: PROCESSES }, () => startServer(url)))
  await openShop(knock)
}, 120_000)
afterAll(async () => {
  expect(await brokenMoneyLaws(judge)).toEqual([])
  expect(await brokenLaws(judge)).toEqual([])
  for (const { child } of servers) child.kill('SIGTERM')
  await Promise.all(servers.map(({ ended }) => ended))
  await judge.end()
})

const times = <T>(count: number, work: (nth: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, nth) => work(nth)))

test('T27: the same message fifty times at once through four processes gives once, without a 5xx', async () => {
  const external_id = somebody()
  const payment = await buy({ external_id })
  const said = saidOf(payment)
  expect(await times(50, () => tell(said))).toEqual(Array(50).fill(204))
  await expect.poll(() => balance(external_id)).toBe('600 0 0')
  const { rows } = await judge.query('select disposition from payments.facts where trade_no = $1', [
    numberOf(payment),
  ])
  expect(rows).toEqual([{ disposition: 'kept' }])
})

test('T27 T29: paid at the cashier, told in fifty messages and asked about, at once, it gives once', async () => {
  const external_id = somebody()
  const payment = await buy({ external_id })
  const txn = `sbx_${numberOf(payment)}_1`
  const statuses = await times(50, async (nth) => {
    if (nth === 25) await cashier(payment, 'pay')
    return nth % 10 === 0
      ? (await look(`payments/${payment.payment_id}`)).status
      : tell(saidOf(payment, { txn, id: `evt_${numberOf(payment)}_${nth}` }))
  })
  expect(statuses.filter((status) => status >= 300)).toEqual([])
  await expect.poll(() => balance(external_id)).toBe('600 0 0')
  await expect
    .poll(
      async () =>
        (await judge.query(`select 1 from payments.events where state = 'waiting'`)).rowCount,
    )
    .toBe(0)
  expect(await balance(external_id)).toBe('600 0 0')
})

test('CK8: one key on forty connections to four processes is one order and one payment', async () => {
  const external_id = somebody()
  const want = { external_id, product_id: PACKS.usual, pay_channel: 'sandbox' }
  const all = await times(40, () => order(want, 'one-key-through-four'))
  expect(all.map(({ status }) => status)).toEqual(Array(40).fill(201))
  expect(new Set(all.map(({ body }) => body.payment_id)).size).toBe(1)
})

test('T54: sixty refunds of a fifth at once through four processes: exactly five reach the provider', async () => {
  const external_id = somebody()
  const payment = await buy({ external_id })
  await cashier(payment, 'pay')
  await expect.poll(() => balance(external_id)).toBe('600 0 0')
  const all = await times(60, () => refund(payment, { amount: 600 }))
  expect(all.filter(({ status }) => status === 201)).toHaveLength(5)
  expect(all.filter(({ status }) => status >= 500)).toEqual([])
  await expect.poll(() => balance(external_id)).toBe('0 0 0')
  const { rows } = await judge.query(
    'select refunds from payments.sandbox_trades where trade_no = $1',
    [numberOf(payment)],
  )
  expect(Object.keys(rows[0].refunds)).toHaveLength(5)
})

test('CK4 PY9: paid and given up at the same moment, an order is paid, or closed and paid late, and never lost', async () => {
  const shoppers = await times(12, async () => {
    const external_id = somebody()
    return { external_id, payment: await buy({ external_id }) }
  })
  await Promise.all(
    shoppers.flatMap(({ payment }) => [
      cashier(payment, 'pay_late'),
      ask(`payments/${payment.payment_id}/cancel`),
    ]),
  )
  for (const { external_id, payment } of shoppers) {
    await expect.poll(() => balance(external_id)).toBe('600 0 0')
    expect((await look(`payments/${payment.payment_id}`)).body.status).toBe('paid')
  }
})
