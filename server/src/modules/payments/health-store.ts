import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database } from '#kernel/db'
import { firstIdAt } from '#kernel/ids'
import { factsThatWait } from './suspense-store.ts'

export interface AccountHealth {
  readonly channel: string
  readonly account: string
  readonly livemode: boolean
  readonly enabled: boolean
  readonly attempts: number
  readonly succeeded: number
  readonly failed: number
  readonly closed: number
  /** Nobody knows yet how these end. */
  readonly open: number
  readonly lastPaidAt: Date | null
}

/** How payments at each account ended that were begun since then; an account that nobody used is there with nothing. */
export async function accountsHealth(db: Database, since: Instant): Promise<AccountHealth[]> {
  const { rows } = await sql<
    Omit<AccountHealth, 'account' | 'lastPaidAt'> & { name: string; last_paid_at: Date | null }
  >`
    select a.channel, a.name, a.livemode, a.enabled,
           coalesce(t.attempts, 0)::integer as attempts, coalesce(t.succeeded, 0)::integer as succeeded,
           coalesce(t.failed, 0)::integer as failed, coalesce(t.closed, 0)::integer as closed,
           coalesce(t.open, 0)::integer as open, t.last_paid_at
      from payments.accounts a
      left join (
        select channel, account, count(*) as attempts,
               count(*) filter (where state = 'succeeded') as succeeded,
               count(*) filter (where state = 'failed') as failed,
               count(*) filter (where state = 'closed') as closed,
               count(*) filter (where state in ('created', 'submitted', 'unknown')) as open,
               max(ended_at) filter (where state = 'succeeded') as last_paid_at
          from payments.attempts
         where id >= ${firstIdAt('pay', since)}
         group by channel, account) t on t.channel = a.channel and t.account = a.name
     order by a.channel, a.name
  `.execute(db)
  return rows.map(({ name, last_paid_at, ...row }) => ({
    ...row,
    account: name,
    lastPaidAt: last_paid_at,
  }))
}

interface MoneyDay {
  readonly day: string
  readonly currency: string
  readonly livemode: boolean
  readonly payments: number
  readonly received: bigint
  readonly refunded: bigint
}

/**
 * What came in and went back, refunded or lost to a dispute, by day (UTC) and currency, from the first day on. What a
 * wallet here paid is left out: it came in when the wallet was filled. So is what fits nothing, and what was paid twice
 * and goes back by itself.
 */
export async function moneyByDay(db: Database, since: Instant): Promise<MoneyDay[]> {
  const { rows } = await sql<MoneyDay>`
    with came as (
      select (created_at at time zone 'UTC')::date as day, currency, livemode, amount as received, 0 as refunded
        from payments.facts
       where id >= ${firstIdAt('fct', since)} and disposition = 'kept' and channel <> 'balance'),
    went as (
      select (r.settled_at at time zone 'UTC')::date, r.currency, f.livemode, 0, r.amount
        from payments.refunds r join payments.facts f on f.id = r.fact_id
       where r.state = 'succeeded' and r.settled_at >= ${rfc3339(since)}::timestamptz
         and f.disposition = 'kept' and r.channel <> 'balance'
      union all
      select (d.settled_at at time zone 'UTC')::date, d.currency, f.livemode, 0, least(d.amount, f.amount - f.refunded)
        from payments.disputes d join payments.facts f on f.id = d.fact_id
       where d.state = 'lost' and d.settled_at >= ${rfc3339(since)}::timestamptz
         and f.disposition = 'kept' and f.refunded < f.amount)
    select day::text, currency, livemode, (count(*) filter (where received > 0))::integer as payments,
           sum(received)::bigint as received, sum(refunded)::bigint as refunded
      from (select * from came union all select * from went) moved
     group by 1, 2, 3 order by 1, 2, 3
  `.execute(db)
  return rows
}

interface Waiting {
  readonly suspense: number
  readonly deadMessages: number
  readonly stuckRefunds: number
  readonly disputes: number
}

/** What waits for a person; counted up to a bound, because beyond it only "many" is worth saying. */
export async function countWaiting(db: Database, countMax: number): Promise<Waiting> {
  const { rows } = await sql<Waiting>`
    select (select count(*)::integer from (
              select from (${factsThatWait(undefined, countMax)}) w limit ${countMax}) s) as suspense,
           (select count(*)::integer from (
              select from payments.events where state = 'dead' limit ${countMax}) e) as "deadMessages",
           (select count(*)::integer from (
              select from payments.refunds where state = 'abnormal' limit ${countMax}) r) as "stuckRefunds",
           (select count(*)::integer from (
              select from payments.disputes where state = 'opened' limit ${countMax}) d) as disputes
  `.execute(db)
  return rows[0] ?? { suspense: 0, deadMessages: 0, stuckRefunds: 0, disputes: 0 }
}
