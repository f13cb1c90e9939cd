import type { Instant } from '#kernel/clock'
import type { Ground } from '../../channel.ts'
import type { Fact, PaymentFact } from '../../fact.ts'
import type { Form } from './form.ts'
import { findRefund, refundFact } from './refund.ts'
import type { AlipayAccount } from './settings.ts'
import { parseShanghai } from './shanghai.ts'
import { parseYuan } from './yuan.ts'

/** What Alipay says of a trade. */
export interface TradeMessage {
  readonly app: string
  readonly seller: string
  readonly tradeNo: string
  readonly txn: string
  readonly status: string
  readonly amount: bigint | undefined
  readonly payer: string | undefined
  readonly paidAt: Instant | undefined
  /** Whose request it was, where something went back. */
  readonly refund: { readonly requestNo: string } | undefined
  readonly sentAt: Instant
}

export const isTrade = (form: Form): boolean =>
  form.has('trade_status') || form.get('notify_type') === 'trade_status_sync'

export const ID = /^[\w.|*-]{1,128}$/

/** A text says which field is missing or malformed: nothing signed by Alipay lacks one of these. */
export function readTrade(form: Form): TradeMessage | string {
  const [app, seller, tradeNo, txn, status] = (
    ['app_id', 'seller_id', 'out_trade_no', 'trade_no', 'trade_status'] as const
  ).map((name) => form.get(name) ?? '')
  if (!isId(app)) return 'app_id'
  if (!isId(seller)) return 'seller_id'
  if (!isId(tradeNo)) return 'out_trade_no'
  if (!isId(txn)) return 'trade_no'
  if (!isId(status)) return 'trade_status'
  if (!form.get('total_amount')) return 'total_amount'
  const sentAt = parseShanghai(form.get('notify_time'))
  if (sentAt === undefined) return 'notify_time'
  const requestNo = form.get('out_biz_no') || tradeNo
  if (!isId(requestNo)) return 'out_biz_no'
  const payer = form.get('buyer_id') || form.get('buyer_open_id')
  return {
    app,
    seller,
    tradeNo,
    txn,
    status,
    amount: parseYuan(form.get('total_amount')),
    payer: isId(payer) ? payer : undefined,
    paidAt: parseShanghai(form.get('gmt_payment')),
    refund: form.get('gmt_refund') || form.get('refund_fee') ? { requestNo } : undefined,
    sentAt,
  }
}

const isId = (unchecked: string | undefined): unchecked is string => ID.test(unchecked ?? '')

/** What follows from it, or why that cannot be said just now. */
export async function tradeFacts(
  ground: Ground,
  account: AlipayAccount,
  message: TradeMessage,
): Promise<readonly Fact[] | string> {
  if (message.refund) return refundFacts(ground, account, message, message.refund.requestNo)
  switch (message.status) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return [paymentFact(account, message)]
    case 'TRADE_CLOSED': {
      const { tradeNo } = message
      return [{ kind: 'end', ...aboutOf(account, message), tradeNo, how: 'closed' }]
    }
    default:
      return []
  }
}

/** Where a message is for somebody else it says for whom, so that the fact does not fit the account. */
function aboutOf({ settings, livemode }: AlipayAccount, { app, seller }: TradeMessage) {
  const isForeign = app === settings.app_id && seller !== settings.seller_id
  return { merchant: isForeign ? seller : app, livemode }
}

function paymentFact(account: AlipayAccount, message: TradeMessage): PaymentFact {
  const { tradeNo, txn, amount, payer, paidAt, sentAt } = message
  return {
    kind: 'payment',
    ...aboutOf(account, message),
    tradeNo,
    txn,
    amount,
    currency: 'CNY',
    paidAt: paidAt ?? sentAt,
    ...(payer !== undefined && { payer }),
  }
}

/**
 * A message names a request, but of amounts only all that ever went back of the trade: what this request moved has to be
 * asked for. Only a message that is rightly signed leads to a call. What Alipay does not know under that number is kept
 * without an amount, which moves nothing; the day's bill will say it.
 */
async function refundFacts(
  ground: Ground,
  account: AlipayAccount,
  message: TradeMessage,
  requestNo: string,
): Promise<readonly Fact[] | string> {
  const { txn, tradeNo, sentAt } = message
  const key = { txn, tradeNo, requestNo }
  const about = aboutOf(account, message)
  const bare = {
    ...refundFact(account, key, { state: 'pending', amount: undefined, at: sentAt }),
    ...about,
  }
  if (about.merchant !== account.settings.app_id) return [bare]
  const seen = await findRefund(ground, account, key)
  if (seen.said === 'unknown') return seen.why
  return [seen.said === 'yes' && seen.value.kind === 'refund' ? seen.value : bare]
}
