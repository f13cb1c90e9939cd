import {
  type Ground,
  no,
  type RefundAsk,
  type RefundView,
  type Said,
  unknown,
  yes,
} from '../../channel.ts'
import type { RefundFact } from '../../fact.ts'
import { asQuestion } from '../said.ts'
import { readAs } from '../shape.ts'
import { toStripe } from './amount.ts'
import { asking, openClient } from './client.ts'
import { instantOf, originOf, refundFact } from './facts.ts'
import { PAGE_ROWS, REFUND_ROWS_MAX } from './limits.ts'
import type { StripeAccount } from './settings.ts'
import { Page, Refund } from './shapes.ts'

export async function refund(
  ground: Ground,
  account: StripeAccount,
  ask: RefundAsk,
): Promise<Said<RefundFact>> {
  const amount = toStripe(ask.amount, ask.currency)
  if (amount === undefined) return no('amount_unsupported')
  const client = openClient(ground, account)
  const params = {
    payment_intent: ask.payment.txn,
    amount,
    metadata: { refund_id: ask.refundNo, trade_no: ask.payment.tradeNo },
  }
  const said = await asking(Refund, () =>
    client.refunds.create(params, { idempotencyKey: ask.refundNo }),
  )
  if (said.said === 'yes') return yes(factOf(said.value, account))
  if (said.said !== 'no' || said.code !== 'charge_already_refunded') return said
  // By us, before Stripe forgot the key, or by somebody else; whose it was the refund says.
  const found = await queryRefund(ground, account, ask)
  if (found.said !== 'yes') return found
  return found.value.kind === 'refund' ? yes(found.value) : said
}

export async function queryRefund(
  ground: Ground,
  account: StripeAccount,
  ask: RefundAsk,
): Promise<Said<RefundView>> {
  const client = openClient(ground, account)
  let after: string | undefined
  for (let rows = 0; rows < REFUND_ROWS_MAX; rows += PAGE_ROWS) {
    const params = {
      payment_intent: ask.payment.txn,
      limit: PAGE_ROWS,
      ...(after !== undefined && { starting_after: after }),
    }
    const said = asQuestion(await asking(Page, () => client.refunds.list(params)))
    if (said.said !== 'yes') return said
    const refunds = said.value.data.map((one) => readAs(Refund, one))
    const ours = refunds.find((one) => one?.metadata?.['refund_id'] === ask.refundNo)
    if (ours) return yes(factOf(ours, account))
    // To miss one because it cannot be read would be to ask for the money twice.
    if (refunds.includes(undefined)) return unknown('answer_unreadable')
    after = refunds.at(-1)?.id
    if (!said.value.has_more || after === undefined) return yes({ kind: 'not_there' })
  }
  return unknown('too_many_refunds')
}

const factOf = (one: Refund, account: StripeAccount): RefundFact =>
  refundFact(one, originOf(account), instantOf(one.created))
