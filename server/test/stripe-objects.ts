/** Objects as Stripe sends them, of what anybody reads; the rest of a real one is left out. */
type Json = Readonly<Record<string, unknown>>

export const TRADE_NO = '01jd8x5q2m7r4t6v8w0y1z3a5c'
export const REFUND_NO = '01jd8x9q2m7r4t6v8w0y1z3a5d'
export const NOW_S = 1_795_000_000

export const session = (over: Json = {}): Json => ({
  id: 'cs_test_1',
  object: 'checkout.session',
  mode: 'payment',
  status: 'complete',
  payment_status: 'paid',
  amount_total: 600,
  currency: 'usd',
  created: NOW_S - 60,
  livemode: false,
  client_reference_id: TRADE_NO,
  metadata: { trade_no: TRADE_NO, method: 'checkout' },
  payment_intent: 'pi_1',
  url: null,
  ...over,
})

export const intent = (over: Json = {}): Json => ({
  id: 'pi_1',
  object: 'payment_intent',
  status: 'succeeded',
  amount: 600,
  amount_received: 600,
  currency: 'usd',
  created: NOW_S - 30,
  livemode: false,
  metadata: { trade_no: TRADE_NO, method: 'checkout' },
  customer: null,
  payment_method: 'pm_1',
  setup_future_usage: null,
  latest_charge: { id: 'ch_1', object: 'charge', created: NOW_S - 10 },
  ...over,
})

export const refund = (over: Json = {}): Json => ({
  id: 're_1',
  object: 'refund',
  status: 'succeeded',
  amount: 200,
  currency: 'usd',
  created: NOW_S,
  metadata: { refund_id: REFUND_NO, trade_no: TRADE_NO },
  payment_intent: 'pi_1',
  charge: 'ch_1',
  ...over,
})

export const dispute = (over: Json = {}): Json => ({
  id: 'dp_1',
  object: 'dispute',
  status: 'needs_response',
  amount: 600,
  currency: 'usd',
  payment_intent: 'pi_1',
  charge: 'ch_1',
  ...over,
})

export const event = (type: string, object: unknown, over: Json = {}): Json => ({
  id: 'evt_1',
  object: 'event',
  api_version: '2026-10-28.endive',
  created: NOW_S,
  type,
  livemode: false,
  data: { object },
  ...over,
})

export const failure = (type: string, code: string, more: Json = {}): Json => ({
  error: { type, code, message: 'no', ...more },
})
