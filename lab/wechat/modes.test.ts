import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Lab, openLab } from '../kit/open-lab.ts'
import { type PlayedApp, playApp } from '../kit/played-app.ts'
import type { Json } from '../kit/provider.ts'
import {
  accountOf,
  type IndependentClient,
  isGenuine,
  keysOf,
  openClient,
  type Signer,
  unsealedText,
} from './independent-client.ts'

const QUERY = '/v3/pay/transactions/out-trade-no/order1?mchid=1900000109'
let lab: Lab
let app: PlayedApp

beforeEach(async () => {
  lab = await openLab({ providers: ['wechat'] })
  app = await playApp()
})
afterEach(async () => {
  await lab.close()
  await app.close()
})

const clientOf = (signers: readonly Signer[], serial?: string) =>
  openClient(lab, signers, serial === undefined ? {} : { 'Wechatpay-Serial': serial })
async function idOf(signer: Signer): Promise<string> {
  const [id = ''] = Object.keys(await keysOf(lab, [signer]))
  return id
}
const setMode = (mode: string) => lab.control('wechat', 'mode', { mode })

async function pay(client: IndependentClient, number: string): Promise<void> {
  const placed = await client.post('/v3/pay/transactions/native', {
    ...{ appid: 'wx8888888888888888', mchid: '1900000109', description: '600 credits' },
    ...{ out_trade_no: number, notify_url: `${app.url}/hooks`, amount: { total: 600 } },
  })
  expect(placed.status).toBe(200)
  await lab.control('wechat', 'pay', { out_trade_no: number })
  await lab.settled()
}

/** Who signed what the app heard. */
async function signers(): Promise<Signer[]> {
  const [certificate, publicKey] = [
    await keysOf(lab, ['certificate']),
    await keysOf(lab, ['public_key']),
  ]
  return app.heard.flatMap((heard): Signer[] => [
    ...(isGenuine(heard, certificate) ? (['certificate'] as const) : []),
    ...(isGenuine(heard, publicKey) ? (['public_key'] as const) : []),
  ])
}

test('certificate mode: answers and notifications are signed with the certificate', async () => {
  const client = await clientOf(['certificate'])
  await pay(client, 'order1')
  expect((await client.get(QUERY)).status).toBe(200)
  expect(await signers()).toEqual(['certificate'])
  await expect((await clientOf(['public_key'])).get(QUERY)).rejects.toThrow(
    'Cannot found the serial',
  )
})

test('public key mode: answers and notifications are signed with the key, and it is to be named', async () => {
  await setMode('public_key')
  const unnamed = await (await clientOf(['public_key'])).get(QUERY)
  expect([unnamed.status, unnamed.body['code']]).toEqual([400, 'PARAM_ERROR'])
  const client = await clientOf(['public_key'], await idOf('public_key'))
  await pay(client, 'order1')
  expect((await client.get(QUERY)).body).toMatchObject({ trade_state: 'SUCCESS' })
  expect(await signers()).toEqual(['public_key'])
})

test('T08: mixed mode: whoever still asks with certificates gets notifications by the public key, too', async () => {
  await setMode('mixed')
  const old = await clientOf(['certificate'])
  for (const n of [1, 2]) await pay(old, `order${n}`)
  expect(await signers()).toEqual(['public_key', 'certificate'])
  const moved = await clientOf(['public_key'], await idOf('public_key'))
  expect((await moved.get(QUERY)).status).toBe(200)
})

test('a key that is not of the mode is unknown', async () => {
  const client = await clientOf(['certificate'], await idOf('public_key'))
  const named = await client.get(QUERY)
  expect([named.status, named.body['code']]).toEqual([400, 'PARAM_ERROR'])
})

const certificates = async (client: IndependentClient) => {
  const { data } = Object((await client.get('/v3/certificates')).body)
  return [...data].map((one: Json) => ({
    serial: one['serial_no'],
    pem: unsealedText(one['encrypt_certificate'], accountOf(lab).apiV3Key),
  }))
}

test('the certificate is handed out sealed, and its number is that of the signatures', async () => {
  const [one, ...others] = await certificates(await clientOf(['certificate']))
  expect(others).toEqual([])
  const read = new X509Certificate(one?.pem ?? '')
  expect(read.serialNumber).toBe(one?.serial)
  expect(read.subject).toContain('Tenpay.com')
  expect(one?.pem).toBe(Object(await lab.control('wechat', 'keys'))['certificate'].pem)
})

test('after a rotation the new certificate signs, and both are handed out', async () => {
  const before = await clientOf(['certificate'])
  const old = await idOf('certificate')
  await lab.control('wechat', 'rotate_certificate')
  await expect(before.get('/v3/certificates')).rejects.toThrow('Cannot found the serial')
  const after = await clientOf(['certificate'])
  expect((await certificates(after)).map(({ serial }) => serial)).toEqual([
    old,
    await idOf('certificate'),
  ])
  await pay(after, 'order1')
  expect(await signers()).toEqual(['certificate'])
  await lab.control('wechat', 'rotate_certificate', { overlap: false })
  expect(await certificates(await clientOf(['certificate']))).toHaveLength(1)
})

test('a merchant of the new kind has no certificates', async () => {
  await setMode('public_key')
  const client = await clientOf(['public_key'], await idOf('public_key'))
  const { status, body } = await client.get('/v3/certificates')
  expect([status, body['code']]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
})
