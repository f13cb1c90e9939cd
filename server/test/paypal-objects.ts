/** Objects as PayPal sends them, of what anybody reads. */
type Json = Readonly<Record<string, unknown>>

export const TRADE_NO = '01jd8x5q2m7r4t6v8w0y1z3a5c'
export const REFUND_NO = '01jd8x9q2m7r4t6v8w0y1z3a5d'
export const NOW_MS = Date.parse('2026-11-21T12:00:00Z')
export const PAID_AT = '2026-11-21T11:59:50Z'

const link = (rel: string, path: string) => ({
  rel,
  href: `https://api.sandbox.paypal.com${path}`,
  method: 'GET',
})

export const capture = (over: Json = {}): Json => ({
  id: 'CAP1',
  status: 'COMPLETED',
  amount: { currency_code: 'USD', value: '6.00' },
  custom_id: TRADE_NO,
  invoice_id: TRADE_NO,
  final_capture: true,
  create_time: PAID_AT,
  update_time: PAID_AT,
  links: [link('self', '/v2/payments/captures/CAP1'), link('up', '/v2/checkout/orders/ORDER1')],
  ...over,
})

export const refund = (over: Json = {}): Json => ({
  id: 'REF1',
  status: 'COMPLETED',
  amount: { currency_code: 'USD', value: '2.00' },
  custom_id: `refund-${REFUND_NO}`,
  invoice_id: REFUND_NO,
  create_time: PAID_AT,
  update_time: PAID_AT,
  links: [link('self', '/v2/payments/refunds/REF1'), link('up', '/v2/payments/captures/CAP1')],
  ...over,
})

/** An order of one unit; what was paid and paid back of it stands in the unit. */
export const order = (status: string, payments: Json = {}, over: Json = {}): Json => ({
  id: 'ORDER1',
  intent: 'CAPTURE',
  status,
  update_time: PAID_AT,
  purchase_units: [
    {
      reference_id: 'default',
      custom_id: TRADE_NO,
      invoice_id: TRADE_NO,
      amount: { currency_code: 'USD', value: '6.00' },
      payee: { merchant_id: 'MERCHANT1' },
      payments,
    },
  ],
  payer: { payer_id: 'PAYER1' },
  links: [
    link('self', '/v2/checkout/orders/ORDER1'),
    {
      rel: 'payer-action',
      href: 'https://www.sandbox.paypal.com/checkoutnow?token=ORDER1',
      method: 'GET',
    },
  ],
  ...over,
})

export const dispute = (over: Json = {}): Json => ({
  dispute_id: 'PP-D-1',
  status: 'OPEN',
  create_time: PAID_AT,
  update_time: PAID_AT,
  dispute_amount: { currency_code: 'USD', value: '6.00' },
  disputed_transactions: [
    { seller_transaction_id: 'CAP1', seller: { merchant_id: 'MERCHANT1', name: 'A shop' } },
  ],
  ...over,
})

export const event = (event_type: string, resource: unknown): Json => ({
  id: 'WH-1',
  event_version: '1.0',
  create_time: PAID_AT,
  resource_type: 'x',
  event_type,
  resource,
})

export const refusal = (issue: string, status = 422) => ({
  status,
  json: {
    name: status === 404 ? 'RESOURCE_NOT_FOUND' : 'UNPROCESSABLE_ENTITY',
    details: [{ issue, description: 'no' }],
  },
})

export const TOKEN = {
  json: { access_token: 'A21.token', token_type: 'Bearer', expires_in: 32_400 },
}
