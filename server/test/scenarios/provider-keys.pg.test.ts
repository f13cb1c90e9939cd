import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Json } from '../../../lab/kit/provider.ts'
import { accountOf, connect, type LabShop, openLabShop, putAccount } from '../lab-shop.ts'
import { numberOf, type Payment, type Way, waysOf } from '../lab-ways.ts'
import { newKey } from '../till.ts'

let shop: LabShop
beforeAll(async () => {
  shop = await openLabShop({ scale: 1_000 })
})
afterAll(() => shop.close())
beforeEach(async () => {
  await shop.lab.control('wechat', 'mode', { mode: 'certificate' })
  await connect(shop.api, shop.lab, shop.url)
})

const wayOf = (channel: string): Way => {
  const [way] = waysOf([channel])
  if (!way) throw new Error(`nobody pays by ${channel}`)
  return way
}
const heard = ({ payment_id }: Payment): Promise<{ key_id: string; state: string }[]> =>
  shop.rows(
    `select key_id, state from payments.events where facts::text like '%' || $1 || '%' order by id`,
    [numberOf({ payment_id })],
  )
/** Told, and believed: nobody was asked for it. */
const isTold = async (payment: Payment) => {
  await expect.poll(async () => (await shop.payment(payment.payment_id)).status).toBe('paid')
  await expect.poll(async () => (await heard(payment)).map(({ state }) => state)).toContain('done')
  return (await heard(payment)).map(({ key_id }) => key_id)
}
const paid = async (way: Way) => {
  const payment = await shop.order(way)
  await way.pay(shop.lab, payment)
  const keys = await isTold(payment)
  return { payment, keys }
}
const part = (account: Json, name: 'settings' | 'secrets') => account[name] as Json

test.each(['certificate', 'public_key', 'mixed'] as const)(
  'PY6 T08: a merchant of WeChat in %s mode is told, asked for and paid back alike',
  async (mode) => {
    await shop.lab.control('wechat', 'mode', { mode })
    await putAccount(shop.api, 'wechat', 'main', accountOf(shop.lab, 'wechat'))
    const way = wayOf('wechat')
    const keys = new Set<string>()
    for (let nth = 0; nth < 2; nth++) {
      const { payment } = await paid(way)
      const wish = { reason: 'nothing is left of it' }
      await shop.api('POST', `payments/${payment.payment_id}/refunds`, wish, newKey())
      await expect
        .poll(async () => (await shop.payment(payment.payment_id)).status)
        .toBe('refunded')
      for (const { key_id } of await heard(payment))
        keys.add(key_id.startsWith('PUB_KEY_ID_') ? 'public_key' : 'certificate')
    }
    const both = ['certificate', 'public_key']
    expect([...keys].sort()).toEqual(mode === 'mixed' ? both : [mode])
  },
)

test('PY7 T69: a certificate that WeChat has newly made is fetched when it first signs', async () => {
  const { serial_no } = await shop.lab.control('wechat', 'rotate_certificate', {})
  expect((await paid(wayOf('wechat'))).keys).toContain(String(serial_no))
})

test('PY7 T69: what was sealed with the old APIv3 key is read beside what the new one seals', async () => {
  const way = wayOf('wechat')
  const old = part(accountOf(shop.lab, 'wechat'), 'secrets')['apiv3_keys'] as string[]
  const before = await shop.order(way)
  shop.lab.fault({ fault: 'delay', provider: 'wechat', ms: 1_000 })
  await way.pay(shop.lab, before)
  await shop.lab.control('wechat', 'rotate_api_v3_key', {})
  const account = accountOf(shop.lab, 'wechat')
  const secrets = part(account, 'secrets')
  const apiv3_keys = [...(secrets['apiv3_keys'] as string[]), ...old]
  expect(new Set(apiv3_keys).size).toBe(2)
  await putAccount(shop.api, 'wechat', 'main', { ...account, secrets: { ...secrets, apiv3_keys } })
  await isTold(before)
  await paid(way)
})

test("PY7 T69: a message that Alipay's old key has signed is believed beside the new one", async () => {
  const way = wayOf('alipay')
  const { payment: before, keys: oldKeys } = await paid(way)
  await shop.lab.settled()
  const sent = shop.lab.deliveries().at(-1)
  const old = part(accountOf(shop.lab, 'alipay'), 'settings')
  await shop.lab.control('alipay', 'rotate_keys', {})
  const account = accountOf(shop.lab, 'alipay')
  const settings = part(account, 'settings')
  const alipay_cert = `${settings['alipay_cert']}\n${old['alipay_cert']}`
  await putAccount(shop.api, 'alipay', 'main', {
    ...account,
    settings: { ...settings, alipay_cert },
  })
  const { keys } = await paid(way)
  expect(keys).not.toContain(oldKeys[0])
  expect(await shop.lab.replay(sent?.n ?? 0)).toEqual([200])
  await putAccount(shop.api, 'alipay', 'main', account)
  expect(await shop.lab.replay(sent?.n ?? 0)).toEqual([400])
  expect(await shop.available((before as Payment & { external_id: string }).external_id)).toBe(600)
})

test("PY7 T19 T69: while one secret of Stripe's follows another both are enough, and then the new one", async () => {
  const way = wayOf('stripe')
  const [old] = part(accountOf(shop.lab, 'stripe'), 'secrets')['webhook_secrets'] as string[]
  await shop.lab.control('stripe', 'rotate_secret', {})
  // Nobody has told us of the new one yet.
  await paid(way)
  const account = accountOf(shop.lab, 'stripe')
  await putAccount(shop.api, 'stripe', 'main', account)
  await paid(way)
  const [fresh] = part(account, 'secrets')['webhook_secrets'] as string[]
  expect(fresh).not.toBe(old)
  const secrets = { ...part(account, 'secrets'), webhook_secrets: [fresh] }
  await putAccount(shop.api, 'stripe', 'main', { ...account, secrets })
  await paid(way)
})

test('PY6 T22: another certificate of PayPal is fetched and believed where its chain holds, and else not', async () => {
  const way = wayOf('paypal')
  await shop.lab.control('paypal', 'rotate_keys', {})
  const { keys } = await paid(way)
  expect(keys.length).toBeGreaterThan(0)
  await shop.lab.control('paypal', 'rotate_keys', { kind: 'self_signed' })
  const payment = await shop.order(way)
  const before = shop.lab.deliveries().length
  await way.pay(shop.lab, payment)
  const answers = () => shop.lab.deliveries()[before]?.attempts.map(({ status }) => status)
  await expect.poll(answers).toContain(400)
  expect(await heard(payment)).toEqual([])
  // It comes again, and by then is signed as it should be.
  await shop.lab.control('paypal', 'rotate_keys', {})
  await isTold(payment)
})
