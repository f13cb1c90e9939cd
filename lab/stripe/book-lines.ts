import type { Stripe } from 'stripe'
import type { BookLine } from '../kit/provider.ts'
import type { Books } from './books.ts'

/** The shop's own number: what it wrote on the object, or the key it asked with. */
export function bookLines(books: Books): BookLine[] {
  const sessionOf = (intent: string): Stripe.Checkout.Session | undefined =>
    [...books.sessions.values()].find(({ payment_intent }) => payment_intent === intent)
  return [
    ...[...books.intents.values()].map(
      ({ id, amount, currency, status, metadata }): BookLine => ({
        kind: 'payment',
        number:
          sessionOf(id)?.client_reference_id ??
          metadata['trade_no'] ??
          books.askedWith.get(id) ??
          '',
        id,
        amount,
        currency: currency.toUpperCase(),
        state: status,
      }),
    ),
    ...[...books.refunds.values()].map(
      ({ id, amount, currency, status, metadata }): BookLine => ({
        kind: 'refund',
        number: metadata?.['refund_no'] ?? books.askedWith.get(id) ?? '',
        id,
        amount,
        currency: currency.toUpperCase(),
        state: status ?? '',
      }),
    ),
    ...[...books.disputes.values()].map(
      ({ id, amount, currency, status }): BookLine => ({
        kind: 'dispute',
        number: '',
        id,
        amount,
        currency: currency.toUpperCase(),
        state: status,
      }),
    ),
  ]
}
