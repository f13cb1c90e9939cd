import { afterEach, beforeEach, expect, test } from 'vitest'
import { openShop, orderOf, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop[Symbol.asyncDispose]())

/** A captured order; the capture. */
async function paid(invoice: string, value = '12.34', currency = 'USD'): Promise<string> {
  const { result } = await shop.orders.createOrder({ body: orderOf(invoice, value, currency) })
  const id = result.id ?? ''
  await shop.do('approve', { order: id })
  const captured = await shop.orders.captureOrder({ id, prefer: 'return=representation' })
  await shop.heard()
  return captured.result.purchaseUnits?.[0]?.payments?.captures?.[0]?.id ?? ''
}

const DAY = { startDate: '2026-11-21T00:00:00Z', endDate: '2026-11-21T23:59:59Z' }

const listed = async (more: object = {}) =>
  (await shop.search.searchTransactions({ ...DAY, ...more })).result.transactionDetails ?? []

const sumOf = (rows: Awaited<ReturnType<typeof listed>>): number =>
  rows
    .flatMap(({ transactionInfo }) => [
      transactionInfo?.transactionAmount?.value ?? '0.00',
      transactionInfo?.feeAmount?.value ?? '0.00',
    ])
    .reduce((sum, value) => sum + Number(value.replace('.', '')), 0)

test('the report lists what moved, with its fee and what it undoes, page by page', async () => {
  const capture = await paid('t1')
  const { refund } = await shop.do('refund_in_console', { capture, amount: 34 })
  await paid('t2', '500', 'JPY')
  const rows = await listed({ fields: 'all' })
  expect(rows).toMatchObject([
    {
      transactionInfo: {
        transactionId: capture,
        transactionEventCode: 'T0006',
        transactionAmount: { currencyCode: 'USD', value: '12.34' },
        feeAmount: { value: '-0.92' },
        transactionStatus: 'S',
        invoiceId: 't1',
        customField: 't1',
        transactionInitiationDate: '2026-11-21T12:00:00+0000',
      },
      payerInfo: { accountId: 'LABPAYER00001' },
    },
    {
      transactionInfo: {
        transactionId: refund,
        transactionEventCode: 'T1107',
        paypalReferenceId: capture,
        paypalReferenceIdType: 'TXN',
        transactionAmount: { value: '-0.34' },
      },
    },
    { transactionInfo: { transactionAmount: { currencyCode: 'JPY', value: '500' } } },
  ])
  expect(rows[1]?.transactionInfo?.feeAmount).toBeUndefined()
  const second = await shop.search.searchTransactions({ ...DAY, pageSize: 2, page: 2 })
  expect(second.result).toMatchObject({ page: 2, totalItems: 3, totalPages: 2 })
  expect(second.result.transactionDetails).toHaveLength(1)
  expect(await listed({ transactionId: capture })).toHaveLength(1)
  expect(await listed({ transactionCurrency: 'JPY' })).toHaveLength(1)
  expect(
    await listed({ startDate: '2026-11-20T00:00:00Z', endDate: '2026-11-20T23:59:59Z' }),
  ).toEqual([])
})

test('what waits or was denied has not moved, and what was reversed is marked', async () => {
  await shop.do('hold_captures', { times: 2 })
  const waiting = await paid('t1')
  const denied = await paid('t2')
  const reversed = await paid('t3')
  await shop.do('settle_capture', { capture: denied, outcome: 'denied' })
  await shop.do('reverse_capture', { capture: reversed })
  const statuses = (rows: Awaited<ReturnType<typeof listed>>) =>
    rows.map(({ transactionInfo: one }) => [one?.transactionEventCode, one?.transactionStatus])
  expect(statuses(await listed())).toEqual([
    ['T0006', 'V'],
    ['T1106', 'S'],
  ])
  expect(statuses(await listed({ balanceAffectingRecordsOnly: 'N' }))).toEqual([
    ['T0006', 'P'],
    ['T0006', 'D'],
    ['T0006', 'V'],
    ['T1106', 'S'],
  ])
  await shop.do('settle_capture', { capture: waiting, outcome: 'completed' })
  expect(await listed({ transactionId: waiting })).toHaveLength(1)
})

test('a report that asks for too much is refused', async () => {
  const wrong: readonly object[] = [
    { endDate: '2026-12-23T00:00:01Z' },
    { startDate: '2026-11-22T00:00:00Z' },
    { startDate: 'yesterday' },
    { pageSize: 501 },
    { pageSize: 0 },
    { page: 0 },
  ]
  for (const change of wrong)
    await expect(listed(change), JSON.stringify(change)).rejects.toMatchObject({ statusCode: 400 })
})

test('a dispute holds and lets go, and one that is lost costs the payment', async () => {
  for (const [outcome, left] of [
    ['won', 1234 - 92],
    ['lost', 1234 - 92 - 92],
  ] as const) {
    const { dispute } = await shop.do('open_dispute', { capture: await paid(outcome) })
    await shop.do('close_dispute', { dispute, outcome })
    expect(sumOf(await listed())).toBe(left)
  }
})
