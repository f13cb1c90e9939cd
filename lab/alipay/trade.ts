import { type Ask, textOf } from './ask.ts'
import { chinaTime } from './china-time.ts'
import { tellTrade } from './notify.ts'
import { type Buyer, type Order, paidFen, type Trade } from './order.ts'
import { badField, failed, type Refusal, type Said, yes } from './said.ts'
import { newNumber, type Shop } from './shop.ts'
import { yuan } from './yuan.ts'

const NOT_EXIST = failed('ACQ.TRADE_NOT_EXIST', '交易不存在')

export interface Found {
  readonly order: Order
  readonly trade: Trade
}

/** By either number, Alipay's first. An order nobody has scanned is not found. */
export function findTrade(shop: Shop, { content }: Ask): Found | Refusal {
  const id = textOf(content, 'trade_no')
  const number = textOf(content, 'out_trade_no')
  if (id === undefined && number === undefined) return badField('out_trade_no')
  const order =
    id === undefined
      ? shop.orders.get(number ?? '')
      : [...shop.orders.values()].find(({ trade }) => trade?.id === id)
  if (order === undefined) return NOT_EXIST
  endIfDue(shop, order)
  return order.trade === undefined ? NOT_EXIST : { order, trade: order.trade }
}

export function query(shop: Shop, ask: Ask): Said {
  const found = findTrade(shop, ask)
  if ('ok' in found) return found
  const { order, trade } = found
  const paid = yuan(paidFen(trade))
  return yes({
    out_trade_no: order.number,
    trade_no: trade.id,
    trade_status: trade.state,
    total_amount: yuan(trade.fen),
    buyer_logon_id: trade.buyer.logonId,
    buyer_user_id: trade.buyer.id,
    buyer_pay_amount: paid,
    invoice_amount: paid,
    receipt_amount: paid,
    point_amount: '0.00',
    ...(trade.paidAt !== undefined && { send_pay_date: chinaTime(trade.paidAt) }),
  })
}

/** Ends what was scanned and not paid. What was not scanned cannot be closed, and stays payable. */
export function close(shop: Shop, ask: Ask): Said {
  const found = findTrade(shop, ask)
  if ('ok' in found) return found
  const { order, trade } = found
  if (trade.state === 'TRADE_CLOSED') return failed('ACQ.TRADE_HAS_CLOSE', '交易已经关闭')
  if (trade.state !== 'WAIT_BUYER_PAY') return failed('ACQ.TRADE_STATUS_ERROR', '交易状态不合法')
  closeTrade(shop, order, trade)
  return yes({ out_trade_no: order.number, trade_no: trade.id })
}

export function closeTrade(shop: Shop, order: Order, trade: Trade): void {
  trade.state = 'TRADE_CLOSED'
  trade.closedAt = shop.kit.now()
  tellTrade(shop, order, trade)
}

/** Time passes unseen; what has run out is found so by whoever looks next. */
function endIfDue(shop: Shop, order: Order): void {
  const { trade } = order
  if (trade?.state === 'WAIT_BUYER_PAY' && order.expiresAt <= shop.kit.now())
    closeTrade(shop, order, trade)
}

/** Somebody scans the code, or signs in at the cashier's: from here on there is a trade. */
export function enter(shop: Shop, order: Order, buyer: Buyer): Trade | Refusal {
  endIfDue(shop, order)
  if (order.trade) return order.trade
  const now = shop.kit.now()
  if (order.expiresAt <= now) return failed('ACQ.TRADE_HAS_CLOSE', '交易已经关闭')
  order.trade = {
    id: newNumber(shop, '22001', 28),
    createdAt: now,
    buyer,
    state: 'WAIT_BUYER_PAY',
    fen: order.fen,
    paidAt: undefined,
    closedAt: undefined,
    refunds: [],
  }
  return order.trade
}

/** `fen` is another amount than the order's only where a fault asks for it. */
export function pay(shop: Shop, order: Order, buyer: Buyer, fen = order.fen): Trade | Refusal {
  const trade = enter(shop, order, buyer)
  if ('ok' in trade) return trade
  if (trade.state === 'TRADE_CLOSED') return failed('ACQ.TRADE_HAS_CLOSE', '交易已经关闭')
  if (trade.state !== 'WAIT_BUYER_PAY') return failed('ACQ.TRADE_HAS_SUCCESS', '交易已被支付')
  trade.state = 'TRADE_SUCCESS'
  trade.paidAt = shop.kit.now()
  trade.fen = fen
  tellTrade(shop, order, trade)
  return trade
}
