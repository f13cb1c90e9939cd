import Type from 'typebox'
import { actorOf, writeAudit } from '#audit'
import { inTx } from '#kernel/db'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { findEvent, findRawEvent, listEvents, rerunEvent } from './event-store.ts'
import type { Janitor } from './janitor.ts'
import { PAGE_ROWS_USUAL } from './limits.ts'
import { payments } from './refusals.ts'
import { ById, Cursor, EventShape, eventAnswer, Limit, listOf, pageOf, strict } from './shapes.ts'
import type { PaymentsDeps } from './start-attempt.ts'

interface Deps extends PaymentsDeps {
  readonly janitor: Janitor
}

const BASE = '/api/v1/admin/hooks'
const { event_unknown } = payments.texts

/** What providers told us, for whoever has to find out what became of it. */
export const inboxRoutes = (deps: Deps): Route[] => [
  rawRoute(deps),
  defineRoute({
    method: 'GET',
    url: BASE,
    scope: 'hooks:read',
    name: 'list_hook_events',
    summary: 'What providers told us, newest first',
    area: 'hooks',
    query: Type.Object(
      {
        limit: Type.Optional(Limit),
        cursor: Type.Optional(Cursor),
        state: Type.Optional(Type.Enum(['waiting', 'done', 'dead'])),
        channel: Type.Optional(Type.String({ minLength: 1, maxLength: 64, examples: ['wechat'] })),
      },
      strict,
    ),
    answer: listOf(EventShape),
    handle: async ({ query: { limit = PAGE_ROWS_USUAL, cursor, state, channel } }) => {
      const rows = await listEvents(deps.db, {
        ...{ state, channel, before: cursor, rowsMax: limit + 1 },
      })
      return done(pageOf(rows, limit, eventAnswer))
    },
  }),
  defineRoute({
    method: 'POST',
    url: `${BASE}/:id/rerun`,
    scope: 'hooks:rerun',
    name: 'rerun_hook_event',
    summary: 'Do once more what follows from a message; what was done stays done once',
    area: 'hooks',
    params: ById,
    answer: EventShape,
    refuses: { event_unknown },
    handle: async (call) => {
      const { id } = call.params
      const found = await inTx(deps.db, async (tx) => {
        if (!(await rerunEvent(tx, id, deps.clock.now()))) return false
        await writeAudit(tx, deps, actorOf(call), {
          action: 'payments.event_rerun',
          target: { kind: 'hook_event', id },
          result: 'done',
        })
        return true
      })
      const event = found && (await findEvent(deps.db, id))
      if (!event) return payments.no('event_unknown')
      deps.janitor.wake('events')
      return done(eventAnswer(event))
    },
  }),
]

const rawRoute = ({ ring, ...deps }: Deps): Route =>
  defineRoute({
    method: 'GET',
    url: `${BASE}/:id`,
    scope: 'hooks:read',
    name: 'get_hook_event',
    summary: 'A message as it came: its headers and its body; who looks leaves a line',
    area: 'hooks',
    params: ById,
    answer: Type.Object(
      {
        ...EventShape.properties,
        headers: Type.Record(Type.String(), Type.String()),
        body: Type.String({ description: 'As text; what is not text is in base64' }),
        encoding: Type.Enum(['utf-8', 'base64']),
        body_sha256: Type.String({ description: 'Hexadecimal, of the bytes as they came' }),
      },
      strict,
    ),
    refuses: { event_unknown },
    handle: async (call) => {
      const { id } = call.params
      const found = await findRawEvent(deps.db, id)
      if (!found) return payments.no('event_unknown')
      await inTx(deps.db, (tx) =>
        writeAudit(tx, deps, actorOf(call), {
          action: 'payments.event_viewed',
          target: { kind: 'hook_event', id },
          result: 'done',
        }),
      )
      const bytes = Buffer.from(ring.open(found.sealed, `payments.events ${id}`), 'base64')
      const text = bytes.toString('utf8')
      const isText = Buffer.from(text, 'utf8').equals(bytes)
      return done({
        ...eventAnswer(found.event),
        headers: found.headers,
        body: isText ? text : bytes.toString('base64'),
        encoding: isText ? ('utf-8' as const) : ('base64' as const),
        body_sha256: found.digest.toString('hex'),
      })
    },
  })
