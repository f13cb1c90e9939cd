import type { BookLine } from '../kit/provider.ts'
import type { Books } from './books.ts'

/** The shop's own number: what it wrote on the thing, or the request id it asked with. */
export const bookLines = (books: Books): BookLine[] => [
  ...[...books.captures.values()].map(
    ({ id, amount, currency, status, order }): BookLine => ({
      kind: 'payment',
      number: order.unit.customId ?? order.unit.invoiceId ?? '',
      ...{ id, amount, currency },
      state: status,
    }),
  ),
  ...[...books.refunds.values()].map(
    ({ id, amount, currency, status, customId, invoiceId, requestId }): BookLine => ({
      kind: 'refund',
      number: customId ?? invoiceId ?? requestId ?? '',
      ...{ id, amount, currency },
      state: status,
    }),
  ),
  ...[...books.disputes.values()].map(
    ({ id, amount, currency, outcome }): BookLine => ({
      kind: 'dispute',
      number: '',
      ...{ id, amount, currency },
      state: outcome ?? 'open',
    }),
  ),
]
