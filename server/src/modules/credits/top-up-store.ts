import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { statesThatAccept } from '#kernel/states'
import {
  monthStart,
  TOP_UP_STATES,
  type TopUp,
  type TopUpEvent,
  type TopUpPast,
  type TopUpRule,
  type TopUpState,
} from './top-up.ts'

interface RuleRow {
  readonly owner: string
  readonly enabled: boolean
  readonly threshold: bigint
  readonly product: string
  readonly month_times_max: number
}

const ruleOf = (row: RuleRow): TopUpRule => ({
  isEnabled: row.enabled,
  threshold: row.threshold,
  product: row.product,
  monthTimesMax: row.month_times_max,
})

export async function readRules(db: Database): Promise<Map<string, TopUpRule>> {
  const { rows } = await sql<RuleRow>`select * from credits.top_up_rules where enabled`.execute(db)
  return new Map(rows.map((row) => [row.owner, ruleOf(row)]))
}

export async function findRule(db: Database | Tx, owner: string): Promise<TopUpRule | undefined> {
  const { rows } = await sql<RuleRow>`
    select * from credits.top_up_rules where owner = ${owner}
  `.execute(db)
  return rows[0] && ruleOf(rows[0])
}

/** Whoever looks at an owner's attempts queues here. */
export async function lockRule(tx: Tx, owner: string): Promise<TopUpRule | undefined> {
  const { rows } = await sql<RuleRow>`
    select * from credits.top_up_rules where owner = ${owner} for update
  `.execute(tx)
  return rows[0] && ruleOf(rows[0])
}

export async function saveRule(tx: Tx, owner: string, rule: TopUpRule): Promise<void> {
  await sql`
    insert into credits.top_up_rules (owner, enabled, threshold, product, month_times_max)
    values (${owner}, ${rule.isEnabled}, ${rule.threshold}::bigint, ${rule.product},
            ${rule.monthTimesMax})
    on conflict (owner) do update
       set enabled = excluded.enabled, threshold = excluded.threshold,
           product = excluded.product, month_times_max = excluded.month_times_max
  `.execute(tx)
}

export async function removeRule(tx: Tx, owner: string): Promise<void> {
  await sql`delete from credits.top_up_rules where owner = ${owner}`.execute(tx)
}

/** Owners whose rule is enabled, in their order, behind this one. */
export async function listRuled(
  db: Database,
  after: string,
  rowsMax: number,
): Promise<{ readonly owner: string; readonly rule: TopUpRule }[]> {
  const { rows } = await sql<RuleRow>`
    select * from credits.top_up_rules where enabled and owner > ${after}
     order by owner limit ${rowsMax}
  `.execute(db)
  return rows.map((row) => ({ owner: row.owner, rule: ruleOf(row) }))
}

interface TopUpRow {
  readonly id: string
  readonly owner: string
  readonly product: string
  readonly state: TopUpState
  readonly started_at: Date
  readonly concluded_at: Date | null
}

const topUpOf = (row: TopUpRow): TopUp => ({
  ...{ id: row.id, owner: row.owner, product: row.product, state: row.state },
  startedAt: row.started_at.getTime() as Instant,
  concludedAt: row.concluded_at ? (row.concluded_at.getTime() as Instant) : undefined,
})

export async function readPast(db: Database | Tx, owner: string, now: Instant): Promise<TopUpPast> {
  const { rows } = await sql<{
    in_flight: string | null
    times: number
    declined_at: Date | null
    paid_at: Date | null
  }>`
    select max(id) filter (where state = 'in_flight') as in_flight,
           (count(*) filter (where state <> 'declined'
              and started_at >= ${rfc3339(monthStart(now))}::timestamptz))::integer as times,
           max(concluded_at) filter (where state = 'declined') as declined_at,
           max(concluded_at) filter (where state = 'paid') as paid_at
      from credits.top_ups where owner = ${owner}
  `.execute(db)
  const [row] = rows
  const inFlight = row?.in_flight ? await findTopUp(db, row.in_flight) : undefined
  return {
    inFlight,
    timesThisMonth: row?.times ?? 0,
    lastDeclined: row?.declined_at ? (row.declined_at.getTime() as Instant) : undefined,
    lastPaid: row?.paid_at ? (row.paid_at.getTime() as Instant) : undefined,
  }
}

export async function findTopUp(db: Database | Tx, id: string): Promise<TopUp | undefined> {
  const { rows } = await sql<TopUpRow>`select * from credits.top_ups where id = ${id}`.execute(db)
  return rows[0] && topUpOf(rows[0])
}

export async function lockTopUp(tx: Tx, id: string): Promise<TopUp | undefined> {
  const { rows } = await sql<TopUpRow>`
    select * from credits.top_ups where id = ${id} for update
  `.execute(tx)
  return rows[0] && topUpOf(rows[0])
}

/** False where one is in flight already: the index judges, whatever anybody read before. */
export async function insertTopUp(tx: Tx, topUp: TopUp): Promise<boolean> {
  const { rows } = await sql`
    insert into credits.top_ups (id, owner, product, state, started_at)
    values (${topUp.id}, ${topUp.owner}, ${topUp.product}, ${topUp.state},
            ${rfc3339(topUp.startedAt)}::timestamptz)
    on conflict (owner) where state = 'in_flight' do nothing
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function concludeRow(
  tx: Tx,
  id: string,
  event: TopUpEvent,
  now: Instant,
): Promise<TopUp | undefined> {
  const state = event === 'lapse' ? 'lapsed' : event
  const { rows } = await sql<TopUpRow>`
    update credits.top_ups set state = ${state}, concluded_at = ${rfc3339(now)}::timestamptz
     where id = ${id} and state = any(${statesThatAccept(TOP_UP_STATES, event)})
    returning *
  `.execute(tx)
  return rows[0] && topUpOf(rows[0])
}
