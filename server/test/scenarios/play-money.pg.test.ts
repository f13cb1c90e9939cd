import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '#audit'
import { seedCatalog } from '#catalog'
import { createKey, SCOPES } from '#identity'
import { SANDBOX_SECRET } from '../shopper.ts'
import { openWorld, SECRET, type TestWorld } from '../world.ts'

// Two houses that are open for real money: one with the sandbox shut, one where somebody opened it aloud.
const production = (sandbox: 'on' | 'off') => ({
  ...{ TONGBAO_MODE: 'production', TONGBAO_BOOTSTRAP_KEY: '', TONGBAO_SECRET: SECRET },
  ...{ TONGBAO_PUBLIC_URL: 'https://pay.example', TONGBAO_SMTP_URL: 'smtp://127.0.0.1:1' },
  TONGBAO_SANDBOX: sandbox,
})
const houses: Record<'on' | 'off', { world: TestWorld; key: string }> = {} as never

beforeAll(async () => {
  for (const sandbox of ['on', 'off'] as const) {
    const world = await openWorld({ env: production(sandbox) })
    await seedCatalog(world, 'skyriff')
    houses[sandbox] = { world, key: await keyOf(world) }
  }
})
afterAll(async () => {
  for (const { world } of Object.values(houses)) await world.close()
})

async function keyOf(world: TestWorld): Promise<string> {
  const made = await createKey(
    { ...world, live: true } as never,
    {
      ...{ name: 'the tests', kind: 'secret', scopes: [...SCOPES], held: new Set<string>(SCOPES) },
      ...{ allowList: [], expiresAt: undefined, spendCap: undefined, actor: systemActor('test') },
    } as never,
  )
  if (!made.ok) throw new Error(made.refusal.code)
  return made.value.key
}

const openSandbox = (sandbox: 'on' | 'off', change: object = {}) =>
  houses[sandbox].world.call('PUT', '/api/v1/admin/channels/sandbox/main', {
    as: houses[sandbox].key,
    body: {
      ...{ merchant: 'us', livemode: false, enabled: true, settings: {} },
      ...{ secrets: { signing_secret: SANDBOX_SECRET }, ...change },
    },
  })
const create = (sandbox: 'on' | 'off') =>
  houses[sandbox].world.call('POST', '/api/v1/payments/create', {
    as: houses[sandbox].key,
    body: { external_id: 'ada', product_id: 1, pay_channel: 'sandbox' },
  })

test('T71 PY10: in production the sandbox is not there: no account, no payment, no hook, no cashier', async () => {
  const { world } = houses.off
  expect((await openSandbox('off')).json()).toMatchObject({ code: 'channel_unknown' })
  expect((await create('off')).json()).toMatchObject({ code: 'channel_unknown' })
  const hook = await world.call('POST', '/api/v1/hooks/sandbox/main', { body: {} })
  expect(hook.statusCode).toBe(404)
  const cashier = await world.call('GET', `/cashier/${'0'.repeat(26)}`)
  expect(cashier.statusCode).toBe(404)
})

test('T71 PY10: opened aloud, what it pays for is play money, and it is never live', async () => {
  const { world, key } = houses.on
  expect(world.logged()).toContain('the sandbox is open in production')
  expect((await openSandbox('on', { livemode: true })).json()).toMatchObject({
    code: 'account_invalid',
  })
  expect((await openSandbox('on')).statusCode).toBe(200)
  const payment = (await create('on')).json()
  expect(payment).toMatchObject({ status: 'pending', livemode: false })
  const paid = await world.call('POST', new URL(payment.next.url).pathname, {
    body: { act: 'pay' },
  })
  expect(paid.json()).toMatchObject({ state: 'paid' })
  await world.payments.janitor.turn()
  const balance = async (asset: string) => {
    const address = `/api/v1/credits/balance?external_id=ada&asset=${asset}`
    return (await world.call('GET', address, { as: key })).json().available
  }
  expect([await balance('credit'), await balance('test_credit')]).toEqual([0, 100])
})
