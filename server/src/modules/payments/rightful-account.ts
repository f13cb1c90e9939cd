import { type RawBuilder, sql } from 'kysely'
import type { Database } from '#kernel/db'
import type { KeptAccount } from './account-store.ts'
import type { Fact } from './fact.ts'

/**
 * One merchant may be kept as several accounts, and a provider tells a merchant the same at each address. What is told
 * at one of them about a payment of another belongs to that one: kept at both, one transaction would move value twice,
 * or lie in suspense as if nobody had asked for it.
 */
export async function rightfulAccount(
  db: Database,
  fact: Fact,
  [heard, ...others]: readonly [KeptAccount, ...KeptAccount[]],
): Promise<KeptAccount> {
  const isTheirs = fact.merchant === heard.merchant && fact.livemode === heard.livemode
  const known = knownBy(fact)
  // One that is off speaks for itself alone, should its secret be in other hands.
  if (others.length === 0 || !isTheirs || !heard.enabled) return heard
  const all = [heard, ...others]
  const { rows } = await sql<{ readonly account: string }>`
    with merchant as (select ${heard.channel}::text as channel, ${all.map(({ name }) => name)}::text[] as names)
    select account from merchant, lateral (${known}) known limit 1
  `.execute(db)
  const rightful = all.find(({ name }) => name === rows[0]?.account)
  // What nobody here has asked for lies in suspense once, at whichever address it was told.
  return rightful ?? (fact.kind === 'payment' ? all.reduce(firstByName) : heard)
}

const firstByName = (one: KeptAccount, other: KeptAccount): KeptAccount =>
  other.name < one.name ? other : one

/** Where something of this number stands. */
function knownBy(fact: Fact): RawBuilder<unknown> {
  switch (fact.kind) {
    case 'refund':
      return sql`
        (${among('refunds', sql`refund_no = ${fact.refundNo ?? null} or ref = ${fact.refund}`)}
          order by refund_no = ${fact.refundNo ?? null} desc nulls last limit 1)
        union all
        (${ofPayment(fact.txn, fact.tradeNo)})`
    case 'dispute':
      return ofPayment(fact.txn, undefined)
    case 'transfer':
      return among('transfers', sql`transfer_no = ${fact.transferNo}`)
    case 'payment':
      return sql`
        (${among('attempts', sql`trade_no = ${fact.tradeNo ?? null}`)} limit 1)
        union all
        (${ofPayment(fact.txn, undefined)})`
    default:
      return among('attempts', sql`trade_no = ${fact.tradeNo}`)
  }
}

const among = (table: string, condition: RawBuilder<unknown>) => sql`
  select account from ${sql.table(`payments.${table}`)}
   where channel = merchant.channel and account = any(merchant.names) and (${condition})`

/** Rather where it moved value than where it lies in suspense. */
const ofPayment = (txn: string | undefined, tradeNo: string | undefined) => sql`
  ${among('facts', txn === undefined ? sql`trade_no = ${tradeNo ?? null}` : sql`txn = ${txn}`)}
   order by disposition = 'suspense', id limit 1`
