import Type from 'typebox'
import { actorOf, writeAudit } from '#audit'
import { isOwner } from '#identity'
import { inTx } from '#kernel/db'
import { door } from '#kernel/http-refusals'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import type { ReportDeps } from './deps.ts'
import { CURSOR_LETTERS_MAX, PAGE_ROWS_MAX, PAGE_ROWS_USUAL } from './limits.ts'
import { sourcesOf } from './owner-sources.ts'
import { reports } from './refusals.ts'
import { ById, orNull, strict, Time } from './shapes.ts'
import { cursorOf, type Happening, parseCursor, readTimeline } from './timeline.ts'

const What = Type.Enum(['entry', 'order', 'payment', 'refund', 'act'])
const Line = Type.Object(
  {
    ...{ at: Time, what: What, id: Type.String() },
    word: Type.String({ description: 'Kind of the entry, state of the order or payment, act' }),
    amount: orNull(Type.Integer({ description: 'Of an entry: the change' })),
    moved: orNull(
      Type.Integer({
        description: 'What a hold set aside, a release let go or a debt took; the change is 0',
      }),
    ),
    unit: orNull(Type.String({ description: 'The asset of an entry, the currency of the others' })),
    balance_after: orNull(Type.Integer()),
    of: orNull(Type.String({ description: 'The action of a charge, the channel of a payment' })),
    ...{ order_id: orNull(Type.String()), note: orNull(Type.String()) },
    by: orNull(Type.String({ description: 'Who did or asked for it' })),
    refused: Type.Boolean(),
  },
  strict,
)
const lineOf = (one: Happening) => ({
  ...{ at: new Date(one.at).toISOString(), what: one.what, id: one.id, word: one.word },
  amount: one.amount === undefined ? null : Number(one.amount),
  moved: one.moved === undefined ? null : Number(one.moved),
  ...{ unit: one.unit ?? null, of: one.of ?? null, order_id: one.orderId ?? null },
  balance_after: one.balanceAfter === undefined ? null : Number(one.balanceAfter),
  ...{ note: one.note ?? null, by: one.by ?? null, refused: one.refused },
})

export const timelineRoute = (deps: ReportDeps): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/owners/:id/timeline',
    scope: 'credits:read_all',
    name: 'get_owner_timeline',
    summary: 'All that happened around an owner, newest first',
    area: 'reports',
    params: ById,
    query: Type.Object(
      {
        what: Type.Optional(What),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: PAGE_ROWS_MAX, default: PAGE_ROWS_USUAL }),
        ),
        cursor: Type.Optional(Type.String({ maxLength: CURSOR_LETTERS_MAX })),
      },
      strict,
    ),
    answer: Type.Object(
      {
        items: Type.Array(Line),
        next_cursor: orNull(Type.String()),
        with_acts: Type.Boolean({
          description: 'False without audit:read: sign-ins and acts are left out',
        }),
      },
      strict,
    ),
    refuses: {
      no_such_owner: reports.texts.no_such_owner,
      cursor_invalid: door.texts.cursor_invalid,
    },
    handle: async (call) => {
      const { id } = call.params
      const { what, cursor, limit = PAGE_ROWS_USUAL } = call.query
      const after = cursor === undefined ? {} : parseCursor(cursor)
      if (!after) return door.no('cursor_invalid')
      if (!(await isOwner(deps.db, id))) return reports.no('no_such_owner')
      const withTrail = call.principal.scopes.has('audit:read')
      // Money and balances are shown to who may see them; the rest of the story is for whoever reads payments.
      const sources = (await sourcesOf(deps.db, id, { kind: what, withTrail })).filter(
        ({ name }) =>
          name.startsWith('entry') || name.startsWith('act') || mayReadMoney(call.principal.scopes),
      )
      const { page, next } = await readTimeline(sources, after, limit)
      await inTx(deps.db, (tx) =>
        writeAudit(tx, deps, actorOf(call), {
          action: 'reports.timeline_viewed',
          target: { kind: 'owner', id },
          after: { count: page.length },
          result: 'done',
        }),
      )
      return done({
        items: page.map(lineOf),
        next_cursor: next ? cursorOf(next) : null,
        with_acts: withTrail,
      })
    },
  })

const mayReadMoney = (scopes: ReadonlySet<string>): boolean => scopes.has('payments:read_all')
