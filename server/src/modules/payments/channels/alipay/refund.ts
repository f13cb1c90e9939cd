import type { Instant } from '#kernel/clock'
import {
  type Ground,
  type RefundAsk,
  type RefundView,
  type Said,
  unknown,
  yes,
} from '../../channel.ts'
import { ourRefundNo, type RefundFact } from '../../fact.ts'
import { type Answer, callAlipay, textOf } from './gateway.ts'
import { REASON_LETTERS_MAX } from './limits.ts'
import type { AlipayAccount } from './settings.ts'
import { parseShanghai } from './shanghai.ts'
import { NO_TRADE } from './trade.ts'
import { parseYuan, yuanText } from './yuan.ts'

/** A refund as Alipay finds it: it numbers none, and a request's number means something within its trade only. */
export interface RefundKey {
  readonly txn: string
  readonly tradeNo: string
  readonly requestNo: string
}

const keyOf = ({ refundNo, payment }: RefundAsk): RefundKey => ({
  txn: payment.txn,
  tradeNo: payment.tradeNo,
  requestNo: refundNo,
})

export async function refundTrade(
  ground: Ground,
  account: AlipayAccount,
  ask: RefundAsk,
): Promise<Said<RefundFact>> {
  const key = keyOf(ask)
  const reason = plainWords(ask.reason)
  const said = await callAlipay(ground, account, {
    method: 'POST',
    path: 'alipay/trade/refund',
    body: {
      trade_no: key.txn,
      out_trade_no: key.tradeNo,
      out_request_no: key.requestNo,
      refund_amount: yuanText(ask.amount),
      ...(reason !== '' && { refund_reason: reason }),
    },
  })
  if (said.said === 'unknown') return said
  if (said.said === 'yes') {
    if (!isOf(said.value, key)) return unknown('an answer about another trade')
    // Its `refund_fee` is all that ever went back of the trade; of this request it says yes or no.
    const state = textOf(said.value.fields, 'fund_change') === 'Y' ? 'succeeded' : 'pending'
    return yes(refundFact(account, key, { state, amount: ask.amount, at: said.value.at }))
  }
  // A refusal may come of the refund having been made: by an earlier call whose answer was lost.
  const seen = await findRefund(ground, account, key)
  if (seen.said !== 'yes') return unknown(said.code)
  return seen.value.kind === 'refund' ? yes(seen.value) : said
}

export const queryRefund = (
  ground: Ground,
  account: AlipayAccount,
  ask: RefundAsk,
): Promise<Said<RefundView>> => findRefund(ground, account, keyOf(ask))

/** Of a refund that somebody else made: its key is what the message called it by. */
export async function lookAtRefund(
  ground: Ground,
  account: AlipayAccount,
  { refund, txn, tradeNo }: RefundFact,
): Promise<Said<RefundView>> {
  const requestNo = refund.slice(refund.indexOf('/') + 1)
  if (txn === undefined || tradeNo === undefined) return yes({ kind: 'not_there' })
  return findRefund(ground, account, { txn, tradeNo, requestNo })
}

export async function findRefund(
  ground: Ground,
  account: AlipayAccount,
  key: RefundKey,
): Promise<Said<RefundView>> {
  const said = await callAlipay(ground, account, {
    method: 'POST',
    path: 'alipay/trade/fastpay/refund/query',
    body: {
      trade_no: key.txn,
      out_trade_no: key.tradeNo,
      out_request_no: key.requestNo,
      query_options: ['gmt_refund_pay'],
    },
  })
  if (said.said === 'no' && said.code === NO_TRADE) return yes({ kind: 'not_there' })
  if (said.said !== 'yes') return said
  const { fields, at } = said.value
  const state = stateOf(textOf(fields, 'refund_status'))
  // That the query went well says nothing: a request nobody knows is answered without a word of it.
  if (state === undefined) return yes({ kind: 'not_there' })
  if (!isOf(said.value, key) || textOf(fields, 'out_request_no') !== key.requestNo)
    return unknown('an answer about another refund')
  return yes(
    refundFact(account, key, {
      state,
      amount: parseYuan(textOf(fields, 'refund_amount')),
      at: parseShanghai(textOf(fields, 'gmt_refund_pay')) ?? at,
    }),
  )
}

const isOf = ({ fields }: Answer, { txn, tradeNo }: RefundKey): boolean =>
  textOf(fields, 'trade_no') === txn && textOf(fields, 'out_trade_no') === tradeNo

const stateOf = (unchecked: string | undefined): RefundFact['state'] | undefined => {
  if (unchecked === undefined) return undefined
  if (unchecked === 'REFUND_SUCCESS') return 'succeeded'
  return unchecked === 'REFUND_FAIL' ? 'failed' : 'pending'
}

export const refundFact = (
  account: AlipayAccount,
  key: RefundKey,
  what: {
    readonly state: RefundFact['state']
    readonly amount: bigint | undefined
    readonly at: Instant
  },
): RefundFact => ({
  kind: 'refund',
  merchant: account.settings.app_id,
  livemode: account.livemode,
  refundNo: ourRefundNo(key.requestNo),
  refund: `${key.txn}/${key.requestNo}`,
  txn: key.txn,
  tradeNo: key.tradeNo,
  currency: 'CNY',
  ...what,
})

/** Letters, digits, CJK, spaces and dots: a reason is somebody's words, and may come back in a signed text. */
export const plainWords = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N} .]/gu, ' ')
    .trim()
    .slice(0, REASON_LETTERS_MAX)
