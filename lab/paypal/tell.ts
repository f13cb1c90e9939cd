import { newId } from './books.ts'
import type { Merchant } from './merchant.ts'
import { headersOf, RETRIES_MS } from './transmission.ts'

export interface Told {
  readonly type: string
  readonly about: 'checkout-order' | 'capture' | 'refund' | 'dispute'
  readonly summary: string
  readonly resource: object
  readonly origin: string
}

/** Sends an event about something as it is now. Its id stays the same for every attempt. */
export function tell({ kit, webhook, chain }: Merchant, told: Told): void {
  const { url, id: webhookId } = webhook
  if (url === undefined) return
  const id = `WH-${newId()}-${newId()}`
  const event = `${told.origin}/v1/notifications/webhooks-events/${id}`
  const firstAt = kit.now()
  const body = JSON.stringify({
    id,
    event_version: '1.0',
    create_time: new Date(firstAt).toISOString(),
    resource_type: told.about,
    ...(told.about !== 'dispute' && { resource_version: '2.0' }),
    event_type: told.type,
    summary: told.summary,
    resource: told.resource,
    links: [
      { href: event, rel: 'self', method: 'GET' },
      { href: `${event}/resend`, rel: 'resend', method: 'POST' },
    ],
  })
  kit.deliver({
    provider: 'paypal',
    url,
    message: ({ forged }) => ({
      body,
      headers: headersOf(body, {
        webhookId,
        firstAt,
        origin: told.origin,
        leaf: chain.current(),
        forged,
      }),
    }),
    retriesMs: RETRIES_MS,
    acknowledged: (status) => status >= 200 && status < 300,
  })
}
