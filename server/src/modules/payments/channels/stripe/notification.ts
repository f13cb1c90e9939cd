import type { Delivery, Ground, Parsed, Reply } from '../../channel.ts'
import type { Fact } from '../../fact.ts'
import { parseStrictJson } from '../../strict-json.ts'
import { readAs } from '../shape.ts'
import {
  disputeFact,
  endFact,
  instantOf,
  keepsCard,
  type Origin,
  paymentOfIntent,
  paymentOfSession,
  refundFact,
} from './facts.ts'
import type { StripeAccount } from './settings.ts'
import { Charge, Dispute, Event, Intent, Refund, Session } from './shapes.ts'
import { judgeSignature } from './signature.ts'

const reply = (status: number, why: string): Reply => ({
  status,
  type: 'text/plain',
  body: why,
})

const forged = (why: string, status = 400): Parsed => ({
  verdict: 'forged',
  why,
  reply: reply(status, why),
})

export function parseNotification(
  ground: Ground,
  { merchant, secrets }: StripeAccount,
  { headers, body }: Delivery,
): Parsed {
  const keys = secrets.webhook_secrets.filter((secret) => secret.trim() !== '')
  if (keys.length === 0) return forged('no_secret', 404)
  const judged = judgeSignature(headers['stripe-signature'], body, keys, ground.now())
  if (!judged.genuine) return forged(judged.why)
  const event = readAs(Event, parseStrictJson(body))
  if (!event) return forged('not_an_event')
  const from = { merchant: event.account ?? merchant, livemode: event.livemode }
  const facts = READERS.get(event.type)?.(event, from) ?? []
  // What we ought to understand and do not is not waved through: it comes again, and somebody looks.
  if (facts === 'unreadable')
    return { verdict: 'later', why: 'event_unreadable', reply: reply(500, 'event_unreadable') }
  const { id, type } = event
  return { verdict: 'genuine', id, type, keyId: judged.keyId, facts }
}

type Reader = (event: Event, from: Origin) => readonly Fact[] | 'unreadable'

const sessionReader =
  (read: (session: Session, event: Event, from: Origin) => readonly Fact[]): Reader =>
  (event, from) => {
    const session = readAs(Session, event.data.object)
    if (!session) return 'unreadable'
    return session.mode === 'payment' ? read(session, event, from) : []
  }

const paid = sessionReader((session, event, from) => {
  const fact = paymentOfSession(session, from, instantOf(event.created))
  // Complete and not paid: a bank works at it.
  if (!fact)
    return session.client_reference_id === null || session.payment_status !== 'unpaid'
      ? []
      : [{ kind: 'look', ...from, tradeNo: session.client_reference_id }]
  // The event does not name the card that was kept, the answer to a question does.
  if (keepsCard(session) && fact.tradeNo !== undefined)
    return [{ kind: 'look', ...from, tradeNo: fact.tradeNo }]
  return [fact]
})

const ended = (how: 'closed' | 'failed'): Reader =>
  sessionReader(({ client_reference_id: tradeNo }, _event, from) =>
    tradeNo === null ? [] : [endFact(tradeNo, from, how)],
  )

const charged: Reader = (event, from) => {
  const intent = readAs(Intent, event.data.object)
  if (!intent) return 'unreadable'
  const fact = paymentOfIntent(intent, from, instantOf(event.created))
  return fact ? [fact] : []
}

/** On a session's page a card that was refused is followed by another; a saved one is alone. */
const cardEnded =
  (how: 'closed' | 'failed'): Reader =>
  (event, from) => {
    const intent = readAs(Intent, event.data.object)
    if (!intent) return 'unreadable'
    const { method, trade_no: tradeNo } = intent.metadata ?? {}
    return method === 'saved_card' && tradeNo !== undefined ? [endFact(tradeNo, from, how)] : []
  }

const refunded: Reader = (event, from) => {
  const refund = readAs(Refund, event.data.object)
  return refund ? [refundFact(refund, from, instantOf(event.created))] : 'unreadable'
}

/** Names its refunds only where the endpoint asked for them; each has an event of its own besides. */
const chargeRefunded: Reader = (event, from) => {
  const charge = readAs(Charge, event.data.object)
  if (!charge) return 'unreadable'
  const at = instantOf(event.created)
  return (charge.refunds?.data ?? []).map((one) => refundFact(one, from, at))
}

const disputed: Reader = (event, from) => {
  const dispute = readAs(Dispute, event.data.object)
  return dispute ? [disputeFact(dispute, from, instantOf(event.created))] : 'unreadable'
}

/** All others are genuine and tell us nothing. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ['checkout.session.completed', paid],
  ['checkout.session.async_payment_succeeded', paid],
  ['checkout.session.async_payment_failed', ended('failed')],
  ['checkout.session.expired', ended('closed')],
  ['payment_intent.succeeded', charged],
  ['payment_intent.payment_failed', cardEnded('failed')],
  ['payment_intent.canceled', cardEnded('closed')],
  ['refund.created', refunded],
  ['refund.updated', refunded],
  ['refund.failed', refunded],
  ['charge.refund.updated', refunded],
  ['charge.refunded', chargeRefunded],
  ['charge.dispute.created', disputed],
  ['charge.dispute.updated', disputed],
  ['charge.dispute.funds_withdrawn', disputed],
  ['charge.dispute.funds_reinstated', disputed],
  ['charge.dispute.closed', disputed],
])
