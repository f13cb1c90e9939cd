import Type from 'typebox'
import type { DisputeState } from './dispute-states.ts'
import type { HookEvent } from './event-store.ts'
import { PAGE_ROWS_MAX, PAGE_ROWS_USUAL } from './limits.ts'
import type { Refund } from './refund.ts'
import type { RefundState } from './refund-states.ts'

export const strict = { additionalProperties: false } as const
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const Time = Type.String({ description: 'RFC 3339, UTC' })
export const Minor = Type.Integer({ description: 'Whole minor units of the currency' })
export const Limit = Type.Integer({ minimum: 1, maximum: PAGE_ROWS_MAX, default: PAGE_ROWS_USUAL })
export const Cursor = Type.String({ maxLength: 64, description: 'next_cursor of the page before' })
export const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }, strict)

export const timeOf = (ms: number): string => new Date(ms).toISOString()

/** A page of a list whose ids sort by birth, newest first. */
export const pageOf = <Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
) => ({
  items: rows.slice(0, limit).map(item),
  next_cursor: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null,
})
export const listOf = <T extends Type.TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next_cursor: orNull(Type.String()) }, strict)

/** A message to our hooks: that it is here says that its signature was good, `key_id` by which key. */
export const EventShape = Type.Object(
  {
    event_id: Type.String(),
    channel: Type.String(),
    account: Type.String(),
    received_at: Time,
    message_id: Type.String(),
    type: Type.String(),
    key_id: Type.String({ description: 'The key of ours that its signature was good by' }),
    state: Type.Enum(['waiting', 'done', 'dead']),
    attempts: Type.Integer(),
    why: orNull(Type.String()),
    facts: Type.Array(Type.String(), { description: 'Of which kinds' }),
  },
  strict,
)
export const eventAnswer = (event: HookEvent) => ({
  ...{ event_id: event.id, channel: event.channel, account: event.account },
  ...{ received_at: event.receivedAt, message_id: event.messageId, type: event.type },
  ...{ key_id: event.keyId, state: event.state, attempts: event.attempts },
  why: event.why ?? null,
  facts: event.facts.map(({ kind }) => kind),
})

export const REFUND_STATE_NAMES: readonly RefundState[] = [
  ...(['requested', 'approved', 'submitted', 'unknown'] as const),
  ...(['succeeded', 'failed', 'abnormal', 'rejected'] as const),
]
export const DISPUTE_STATE_NAMES: readonly DisputeState[] = ['opened', 'won', 'lost']
export const RefundShape = Type.Object(
  {
    ...{ refund_id: Type.String(), channel: Type.String(), account: Type.String() },
    ...{ fact_id: Type.String(), amount: Minor, currency: Type.String() },
    ...{ cause: Type.String(), reason: Type.String(), state: Type.String() },
    ...{ why: orNull(Type.String()), created_at: Time, settled_at: orNull(Time) },
  },
  strict,
)
export const refundAnswer = (one: Refund) => ({
  ...{ refund_id: one.id, channel: one.channel, account: one.account },
  ...{ fact_id: one.factId, amount: Number(one.amount), currency: one.currency },
  ...{ cause: one.cause, reason: one.reason, state: one.state, why: one.why ?? null },
  created_at: timeOf(one.createdAt),
  settled_at: one.settledAt === undefined ? null : timeOf(one.settledAt),
})
