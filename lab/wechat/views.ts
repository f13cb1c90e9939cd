import type { Json } from '../kit/provider.ts'
import { shanghaiTime } from '../kit/shanghai.ts'
import type { Merchant, Order, Payment, Refund, TradeState, Transfer } from './merchant.ts'

const STATE_WORDS: Readonly<Record<TradeState, string>> = {
  NOTPAY: '订单未支付',
  SUCCESS: '支付成功',
  REFUND: '订单发生过退款，退款详情请查询退款单',
  CLOSED: '订单已关闭',
  REVOKED: '订单已撤销',
  USERPAYING: '用户支付中',
  PAYERROR: '支付失败',
}

/** What a query of an order says. */
export const orderView = (merchant: Merchant, order: Order): Json => ({
  ...(order.payment
    ? paymentView(merchant, order, order.payment)
    : {
        ...{ appid: order.appid, mchid: merchant.mchid, out_trade_no: order.number },
        ...(order.attach !== undefined && { attach: order.attach }),
        amount: { total: order.total, currency: 'CNY' },
        promotion_detail: [],
      }),
  trade_state: order.state,
  trade_state_desc: STATE_WORDS[order.state],
})

/** A payment, whatever became of it afterwards. */
export const paymentView = (merchant: Merchant, order: Order, payment: Payment): Json => ({
  ...{ appid: order.appid, mchid: merchant.mchid, out_trade_no: order.number },
  transaction_id: payment.id,
  trade_type: order.tradeType,
  bank_type: 'OTHERS',
  attach: order.attach ?? '',
  success_time: shanghaiTime(payment.at),
  payer: { openid: payment.openid },
  amount: {
    ...{ total: payment.total, payer_total: payment.total - payment.coupon },
    ...{ currency: 'CNY', payer_currency: 'CNY' },
  },
  promotion_detail: payment.coupon > 0 ? [coupon(payment)] : [],
})

const coupon = ({ id, coupon }: Payment): Json => ({
  coupon_id: id.slice(-10),
  scope: 'GLOBAL',
  type: 'CASH',
  amount: coupon,
  ...{ wechatpay_contribute: coupon, merchant_contribute: 0, other_contribute: 0 },
  currency: 'CNY',
})

export const refundView = ({ order, payment, ...refund }: Refund): Json => ({
  refund_id: refund.id,
  out_refund_no: refund.number,
  transaction_id: payment.id,
  out_trade_no: order.number,
  channel: 'ORIGINAL',
  user_received_account: '支付用户零钱',
  create_time: shanghaiTime(refund.createdAt),
  ...(refund.state === 'SUCCESS' && { success_time: shanghaiTime(refund.at) }),
  status: refund.state,
  funds_account: 'AVAILABLE',
  amount: {
    ...{ total: payment.total, refund: refund.amount, currency: 'CNY' },
    ...{ payer_total: payment.total - payment.coupon, payer_refund: refund.amount },
    ...{ settlement_total: payment.total, settlement_refund: refund.amount, discount_refund: 0 },
    from: [],
  },
  promotion_detail: [],
})

export const transferView = (merchant: Merchant, transfer: Transfer): Json => ({
  mch_id: merchant.mchid,
  appid: merchant.appid,
  out_bill_no: transfer.number,
  transfer_bill_no: transfer.id,
  state: transfer.state,
  transfer_amount: transfer.amount,
  transfer_remark: transfer.remark,
  openid: transfer.openid,
  ...(transfer.why !== undefined && { fail_reason: transfer.why }),
  create_time: shanghaiTime(transfer.createdAt),
  update_time: shanghaiTime(transfer.at),
})
