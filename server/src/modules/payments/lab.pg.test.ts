import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FAULTS } from '../../../../lab/kit/provider.ts'
import { type LabShop, openLabShop, putAccount } from '../../../test/lab-shop.ts'
import { waysOf } from '../../../test/lab-ways.ts'
import { trailOf } from '../../../test/people.ts'
import { newKey } from '../../../test/till.ts'
import { LAB_FAULTS, labOf, parseFaults } from './lab.ts'

const MENU = 'admin/lab/faults'
const [WECHAT] = waysOf(['wechat'])
const [STRIPE] = waysOf(['stripe'])
let shop: LabShop
beforeAll(async () => {
  shop = await openLabShop({ providers: ['wechat', 'stripe'] })
}, 60_000)
afterAll(() => shop.close())

const add = (body: object) =>
  shop.api('POST', MENU, { channel: 'wechat', account: 'main', ...body })
const menuOf = async (channel: string) => {
  const { body } = await shop.api('GET', MENU)
  return body.items.find((one: { readonly channel: string }) => one.channel === channel)
}
const nothing = { everywhere: false, times: null, share: null, ms: null }

/** Somebody else on this machine, to whom an account leads. */
async function neighbour(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const account = shop.lab.account('stripe') as { readonly settings: object }
  const settings = { ...account.settings, base_url: `http://127.0.0.1:${port}` }
  await putAccount(shop.api, 'stripe', 'neighbour', { ...account, settings })
  return () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
}

test('PY16: a fault that staff switch on strikes the provider it is meant for, shows until it is used up, and stands in the trail', async () => {
  const added = await add({ fault: 'server_error', times: 40 })
  expect([added.status, added.body.code]).toEqual([200, undefined])
  const stands = { ...nothing, fault: 'server_error', times: 40 }
  expect(await menuOf('wechat')).toEqual({
    ...{ channel: 'wechat', account: 'main', origin: shop.lab.url('wechat'), answers: true },
    faults: [stands],
  })
  expect((await menuOf('stripe')).faults).toEqual([])
  if (!WECHAT || !STRIPE) throw new Error('there is no way to pay')
  expect((await shop.order(STRIPE)).status).toBe('pending')
  const wish = { external_id: 'lab-struck', product_id: 2, pay_channel: 'wechat', ...WECHAT.more }
  await shop.api('POST', 'payments/create', wish, newKey())
  expect((await menuOf('wechat')).faults[0].times).toBeLessThan(40)
  const cleared = await shop.api('DELETE', MENU)
  expect(cleared.body.items.flatMap(({ faults }: { faults: object[] }) => faults)).toEqual([])
  expect((await shop.order(WECHAT)).status).toBe('pending')
  expect((await trailOf(shop.world, 'wechat/main')).map(({ action }) => action)).toContain(
    'payments.lab_fault_added',
  )
  expect(await trailOf(shop.world, 'all')).toMatchObject([{ action: 'payments.lab_cleared' }])
})

test('PY16: what stands at all providers is shown at each; what the lab does not take is said in its own words', async () => {
  shop.lab.fault({ fault: 'busy', share: 0.25 })
  const everywhere = { ...nothing, fault: 'busy', share: 0.25, everywhere: true }
  expect((await menuOf('wechat')).faults).toEqual([everywhere])
  expect((await menuOf('stripe')).faults).toEqual([everywhere])
  const refused = await add({ fault: 'latency', ms: -5 })
  expect([refused.status, refused.body.code]).toEqual([422, 'lab_refused'])
  expect(refused.body.detail).toContain('ms is a whole number')
  await shop.api('DELETE', MENU)
  expect(shop.lab.faults()).toEqual([])
})

test('PY16: the faults that can be asked for are those of the lab', () => {
  expect([...LAB_FAULTS].sort()).toEqual([...FAULTS].sort())
})

test('PY16: only an address on this machine is a lab’s', async () => {
  const at = (base_url: unknown) => labOf({ mchid: '1', base_url: base_url as string })
  expect(at('http://127.0.0.1:7401/v3?x=1')).toBe('http://127.0.0.1:7401')
  expect(at('http://localhost:7401')).toBe('http://localhost:7401')
  for (const elsewhere of [
    ...['https://api.mch.weixin.qq.com', 'http://127.0.0.1.example.com', 'http://10.0.0.1'],
    ...['http://user:localhost@example.com', 'file://localhost/etc/passwd', 'localhost', 7],
  ])
    expect([elsewhere, at(elsewhere)]).toEqual([elsewhere, undefined])
  const account = shop.lab.account('stripe') as { readonly settings: object }
  const settings = { ...account.settings, base_url: 'https://lab.example' }
  await putAccount(shop.api, 'stripe', 'elsewhere', { ...account, settings })
  const { body } = await shop.api('GET', MENU)
  expect(body.items.map((one: { readonly account: string }) => one.account)).not.toContain(
    'elsewhere',
  )
  const asked = { channel: 'stripe', account: 'elsewhere', fault: 'busy' }
  expect((await shop.api('POST', MENU, asked)).body.code).toBe('lab_unknown')
  const nobodys = { channel: 'stripe', account: 'nobodys', fault: 'busy' }
  expect((await shop.api('POST', MENU, nobodys)).body.code).toBe('lab_unknown')
})

test.each<[string, RequestListener]>([
  [
    'leads on to the lab',
    (_, reply) =>
      reply.writeHead(307, { location: `${shop.lab.url('wechat')}/__lab/faults` }).end(),
  ],
  ['says something else', (_, reply) => reply.end('{"faults":[]}')],
  ['never stops', (_, reply) => reply.end(JSON.stringify([{ fault: 'x'.repeat(300_000) }]))],
  ['says nothing', () => {}],
])('PY16: whoever %s is no lab', async (_, listener) => {
  const leave = await neighbour(listener)
  const { body } = await shop.api('GET', MENU)
  const one = body.items.find(({ account }: { account: string }) => account === 'neighbour')
  expect(one).toMatchObject({ answers: false, faults: [] })
  const asked = { channel: 'stripe', account: 'neighbour', fault: 'busy' }
  expect((await shop.api('POST', MENU, asked)).body.code).toBe('lab_silent')
  expect(shop.lab.faults()).toEqual([])
  await leave()
})

test('PY16: a menu that is none is not believed', () => {
  expect(parseFaults('[{"fault":"busy","times":"many"}]')).toEqual([
    { fault: 'busy', provider: undefined, times: undefined, share: undefined, ms: undefined },
  ])
  for (const bent of ['', '{', 'null', '7', '[7]', '[{}]', '[{"fault":7}]'])
    expect([bent, parseFaults(bent)]).toEqual([bent, undefined])
})

test('PY16: in production there is no way to a lab', async () => {
  const node = await shop.world.anotherNode({
    ...{ TONGBAO_MODE: 'production', TONGBAO_BOOTSTRAP_KEY: '', TONGBAO_SECRET: 'x'.repeat(40) },
    ...{ TONGBAO_PUBLIC_URL: 'http://localhost:7300', TONGBAO_SMTP_URL: 'smtp://127.0.0.1:9' },
    TONGBAO_SANDBOX: 'on',
  })
  for (const method of ['GET', 'POST', 'DELETE'] as const)
    expect((await node.http.inject({ method, url: `/api/v1/${MENU}` })).statusCode).toBe(404)
  expect(node.routes.filter(({ url }) => url.includes('lab'))).toEqual([])
  await node.stop()
})

test('PY14: the inbox shows what one provider told, page after page, and nothing of the others', async () => {
  if (!WECHAT || !STRIPE) throw new Error('there is no way to pay')
  for (const way of [WECHAT, STRIPE, WECHAT]) {
    const payment = await shop.order(way, { account: 'main' })
    await way.pay(shop.lab, payment)
    await expect.poll(async () => (await shop.payment(payment.payment_id)).status).toBe('paid')
  }
  const list = async (query: string) => (await shop.api('GET', `admin/hooks?${query}`)).body
  const all = (await list('limit=100')).items as { event_id: string; channel: string }[]
  const wechats = all.filter(({ channel }) => channel === 'wechat').map((one) => one.event_id)
  expect([wechats.length > 1, wechats.length < all.length]).toEqual([true, true])
  const shown: string[] = []
  let page = await list('channel=wechat&state=done&limit=1')
  for (;;) {
    shown.push(...page.items.map((one: { event_id: string }) => one.event_id))
    if (page.next_cursor === null) break
    page = await list(`channel=wechat&state=done&limit=1&cursor=${page.next_cursor}`)
  }
  expect(shown).toEqual(wechats)
  expect((await list('channel=nobodys')).items).toEqual([])
})
