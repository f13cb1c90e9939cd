import { expect } from 'vitest'
import { type Lab, type LabOptions, openLab } from '../../lab/kit/open-lab.ts'
import type { Json } from '../../lab/kit/provider.ts'
import { PROVIDERS } from '../../lab/providers.ts'
import { layOut } from '../src/app/seed.ts'
import type { Payment, Way } from './lab-ways.ts'
import { freePort } from './server-process.ts'
import { newApp, newKey } from './till.ts'
import { BOOTSTRAP_KEY, openWorld } from './world.ts'

/** Those through which money moves, as far as the lab has them. */
export const PAYING = ['wechat', 'alipay', 'stripe', 'paypal'].filter((name) =>
  PROVIDERS.some((one) => one.name === name),
)

/** 30.00 CNY or 4.99 USD for 600 credits, and nothing on top. */
export const PRODUCT = 2

/** Our API over HTTP, as an app with the bootstrap key uses it. */
export const apiOf =
  (base: string) => async (method: string, path: string, body?: object, key?: string) => {
    const reply = await fetch(`${base}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${BOOTSTRAP_KEY}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: reply.status, body: JSON.parse((await reply.text()) || 'null') }
  }
export type Api = ReturnType<typeof apiOf>

/** Puts what a merchant finds in the provider's console into ours, under a name. */
export async function putAccount(
  api: Api,
  channel: string,
  name: string,
  { channel: _, ...account }: Json,
): Promise<void> {
  const { status, body } = await api('PUT', `admin/channels/${channel}/${name}`, {
    ...account,
    enabled: true,
  })
  expect([channel, status, JSON.stringify(body)]).toEqual([channel, 200, JSON.stringify(body)])
}

/** An account of the lab that tells us what happens; the first two are told by the order where to, the others here. */
export async function connect(api: Api, lab: Lab, base: string, name = 'main'): Promise<void> {
  for (const channel of PAYING.filter((one) => lab.names.includes(one))) {
    if (channel === 'stripe' || channel === 'paypal')
      await lab.control(channel, 'set_webhook', { url: `${base}/api/v1/hooks/${channel}/${name}` })
    await putAccount(api, channel, name, accountOf(lab, channel))
  }
}

/** With what no console hands out: how the merchant's transfers are reported. */
export function accountOf(lab: Lab, channel: string): Json {
  const account = lab.account(channel)
  if (channel !== 'wechat') return account
  const transfer_scene_reports = [
    { info_type: '岗位类型', info_content: '推广员' },
    { info_type: '报酬说明', info_content: '推广佣金' },
  ]
  const settings = { ...(account['settings'] as Json), transfer_scene_id: '1005' }
  return { ...account, settings: { ...settings, transfer_scene_reports } }
}

/** A shop that really listens, and providers that really tell it what happened. */
export async function openLabShop(
  options: LabOptions = {},
  env: Readonly<Record<string, string>> = {},
) {
  const world = await openWorld()
  const url = `http://127.0.0.1:${await freePort()}`
  const node = await world.anotherNode(env, { publicUrl: url })
  await node.http.listen({ host: '127.0.0.1', port: Number(new URL(url).port) })
  await layOut(node, 'skyriff')
  const lab = await openLab({ providers: PAYING, ...options })
  const api = apiOf(url)
  await connect(api, lab, url)
  const rows = async (sql: string, values: unknown[] = []) =>
    (await world.pool.pg.query(sql, values)).rows
  return {
    ...{ lab, world, url, api, rows },
    /** What providers go by: nobody moves it. */
    machineNow: () => Date.now(),
    /** The server that listens, does the work and is told by the lab. */
    node,
    order: async (
      way: Way,
      more: object = {},
    ): Promise<Payment & { readonly external_id: string }> => {
      const external_id = newApp()
      const wish = {
        ...{ external_id, product_id: PRODUCT, currency: way.currency },
        ...{ pay_channel: way.channel, method: way.method },
      }
      const asked = { ...wish, ...way.more, ...more }
      const { status, body } = await api('POST', 'payments/create', asked, newKey())
      expect([status, body.status], JSON.stringify(body)).toEqual([201, 'pending'])
      return { ...body, external_id: asked.external_id }
    },
    payment: async (id: string): Promise<Payment> => (await api('GET', `payments/${id}`)).body,
    available: async (external_id: string): Promise<number> =>
      (await api('GET', `credits/balance?external_id=${external_id}`)).body.available,
    /** What falls due meanwhile happens. */
    pass: async (by: string) => {
      const { status, body } = await api('POST', 'admin/clock', { by })
      expect([status, body.code]).toEqual([200, undefined])
    },
    close: async () => {
      await lab.close()
      await node.stop()
      await world.close()
    },
  }
}
export type LabShop = Awaited<ReturnType<typeof openLabShop>>
