import type { Stripe } from 'stripe'
import { newId } from './books.ts'
import { RETRIES_MS } from './endpoint.ts'
import { API_VERSION, type Merchant, secondsOf } from './merchant.ts'

const AMOUNTS = ['amount', 'amount_total', 'amount_subtotal', 'amount_received', 'amount_captured']

/**
 * Writes an event down as the object is now, and sends it. `skewed` names another amount than the one that moved: the
 * fault of that name, rightly signed.
 */
export function tell(
  merchant: Merchant,
  type: Stripe.Event['type'],
  object: object,
  skewed = false,
): void {
  const snapshot: Record<string, unknown> = JSON.parse(JSON.stringify(object))
  if (skewed)
    for (const name of AMOUNTS) {
      const amount = snapshot[name]
      if (typeof amount === 'number') snapshot[name] = amount + 1
    }
  const event: Stripe.EventBase = {
    id: newId('evt_1', 23),
    object: 'event',
    account: merchant.id,
    api_version: API_VERSION,
    created: secondsOf(merchant.kit),
    data: { object: snapshot },
    livemode: false,
    pending_webhooks: merchant.endpoint.url() === undefined ? 0 : 1,
    request: merchant.by,
    type,
  }
  merchant.books.events.set(event.id, event)
  send(merchant, event)
}

/** Again under the same id, as the dashboard's button does. */
export function send({ kit, endpoint }: Merchant, event: object): void {
  const url = endpoint.url()
  if (url === undefined) return
  // Stripe sends its events indented: whoever parses and prints them again has another text.
  const body = JSON.stringify(event, undefined, 2)
  kit.deliver({
    provider: 'stripe',
    url,
    message: ({ forged }) => ({ headers: endpoint.headers(body, forged), body }),
    retriesMs: RETRIES_MS,
    acknowledged: (status) => status >= 200 && status < 300,
  })
}
