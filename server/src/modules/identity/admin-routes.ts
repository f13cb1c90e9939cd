import Type from 'typebox'
import { type AuditDeps, actorOf, writeAudit } from '#audit'
import { type Database, inTx } from '#kernel/db'
import { door } from '#kernel/http-refusals'
import { done, type Outcome } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { banPerson } from './ban-person.ts'
import { REASON_LETTERS_MAX } from './limits.ts'
import type { Person } from './person.ts'
import { identity } from './refusals.ts'
import { changeRoles } from './set-roles.ts'
import {
  Cursor,
  cursorOf,
  Limit,
  PersonShape,
  parseCursor,
  personAnswer,
  Role,
  strict,
  Time,
} from './shapes.ts'
import { findPerson, listPeople } from './store.ts'

interface Deps extends AuditDeps {
  readonly db: Database
}

const area = 'people'
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const StaffView = Type.Object(
  {
    ...PersonShape.properties,
    banned_at: orNull(Time),
    ban_reason: orNull(Type.String()),
  },
  strict,
)
const staffAnswer = (person: Person) => ({
  ...personAnswer(person),
  banned_at: person.bannedAt,
  ban_reason: person.banReason,
})
const translated = <C extends string>(outcome: Outcome<Person, C>) =>
  outcome.ok ? done(staffAnswer(outcome.value)) : outcome
const Reason = Type.String({ minLength: 1, maxLength: REASON_LETTERS_MAX })
const ById = Type.Object({ id: Type.String({ maxLength: 64 }) }, strict)

export function peopleRoutes(deps: Deps): Route[] {
  const { person_unknown, own_account, last_admin, scope_not_held } = identity.texts
  return [
    defineRoute({
      method: 'GET',
      url: '/api/v1/admin/users',
      scope: 'people:read',
      name: 'list_people',
      summary: 'Search people, newest first',
      area,
      query: Type.Object(
        {
          search: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          role: Type.Optional(Role),
          limit: Type.Optional(Limit),
          cursor: Type.Optional(Cursor),
        },
        strict,
      ),
      answer: Type.Object(
        { items: Type.Array(StaffView), next_cursor: orNull(Type.String()) },
        strict,
      ),
      refuses: { cursor_invalid: door.texts.cursor_invalid },
      handle: async (call) => {
        const { search, role, cursor, limit = 50 } = call.query
        const before = cursor === undefined ? undefined : parseCursor(cursor)
        if (cursor !== undefined && !before) return door.no('cursor_invalid')
        const rows = await listPeople(deps.db, { search, role, before, limit: limit + 1 })
        await inTx(deps.db, (tx) =>
          writeAudit(tx, deps, actorOf(call), {
            action: 'identity.people_searched',
            target: { kind: 'people', id: 'all' },
            after: { count: Math.min(rows.length, limit) },
            result: 'done',
          }),
        )
        const last = rows.length > limit ? rows[limit - 1] : undefined
        return done({
          items: rows.slice(0, limit).map(staffAnswer),
          next_cursor: last ? cursorOf(last) : null,
        })
      },
    }),
    defineRoute({
      method: 'GET',
      url: '/api/v1/admin/users/:id',
      scope: 'people:read',
      name: 'get_person',
      summary: 'One person',
      area,
      params: ById,
      answer: StaffView,
      refuses: { person_unknown },
      handle: async (call) => {
        const person = await findPerson(deps.db, call.params.id)
        if (!person) return identity.no('person_unknown')
        await inTx(deps.db, (tx) =>
          writeAudit(tx, deps, actorOf(call), {
            action: 'identity.person_viewed',
            target: { kind: 'person', id: person.id },
            result: 'done',
          }),
        )
        return done(staffAnswer(person))
      },
    }),
    defineRoute({
      method: 'PUT',
      url: '/api/v1/admin/users/:id/roles',
      scope: 'people:roles',
      name: 'set_roles',
      summary: 'Decide what somebody may do',
      area,
      params: ById,
      body: Type.Object(
        { roles: Type.Array(Role, { minItems: 1, maxItems: 9 }), reason: Reason },
        { ...strict, examples: [{ roles: ['user', 'support'], reason: 'joins the support team' }] },
      ),
      answer: StaffView,
      refuses: { person_unknown, own_account, last_admin, scope_not_held },
      handle: async (call) =>
        translated(
          await changeRoles(deps, {
            personId: call.params.id,
            roles: call.body.roles,
            reason: call.body.reason,
            actor: actorOf(call),
            held: call.principal.scopes,
          }),
        ),
    }),
    defineRoute({
      method: 'POST',
      url: '/api/v1/admin/users/:id/ban',
      scope: 'people:ban',
      name: 'ban_person',
      summary: 'Close an account and end its sessions',
      area,
      params: ById,
      body: Type.Object({ reason: Reason }, strict),
      answer: StaffView,
      refuses: { person_unknown, own_account, last_admin, scope_not_held },
      handle: async (call) =>
        translated(
          await banPerson(deps, {
            personId: call.params.id,
            reason: call.body.reason,
            actor: actorOf(call),
            held: call.principal.scopes,
          }),
        ),
    }),
    defineRoute({
      method: 'POST',
      url: '/api/v1/admin/users/:id/unban',
      scope: 'people:ban',
      name: 'unban_person',
      summary: 'Open a closed account again',
      area,
      params: ById,
      answer: StaffView,
      refuses: { person_unknown, own_account, last_admin, scope_not_held },
      handle: async (call) =>
        translated(
          await banPerson(deps, {
            personId: call.params.id,
            reason: undefined,
            actor: actorOf(call),
            held: call.principal.scopes,
          }),
        ),
    }),
  ]
}
