import { type Capture, isoOf } from './books.ts'
import { spoken } from './money.ts'
import { optional } from './optional.ts'

/** A capture as an order shows it. */
export function captureFace(capture: Capture): object {
  const { id, status, reason, currency, amount, fee, order } = capture
  const gross = spoken(capture)
  const isPaid = status !== 'PENDING' && status !== 'DECLINED'
  return {
    id,
    status,
    ...(reason !== undefined && { status_details: { reason } }),
    amount: gross,
    final_capture: true,
    seller_protection: {
      status: 'ELIGIBLE',
      dispute_categories: ['ITEM_NOT_RECEIVED', 'UNAUTHORIZED_TRANSACTION'],
    },
    ...(isPaid && {
      seller_receivable_breakdown: {
        gross_amount: gross,
        paypal_fee: spoken({ amount: fee, currency }),
        net_amount: spoken({ amount: amount - fee, currency }),
      },
    }),
    ...optional('invoice_id', order.unit.invoiceId),
    ...optional('custom_id', order.unit.customId),
    links: [
      { href: addressOf(capture), rel: 'self', method: 'GET' },
      { href: `${addressOf(capture)}/refund`, rel: 'refund', method: 'POST' },
      { href: `${order.origin}/v2/checkout/orders/${order.id}`, rel: 'up', method: 'GET' },
    ],
    create_time: isoOf(capture.createdAt),
    update_time: isoOf(capture.updatedAt),
  }
}

/** A capture alone, which says what it belongs to. */
export const captureAlone = (
  capture: Capture,
  merchant: { readonly id: string; readonly email: string },
): object => ({
  ...captureFace(capture),
  supplementary_data: { related_ids: { order_id: capture.order.id } },
  payee: { email_address: merchant.email, merchant_id: merchant.id },
})

export const addressOf = ({ id, order }: Capture): string =>
  `${order.origin}/v2/payments/captures/${id}`
