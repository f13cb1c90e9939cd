import type { App } from './app.ts'

export type Way = 'precreate' | 'page' | 'wap'

/**
 * What a merchant asked to be paid. It can be paid from then on, but there is no trade, and no query finds one, until
 * somebody has scanned the code or signed in at the cashier's.
 */
export interface Order {
  readonly app: App
  /** `out_trade_no`. */
  readonly number: string
  readonly way: Way
  readonly fen: number
  readonly subject: string
  readonly body: string | undefined
  readonly passback: string | undefined
  readonly notifyUrl: string | undefined
  readonly returnUrl: string | undefined
  readonly quitUrl: string | undefined
  /** What the code says, or the address of the cashier's page. */
  readonly token: string
  expiresAt: number
  trade: Trade | undefined
  /** What becomes of the next refund. */
  nextRefund: RefundOutcome
}

type TradeState = 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_CLOSED' | 'TRADE_FINISHED'

export interface Trade {
  /** `trade_no`. */
  readonly id: string
  readonly createdAt: number
  readonly buyer: Buyer
  state: TradeState
  /** What was paid: the order's amount, unless a fault wants another. */
  fen: number
  paidAt: number | undefined
  closedAt: number | undefined
  readonly refunds: Refund[]
}

export interface Buyer {
  readonly id: string
  readonly logonId: string
}

export type RefundOutcome = 'success' | 'pending' | 'fail'

export interface Refund {
  /** `out_request_no`. */
  readonly number: string
  readonly fen: number
  state: RefundOutcome
  at: number
}

/** What has gone back, or is on its way. */
export const refundedFen = (trade: Trade, states: readonly RefundOutcome[] = ['success']): number =>
  trade.refunds.filter(({ state }) => states.includes(state)).reduce((sum, { fen }) => sum + fen, 0)

export const paidFen = (trade: Trade): number => (trade.paidAt === undefined ? 0 : trade.fen)
