import { type RefundAsk, type RefundView, type Said, unknown, yes } from '../../channel.ts'
import type { RefundFact } from '../../fact.ts'
import { call, saidOf } from './call.ts'
import { refundFact } from './facts.ts'
import type { Fields } from './fields.ts'
import type { Desk } from './judge-message.ts'
import { REASON_BYTES_MAX } from './limits.ts'
import type { Merchant } from './settings.ts'
import { cutToBytes } from './words.ts'

const PATH = '/v3/refund/domestic/refunds'
const NOT_THERE: ReadonlySet<string> = new Set(['RESOURCE_NOT_EXISTS', 'REFUND_NOT_EXISTS'])

/** The same number again is the same refund, and answers what has become of it. */
export async function refund(
  desk: Desk,
  account: Merchant,
  ask: RefundAsk,
): Promise<Said<RefundFact>> {
  const { payment, refundNo, amount, currency, reason, notifyUrl } = ask
  const told = await call(desk, account, {
    method: 'POST',
    path: PATH,
    body: {
      transaction_id: payment.txn,
      out_refund_no: refundNo,
      ...(reason !== '' && { reason: cutToBytes(reason, REASON_BYTES_MAX) }),
      notify_url: notifyUrl,
      amount: { refund: Number(amount), total: Number(payment.amount), currency },
    },
  })
  return told.told === 'done' ? factOf(desk, account, ask, told.fields) : saidOf(told)
}

export async function queryRefund(
  desk: Desk,
  account: Merchant,
  ask: RefundAsk,
): Promise<Said<RefundView>> {
  const path = `${PATH}/${encodeURIComponent(ask.refundNo)}`
  const told = await call(desk, account, { method: 'GET', path })
  if (told.told === 'refused' && NOT_THERE.has(told.code)) return yes({ kind: 'not_there' })
  return told.told === 'done' ? factOf(desk, account, ask, told.fields) : saidOf(told)
}

function factOf(
  { ground }: Desk,
  account: Merchant,
  { refundNo }: RefundAsk,
  fields: Fields,
): Said<RefundFact> {
  if (fields['out_refund_no'] !== refundNo) return unknown('answer_of_another')
  const fact = refundFact(account, fields, {
    merchant: account.settings.mchid,
    at: ground.now() as RefundFact['at'],
  })
  return fact ? yes(fact) : unknown('answer_incomplete')
}
