import type { Json, Provider } from '../kit/provider.ts'
import { accountOf } from './account.ts'
import type { Mode } from './app.ts'
import { textOf } from './ask.ts'
import { BUYER, wrongFen } from './cashier.ts'
import { chinaDay } from './china-time.ts'
import { tellTrade } from './notify.ts'
import type { Buyer, Order, RefundOutcome, Trade } from './order.ts'
import { mayRefund, settleRefund } from './refund.ts'
import { newNumber, newSigner, type Shop } from './shop.ts'
import { closeTrade, enter, pay } from './trade.ts'
import {
  TRANSFER_STATES,
  type TransferOutcome,
  type TransferState,
  turnTransfer,
} from './transfer.ts'
import { parseYuan, yuan } from './yuan.ts'

type Control = (shop: Shop, input: Json) => Json | Promise<Json>

const refused = (why: string): Json => ({ refused: why })

/** What people do with their phones and consoles, and what only Alipay can do. What cannot be done rejects. */
export const controlsOf = (shop: Shop): Provider['controls'] =>
  Object.fromEntries(
    Object.entries(CONTROLS).map(([name, run]) => [
      name,
      async (input: Json) => {
        const done = await run(shop, input)
        if (typeof done['refused'] === 'string') throw new Error(done['refused'])
        return done
      },
    ]),
  )

/** For the order that the input names, by its code or by its number. */
const onOrder =
  (run: (shop: Shop, order: Order, input: Json) => Json): Control =>
  (shop, input) => {
    const number = textOf(input, 'out_trade_no')
    const token = textOf(input, 'qr_code')?.split('/').at(-1)
    const order =
      token === undefined
        ? shop.orders.get(number ?? '')
        : [...shop.orders.values()].find((each) => each.token === token)
    return order ? run(shop, order, input) : refused('no such order')
  }

const seen = (trade: Trade): Json => ({
  trade_no: trade.id,
  trade_status: trade.state,
  total_amount: yuan(trade.fen),
})

const buyerOf = (input: Json): Buyer => {
  const id = textOf(input, 'buyer')
  return id === undefined ? BUYER : { ...BUYER, id }
}

const scan = onOrder((shop, order, input) => {
  const trade = enter(shop, order, buyerOf(input))
  return 'ok' in trade ? refused(trade.sub) : seen(trade)
})

const payOrder = onOrder((shop, order, input) => {
  const given = input['amount'] === undefined ? order.fen : parseYuan(input['amount'])
  if (given === undefined) return refused('amount is none')
  const wrong = wrongFen(shop, order)
  if (given !== order.fen && wrong === undefined)
    return refused('another amount is paid only while the fault wrong_amount strikes')
  const fen = wrong !== undefined && given === order.fen ? wrong : given
  const trade = pay(shop, order, buyerOf(input), fen)
  return 'ok' in trade ? refused(trade.sub) : seen(trade)
})

const refundInConsole = onOrder((shop, order, input) => {
  const { trade } = order
  if (!trade) return refused('ACQ.TRADE_NOT_EXIST')
  const fen = input['amount'] === undefined ? trade.fen : parseYuan(input['amount'])
  if (fen === undefined || fen < 1) return refused('amount is none')
  const no = mayRefund(shop, trade, fen)
  if (no) return refused(no.sub)
  const one = { number: newNumber(shop, '0101', 24), fen, state: 'pending' as const, at: 0 }
  trade.refunds.push(one)
  settleRefund(shop, order, trade, one, 'success')
  return { ...seen(trade), out_request_no: one.number }
})

const OUTCOMES: readonly string[] = ['success', 'pending', 'fail'] satisfies RefundOutcome[]

/** Ends the refund that is named; where none is, says what becomes of the next one. */
const refundOutcome = onOrder((shop, order, input) => {
  const outcome = input['outcome']
  if (typeof outcome !== 'string' || !OUTCOMES.includes(outcome))
    return refused(`outcome is one of ${OUTCOMES.join(', ')}`)
  const number = textOf(input, 'out_request_no')
  if (number === undefined) {
    order.nextRefund = outcome as RefundOutcome
    return { next: outcome }
  }
  const one = order.trade?.refunds.find((each) => each.number === number)
  if (!order.trade || one?.state !== 'pending') return refused('no such refund under way')
  settleRefund(shop, order, order.trade, one, outcome as RefundOutcome)
  return seen(order.trade)
})

const closeByTimeout = onOrder((shop, order) => {
  order.expiresAt = shop.kit.now()
  if (order.trade?.state === 'WAIT_BUYER_PAY') closeTrade(shop, order, order.trade)
  return order.trade ? seen(order.trade) : { expired: true }
})

/** Some three months after it was paid, when it can no longer be refunded. */
const finish = onOrder((shop, order) => {
  if (order.trade?.state !== 'TRADE_SUCCESS') return refused('only what was paid is finished')
  order.trade.state = 'TRADE_FINISHED'
  tellTrade(shop, order, order.trade)
  return seen(order.trade)
})

/** Alipay's keys, or with `whose: 'app'` those of both apps. What was signed before stays signed as it was. */
const rotateKeys: Control = async (shop, input) => {
  if (input['whose'] === 'app') {
    for (const app of shop.apps) {
      app.keys = await shop.newKeys()
      if (app.certificate) app.certificate = await shop.authority.issue(app.id, app.keys)
    }
  } else shop.alipay = await newSigner(shop.authority, shop.newKeys)
  return account(shop, input)
}

const account = (shop: Shop, input: Json): Json => {
  const mode: Mode = input['mode'] === 'key' ? 'key' : 'certificate'
  return accountOf(shop, mode, textOf(input, 'base_url') ?? '')
}

const transferOutcome: Control = (shop, input) => {
  const outcome = textOf(input, 'outcome') as TransferOutcome | undefined
  const why = textOf(input, 'why')
  const number = textOf(input, 'out_biz_no')
  const isState = TRANSFER_STATES.some((state) => state === outcome)
  if (
    !outcome ||
    !(isState || (number === undefined && ['REFUSED', 'SYSTEM_ERROR'].includes(outcome)))
  )
    return refused(
      `outcome is one of ${TRANSFER_STATES.join(', ')}; the next one's also REFUSED, SYSTEM_ERROR`,
    )
  if (number === undefined) {
    shop.nextTransfer = { outcome, why }
    return { next: outcome }
  }
  const one = shop.transfers.get(number)
  if (!one) return refused('no such transfer')
  turnTransfer(shop, one, outcome as TransferState, why)
  return { order_id: one.id, status: one.state }
}

/** From now on, attempts of what was already under way included. */
const useGbk: Control = (shop, input) => {
  shop.charset = input['on'] === false ? 'utf-8' : 'GBK'
  return { charset: shop.charset }
}

/** The bill of a day is there before its hour, of today if no day is named. */
const issueBill: Control = (shop, input) => {
  const day = textOf(input, 'bill_date') ?? chinaDay(shop.kit.now())
  shop.early.add(day)
  return { bill_date: day }
}

const expireBills: Control = (shop) => {
  shop.bills.clear()
  return {}
}

const CONTROLS: Readonly<Record<string, Control>> = {
  scan,
  pay: payOrder,
  refund_in_console: refundInConsole,
  refund_outcome: refundOutcome,
  close_by_timeout: closeByTimeout,
  finish,
  rotate_keys: rotateKeys,
  account,
  transfer_outcome: transferOutcome,
  use_gbk: useGbk,
  issue_bill: issueBill,
  expire_bills: expireBills,
}
