import type { Json, Provider } from '../kit/provider.ts'
import { approveOrder, reverseApproval } from './approve-order.ts'
import { PENDING_REASONS } from './books.ts'
import { settleCapture } from './capture-order.ts'
import { CHAIN_KINDS } from './chain.ts'
import { closeDispute, openDispute } from './dispute.ts'
import type { Merchant } from './merchant.ts'
import { shopOf } from './page.ts'
import { refundCapture, reverseCapture, settleRefund } from './refund-capture.ts'
import type { Tokens } from './tokens.ts'

type Control = (input: Json) => Promise<Json>

/** What payers, banks and PayPal itself do. One that cannot be done rejects with a sentence. */
export const controlsOf = (merchant: Merchant, tokens: Tokens): Provider['controls'] => ({
  ...webhookControls(merchant, tokens),
  ...orderControls(merchant),
  ...refundControls(merchant),
  ...disputeControls(merchant),
})

function no(why: string): never {
  throw new Error(why)
}

/** A word that is not one of them is a mistake of whoever asks, and not the other one. */
const oneOf = <W extends string>(name: string, unchecked: unknown, words: readonly W[]): W =>
  words.find((word) => word === unchecked) ?? no(`${name} is one of ${words.join(', ')}`)

const hasArrived = (outcome: unknown, otherwise: string): boolean =>
  oneOf('outcome', outcome, ['completed', otherwise]) === 'completed'

function webhookControls(merchant: Merchant, tokens: Tokens): Record<string, Control> {
  const { webhook, chain } = merchant
  return {
    /** `{url, webhook_id?}` */
    set_webhook: async ({ url, webhook_id }) => {
      if (typeof url !== 'string' || !URL.canParse(url)) return no('url is no address')
      webhook.url = url
      if (typeof webhook_id === 'string' && webhook_id !== '') webhook.id = webhook_id
      return { url, webhook_id: webhook.id }
    },
    /** `{kind?}`: another key and certificate from now on, a good one or one that must be refused. */
    rotate_keys: async ({ kind = 'good' }) => {
      const known = oneOf('kind', kind, CHAIN_KINDS)
      return { certificate: (await chain.rotate(known)).id, kind: known }
    },
    /** Every token in use ends now. */
    expire_tokens: async () => ({ expired: tokens.expire() }),
  }
}

function orderControls(merchant: Merchant): Record<string, Control> {
  const { books, knobs } = merchant
  return {
    /** `{order, instrument?}`: the buttons of the page; the instrument is `good` or `declined`. */
    approve: async ({ order: id, instrument = 'good' }) => {
      const order = books.orders.get(String(id)) ?? no('there is no such order')
      const isDeclined = oneOf('instrument', instrument, ['good', 'declined']) === 'declined'
      if (!approveOrder(merchant, order, isDeclined)) return no('it is too late')
      const location = shopOf(order)
      return { order: order.id, status: order.status, ...(location !== undefined && { location }) }
    },
    /** `{order}`: approved, never captured, and let go. */
    reverse_approval: async ({ order: id }) => {
      const order = books.orders.get(String(id))
      const reversed = order && reverseApproval(merchant, order)
      return reversed
        ? { order: reversed.id, status: reversed.status }
        : no('the order is not approved')
    },
    /** `{times?}`: so many captures find the instrument declined. */
    decline_captures: async ({ times = 1 }) => {
      knobs.declines = Number(times)
      return { times: knobs.declines }
    },
    /** `{times?, reason?}`: so many captures wait for `settle_capture`. */
    hold_captures: async ({ times = 1, reason }) => {
      knobs.pendingCaptures = Number(times)
      knobs.pendingReason = PENDING_REASONS.find((one) => one === reason) ?? 'PENDING_REVIEW'
      return { times: knobs.pendingCaptures, reason: knobs.pendingReason }
    },
    /** `{capture, outcome}`: `completed` or `denied`. */
    settle_capture: async ({ capture: id, outcome }) => {
      const capture = books.captures.get(String(id))
      const settled = capture && settleCapture(merchant, capture, hasArrived(outcome, 'denied'))
      return settled ? { capture: settled.id, status: settled.status } : no('it waits for nobody')
    },
    /** `{capture}`: PayPal takes the money back. */
    reverse_capture: async ({ capture: id }) => {
      const capture = books.captures.get(String(id))
      const refund = capture && reverseCapture(merchant, capture)
      return refund
        ? { refund: refund.id, status: refund.capture.status }
        : no('nothing is left of it')
    },
  }
}

function refundControls(merchant: Merchant): Record<string, Control> {
  const { books, knobs } = merchant
  return {
    /** `{capture, amount?}`, in the smallest unit: by hand, with no number of the shop. */
    refund_in_console: async ({ capture: id, amount }) => {
      const capture = books.captures.get(String(id))
      if (!capture) return no('there is no such capture')
      const wanted = typeof amount === 'number' ? amount : undefined
      const refund = refundCapture(merchant, capture, wanted, BY_HAND)
      return 'body' in refund
        ? no('that much cannot go back')
        : { refund: refund.id, status: refund.status }
    },
    /** `{times?}`: so many refunds wait for `settle_refund`. */
    hold_refunds: async ({ times = 1 }) => {
      knobs.pendingRefunds = Number(times)
      return { times: knobs.pendingRefunds }
    },
    /** `{refund, outcome}`: `completed` or `failed`. */
    settle_refund: async ({ refund: id, outcome }) => {
      const refund = books.refunds.get(String(id))
      const settled = refund && settleRefund(merchant, refund, hasArrived(outcome, 'failed'))
      return settled ? { refund: settled.id, status: settled.status } : no('it waits for nobody')
    },
  }
}

const BY_HAND = {
  invoiceId: undefined,
  customId: undefined,
  note: undefined,
  requestId: undefined,
}

function disputeControls(merchant: Merchant): Record<string, Control> {
  const { books } = merchant
  return {
    /** `{capture, amount?, reason?}` */
    open_dispute: async ({ capture: id, amount, reason = 'UNAUTHORISED' }) => {
      const capture = books.captures.get(String(id))
      if (!capture) return no('there is no such capture')
      const sum = typeof amount === 'number' ? amount : capture.amount - capture.refunded
      const dispute = openDispute(merchant, capture, sum, String(reason))
      return dispute ? { dispute: dispute.id } : no('the capture cannot be disputed')
    },
    /** `{dispute, outcome}`: `won` or `lost`. */
    close_dispute: async ({ dispute: id, outcome }) => {
      const dispute = books.disputes.get(String(id))
      const closed =
        dispute && closeDispute(merchant, dispute, oneOf('outcome', outcome, ['won', 'lost']))
      return closed
        ? { dispute: closed.id, outcome: closed.outcome }
        : no('there is no such dispute, or it has ended')
    },
  }
}
