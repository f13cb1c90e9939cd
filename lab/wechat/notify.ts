import { randomUUID } from 'node:crypto'
import type { Json } from '../kit/provider.ts'
import { shanghaiTime } from '../kit/shanghai.ts'
import { signatureHeaders } from './answer.ts'
import type { PlatformKey } from './keys.ts'
import {
  type Merchant,
  newestCertificate,
  newToken,
  type Order,
  type Refund,
  type Transfer,
} from './merchant.ts'
import { seal } from './seal.ts'
import { paymentView } from './views.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** 24 h 4 min in all. */
const RETRIES_MS = [
  ...[15 * SECOND, 15 * SECOND, 30 * SECOND, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE],
  ...[30 * MINUTE, 30 * MINUTE, 30 * MINUTE, HOUR],
  ...[3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR],
]

export interface Event {
  readonly url: string
  readonly type: string
  readonly summary: string
  /** What the resource is, which is also what it is sealed with. */
  readonly original: string
  readonly plain: Json
}

/** Sends a sealed and signed notification until it is acknowledged, now and then after a probe. */
export function notify(merchant: Merchant, { url, type, summary, original, plain }: Event): void {
  const { kit } = merchant
  const body = JSON.stringify({
    id: randomUUID(),
    create_time: shanghaiTime(kit.now()),
    resource_type: 'encrypt-resource',
    event_type: type,
    summary,
    resource: {
      original_type: original,
      ...seal(JSON.stringify(plain), merchant.apiV3Key, original),
    },
  })
  const acknowledged = (status: number): boolean => status === 200 || status === 204
  const notification = { provider: 'wechat', url, acknowledged }
  if (isProbed(merchant))
    kit.deliver({
      ...notification,
      retriesMs: [],
      message: () => ({ headers: probeHeaders(merchant, body), body }),
    })
  kit.deliver({
    ...notification,
    retriesMs: RETRIES_MS,
    message: ({ forged }) => ({ headers: headersOf(merchant, body, forged), body }),
  })
}

/** The amount is one fen off where the menu of faults says so. */
export function notifyPaid(merchant: Merchant, order: Order): void {
  const { payment } = order
  if (!payment) return
  const off = merchant.kit.strikes('wrong_amount') ? 1 : 0
  notify(merchant, {
    url: order.notifyUrl,
    type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    original: 'transaction',
    plain: {
      ...paymentView(merchant, order, { ...payment, total: payment.total + off }),
      trade_state: 'SUCCESS',
      trade_state_desc: '支付成功',
    },
  })
}

const REFUND_SUMMARIES: Readonly<Record<string, string>> = {
  SUCCESS: '退款成功',
  ABNORMAL: '退款异常',
  CLOSED: '退款关闭',
}

export function notifyRefund(merchant: Merchant, refund: Refund): void {
  const { order, payment, notifyUrl, state, amount } = refund
  if (notifyUrl === undefined) return
  notify(merchant, {
    url: notifyUrl,
    type: `REFUND.${state}`,
    summary: REFUND_SUMMARIES[state] ?? state,
    original: 'refund',
    plain: {
      mchid: merchant.mchid,
      out_trade_no: order.number,
      transaction_id: payment.id,
      out_refund_no: refund.number,
      refund_id: refund.id,
      refund_status: state,
      ...(state === 'SUCCESS' && { success_time: shanghaiTime(refund.at) }),
      user_received_account: '支付用户零钱',
      amount: {
        ...{ total: payment.total, refund: amount },
        ...{ payer_total: payment.total - payment.coupon, payer_refund: amount },
      },
    },
  })
}

export function notifyTransfer(merchant: Merchant, transfer: Transfer): void {
  if (transfer.notifyUrl === undefined) return
  notify(merchant, {
    url: transfer.notifyUrl,
    type: 'MCHTRANSFER.BILL.FINISHED',
    summary: '商家转账单据终态通知',
    original: 'mch_payment',
    plain: {
      out_bill_no: transfer.number,
      transfer_bill_no: transfer.id,
      state: transfer.state,
      mch_id: merchant.mchid,
      transfer_amount: transfer.amount,
      openid: transfer.openid,
      ...(transfer.why !== undefined && { fail_reason: transfer.why }),
      create_time: shanghaiTime(transfer.createdAt),
      update_time: shanghaiTime(transfer.at),
    },
  })
}

/** A forged one names the right key, and is signed with another. */
function headersOf(merchant: Merchant, body: string, forged: boolean): Record<string, string> {
  const key = keyForNotification(merchant)
  const { privateKey } = merchant.keys.merchant
  const signer = forged ? { id: key.id, privateKey } : key
  return { ...signatureHeaders(merchant, body, signer), 'content-type': 'application/json' }
}

/** WeChat Pay sends such signatures to see who does not look at them. */
function probeHeaders(merchant: Merchant, body: string): Record<string, string> {
  const signature = `WECHATPAY/SIGNTEST/${Buffer.from(newToken(96)).toString('base64')}`
  return { ...headersOf(merchant, body, false), 'wechatpay-signature': signature }
}

/** Takes turns in mixed mode: whoever has moved half-way gets both. */
function keyForNotification(merchant: Merchant): PlatformKey {
  const { mode, keys } = merchant
  if (mode === 'certificate') return newestCertificate(merchant)
  if (mode === 'public_key') return keys.publicKey
  merchant.certificateNext = !merchant.certificateNext
  return merchant.certificateNext ? keys.publicKey : newestCertificate(merchant)
}

/** Spread evenly: with a share of a quarter it is every fourth. */
function isProbed(merchant: Merchant): boolean {
  merchant.probeDebt += merchant.probeShare
  if (merchant.probeDebt < 1) return false
  merchant.probeDebt -= 1
  return true
}
