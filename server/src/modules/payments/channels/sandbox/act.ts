import type { Keyring } from '#kernel/crypto'
import { type Database, inTx } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import { findAccount, openAccount } from '../../account-store.ts'
import type { Delivery } from '../../channel.ts'
import type { SandboxNotification } from './index.ts'
import { signed } from './signature.ts'
import { lockTrade, saveTrade, type Trade } from './trades.ts'

export const ACTS = [
  'pay',
  'fail',
  'pay_late',
  'pay_twice',
  'pay_wrong_amount',
  'refund_fail',
] as const
export type TradeAct = (typeof ACTS)[number]

interface Deps {
  readonly db: Database
  readonly ring: Keyring
  readonly newId: NewId
  readonly now: () => number
  /** Brings a message to our own hooks, as a provider would. */
  readonly deliver: (account: string, delivery: Delivery) => Promise<void>
}

/** What somebody does at the sandbox's cashier. Kept first, then told: told never, it is found by being asked for. */
export async function actOnTrade(
  deps: Deps,
  tradeNo: string,
  act: TradeAct,
): Promise<Trade | undefined> {
  const done = await inTx(deps.db, async (tx) => {
    const trade = await lockTrade(tx, tradeNo)
    if (!trade) return undefined
    const after = afterAct(trade, act, deps.now())
    if (after !== trade) await saveTrade(tx, after)
    return { before: trade, after }
  })
  if (!done) return undefined
  for (const message of messagesOf(done.before, done.after, deps.now()))
    await send(deps, done.after, message)
  return done.after
}

/** Pure: a trade that is over can still be paid late, which is what a closed order is tried out with. */
function afterAct(trade: Trade, act: TradeAct, at: number): Trade {
  if (act === 'refund_fail') return { ...trade, failsRefunds: true }
  const isOpen = trade.state === 'open'
  if (act === 'fail') return isOpen ? { ...trade, state: 'failed' } : trade
  if (act === 'pay_late' ? trade.txns.length > 0 : !isOpen) return trade
  const amount = Number(trade.amount) + (act === 'pay_wrong_amount' ? 1 : 0)
  const txns = (act === 'pay_twice' ? [1, 2] : [1]).map((nth) => ({
    ...{ txn: `sbx_${trade.tradeNo}_${nth}`, amount, at },
  }))
  return { ...trade, state: 'paid', txns }
}

type Said = Omit<SandboxNotification, 'merchant'>

function messagesOf(before: Trade, after: Trade, at: number): Said[] {
  const { tradeNo: trade_no, currency } = after
  if (before.state === 'open' && after.state === 'failed')
    return [{ id: `sbx_evt_${trade_no}_f`, type: 'payment.failed', trade_no, currency, at }]
  return after.txns.slice(before.txns.length).map(({ txn, amount, at }) => ({
    ...{ id: `sbx_evt_${txn}`, type: 'payment.succeeded', trade_no, txn, amount, currency, at },
  }))
}

async function send(deps: Deps, trade: Trade, said: Said): Promise<void> {
  const kept = await findAccount(deps.db, 'sandbox', trade.account)
  if (!kept) return
  const { secrets } = openAccount(deps.ring, kept)
  const body = Buffer.from(JSON.stringify({ ...said, merchant: kept.merchant }))
  const signature = signed(String(secrets['signing_secret']), body, deps.now())
  await deps.deliver(trade.account, {
    ...{ method: 'POST', path: `/api/v1/hooks/sandbox/${trade.account}`, body },
    headers: { 'content-type': 'application/json', 'x-sandbox-signature': signature },
  })
}
