import { type Ask, numberOf, textOf } from './ask.ts'
import { chinaTime } from './china-time.ts'
import { tellTrade } from './notify.ts'
import { type Order, type Refund, type RefundOutcome, refundedFen, type Trade } from './order.ts'
import { badField, failed, type Refusal, type Said, yes } from './said.ts'
import type { Shop } from './shop.ts'
import { findTrade } from './trade.ts'
import { parseYuan, yuan } from './yuan.ts'

/** Twelve months from the payment on. */
const REFUNDABLE_MS = 365 * 86_400_000

/** One number is one refund, whoever repeats it. One that failed is tried again under its number. */
export function refund(shop: Shop, ask: Ask): Said {
  const found = findTrade(shop, ask)
  if ('ok' in found) return found
  const { order, trade } = found
  const fen = parseYuan(ask.content['refund_amount'])
  if (fen === undefined || fen < 1) return badField('refund_amount')
  const number = requestNumber(order, trade, fen, ask)
  if (typeof number !== 'string') return number
  const known = trade.refunds.find((one) => one.number === number)
  if (known && known.fen !== fen) return failed('ACQ.DISCORDANT_REPEAT_REQUEST', '不一致的请求')
  if (known && known.state !== 'fail') return answer(order, trade, known, 'N')
  const refused = mayRefund(shop, trade, fen)
  if (refused) return refused
  const outcome = order.nextRefund
  order.nextRefund = 'success'
  const one: Refund = known ?? { number, fen, state: 'fail', at: 0 }
  if (!known) trade.refunds.push(one)
  settleRefund(shop, order, trade, one, outcome)
  return answer(order, trade, one, outcome === 'success' ? 'Y' : 'N')
}

/** A part needs a number of its own; the whole, asked for once, goes by the order's. */
function requestNumber(
  order: Order,
  trade: Trade,
  fen: number,
  { content }: Ask,
): string | Refusal {
  if (content['out_request_no'] !== undefined)
    return numberOf(content, 'out_request_no') ?? badField('out_request_no')
  return fen === trade.fen ? order.number : badField('out_request_no', 'is missing for a part')
}

export function mayRefund(shop: Shop, trade: Trade, fen: number): Refusal | undefined {
  if (trade.state === 'TRADE_FINISHED') return failed('ACQ.TRADE_HAS_FINISHED', '交易已完结')
  if (trade.state === 'TRADE_CLOSED') return failed('ACQ.TRADE_HAS_CLOSE', '交易已经关闭')
  if (trade.paidAt === undefined) return failed('ACQ.TRADE_STATUS_ERROR', '交易状态不合法')
  if (shop.kit.now() - trade.paidAt > REFUNDABLE_MS)
    return failed('ACQ.TRADE_NOT_ALLOW_REFUND', '当前交易不允许退款')
  if (refundedFen(trade, ['success', 'pending']) + fen > trade.fen)
    return failed('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限')
  return undefined
}

/** Only money that has moved is told of. The last part of it closes the trade. */
export function settleRefund(
  shop: Shop,
  order: Order,
  trade: Trade,
  one: Refund,
  outcome: RefundOutcome,
): void {
  one.state = outcome
  one.at = shop.kit.now()
  if (outcome !== 'success') return
  if (refundedFen(trade) === trade.fen) {
    trade.state = 'TRADE_CLOSED'
    trade.closedAt = one.at
  }
  tellTrade(shop, order, trade, one)
}

/** `Y` says that money moved by this call; `N` that it did not, be it done, under way or failed: ask, then. */
const answer = (order: Order, trade: Trade, one: Refund, change: 'Y' | 'N'): Said =>
  yes({
    out_trade_no: order.number,
    trade_no: trade.id,
    buyer_logon_id: trade.buyer.logonId,
    buyer_user_id: trade.buyer.id,
    fund_change: change,
    refund_fee: yuan(refundedFen(trade)),
    send_back_fee: yuan(change === 'Y' ? one.fen : 0),
    ...(one.state === 'success' && { gmt_refund_pay: chinaTime(one.at) }),
  })

/**
 * That the query ran says nothing: only `refund_status` does, and it is there only for what has succeeded. One under
 * way, one that failed and one that never came differ in nothing that may be relied on.
 */
export function queryRefund(shop: Shop, ask: Ask): Said {
  const found = findTrade(shop, ask)
  if ('ok' in found) return found
  const number = textOf(ask.content, 'out_request_no')
  if (number === undefined) return badField('out_request_no')
  const { order, trade } = found
  const one = trade.refunds.find((each) => each.number === number)
  if (!one) return yes({})
  const options = ask.content['query_options']
  const dated = Array.isArray(options) && options.includes('gmt_refund_pay')
  return yes({
    out_trade_no: order.number,
    trade_no: trade.id,
    out_request_no: one.number,
    total_amount: yuan(trade.fen),
    refund_amount: yuan(one.fen),
    ...(one.state === 'success' && {
      refund_status: 'REFUND_SUCCESS',
      ...(dated && { gmt_refund_pay: chinaTime(one.at) }),
    }),
  })
}
