import Type from 'typebox'
import { Value } from 'typebox/value'
import type { Instant } from '#kernel/clock'
import { type Database, inTx, type Tx } from '#kernel/db'
import {
  type Account,
  type Channel,
  type Ground,
  no,
  type Parsed,
  type RefundAsk,
  yes,
} from '../../channel.ts'
import type { Fact, PaymentFact, RefundFact } from '../../fact.ts'
import { parseStrictJson } from '../../strict-json.ts'
import { whyForged } from './signature.ts'
import { findTrade, lockTrade, openTrade, saveTrade, type Trade } from './trades.ts'

const SECRET_LETTERS_MIN = 32

export const SandboxSettings = Type.Object({}, { additionalProperties: false })
export const SandboxSecrets = Type.Object(
  { signing_secret: Type.String({ minLength: SECRET_LETTERS_MIN, maxLength: 256 }) },
  { additionalProperties: false },
)

interface Deps extends Pick<Ground, 'now'> {
  readonly db: Database
  readonly cashierUrl: (tradeNo: string) => string
}

/** A provider that lives in this house, for trying out: it signs like a real one, and no money moves. */
export function openSandbox(deps: Deps): Channel<typeof SandboxSettings, typeof SandboxSecrets> {
  const { db } = deps
  return {
    name: 'sandbox',
    methods: ['cashier', 'qr'],
    currencies: undefined,
    settings: SandboxSettings,
    secrets: SandboxSecrets,
    create: async (account, ask) => {
      await openTrade(db, { ...ask, account: account.name })
      const url = deps.cashierUrl(ask.tradeNo)
      return yes({
        ref: undefined,
        next: ask.method === 'qr' ? { kind: 'qr', text: url } : { kind: 'redirect', url },
      })
    },
    query: async (account, { tradeNo }) => {
      const trade = await findTrade(db, tradeNo)
      if (!trade) return yes({ state: 'not_there' })
      const [paid] = paymentsOf(account, trade)
      if (paid) return yes({ state: 'paid', fact: paid })
      return yes({ state: trade.state === 'paid' ? 'open' : trade.state })
    },
    close: (_account, { tradeNo }) =>
      inTx(db, async (tx) => {
        const trade = await lockTrade(tx, tradeNo)
        if (!trade) return yes('not_there')
        if (trade.txns.length > 0) return yes('paid')
        await saveTrade(tx, { ...trade, state: 'closed' })
        return yes('closed')
      }),
    refund: (account, ask) => inTx(db, (tx) => refund(tx, account, ask, deps.now())),
    queryRefund: async (account, ask) => {
      const trade = await findTrade(db, ask.payment.tradeNo)
      const known = trade?.refunds[ask.refundNo]
      return yes(trade && known ? refundFact(account, trade, ask, known) : { kind: 'not_there' })
    },
    parseNotification: async (account, { headers, body }) =>
      parse(account, headers, body, deps.now()),
    acknowledge: () => ({ status: 204 }),
    downloadBill: async (account, day) =>
      no('not_offered', `the sandbox keeps no bill of ${account.name} for ${day}`),
  }
}

type SandboxAccount = Account<unknown, { readonly signing_secret: string }>

const about = ({ merchant, livemode }: SandboxAccount) => ({ merchant, livemode })

const paymentsOf = (account: SandboxAccount, trade: Trade): PaymentFact[] =>
  trade.txns.map(({ txn, amount, at }) => ({
    ...{ kind: 'payment', tradeNo: trade.tradeNo, txn, amount: BigInt(amount) },
    ...{ currency: trade.currency, paidAt: at as Instant, ...about(account) },
  }))

async function refund(tx: Tx, account: SandboxAccount, ask: RefundAsk, nowMs: number) {
  const trade = await lockTrade(tx, ask.payment.tradeNo)
  const paid = trade?.txns.find(({ txn }) => txn === ask.payment.txn)
  if (!trade || !paid) return no('trade_unknown')
  const known = trade.refunds[ask.refundNo]
  if (known)
    return known.amount === Number(ask.amount)
      ? yes(refundFact(account, trade, ask, known))
      : no('amount_other')
  const back = Object.values(trade.refunds)
    .filter(({ state }) => state === 'succeeded')
    .reduce((sum, one) => sum + one.amount, 0)
  const all = trade.txns.reduce((sum, one) => sum + one.amount, 0)
  if (back + Number(ask.amount) > all) return no('more_than_paid')
  const made = {
    ...{ ref: `sbx_ref_${ask.refundNo}`, amount: Number(ask.amount), at: nowMs },
    state: trade.failsRefunds ? 'failed' : 'succeeded',
  } as const
  await saveTrade(tx, { ...trade, refunds: { ...trade.refunds, [ask.refundNo]: made } })
  return yes(refundFact(account, trade, ask, made))
}

const refundFact = (
  account: SandboxAccount,
  trade: Trade,
  ask: RefundAsk,
  { ref, amount, state, at }: Trade['refunds'][string],
): RefundFact => ({
  ...{ kind: 'refund', refundNo: ask.refundNo, refund: ref, txn: ask.payment.txn, state },
  ...{ tradeNo: trade.tradeNo, amount: BigInt(amount), currency: trade.currency },
  ...{ at: at as Instant, ...about(account) },
})

/** Of every notification; the signature is over its very bytes. */
const EnvelopeShape = Type.Object({
  id: Type.String({ minLength: 8, maxLength: 64 }),
  type: Type.String({ minLength: 1, maxLength: 64 }),
})
const TIME_MAX = Date.UTC(9999, 11, 31)
const NotificationShape = Type.Object({
  ...EnvelopeShape.properties,
  type: Type.Enum(['payment.succeeded', 'payment.failed']),
  merchant: Type.String({ minLength: 1, maxLength: 128 }),
  livemode: Type.Optional(Type.Boolean()),
  trade_no: Type.String({ minLength: 1, maxLength: 64 }),
  txn: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  /** What is no amount is no reason not to hear that somebody paid. */
  amount: Type.Optional(Type.Unknown()),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  at: Type.Integer({ minimum: 0, maximum: TIME_MAX }),
})
export type SandboxNotification = Type.Static<typeof NotificationShape>
const hasEnvelope = (unchecked: unknown): unchecked is Type.Static<typeof EnvelopeShape> =>
  Value.Check(EnvelopeShape, unchecked)
const isNotification = (unchecked: unknown): unchecked is SandboxNotification =>
  Value.Check(NotificationShape, unchecked)
const KNOWN_TYPES: ReadonlySet<string> = new Set(['payment.succeeded', 'payment.failed'])

function parse(
  account: SandboxAccount,
  headers: Readonly<Record<string, unknown>>,
  body: Buffer,
  nowMs: number,
): Parsed {
  const forged = (why: string): Parsed => ({
    ...{ verdict: 'forged', why },
    reply: { status: 400, type: 'application/json', body: JSON.stringify({ error: why }) },
  })
  const { signing_secret: secret } = account.secrets
  if (secret.trim().length < SECRET_LETTERS_MIN) return forged('secret_missing')
  const why = whyForged(secret, headers['x-sandbox-signature'], body, nowMs)
  if (why !== undefined) return forged(why)
  const said = parseStrictJson(body)
  if (!hasEnvelope(said)) return forged('body_unreadable')
  const { id, type } = said
  if (KNOWN_TYPES.has(type) && !isNotification(said)) return forged('body_unreadable')
  const facts = isNotification(said) ? factsOf(account, said) : []
  return { verdict: 'genuine', id, type, keyId: 'signing_secret', facts }
}

function factsOf(account: SandboxAccount, said: SandboxNotification): Fact[] {
  const { trade_no: tradeNo, txn, merchant, amount, currency } = said
  const { livemode = account.livemode } = said
  if (said.type === 'payment.failed')
    return [{ kind: 'end', tradeNo, how: 'failed', merchant, livemode }]
  if (txn === undefined) return []
  return [
    {
      ...{ kind: 'payment', tradeNo, txn, currency, merchant, livemode },
      amount: Number.isSafeInteger(amount) ? BigInt(amount as number) : undefined,
      paidAt: said.at as Instant,
    },
  ]
}
