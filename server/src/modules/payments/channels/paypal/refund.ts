import { no, type RefundAsk, type RefundView, type Said, yes } from '../../channel.ts'
import type { RefundFact } from '../../fact.ts'
import { asQuestion } from '../said.ts'
import { toPaypal } from './amount.ts'
import type { Client } from './client.ts'
import { captureAbove, type Origin, refundFact, refundMark } from './facts.ts'
import { isLive, type PaypalAccount } from './settings.ts'
import { CaptureOrigin, Order, Refund } from './shapes.ts'

export async function refund(
  client: Client,
  account: PaypalAccount,
  ask: RefundAsk,
): Promise<Said<RefundFact>> {
  const amount = toPaypal(ask.amount, ask.currency)
  if (amount === undefined) return no('amount_unsupported')
  const said = await client.ask(
    account,
    {
      method: 'POST',
      path: `${capturePath(ask.payment.txn)}/refund`,
      body: { amount, custom_id: refundMark(ask.refundNo), invoice_id: ask.refundNo },
      requestId: ask.refundNo,
    },
    Refund,
  )
  if (said.said === 'yes') return yes(factOf(said.value, account, ask))
  if (said.said !== 'no' || said.code !== 'capture_fully_refunded') return said
  // By us, before PayPal forgot the number, or by somebody else; whose it was the refund says.
  const found = await queryRefund(client, account, ask)
  if (found.said !== 'yes') return found
  return found.value.kind === 'refund' ? yes(found.value) : said
}

/** PayPal finds a refund by its own number alone, which a lost answer took along; its order lists them all. */
export async function queryRefund(
  client: Client,
  account: PaypalAccount,
  ask: RefundAsk,
): Promise<Said<RefundView>> {
  const order = await orderOf(client, account, ask)
  if (order.said !== 'yes') return order
  const path = `/v2/checkout/orders/${encodeURIComponent(order.value)}`
  // Also where the order is not there: then nothing is known of the refund, least of all that there is none.
  const said = asQuestion(await client.ask(account, { method: 'GET', path }, Order))
  if (said.said !== 'yes') return said
  const refunds = said.value.purchase_units?.flatMap(({ payments }) => payments?.refunds ?? [])
  const ours = refunds?.find((one) => one.custom_id === refundMark(ask.refundNo))
  return yes(ours ? factOf(ours, account, ask) : { kind: 'not_there' })
}

const capturePath = (txn: string): string => `/v2/payments/captures/${encodeURIComponent(txn)}`

async function orderOf(
  client: Client,
  account: PaypalAccount,
  { payment }: RefundAsk,
): Promise<Said<string>> {
  if (payment.ref !== undefined) return yes(payment.ref)
  const question = { method: 'GET', path: capturePath(payment.txn) } as const
  const said = asQuestion(await client.ask(account, question, CaptureOrigin))
  return said.said === 'yes' ? yes(said.value.supplementary_data.related_ids.order_id) : said
}

function factOf(one: Refund, account: PaypalAccount, { payment }: RefundAsk): RefundFact {
  const from: Origin = { merchant: account.merchant, livemode: isLive(account) }
  return refundFact(one, from, {
    txn: captureAbove(one) ?? payment.txn,
    tradeNo: payment.tradeNo,
  })
}
