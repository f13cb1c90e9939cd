import type { Stripe } from 'stripe'
import type { Waiting } from '../kit/provider.ts'
import type { Merchant } from './merchant.ts'
import { expireWhereDue, WAYS, type Way } from './pay-session.ts'
import { isDelayed } from './session.ts'

/** Sessions that can be paid, and what banks have yet to decide. */
export function waitingAt(merchant: Merchant): Waiting[] {
  const { sessions, intents, refunds, plans } = merchant.books
  for (const session of sessions.values()) expireWhereDue(merchant, session)
  const open = [...sessions.values()].filter(({ status }) => status === 'open')
  const under = [...intents.values()].filter(({ status }) => status === 'processing')
  const back = [...refunds.values()].filter(({ status }) => status === 'pending')
  return [
    ...open.map((session) => ({
      what: [
        ...['checkout', session.client_reference_id ?? session.id],
        shown(session.amount_total ?? 0, session.currency ?? ''),
        plans.get(session.id)?.lines[0]?.description ?? '',
      ].join(' '),
      buttons: [
        ...WAYS.filter((way) => isOffered(session, way)).map((way) => ({
          control: 'pay',
          words: WORDS[way],
          input: { session: session.id, way },
        })),
        { control: 'expire_session', words: 'expire', input: { session: session.id } },
      ],
    })),
    ...under.map(({ id, amount, currency, metadata }) => ({
      what: `payment under way ${metadata['trade_no'] ?? id} ${shown(amount, currency)}`,
      buttons: ENDS.map((outcome) => ({
        control: 'settle',
        words: outcome,
        input: { payment_intent: id, outcome },
      })),
    })),
    ...back.map(({ id, amount, currency }) => ({
      what: `refund under way ${id} ${shown(amount, currency)}`,
      buttons: ENDS.map((outcome) => ({
        control: 'settle_refund',
        words: outcome,
        input: { refund: id, outcome },
      })),
    })),
  ]
}

const ENDS = ['succeeded', 'failed'] as const

const WORDS: Readonly<Record<Way, string>> = {
  card: 'pay',
  asks: 'pay, and be asked',
  declined: 'be declined',
  delayed: 'pay by bank',
}

export const isOffered = (session: Stripe.Checkout.Session, way: Way): boolean =>
  session.payment_method_types.some((type) => isDelayed(type) === (way === 'delayed'))

/** `12.34 USD`, of 1234. */
export function shown(minor: number, currency: string): string {
  const code = currency.toUpperCase()
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: code })
  const places = format.resolvedOptions().maximumFractionDigits ?? 2
  const digits = String(minor).padStart(places + 1, '0')
  const cut = digits.length - places
  return `${digits.slice(0, cut)}${places === 0 ? '' : `.${digits.slice(cut)}`} ${code}`
}
