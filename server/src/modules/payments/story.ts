import { sql } from 'kysely'
import Type from 'typebox'
import type { Database } from '#kernel/db'
import { listAttempts } from './attempt-store.ts'
import { listEventsOf } from './event-store.ts'
import { listFactsOf } from './fact-store.ts'
import { STORY_EVENTS_MAX } from './limits.ts'
import { listRefundsOf } from './refund-store.ts'
import {
  EventShape,
  eventAnswer,
  Minor,
  orNull,
  RefundShape,
  refundAnswer,
  strict,
  Time,
  timeOf,
} from './shapes.ts'

const AttemptShape = Type.Object(
  {
    ...{ payment_id: Type.String(), channel: Type.String(), account: Type.String() },
    ...{ method: Type.String(), trade_no: Type.String(), provider_ref: orNull(Type.String()) },
    ...{ amount: Minor, currency: Type.String(), state: Type.String() },
    why: orNull(Type.String()),
    asked: Type.Integer({ description: 'How often the provider was asked how it stands' }),
    ...{ created_at: Time, expires_at: Time },
  },
  strict,
)
const FactShape = Type.Object(
  {
    ...{ fact_id: Type.String(), payment_id: orNull(Type.String()), channel: Type.String() },
    ...{ account: Type.String(), txn: Type.String(), amount: orNull(Minor) },
    ...{ currency: Type.String(), disposition: Type.String(), why: orNull(Type.String()) },
    source: Type.String({ description: 'Told by push, by an answer, by a bill, or by hand' }),
    ...{ refunded: Minor, reserved: Minor, paid_at: Time, created_at: Time },
  },
  strict,
)
const DisputeShape = Type.Object(
  {
    ...{ dispute_id: Type.String(), fact_id: Type.String(), amount: Minor },
    ...{ currency: Type.String(), state: Type.String(), opened_at: Time },
    settled_at: orNull(Time),
  },
  strict,
)

/** All that providers were asked and said of one thing that is paid for. */
export const moneyStoryFields = {
  attempts: Type.Array(AttemptShape),
  facts: Type.Array(FactShape, { description: 'Money that came in' }),
  messages: Type.Array(EventShape, { description: 'What told of it, as far as it came by itself' }),
  refunds: Type.Array(RefundShape),
  disputes: Type.Array(DisputeShape),
}

export async function moneyStory(db: Database, subject: string) {
  const attempts = await listAttempts(db, subject)
  const [facts, messages] = await Promise.all([
    listFactsOf(
      db,
      attempts.map(({ id }) => id),
    ),
    listEventsOf(
      db,
      attempts.map(({ tradeNo }) => tradeNo),
      STORY_EVENTS_MAX,
    ),
  ])
  const factIds = facts.map(({ id }) => id)
  const [refunds, disputes] = await Promise.all([
    listRefundsOf(db, factIds),
    listDisputesOf(db, factIds),
  ])
  return {
    attempts: attempts.map((one) => ({
      ...{ payment_id: one.id, channel: one.channel, account: one.account, method: one.method },
      ...{ trade_no: one.tradeNo, provider_ref: one.ref ?? null, amount: Number(one.amount) },
      ...{ currency: one.currency, state: one.state, why: one.why ?? null, asked: one.asked },
      ...{ created_at: timeOf(one.createdAt), expires_at: timeOf(one.expiresAt) },
    })),
    facts: facts.map((one) => ({
      ...{ fact_id: one.id, payment_id: one.attemptId ?? null, channel: one.channel },
      ...{ account: one.account, txn: one.txn, currency: one.currency, source: one.source },
      amount: one.amount === undefined ? null : Number(one.amount),
      disposition: one.setAsideAt === undefined ? one.disposition : 'set_aside',
      ...{ why: one.why ?? null, paid_at: one.paidAt },
      ...{ refunded: Number(one.refunded), reserved: Number(one.reserved) },
      created_at: one.createdAt,
    })),
    messages: messages.map(eventAnswer),
    refunds: refunds.map(refundAnswer),
    disputes: disputes.map((one) => ({
      ...{ dispute_id: one.id, fact_id: one.fact_id, amount: Number(one.amount) },
      ...{ currency: one.currency, state: one.state, opened_at: one.opened_at.toISOString() },
      settled_at: one.settled_at?.toISOString() ?? null,
    })),
  }
}

interface DisputeRow {
  readonly id: string
  readonly fact_id: string
  readonly amount: bigint
  readonly currency: string
  readonly state: string
  readonly opened_at: Date
  readonly settled_at: Date | null
}

async function listDisputesOf(db: Database, factIds: readonly string[]): Promise<DisputeRow[]> {
  const { rows } = await sql<DisputeRow>`
    select id, fact_id, amount, currency, state, opened_at, settled_at
      from payments.disputes where fact_id = any(${factIds}) order by id
  `.execute(db)
  return rows
}

/**
 * What a number is about that somebody reads out: our id of a payment, refund or dispute, our number at the provider,
 * or the provider's own number of the transaction or of the dispute. Answers what was paid for.
 */
export async function findSubjects(db: Database, text: string): Promise<string[]> {
  const { rows } = await sql<{ subject: string }>`
    with facts as (
      select f.attempt_id from payments.accounts c
        join payments.facts f on f.channel = c.channel and f.account = c.name and f.txn = ${text}
      union all
      select f.attempt_id from payments.refunds r join payments.facts f on f.id = r.fact_id where r.id = ${text}
      union all
      select f.attempt_id from payments.accounts c
        join payments.disputes d on d.channel = c.channel and d.account = c.name and d.ref = ${text}
        join payments.facts f on f.id = d.fact_id
      union all
      select f.attempt_id from payments.disputes d join payments.facts f on f.id = d.fact_id where d.id = ${text}
      union all
      select f.attempt_id from payments.facts f where f.id = ${text})
    select distinct a.subject from payments.attempts a
     where a.id in (${text}, ${`pay_${text}`}) or a.id in (select attempt_id from facts)
     limit 20
  `.execute(db)
  return rows.map(({ subject }) => subject)
}
