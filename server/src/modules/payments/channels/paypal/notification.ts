import type { Delivery, Ground, Parsed, Reply } from '../../channel.ts'
import type { Fact } from '../../fact.ts'
import { parseStrictJson } from '../../strict-json.ts'
import { readAs } from '../shape.ts'
import type { Certificates } from './certificates.ts'
import {
  captureAbove,
  disputeFacts,
  instantOf,
  isPaid,
  type Origin,
  paymentFact,
  refundFact,
  reversalFact,
  tradeNoIn,
} from './facts.ts'
import type { PaypalAccount } from './settings.ts'
import { Capture, Dispute, Event, Order, Refund } from './shapes.ts'
import { judgeSignature } from './signature.ts'

const refusal = (verdict: 'forged' | 'later', why: string, status: number): Parsed => ({
  verdict,
  why,
  reply: { status, type: 'text/plain', body: why } satisfies Reply,
})

export async function parseNotification(
  ground: Ground,
  certificates: Certificates,
  account: PaypalAccount,
  { headers, body }: Delivery,
): Promise<Parsed> {
  // It is part of what is signed: without one of ours any message of any app would do.
  if (account.settings.webhook_id.trim() === '') return refusal('forged', 'no_webhook_id', 404)
  const judged = await judgeSignature(certificates, account, { headers, body }, ground.now())
  if (judged.verdict !== 'genuine')
    return refusal(judged.verdict, judged.why, judged.verdict === 'forged' ? 400 : 503)
  const event = readAs(Event, parseStrictJson(body))
  if (!event) return refusal('forged', 'not_an_event', 400)
  const from = { merchant: account.merchant, livemode: judged.livemode }
  const facts = READERS.get(event.event_type)?.(event, from) ?? []
  // What we ought to understand and do not is not waved through: it comes again, and somebody looks.
  if (facts === 'unreadable') return refusal('later', 'event_unreadable', 500)
  return { verdict: 'genuine', id: event.id, type: event.event_type, keyId: judged.keyId, facts }
}

type Reader = (event: Event, from: Origin) => readonly Fact[] | 'unreadable'

/** What an order's events say is no money yet: the order is looked at, and captured where it may be. */
const looked: Reader = ({ resource }, from) => {
  const order = readAs(Order, resource)
  if (!order) return 'unreadable'
  const unit = order.purchase_units?.[0]
  const tradeNo = tradeNoIn(unit?.custom_id)
  const merchant = unit?.payee?.merchant_id ?? from.merchant
  return tradeNo === undefined ? [] : [{ kind: 'look', ...from, merchant, tradeNo }]
}

const captured: Reader = ({ resource }, from) => {
  const capture = readAs(Capture, resource)
  if (!capture) return 'unreadable'
  return isPaid(capture) ? [paymentFact(capture, from)] : []
}

const refused: Reader = ({ resource }, from) => {
  const capture = readAs(Capture, resource)
  if (!capture) return 'unreadable'
  const tradeNo = tradeNoIn(capture.custom_id)
  const merchant = capture.payee?.merchant_id ?? from.merchant
  return tradeNo === undefined ? [] : [{ kind: 'end', ...from, merchant, tradeNo, how: 'failed' }]
}

const refunded: Reader = ({ resource }, from) => {
  const refund = readAs(Refund, resource)
  return refund ? [refundFact(refund, from)] : 'unreadable'
}

/** Told of the refund that PayPal made of it, or of the capture itself. */
const reversed: Reader = (event, from) => {
  const refund = readAs(Refund, event.resource)
  if (refund && captureAbove(refund) !== undefined) return [refundFact(refund, from)]
  const capture = readAs(Capture, event.resource)
  return capture ? [reversalFact(capture, from, instantOf(capture.create_time))] : 'unreadable'
}

const disputed: Reader = ({ resource }, from) => {
  const dispute = readAs(Dispute, resource)
  return dispute ? disputeFacts(dispute, from) : 'unreadable'
}

/** All others are genuine and tell us nothing. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ['CHECKOUT.ORDER.APPROVED', looked],
  ['CHECKOUT.ORDER.COMPLETED', looked],
  ['CHECKOUT.ORDER.VOIDED', looked],
  ['PAYMENT.CAPTURE.COMPLETED', captured],
  ['PAYMENT.CAPTURE.DENIED', refused],
  ['PAYMENT.CAPTURE.DECLINED', refused],
  ['PAYMENT.CAPTURE.REFUNDED', refunded],
  ['PAYMENT.REFUND.PENDING', refunded],
  ['PAYMENT.REFUND.FAILED', refunded],
  ['PAYMENT.CAPTURE.REVERSED', reversed],
  ['CUSTOMER.DISPUTE.CREATED', disputed],
  ['CUSTOMER.DISPUTE.UPDATED', disputed],
  ['CUSTOMER.DISPUTE.RESOLVED', disputed],
])
