import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'

/** What the sandbox's own provider knows of a trade. */
export interface Trade {
  readonly tradeNo: string
  readonly account: string
  readonly amount: bigint
  readonly currency: string
  readonly title: string
  readonly returnUrl: string
  readonly state: 'open' | 'paid' | 'failed' | 'closed'
  readonly txns: readonly Txn[]
  readonly refunds: Readonly<Record<string, TradeRefund>>
  readonly failsRefunds: boolean
  readonly expiresAt: Instant
}
interface Txn {
  readonly txn: string
  readonly amount: number
  readonly at: number
}
interface TradeRefund {
  readonly ref: string
  readonly amount: number
  readonly state: 'succeeded' | 'failed'
  readonly at: number
}

interface Row {
  readonly trade_no: string
  readonly account: string
  readonly amount: bigint
  readonly currency: string
  readonly title: string
  readonly return_url: string
  readonly state: Trade['state']
  readonly txns: Txn[]
  readonly refunds: Record<string, TradeRefund>
  readonly fails_refunds: boolean
  readonly expires_at: Date
}

const tradeOf = (row: Row): Trade => ({
  ...{ tradeNo: row.trade_no, account: row.account, amount: row.amount, currency: row.currency },
  ...{ title: row.title, returnUrl: row.return_url, state: row.state, txns: row.txns },
  ...{ refunds: row.refunds, failsRefunds: row.fails_refunds },
  expiresAt: row.expires_at.getTime() as Instant,
})

export async function openTrade(
  db: Database,
  one: Pick<
    Trade,
    'tradeNo' | 'account' | 'amount' | 'currency' | 'title' | 'returnUrl' | 'expiresAt'
  >,
): Promise<void> {
  await sql`
    insert into payments.sandbox_trades
      (trade_no, account, amount, currency, title, return_url, state, expires_at)
    values (${one.tradeNo}, ${one.account}, ${one.amount}::bigint, ${one.currency}, ${one.title},
            ${one.returnUrl}, 'open', ${rfc3339(one.expiresAt)}::timestamptz)
    on conflict (trade_no) do nothing
  `.execute(db)
}

export async function findTrade(db: Database, tradeNo: string): Promise<Trade | undefined> {
  const { rows } = await sql<Row>`
    select * from payments.sandbox_trades where trade_no = ${tradeNo}
  `.execute(db)
  return rows[0] && tradeOf(rows[0])
}

export async function lockTrade(tx: Tx, tradeNo: string): Promise<Trade | undefined> {
  const { rows } = await sql<Row>`
    select * from payments.sandbox_trades where trade_no = ${tradeNo} for update
  `.execute(tx)
  return rows[0] && tradeOf(rows[0])
}

export async function saveTrade(tx: Tx, one: Trade): Promise<void> {
  await sql`
    update payments.sandbox_trades
       set state = ${one.state}, txns = ${JSON.stringify(one.txns)}::jsonb,
           refunds = ${JSON.stringify(one.refunds)}::jsonb, fails_refunds = ${one.failsRefunds}
     where trade_no = ${one.tradeNo}
  `.execute(tx)
}
