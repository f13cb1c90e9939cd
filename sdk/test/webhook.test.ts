import { expect, test } from 'vitest'
import { verifyWebhook, WebhookRefusedError } from '../src/index.ts'

// The example of the Standard Webhooks specification.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body = '{"test": 2432232314}'
const headers = {
  'Webhook-Id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}
const now = () => 1_614_265_330_000
const other = 'whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhpcyBvbmU='

test('a message with the signature of the specification is read', async () => {
  const webhook = await verifyWebhook({ body, headers, secret, now })
  expect(webhook).toEqual({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    sentAt: new Date(1_614_265_330_000),
    payload: { test: 2432232314 },
  })
})

test('bytes, a Headers, an old secret beside the new one, and other versions of signatures do', async () => {
  const webhook = await verifyWebhook({
    body: new TextEncoder().encode(body),
    headers: new Headers({
      ...headers,
      'webhook-signature': `v1a,bm9uZQ== v1,bm9uZQ== ${headers['webhook-signature']}`,
    }),
    secret: [other, secret],
    now,
  })
  expect(webhook.payload).toEqual({ test: 2432232314 })
})

test.each([
  ['another body', { body: '{"test": 2432232315}' }],
  ['another secret', { secret: other }],
  ['another id', { headers: { ...headers, 'Webhook-Id': 'msg_another' } }],
  ['another time', { headers: { ...headers, 'webhook-timestamp': '1614265331' } }],
  ['no signature', { headers: { ...headers, 'webhook-signature': undefined } }],
  ['no signature of version 1', { headers: { ...headers, 'webhook-signature': 'v2,bm9uZQ==' } }],
  ['what is no base64', { headers: { ...headers, 'webhook-signature': 'v1,***' } }],
  ['a time that is no number', { headers: { ...headers, 'webhook-timestamp': 'NaN' } }],
  ['one that is too old', { now: () => now() + 301_000 }],
  ['one from the future', { now: () => now() - 301_000 }],
])('a message is refused: %s', async (_, change) => {
  const delivery = verifyWebhook({ body, headers, secret, now, ...change })
  await expect(delivery).rejects.toBeInstanceOf(WebhookRefusedError)
})
