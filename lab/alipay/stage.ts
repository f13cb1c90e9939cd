import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { AlipaySdk } from 'alipay-sdk'
import type { FaultName, Json, Kit, LabReply, Notification, Provider } from '../kit/provider.ts'
import type { Mode } from './app.ts'
import { chinaTime } from './china-time.ts'
import { openAlipay } from './index.ts'
import { type KeyPair, type NewKeys, newKeyPair } from './keys.ts'

/** Alipay alone on a server of its own: what it would send is kept, and its clock moves when it is told to. */
export interface Stage extends AsyncDisposable {
  readonly provider: Provider
  readonly url: string
  /** Alipay's time. */
  now(): number
  pass(ms: number): void
  readonly sent: Notification[]
  readonly faults: Set<FaultName>
  control(name: string, input?: Json): Promise<Json>
  account(mode?: Mode): Promise<Account>
  sdk(mode?: Mode): Promise<AlipaySdk>
  /** Of v1, at Alipay's time: the client's own is the machine's zone, which is a mistake of its own. */
  exec(method: string, bizContent: Json, more?: Json): Promise<Json>
}

export interface Account {
  readonly merchant: string
  readonly settings: Readonly<Record<string, string>>
  readonly secrets: { readonly private_key: string }
}

export const NOTIFY_URL = 'http://127.0.0.1:9/hooks'

export async function openStage(): Promise<Stage> {
  let shift = 0
  const sent: Notification[] = []
  const faults = new Set<FaultName>()
  const now = () => Date.now() + shift
  const kit: Kit = {
    now,
    deliver: (notification) => sent.push(notification),
    scaled: (ms) => ms / 60,
    later: () => undefined,
    strikes: (fault) => faults.has(fault),
  }
  const provider = await openAlipay(kit, keysInTurn())
  const server = await serve(provider)
  const stage: Stage = {
    provider,
    url: server.url,
    now,
    pass: (ms) => {
      shift += ms
    },
    sent,
    faults,
    control: async (name, input = {}) => (await provider.controls[name]?.(input)) ?? {},
    account: async (mode = 'certificate') =>
      (await stage.control('account', { mode, base_url: server.url })) as Json & Account,
    sdk: async (mode = 'certificate') => newSdk(await stage.account(mode)),
    exec: async (method, bizContent, more) =>
      (await stage.sdk()).exec(
        method,
        { timestamp: chinaTime(now()), notify_url: NOTIFY_URL, ...more, bizContent },
        { validateSign: true },
      ),
    [Symbol.asyncDispose]: server.close,
  }
  return stage
}

/** The first, the second, … of every stage are the same, so that a file makes no more than one test needs. */
const keysInTurn = (): NewKeys => {
  let turn = 0
  return () => {
    const keys = KEYS[turn] ?? newKeyPair()
    KEYS[turn] = keys
    turn += 1
    return keys
  }
}
const KEYS: Promise<KeyPair>[] = []

export const newSdk = ({ settings, secrets }: Account): AlipaySdk =>
  new AlipaySdk({
    appId: settings['app_id'] ?? '',
    privateKey: secrets.private_key,
    keyType: 'PKCS8',
    gateway: `${settings['gateway']}/gateway.do`,
    endpoint: settings['gateway'] ?? '',
    ...(settings['alipay_public_key'] !== undefined
      ? { alipayPublicKey: settings['alipay_public_key'] ?? '' }
      : {
          appCertContent: settings['app_cert'] ?? '',
          alipayPublicCertContent: settings['alipay_cert'] ?? '',
          alipayRootCertContent: settings['alipay_root_cert'] ?? '',
        }),
  })

/** The fields of one attempt, as a merchant's server has them once it has read the form. */
export const fieldsOf = (
  notification: Notification | undefined,
  forged = false,
): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(notification?.message({ forged }).body))

export const order = (more: Json = {}): Json => ({
  out_trade_no: 'order_1',
  total_amount: '88.88',
  subject: '学习点数 100% + 礼物',
  ...more,
})

async function serve({ handle }: Provider) {
  const server = createServer((request, response) => {
    const respond = ({ status, headers, body }: LabReply) =>
      response.writeHead(status, headers).end(body)
    buffer(request)
      .then((body) =>
        handle({
          method: request.method ?? '',
          url: new URL(request.url ?? '/', `http://${request.headers.host}`),
          headers: request.headers as Readonly<Record<string, string | undefined>>,
          body,
        }),
      )
      .then(respond, (error: Error) => respond({ status: 599, body: error.stack ?? '' }))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
