import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Notification } from '../kit/provider.ts'
import { crc32Of, judge, type Message, readPems } from './judge.ts'
import { ORDER, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop[Symbol.asyncDispose]())

/** An event on its way. */
async function sent(): Promise<Notification> {
  const { result } = await shop.orders.createOrder({ body: ORDER })
  await shop.do('approve', { order: result.id })
  const notification = shop.kit.sent.at(-1)
  if (!notification) throw new Error('nothing was sent')
  return notification
}

const judged = (message: Message): Promise<string> => judge(shop.lab, message, shop.kit.now())

test('a notification holds from its root to its last byte; changed, of another hook or forged it does not', async () => {
  const notification = await sent()
  const message = notification.message({ forged: false })
  const { headers, body } = message
  expect(await judged(message)).toBe('genuine')
  expect(await judged({ headers, body: JSON.stringify(JSON.parse(body), undefined, 1) })).toBe(
    'bad signature',
  )
  const late = { ...headers, 'paypal-transmission-time': '2026-11-21T12:00:01Z' }
  expect(await judged({ headers: late, body })).toBe('bad signature')
  expect(await judged({ headers: { ...headers, 'paypal-auth-algo': 'SHA1withRSA' }, body })).toBe(
    'bad signature',
  )
  const forged = notification.message({ forged: true })
  expect(forged.body).toBe(body)
  expect(await judged(forged)).toBe('bad signature')
  await shop.do('set_webhook', { url: notification.url, webhook_id: 'ANOTHERHOOK000000' })
  expect(await judged(message)).toBe('bad signature')
})

test('an attempt has an id of its own and the time of the first, under one event', async () => {
  const notification = await sent()
  const first = notification.message({ forged: false })
  shop.kit.pass(3_600_000)
  const again = notification.message({ forged: false })
  expect(again.body).toBe(first.body)
  expect(again.headers['paypal-transmission-time']).toBe('2026-11-21T12:00:00Z')
  expect(again.headers['paypal-transmission-time']).toBe(first.headers['paypal-transmission-time'])
  expect(again.headers['paypal-transmission-id']).not.toBe(first.headers['paypal-transmission-id'])
  expect(await judged(again)).toBe('genuine')
  expect(JSON.parse(first.body)).toMatchObject({
    id: expect.stringMatching(/^WH-[0-9A-Z]{17}-[0-9A-Z]{17}$/),
    event_version: '1.0',
    create_time: '2026-11-21T12:00:00.000Z',
    links: [{ rel: 'self' }, { rel: 'resend' }],
  })
})

test('the certificate is at its address: a leaf of the right name, the one between, and a root in the account', async () => {
  const { headers } = (await sent()).message({ forged: false })
  const address = headers['paypal-cert-url'] ?? ''
  const account = shop.lab.account(shop.served.url)['settings'] as {
    readonly cert_hosts: readonly string[]
    readonly roots: readonly string[]
  }
  expect(new URL(address).host).toBe(account.cert_hosts[0])
  expect(new URL(address).pathname).toMatch(/^\/v1\/notifications\/certs\/CERT-[0-9a-f-]+$/)
  const [leaf, between, ...more] = readPems(await (await fetch(address)).text())
  const [root] = account.roots.flatMap(readPems)
  expect(more).toEqual([])
  expect(leaf?.subjectAltName).toBe('DNS:messageverificationcerts.sandbox.paypal.com')
  expect([leaf?.ca, between?.ca, root?.ca]).toEqual([false, true, true])
  expect(between && root && between.verify(root.publicKey)).toBe(true)
  expect(leaf && between && leaf.verify(between.publicKey)).toBe(true)
})

test('after a rotation another certificate signs, and the old one stays where it was', async () => {
  const before = (await sent()).message({ forged: false })
  await shop.do('rotate_keys')
  const after = (await sent()).message({ forged: false })
  expect(after.headers['paypal-cert-url']).not.toBe(before.headers['paypal-cert-url'])
  expect([await judged(before), await judged(after)]).toEqual(['genuine', 'genuine'])
})

test('T22: certificates that must be refused can be had, and the next rotation ends that', async () => {
  const verdicts: Record<string, string> = {}
  for (const kind of ['self_signed', 'other_root', 'lone_leaf', 'expired', 'wrong_name', 'good']) {
    await shop.do('rotate_keys', { kind })
    verdicts[kind] = await judged((await sent()).message({ forged: false }))
  }
  expect(verdicts).toEqual({
    self_signed: 'broken chain',
    other_root: 'broken chain',
    lone_leaf: 'broken chain',
    expired: 'out of date',
    wrong_name: 'wrong name',
    good: 'genuine',
  })
  await expect(shop.do('rotate_keys', { kind: 'magic' })).rejects.toThrow('kind is one of')
})

test('a notification goes to the one address, 25 times more within three days, and counts with any 2xx', async () => {
  await shop.do('set_webhook', { url: 'http://127.0.0.1:2/elsewhere' })
  const notification = await sent()
  expect(notification).toMatchObject({ provider: 'paypal', url: 'http://127.0.0.1:2/elsewhere' })
  expect(notification.retriesMs).toHaveLength(25)
  const days = notification.retriesMs.reduce((sum, ms) => sum + ms, 0) / 86_400_000
  expect(days).toBeGreaterThan(2.9)
  expect(days).toBeLessThanOrEqual(3)
  expect([200, 204, 302, 400, 500].map((status) => notification.acknowledged(status, ''))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  await expect(shop.do('set_webhook', { url: 'nowhere' })).rejects.toThrow('no address')
})

test('the account is what the product is configured with', () => {
  expect(shop.lab.account('http://127.0.0.1:9')).toEqual({
    channel: 'paypal',
    merchant: expect.stringMatching(/^[0-9A-Z]{13}$/),
    livemode: false,
    settings: {
      base_url: 'http://127.0.0.1:9',
      webhook_id: expect.stringMatching(/^[0-9A-Z]{17}$/),
      merchant_id: shop.lab.account('http://127.0.0.1:9')['merchant'],
      cert_hosts: ['127.0.0.1:9'],
      roots: [expect.stringContaining('BEGIN CERTIFICATE')],
    },
    secrets: { client_id: expect.any(String), client_secret: expect.any(String) },
  })
})

test('a control that cannot be done says so, and does nothing', async () => {
  const { result } = await shop.orders.createOrder({ body: ORDER })
  const wrong: readonly (readonly [string, object, string])[] = [
    ['approve', { order: 'NOBODY' }, 'no such order'],
    ['approve', { order: result.id, instrument: 'cash' }, 'instrument is one of'],
    ['reverse_approval', { order: result.id }, 'not approved'],
    ['settle_capture', { capture: 'NOBODY', outcome: 'completed' }, 'waits for nobody'],
    ['refund_in_console', { capture: 'NOBODY' }, 'no such capture'],
    ['open_dispute', { capture: 'NOBODY' }, 'no such capture'],
    ['close_dispute', { dispute: 'NOBODY', outcome: 'won' }, 'no such dispute'],
  ]
  for (const [control, input, why] of wrong)
    await expect(shop.do(control, { ...input }), control).rejects.toThrow(why)
  expect((await shop.orders.getOrder({ id: result.id ?? '' })).result.status).toBe('CREATED')
})

const VECTOR = join(import.meta.dirname, '../../../shared/vectors/paypal-webhook.json')

test.runIf(existsSync(VECTOR))('the checksum is that of an event PayPal once sent', () => {
  const vector = JSON.parse(readFileSync(VECTOR, 'utf8'))
  const body = Buffer.from(vector.body)
  expect([crc32(body), crc32Of(body)]).toEqual([vector.crc32_decimal, vector.crc32_decimal])
})
