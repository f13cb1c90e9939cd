import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { farSide } from '../../../../../test/far-side.ts'
import * as objects from '../../../../../test/stripe-objects.ts'
import { openStripe } from './index.ts'
import type { StripeAccount } from './settings.ts'

const { TRADE_NO, REFUND_NO } = objects
const account: StripeAccount = {
  name: 'main',
  merchant: 'acct_1',
  livemode: false,
  settings: { account: 'acct_1' },
  secrets: { secret_key: 'sk_test_12345678', webhook_secrets: ['whsec_test_secret'] },
}
const DAY = '2026-11-20'
const FROM_S = Date.parse(`${DAY}T00:00:00Z`) / 1_000
const AFTER = (FROM_S + 86_400) * 1_000
const open = (script: Parameters<typeof farSide>[0], now = AFTER) => {
  const far = farSide(script)
  return { heard: far.heard, stripe: openStripe({ now: () => now, ask: far.ask }) }
}
const LIST = 'GET /v1/balance_transactions'
const movement = (over: object = {}) => ({
  id: 'txn_1',
  object: 'balance_transaction',
  type: 'charge',
  reporting_category: 'charge',
  created: FROM_S + 61,
  currency: 'eur',
  amount: 550,
  fee: 41,
  net: 509,
  source: {
    id: 'ch_1',
    object: 'charge',
    amount: 600,
    currency: 'usd',
    payment_intent: 'pi_1',
    metadata: { trade_no: TRADE_NO },
  },
  ...over,
})
const HEAD =
  'balance_transaction,type,category,created,currency,gross,fee,net,source,txn,trade_no,refund_no,amount,paid_currency\n'

test('T63: a day is listed page by page, from midnight to midnight of UTC', async () => {
  const refund = movement({
    id: 'txn_2',
    ...{ type: 'refund', reporting_category: 'refund', currency: 'jpy' },
    ...{ amount: -200, fee: 0, net: -200 },
    source: {
      id: 're_1',
      ...{ amount: 200, currency: 'jpy', payment_intent: 'pi_1' },
      metadata: { refund_id: REFUND_NO, trade_no: 'a "foreign", one' },
    },
  })
  const payout = movement({ id: 'txn_3', type: 'payout', source: 'po_1' })
  const { stripe, heard } = open({
    [LIST]: [
      { json: { data: [movement(), refund], has_more: true } },
      { json: { data: [payout], has_more: false } },
    ],
  })
  const text = [
    HEAD,
    `txn_1,charge,charge,2026-11-20T00:01:01.000Z,EUR,550,41,509,ch_1,pi_1,${TRADE_NO},,600,USD\n`,
    `txn_2,refund,refund,2026-11-20T00:01:01.000Z,JPY,-200,0,-200,re_1,pi_1,"a ""foreign"", one",${REFUND_NO},200,JPY\n`,
    'txn_3,payout,charge,2026-11-20T00:01:01.000Z,EUR,550,41,509,po_1,,,,,\n',
  ].join('')
  expect(await stripe.downloadBill(account, DAY)).toEqual({
    said: 'yes',
    value: { text, digest: hash('sha256', text) },
  })
  const [first, second] = heard.map(({ url }) => Object.fromEntries(url.searchParams))
  expect(first).toEqual({
    'created[gte]': String(FROM_S),
    'created[lt]': String(FROM_S + 86_400),
    limit: '100',
    'expand[0]': 'data.source',
  })
  expect(second).toMatchObject({ starting_after: 'txn_2' })
})

test('T66: a day on which nothing moved is an empty list', async () => {
  const { stripe } = open({ [LIST]: { json: { data: [], has_more: false } } })
  expect(await stripe.downloadBill(account, DAY)).toMatchObject({ value: { text: HEAD } })
})

test('T62: a day that is not over has no list yet, and one that is no day never', async () => {
  const { stripe, heard } = open({}, AFTER - 1)
  expect(await stripe.downloadBill(account, DAY)).toMatchObject({ code: 'bill_not_ready' })
  expect(await stripe.downloadBill(account, '2026-02-31x')).toMatchObject({ code: 'day_invalid' })
  expect(heard).toEqual([])
})

test('T62: a list that breaks off or cannot be read is none', async () => {
  const page = { json: { data: [movement()], has_more: true } }
  const broken = open({ [LIST]: [page, { lost: 'timeout' }] })
  expect(await broken.stripe.downloadBill(account, DAY)).toMatchObject({ said: 'unknown' })
  const unreadable = open({
    [LIST]: { json: { data: [movement({ amount: '550' })], has_more: false } },
  })
  expect(await unreadable.stripe.downloadBill(account, DAY)).toMatchObject({ said: 'unknown' })
})
