import { isoOf, type Refund } from './books.ts'
import { addressOf } from './capture.ts'
import { spoken } from './money.ts'
import { optional } from './optional.ts'

/** A refund as PayPal shows it. A reversal looks the same, and says so in its note. */
export function refundFace(refund: Refund): object {
  const { currency, capture } = refund
  const nothing = spoken({ amount: 0, currency })
  return {
    id: refund.id,
    amount: spoken(refund),
    seller_payable_breakdown: {
      gross_amount: spoken(refund),
      paypal_fee: nothing,
      net_amount: spoken(refund),
      total_refunded_amount: spoken({ amount: refund.refundedTotal, currency }),
    },
    ...optional('invoice_id', refund.invoiceId),
    ...optional('custom_id', refund.customId),
    ...optional('note_to_payer', refund.note),
    status: refund.status,
    ...(refund.status === 'PENDING' && { status_details: { reason: 'ECHECK' } }),
    create_time: isoOf(refund.createdAt),
    update_time: isoOf(refund.updatedAt),
    links: linksOf(refund, addressOf(capture)),
  }
}

export const refundBrief = (refund: Refund): object => ({
  id: refund.id,
  status: refund.status,
  links: linksOf(refund, addressOf(refund.capture)),
})

const linksOf = ({ id, capture }: Refund, up: string): object[] => [
  { href: `${capture.order.origin}/v2/payments/refunds/${id}`, rel: 'self', method: 'GET' },
  { href: up, rel: 'up', method: 'GET' },
]
