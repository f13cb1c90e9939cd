import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import type { PricedHour } from '#ledger'
import { TRAFFIC_KINDS_MAX } from './price-limits.ts'
import type { Traffic } from './price-preview.ts'
import type { Params } from './price-rule.ts'

/** Any number that no other lock of ours begins with. */
const LOCK = 7_468_026

/** False where another node gathers: two of them would each find room that is there once. */
export async function lockTraffic(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(${LOCK}) as mine
  `.execute(tx)
  return rows[0]?.mine === true
}

export async function trafficMark(tx: Tx, cell: number): Promise<number> {
  const { rows } = await sql<{ gathered_to: number }>`
    select gathered_to from credits.traffic_marks where cell = ${cell}
  `.execute(tx)
  return rows[0]?.gathered_to ?? 0
}

export async function setTrafficMark(tx: Tx, cell: number, block: number): Promise<void> {
  await sql`
    update credits.traffic_marks set gathered_to = ${block} where cell = ${cell}
  `.execute(tx)
}

/** Adds to what is there; what has no room of its own any more that day is counted with the others. */
export async function addTraffic(tx: Tx, hours: readonly PricedHour[]): Promise<void> {
  const given = JSON.stringify(hours, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  await sql`
    with given as materialized (
      select r.*, sha256(convert_to(r.params::text, 'UTF8')) as digest,
             date_trunc('day', r.hour) as day
        from jsonb_to_recordset(${given}::jsonb)
             as r (action text, hour timestamptz, params jsonb, charges bigint, credits bigint)),
    fresh as (
      select g.*, row_number() over (
               partition by action, day order by charges desc, hour, digest) as nth
        from given g
       where not exists (select from credits.traffic t
                          where t.action = g.action and t.hour = g.hour and t.digest = g.digest)),
    beyond as (
      select f.action, f.hour, f.digest from fresh f
       where f.nth > ${TRAFFIC_KINDS_MAX} - (
               select count(*) from credits.traffic t
                where t.action = f.action and t.params is not null
                  and t.hour >= f.day and t.hour < f.day + interval '1 day'))
    insert into credits.traffic as t (action, hour, digest, params, charges, credits)
    select g.action, g.hour, case when b.digest is null then g.digest else '' end,
           case when b.digest is null then g.params end,
           sum(g.charges), sum(g.credits)
      from given g
      left join beyond b on b.action = g.action and b.hour = g.hour and b.digest = g.digest
     group by 1, 2, 3, 4
    on conflict (action, hour, digest) do update
       set charges = t.charges + excluded.charges, credits = t.credits + excluded.credits
  `.execute(tx)
}

export async function forgetTraffic(db: Database, before: Instant): Promise<void> {
  await sql`
    delete from credits.traffic where hour < ${rfc3339(before)}::timestamptz
  `.execute(db)
}

/** By whole hours that began within the time. */
export async function listTraffic(
  db: Database,
  action: string,
  from: Instant,
  to: Instant,
): Promise<Traffic[]> {
  const { rows } = await sql<{
    hour: Date
    params: Params | null
    charges: bigint
    credits: bigint
  }>`
    select hour, params, charges, credits from credits.traffic
     where action = ${action} and hour >= ${rfc3339(from)}::timestamptz
       and hour < ${rfc3339(to)}::timestamptz
  `.execute(db)
  return rows.map(({ hour, params, charges, credits }) => ({
    params: params ?? undefined,
    at: hour.getTime() as Instant,
    count: charges,
    credits,
  }))
}
