import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { farSide } from '../../../../../test/far-side.ts'
import { TOKEN, TRADE_NO } from '../../../../../test/paypal-objects.ts'
import { openPaypal } from './index.ts'
import type { PaypalAccount } from './settings.ts'

const DAY = '2026-11-20'
const END_MS = Date.parse('2026-11-21T00:00:00Z')
const account: PaypalAccount = {
  name: 'main',
  merchant: 'MERCHANT1',
  livemode: true,
  settings: { webhook_id: '4JH86294D6297924G', merchant_id: 'MERCHANT1' },
  secrets: { client_id: 'client-1-of-tests', client_secret: 'secret-1-of-tests' },
}
const LIST = 'GET /v1/reporting/transactions'
const HEAD = 'transaction,code,status,time,currency,gross,fee,reference,invoice_id,trade_no\n'
const transaction = (over: object = {}) => ({
  transaction_info: {
    transaction_id: 'CAP1',
    transaction_event_code: 'T0006',
    transaction_initiation_date: '2026-11-20T09:00:00+0000',
    transaction_amount: { currency_code: 'USD', value: '6.00' },
    fee_amount: { currency_code: 'USD', value: '-0.51' },
    transaction_status: 'S',
    invoice_id: TRADE_NO,
    custom_field: TRADE_NO,
    ...over,
  },
})
const page = (over: object = {}) => ({
  json: {
    account_number: 'MERCHANT1',
    last_refreshed_datetime: '2026-11-21T03:59:59+0000',
    total_pages: 1,
    transaction_details: [],
    ...over,
  },
})
function open(listed: Parameters<typeof farSide>[0][string], now = END_MS) {
  const far = farSide({ 'POST /v1/oauth2/token': TOKEN, [LIST]: listed })
  const questions = () =>
    far.heard
      .filter(({ method }) => method === 'GET')
      .map(({ url }) => Object.fromEntries(url.searchParams))
  return { questions, paypal: openPaypal({ now: () => now, ask: far.ask }) }
}

test('T63: a day is listed hour by hour and page by page', async () => {
  const refund = transaction({
    ...{ transaction_id: 'REF1', transaction_event_code: 'T1107', paypal_reference_id: 'CAP1' },
    transaction_amount: { currency_code: 'JPY', value: '-200' },
    ...{ fee_amount: undefined, custom_field: undefined, invoice_id: 'a, b' },
  })
  const { paypal, questions } = open((heard) => {
    const { start_date: start, page: number } = Object.fromEntries(heard.url.searchParams)
    if (start !== `${DAY}T09:00:00Z`) return page()
    return number === '1'
      ? page({ total_pages: 2, transaction_details: [transaction()] })
      : page({ total_pages: 2, transaction_details: [refund] })
  })
  const text = [
    HEAD,
    `CAP1,T0006,S,2026-11-20T09:00:00+0000,USD,600,-51,,${TRADE_NO},${TRADE_NO}\n`,
    'REF1,T1107,S,2026-11-20T09:00:00+0000,JPY,-200,,CAP1,"a, b",\n',
  ].join('')
  expect(await paypal.downloadBill(account, DAY)).toEqual({
    said: 'yes',
    value: { text, digest: hash('sha256', text) },
  })
  expect(questions()).toHaveLength(25)
  expect(questions()[0]).toEqual({
    start_date: `${DAY}T00:00:00Z`,
    end_date: `${DAY}T00:59:59Z`,
    fields: 'transaction_info',
    page_size: '500',
    page: '1',
  })
})

test('T66: a day on which nothing moved is an empty list', async () => {
  const { paypal } = open(page())
  expect(await paypal.downloadBill(account, DAY)).toMatchObject({ value: { text: HEAD } })
})

test('T62: a list of another merchant is none, nor one that PayPal has not finished', async () => {
  const other = open(page({ account_number: 'MERCHANT2' }))
  expect(await other.paypal.downloadBill(account, DAY)).toMatchObject({
    code: 'bill_of_another_account',
  })
  for (const last_refreshed_datetime of ['2026-11-20T23:59:59+0000', 'yesterday']) {
    const early = open(page({ last_refreshed_datetime }))
    expect(await early.paypal.downloadBill(account, DAY)).toMatchObject({ code: 'bill_not_ready' })
  }
  const today = open(page(), END_MS - 1)
  expect(await today.paypal.downloadBill(account, DAY)).toMatchObject({ code: 'bill_not_ready' })
  expect(await today.paypal.downloadBill(account, 'today')).toMatchObject({ code: 'day_invalid' })
})

test('T66: an app that may not search has no list', async () => {
  const { paypal } = open({ status: 403, json: { name: 'NOT_AUTHORIZED' } })
  expect(await paypal.downloadBill(account, DAY)).toMatchObject({ said: 'no', code: 'not_offered' })
})

test('T62: a list that breaks off or does not end is none', async () => {
  const broken = open([page(), { lost: 'timeout' }])
  expect(await broken.paypal.downloadBill(account, DAY)).toMatchObject({ said: 'unknown' })
  const endless = open(page({ total_pages: 1_000 }))
  expect(await endless.paypal.downloadBill(account, DAY)).toMatchObject({ said: 'unknown' })
})
