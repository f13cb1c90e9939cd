import type { Instant } from '#kernel/clock'
import type { PaymentFact, RefundFact, TransferFact, TransferState } from '../../fact.ts'
import { type Fields, fenIn, fieldsIn, textIn, timeIn } from './fields.ts'
import type { Merchant } from './settings.ts'

/** Where WeChat names no currency it means this one; mainland merchants have no other. */
const CURRENCY = 'CNY'

// A merchant may have several apps; a message of one that is not configured is not for this account.
function merchantOf({ settings }: Merchant, mchid: string, appid: string): string {
  const isOurs = appid === settings.appid || appid === settings.h5_appid
  return isOurs ? mchid : `${mchid}/${appid}`
}

const currencyIn = (amount: Fields): string =>
  amount['currency'] === undefined ? CURRENCY : (textIn(amount, 'currency') ?? '')

/**
 * Of a transaction that was paid, told or asked for. What counts is `total`, the price: `payer_total` is smaller where
 * a coupon paid a part of it.
 */
export function paymentFact(account: Merchant, fields: Fields): PaymentFact | undefined {
  const txn = textIn(fields, 'transaction_id')
  const paidAt = timeIn(fields, 'success_time')
  if (txn === undefined || paidAt === undefined) return undefined
  const amount = fieldsIn(fields, 'amount')
  const payer = textIn(fieldsIn(fields, 'payer'), 'openid')
  return {
    kind: 'payment',
    merchant: merchantOf(account, textIn(fields, 'mchid') ?? '', textIn(fields, 'appid') ?? ''),
    livemode: account.livemode,
    tradeNo: textIn(fields, 'out_trade_no'),
    txn,
    amount: fenIn(amount, 'total'),
    currency: currencyIn(amount),
    paidAt,
    ...(payer !== undefined && { payer }),
  }
}

const REFUND_STATES: ReadonlyMap<unknown, RefundFact['state']> = new Map([
  ['PROCESSING', 'pending'],
  ['SUCCESS', 'succeeded'],
  ['CLOSED', 'failed'],
  // The bank would not take it: a person has to say where else it may go.
  ['ABNORMAL', 'abnormal'],
])

/** An answer names neither the merchant nor always a time; a notification does both. */
interface Beside {
  readonly merchant: string
  readonly at: Instant
}

export function refundFact(
  account: Merchant,
  fields: Fields,
  beside: Beside,
): RefundFact | undefined {
  const refund = textIn(fields, 'refund_id')
  const state = REFUND_STATES.get(fields['refund_status'] ?? fields['status'])
  if (refund === undefined || state === undefined) return undefined
  const amount = fieldsIn(fields, 'amount')
  return {
    kind: 'refund',
    merchant: beside.merchant,
    livemode: account.livemode,
    refundNo: textIn(fields, 'out_refund_no'),
    refund,
    txn: textIn(fields, 'transaction_id'),
    tradeNo: textIn(fields, 'out_trade_no'),
    amount: fenIn(amount, 'refund'),
    currency: currencyIn(amount),
    state,
    at: timeIn(fields, 'success_time') ?? timeIn(fields, 'create_time') ?? beside.at,
  }
}

/** Spelled as WeChat spells them. Whoever is cancelling has not cancelled: the payee may still be faster. */
const TRANSFER_STATES: ReadonlyMap<unknown, TransferState> = new Map([
  ['ACCEPTED', 'accepted'],
  ['PROCESSING', 'processing'],
  ['WAIT_USER_CONFIRM', 'wait_user'],
  ['TRANSFERING', 'processing'],
  ['CANCELING', 'processing'],
  ['SUCCESS', 'succeeded'],
  ['FAIL', 'failed'],
  ['CANCELLED', 'cancelled'],
])

/** `amount`: what was asked for, where the answer does not repeat it. */
export function transferFact(
  account: Merchant,
  fields: Fields,
  beside: { readonly merchant: string; readonly amount?: bigint },
): TransferFact | undefined {
  const transferNo = textIn(fields, 'out_bill_no')
  const state = TRANSFER_STATES.get(fields['state'])
  if (transferNo === undefined || state === undefined) return undefined
  const why = textIn(fields, 'fail_reason')
  const confirm = textIn(fields, 'package_info')
  return {
    kind: 'transfer',
    merchant: beside.merchant,
    livemode: account.livemode,
    transferNo,
    transfer: textIn(fields, 'transfer_bill_no'),
    amount: 'transfer_amount' in fields ? fenIn(fields, 'transfer_amount') : beside.amount,
    currency: CURRENCY,
    state,
    ...(why !== undefined && { why }),
    ...(confirm !== undefined && { confirm }),
  }
}
