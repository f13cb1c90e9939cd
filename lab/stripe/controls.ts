import type { Stripe } from 'stripe'
import type { Json, Provider } from '../kit/provider.ts'
import { isFault } from './answer.ts'
import { CARD_MANNERS } from './books.ts'
import { unrefunded } from './charge.ts'
import { closeDispute, openDispute } from './dispute-charge.ts'
import { OVERLAP_MS } from './endpoint.ts'
import type { Merchant } from './merchant.ts'
import { pageOf, shopOf } from './page.ts'
import { expire, paySession, settleDelayed, WAYS } from './pay-session.ts'
import { idOf } from './payment-intent.ts'
import { REFUND_REASONS, refundCharge, settleRefund } from './refund-charge.ts'
import { send } from './tell.ts'

type Control = (input: Json) => Json

/** What payers, banks and the dashboard do. One that cannot be done rejects with a sentence. */
export function controlsOf(merchant: Merchant): Provider['controls'] {
  const all: Readonly<Record<string, Control>> = {
    ...webhookControls(merchant),
    ...payerControls(merchant),
    ...moneyControls(merchant),
  }
  return Object.fromEntries(
    Object.entries(all).map(([name, control]) => [name, async (input: Json) => control(input)]),
  )
}

function no(why: string): never {
  throw new Error(why)
}

/** A word that is not one of them is a mistake of whoever asks, and not the other one. */
const oneOf = <W extends string>(name: string, unchecked: unknown, words: readonly W[]): W =>
  words.find((word) => word === unchecked) ?? no(`${name} is one of ${words.join(', ')}`)

const hasArrived = (outcome: unknown): boolean =>
  oneOf('outcome', outcome, ['succeeded', 'failed']) === 'succeeded'

const NO_INTENT = 'there is no such payment intent'

function webhookControls(merchant: Merchant): Record<string, Control> {
  const { books, endpoint } = merchant
  return {
    /** `{url, secret?}`: one endpoint, which hears of everything. */
    set_webhook: ({ url, secret }) => {
      if (typeof url !== 'string' || !URL.canParse(url)) return no('url is no address')
      endpoint.set(url, typeof secret === 'string' && secret.trim() !== '' ? secret : undefined)
      return { url, secret: endpoint.secrets()[0] }
    },
    /** `{overlap_ms?}`: the old secret signs beside the new one for so long, by Stripe's clock. */
    rotate_secret: ({ overlap_ms }) => {
      const secret = endpoint.rotate(typeof overlap_ms === 'number' ? overlap_ms : OVERLAP_MS)
      return { secret, secrets: endpoint.secrets() }
    },
    /** `{event}`: once more, under the same id. */
    resend_event: ({ event }) => {
      const found = books.events.get(String(event)) ?? no('there is no such event')
      send(merchant, found)
      return { event: found.id, type: found.type }
    },
  }
}

/** What Stripe says it usually takes. */
const SEARCH_LAG_MS = 60_000

function payerControls(merchant: Merchant): Record<string, Control> {
  const { books, knobs } = merchant
  return {
    /** `{session, way?}`: the buttons of the hosted page. A declined card is an answer. */
    pay: ({ session: id, way = 'card' }) => {
      const session = books.sessions.get(String(id)) ?? no('there is no such session')
      const fault = paySession(merchant, session, oneOf('way', way, WAYS))
      if (fault && fault.type !== 'card_error') return no(fault.message)
      const { status, payment_status, payment_intent } = session
      return {
        ...(fault && { declined: fault.code }),
        ...{ status, payment_status, payment_intent },
        location: fault ? `${pageOf(session.id)}?declined` : shopOf(session),
      }
    },
    /** `{payment_intent, outcome}`: what came of a way that takes days. */
    settle: ({ payment_intent, outcome }) => {
      const intent = books.intents.get(String(payment_intent)) ?? no(NO_INTENT)
      const settled = settleDelayed(merchant, intent, hasArrived(outcome))
      return settled
        ? { payment_intent: settled.id, status: settled.status }
        : no('the payment waits for nobody')
    },
    /** `{ms?}`: search does not find what is younger than this, by Stripe's clock. */
    lag_search: ({ ms = SEARCH_LAG_MS }) => {
      knobs.searchLagMs = Number(ms)
      return { ms: knobs.searchLagMs }
    },
    /** `{payment_method, manner}`: how a saved card behaves from now on. */
    set_card: ({ payment_method, manner }) => {
      if (!books.methods.has(String(payment_method))) return no('there is no such card')
      const known = oneOf('manner', manner, CARD_MANNERS)
      books.cards.set(String(payment_method), known)
      return { payment_method, manner: known }
    },
    /** `{session}`: its end comes now. */
    expire_session: ({ session: id }) => {
      const session = books.sessions.get(String(id))
      if (session?.status !== 'open') return no('the session is not open')
      expire(merchant, session)
      return { session: session.id, status: session.status }
    },
  }
}

function moneyControls(merchant: Merchant): Record<string, Control> {
  const { books, knobs } = merchant
  const chargeOf = (intent: unknown): Stripe.Charge | undefined =>
    books.charges.get(idOf(books.intents.get(String(intent))?.latest_charge ?? null) ?? '')
  return {
    /** `{payment_intent, amount?, reason?}`: begun in the dashboard, with no number of the shop. */
    refund_in_console: ({ payment_intent, amount, reason }) => {
      const charge = chargeOf(payment_intent) ?? no(NO_INTENT)
      const refund = refundCharge(merchant, charge, {
        amount: typeof amount === 'number' ? amount : undefined,
        reason: REFUND_REASONS.find((one) => one === reason),
        metadata: {},
      })
      return isFault(refund) ? no(refund.message) : { refund: refund.id }
    },
    /** `{times?}`: so many refunds stay pending until `settle_refund`. */
    hold_refunds: ({ times = 1 }) => {
      knobs.pendingRefunds = Number(times)
      return { times: knobs.pendingRefunds }
    },
    /** `{refund, outcome}`: a pending refund ends; one that succeeded comes back. */
    settle_refund: ({ refund: id, outcome }) => {
      const refund = books.refunds.get(String(id)) ?? no('there is no such refund')
      const settled = settleRefund(merchant, refund, hasArrived(outcome))
      return settled ? { refund: settled.id, status: settled.status } : no('the refund has ended')
    },
    /** `{payment_intent, amount?, reason?}` */
    open_dispute: ({ payment_intent, amount, reason = 'fraudulent' }) => {
      const charge = chargeOf(payment_intent) ?? no(NO_INTENT)
      const sum = typeof amount === 'number' ? amount : unrefunded(charge)
      const dispute = openDispute(merchant, charge, sum, String(reason))
      return dispute
        ? { dispute: dispute.id, status: dispute.status }
        : no('the charge cannot be disputed')
    },
    /** `{dispute, outcome}`: `won` or `lost`. */
    close_dispute: ({ dispute: id, outcome }) => {
      const dispute = books.disputes.get(String(id)) ?? no('there is no such dispute')
      const closed = closeDispute(
        merchant,
        dispute,
        oneOf('outcome', outcome, ['won', 'lost']) === 'won',
      )
      return closed ? { dispute: closed.id, status: closed.status } : no('the dispute has ended')
    },
  }
}
