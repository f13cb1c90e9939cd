import { Readable } from 'node:stream'
import Type from 'typebox'
import { rfc3339 } from '#kernel/clock'
import type { Keyring } from '#kernel/crypto'
import { type Database, inTx } from '#kernel/db'
import { door } from '#kernel/http-refusals'
import { done, type Facts } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { actorOf } from './actor.ts'
import { exportEntries } from './export-entries.ts'
import { PAGE_ROWS_MAX, PAGE_ROWS_USUAL, VERIFIED_PER_MINUTE_MAX } from './limits.ts'
import { cursorOf, parseCursor } from './place.ts'
import { mask } from './redaction.ts'
import { type Filter, listEntries } from './store.ts'
import { FORMATS, fileForms } from './trail-file.ts'
import { verifyAudit } from './verify-audit.ts'
import { type AuditDeps, writeAudit } from './write-audit.ts'

interface Deps extends AuditDeps {
  readonly db: Database
}

const strict = { additionalProperties: false } as const
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Result = Type.Enum(['done', 'refused'])
const Word = Type.Optional(Type.String({ minLength: 1, maxLength: 200 }))
// Tighter than RFC 3339: whatever passes is a time for JavaScript and PostgreSQL alike.
const Time = Type.Optional(
  Type.String({
    pattern:
      '^[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
    format: 'date-time',
    examples: ['2026-01-31T00:00:00Z'],
  }),
)

const filters = {
  actor: Word,
  action: Word,
  target_kind: Word,
  target_id: Word,
  result: Type.Optional(Result),
  without_looks: Type.Optional(
    Type.Boolean({ description: 'Leaves out what somebody only looked at' }),
  ),
  from: Time,
  to: Time,
}

const EntryShape = Type.Object(
  {
    entry_id: Type.String(),
    at: Type.String({ description: 'Business time, RFC 3339 UTC' }),
    recorded_at: Type.String({ description: "The machine's time, RFC 3339 UTC" }),
    actor_kind: Type.Enum(['person', 'key', 'system', 'nobody']),
    actor_id: Type.String(),
    actor_roles: Type.Array(Type.String()),
    acting_as: orNull(Type.String()),
    action: Type.String(),
    target_kind: Type.String(),
    target_id: Type.String(),
    before: Type.Unknown({ description: 'Redacted; null when the act changed nothing known' }),
    after: Type.Unknown(),
    reason: orNull(Type.String()),
    ip: orNull(Type.String({ description: 'The /24 or /48 it came from' })),
    agent: orNull(Type.String()),
    request_id: orNull(Type.String()),
    result: Result,
  },
  strict,
)

export const auditRoutes = (deps: Deps & { readonly ring: Keyring }): Route[] => [
  readRoute(deps),
  exportRoute(deps),
  verifyRoute(deps),
]

const readRoute = (deps: Deps): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/audit',
    scope: 'audit:read',
    name: 'list_audit_entries',
    summary: 'Who did what, newest first',
    area: 'audit',
    query: Type.Object(
      {
        ...filters,
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: PAGE_ROWS_MAX, default: PAGE_ROWS_USUAL }),
        ),
        cursor: Type.Optional(Type.String({ maxLength: 100 })),
      },
      strict,
    ),
    answer: Type.Object(
      { items: Type.Array(EntryShape), next_cursor: orNull(Type.String()) },
      strict,
    ),
    refuses: { cursor_invalid: door.texts.cursor_invalid },
    handle: async (call) => {
      const { limit = PAGE_ROWS_USUAL, cursor, ...asked } = call.query
      const after = cursor === undefined ? undefined : parseCursor(cursor)
      if (cursor !== undefined && !after) return door.no('cursor_invalid')
      const filter = filterOf(asked)
      const rows = await inTx(deps.db, async (tx) => {
        const found = await listEntries(tx, filter, after, limit + 1)
        await writeAudit(tx, deps, actorOf(call), {
          action: 'audit.read',
          target: TRAIL,
          after: { ...factsOf(filter), count: Math.min(found.length, limit) },
          result: 'done',
        })
        return found
      })
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return done({
        items: rows.slice(0, limit).map(({ entry }) => entry),
        next_cursor: last ? cursorOf(last.place) : null,
      })
    },
  })

const exportRoute = (deps: Deps): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/audit/export',
    scope: 'audit:export',
    name: 'export_audit_entries',
    summary: 'The trail as a file, newest first',
    area: 'audit',
    query: Type.Object({ ...filters, format: Type.Enum([...FORMATS]) }, strict),
    answerType: 'text/csv',
    handle: async (call) => {
      const { format, ...asked } = call.query
      const filter = filterOf(asked)
      // Before the first byte: what was carried away must be known even when the line breaks.
      await inTx(deps.db, (tx) =>
        writeAudit(tx, deps, actorOf(call), {
          action: 'audit.exported',
          target: TRAIL,
          after: { ...factsOf(filter), format },
          result: 'done',
        }),
      )
      const day = rfc3339(deps.clock.now()).slice(0, 'YYYY-MM-DD'.length)
      await call.reply
        .type(fileForms[format].type)
        .header('content-disposition', `attachment; filename="audit-${day}.${format}"`)
        .send(Readable.from(exportEntries(deps.db, filter, format)))
      return done(undefined)
    },
  })

const FaultShape = Type.Object(
  {
    table: Type.Enum(['entries', 'unsealed', 'blocks', 'heads']),
    row: Type.String({ description: 'Its id, number or day' }),
    what: Type.Enum([
      ...(['changed', 'missing', 'unlisted', 'listed_twice', 'unlinked', 'unsigned'] as const),
    ]),
  },
  strict,
)

const verifyRoute = (deps: Deps & { readonly ring: Keyring }): Route =>
  defineRoute({
    method: 'POST',
    url: '/api/v1/admin/audit/verify',
    scope: 'audit:read',
    name: 'verify_audit',
    summary: 'Read the whole trail once and name every row that is not what was sealed',
    area: 'audit',
    // It reads everything there is: a button, not something to lean on.
    callsPerMinuteMax: VERIFIED_PER_MINUTE_MAX,
    answer: Type.Object(
      {
        entries: Type.Integer({ description: 'Those that are sealed' }),
        blocks: Type.Integer(),
        last: orNull(Type.Object({ block: Type.Integer(), digest: Type.String() }, strict)),
        faults: Type.Array(FaultShape, {
          description: 'The first ones, oldest block first; none means that the trail is whole',
        }),
        verified_at: Type.String(),
      },
      strict,
    ),
    handle: async (call) => {
      const verdict = await verifyAudit(deps.db, deps.ring)
      await inTx(deps.db, (tx) =>
        writeAudit(tx, deps, actorOf(call), {
          action: 'audit.verified',
          target: TRAIL,
          after: { count: verdict.entries, result: verdict.faults.length === 0 },
          result: 'done',
        }),
      )
      return done({
        ...{ entries: verdict.entries, blocks: verdict.blocks, last: verdict.last },
        faults: verdict.faults.map((fault) => ({ ...fault })),
        verified_at: rfc3339(deps.clock.now()),
      })
    },
  })

const TRAIL = { kind: 'audit', id: 'trail' } as const

const filterOf = (asked: Filter): Filter => ({
  ...asked,
  ...(asked.from !== undefined && { from: new Date(asked.from).toISOString() }),
  ...(asked.to !== undefined && { to: new Date(asked.to).toISOString() }),
})

/** What was asked is part of the act; that somebody searched for a telephone number is, the number is not. */
const factsOf = (filter: Filter): Facts =>
  Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? mask(value) : value]],
    ),
  )
