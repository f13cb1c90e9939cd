import { sql } from 'kysely'
import type { Database } from '#kernel/db'

export const STEPS = [
  ...(['started', 'failed', 'closed'] as const),
  ...(['paid', 'received', 'sent_back', 'suspended'] as const),
  ...(['refund_asked', 'refund_succeeded', 'refund_failed', 'refund_rejected'] as const),
  ...(['dispute_opened', 'dispute_won', 'dispute_lost'] as const),
]
type StepName = (typeof STEPS)[number]

/** Something that happened to a payment. */
export interface Step {
  readonly at: Date
  readonly what: StepName
  readonly amount: bigint | null
  readonly currency: string
  readonly refund_id: string | null
}

/**
 * What is known of a payment, in the order in which it happened. Some providers tell of whole seconds: what they say of
 * the one in which it began stands behind its beginning all the same.
 */
export async function timelineOf(db: Database, attemptId: string): Promise<Step[]> {
  const { rows } = await sql<Step>`
    with a as (select * from payments.attempts where id = ${attemptId}),
         f as (select f.* from payments.facts f join a on f.attempt_id = a.id),
         r as (select r.* from payments.refunds r join f on r.fact_id = f.id),
         d as (select d.* from payments.disputes d join f on d.fact_id = f.id)
    select at, what, amount, currency, refund_id from (
      select created_at as at, 0 as nth, 'started' as what, amount, currency, null::text as refund_id from a
      union all
      select ended_at, 2, state, amount, currency, null from a where state in ('failed', 'closed')
      union all
      select paid_at, 1, 'paid', amount, currency, null from f
      union all
      select created_at, 3,
             case disposition when 'kept' then 'received' when 'sent_back' then 'sent_back' else 'suspended' end,
             amount, currency, null
        from f
      union all
      select created_at, 4, 'refund_asked', amount, currency, id from r
      union all
      select settled_at, 5,
             case state when 'succeeded' then 'refund_succeeded' when 'rejected' then 'refund_rejected'
                        else 'refund_failed' end,
             amount, currency, id
        from r where settled_at is not null
      union all
      select opened_at, 4, 'dispute_opened', amount, currency, null from d
      union all
      select settled_at, 5, 'dispute_' || state, amount, currency, null from d where state <> 'opened') s
     where at is not null
     order by greatest(at, (select created_at from a)), nth
  `.execute(db)
  return rows
}
