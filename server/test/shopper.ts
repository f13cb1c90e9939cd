import { createHmac } from 'node:crypto'
import type { Instant } from '#kernel/clock'
import { BOOTSTRAP_KEY } from './world.ts'

export const SANDBOX_SECRET = 'a signing secret of the tests, long enough'
/** Of the preset: id, price in fen, credits, and what comes with them. */
export const PACKS = { small: 1, usual: 2, large: 3 } as const

interface Heard {
  readonly status: number
  readonly body: ReturnType<typeof JSON.parse>
}
export interface Asking {
  readonly as?: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
  readonly ip?: string
}
/** Knocks at a server's door, in this process or in another one. */
export type Knock = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  asking?: Asking,
) => Promise<Heard>

let made = 0
export const somebody = (): string => `shopper-${process.pid}-${++made}`
const newKey = (): string => `shopper-key-${process.pid}-${++made}`

/** What the sandbox says of a payment, in its own words. */
export interface Said {
  readonly id: string
  readonly type: string
  readonly merchant: string
  readonly trade_no: string
  readonly txn?: string
  readonly amount?: unknown
  readonly currency: string
  readonly at: number
  readonly livemode?: boolean
}

/** As Stripe signs, worked out here once more: it shares no line with the channel. */
export function signature(bytes: string | Buffer, secret = SANDBOX_SECRET, at = Date.now()) {
  const t = Math.floor(at / 1_000)
  const v1 = createHmac('sha256', secret).update(`${t}.`).update(bytes).digest('hex')
  return `t=${t},v1=${v1}`
}

export interface Payment {
  readonly payment_id: string
  readonly order_id: string
  readonly status: string
  readonly amount: number
  readonly currency: string
}
/** Our number of a payment at its provider. */
export const numberOf = ({ payment_id }: Pick<Payment, 'payment_id'>): string =>
  payment_id.slice('pay_'.length)

export const merchantOf = (account: string): string => `merchant-${account}`

/** Somebody who buys and pays through the front door; and the provider's own voice. */
export function shopper(knock: Knock) {
  const ask = (path: string, body?: object, more: Asking = {}) =>
    knock('POST', `/api/v1/${path}`, { as: BOOTSTRAP_KEY, ...(body && { body }), ...more })
  const look = (path: string, as = BOOTSTRAP_KEY) => knock('GET', `/api/v1/${path}`, { as })
  const order = async (want: object, key: string = newKey(), as = BOOTSTRAP_KEY): Promise<Heard> =>
    ask('payments/create', want, { as, headers: key === '' ? {} : { 'idempotency-key': key } })
  const must = async (heard: Promise<Heard>, status: number): Promise<Heard> => {
    const one = await heard
    if (one.status !== status)
      throw new Error(`${one.status} instead of ${status}: ${JSON.stringify(one.body)}`)
    return one
  }
  /** A message as the provider would send it of this payment. */
  const saidOf = (payment: Payment, more: Partial<Said> = {}): Said => ({
    id: `evt_${numberOf(payment)}`,
    type: 'payment.succeeded',
    merchant: merchantOf('main'),
    trade_no: numberOf(payment),
    txn: `txn_${numberOf(payment)}`,
    ...{ amount: payment.amount, currency: payment.currency, at: Date.now() },
    ...more,
  })
  return {
    ask,
    look,
    order,
    must,
    saidOf,
    /** An order of a person or of an app's user, with a way to pay it. */
    buy: async (want: object = {}, key?: string): Promise<Payment> => {
      const whole = { product_id: PACKS.usual, pay_channel: 'sandbox', ...want }
      return (await must(order(whole, key), 201)).body
    },
    /** What came in by it and lies in suspense, as staff are shown it. */
    inSuspense: async (payment: Payment) =>
      (await look('admin/payments/suspense?limit=200')).body.items.filter(
        ({ trade_no }: { trade_no: string }) => trade_no === numberOf(payment),
      ),
    /** What the payer does at the sandbox's cashier; whoever knows the number may. */
    cashier: (payment: Payment, act: string) =>
      must(knock('POST', `/cashier/${numberOf(payment)}`, { body: { act } }), 200),
    /** Brings a message to the hook; signed as it should be unless told otherwise. */
    tell: async (
      said: object | string,
      how: { account?: string; secret?: string; signature?: string; ip?: string } = {},
    ): Promise<number> => {
      const bytes = typeof said === 'string' ? said : JSON.stringify(said)
      const { account = 'main', secret, ip } = how
      const heard = await knock('POST', `/api/v1/hooks/sandbox/${account}`, {
        body: Buffer.from(bytes),
        headers: {
          'content-type': 'application/json',
          'x-sandbox-signature': how.signature ?? signature(bytes, secret),
        },
        ...(ip !== undefined && { ip }),
      })
      return heard.status
    },
    refund: (payment: Payment, want: object = {}, key: string = newKey(), as = BOOTSTRAP_KEY) =>
      ask(
        `payments/${payment.payment_id}/refunds`,
        { reason: 'a test', ...want },
        { as, headers: { 'idempotency-key': key } },
      ),
    balance: async (external_id: string): Promise<string> => {
      const { body } = await look(`credits/balance?external_id=${external_id}`)
      return `${body.available} ${body.held} ${body.debt}`
    },
    charge: (external_id: string, amount: number) =>
      ask('credits/charge', { external_id, amount }, { headers: { 'idempotency-key': newKey() } }),
  }
}

/** What providers sign and count with; nobody moves it. */
export const machineNow = (): Instant => Date.now() as Instant

/** At the doors of real servers, one after the other. */
export function knockOn(urls: () => readonly string[]): Knock {
  let nth = 0
  return async (method, path, { as, body, headers = {} } = {}) => {
    const all = urls()
    const url = all[nth++ % all.length]
    const isRaw = Buffer.isBuffer(body)
    const reply = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body && !isRaw && { 'content-type': 'application/json' }),
        ...(as !== undefined && { authorization: `Bearer ${as}` }),
        ...headers,
      },
      ...(body && { body: isRaw ? new Uint8Array(body) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    })
    const text = await reply.text()
    return { status: reply.status, body: text.startsWith('{') ? JSON.parse(text) : text }
  }
}

/** Something to sell and a way to pay it, where a server has neither. */
export async function openShop(knock: Knock): Promise<void> {
  const fee = { percent_bp: 0, minimum_minor: 0 }
  const terms = {
    ...{ name: { en: '600 credits', zh: '600积分' }, credits: 600 },
    prices: [{ currency: 'CNY', amount: 3_000 }],
    refund: { window_days: 7, pro_rata: true, fee },
  }
  const product = { product_id: PACKS.usual, product_type: 'recharge', terms }
  const account = {
    ...{ merchant: merchantOf('main'), livemode: false, enabled: true, settings: {} },
    secrets: { signing_secret: SANDBOX_SECRET },
  }
  const as = BOOTSTRAP_KEY
  const made = await knock('POST', '/api/v1/admin/products', { as, body: product })
  const put = await knock('PUT', '/api/v1/admin/channels/sandbox/main', { as, body: account })
  if (![201, 409].includes(made.status) || put.status !== 200)
    throw new Error(`no shop: ${JSON.stringify([made.body, put.body])}`)
}
