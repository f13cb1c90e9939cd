import Type from 'typebox'
import { type Actor, type AuditDeps, actorOf, writeAudit } from '#audit'
import { type Database, inTx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { isTimeZone, type Person } from './person.ts'
import { identity } from './refusals.ts'
import {
  Locale,
  Name,
  PersonShape,
  personAnswer,
  strict,
  Time,
  TimeZone,
  themeAnswer,
} from './shapes.ts'
import {
  endSessions,
  findPerson,
  listSessions,
  lockPerson,
  type Preferences,
  savePreferences,
} from './store.ts'

interface Deps extends AuditDeps {
  readonly db: Database
}

const area = 'auth'
const Mode = Type.Union([Type.Literal('light'), Type.Literal('dark'), Type.Literal('system')])

const Me = Type.Object(
  {
    user: PersonShape,
    roles: Type.Array(Type.String()),
    scopes: Type.Array(Type.String()),
    theme: Type.Object({ mode: Mode, palette: Type.String(), chosen: Type.Boolean() }, strict),
    session_id: Type.String(),
  },
  strict,
)

const SessionShape = Type.Object(
  {
    id: Type.String(),
    current: Type.Boolean(),
    ip: Type.Union([Type.String(), Type.Null()]),
    agent: Type.Union([Type.String(), Type.Null()]),
    created_at: Time,
    last_used_at: Time,
    expires_at: Time,
  },
  strict,
)

export function meRoutes(deps: Deps): Route[] {
  const me = (person: Person, scopes: ReadonlySet<string>, sessionId: string) => ({
    user: personAnswer(person),
    roles: [...person.roles],
    scopes: [...scopes].sort(),
    theme: themeAnswer(person),
    session_id: sessionId,
  })
  return [
    defineRoute({
      method: 'GET',
      url: '/api/v1/sessions/me',
      scope: 'me',
      name: 'get_me',
      summary: 'Who is signed in, and what they may do',
      area,
      answer: Me,
      refuses: { person_unknown: identity.texts.person_unknown },
      handle: async ({ principal }) => {
        const person = await findPerson(deps.db, principal.id)
        if (!person) return identity.no('person_unknown')
        return done(me(person, principal.scopes, principal.sessionId ?? ''))
      },
    }),
    defineRoute({
      method: 'PATCH',
      url: '/api/v1/sessions/me',
      scope: 'me',
      name: 'change_me',
      summary: 'Change name, language, time zone or theme',
      area,
      body: Type.Object(
        {
          name: Type.Optional(Name),
          locale: Type.Optional(Locale),
          time_zone: Type.Optional(TimeZone),
          theme: Type.Optional(
            Type.Object(
              {
                mode: Type.Optional(Mode),
                palette: Type.Optional(
                  Type.Union([
                    Type.String({ minLength: 1, maxLength: 40, pattern: '^[a-z][a-z-]*$' }),
                    Type.Null(),
                  ]),
                ),
              },
              strict,
            ),
          ),
        },
        { ...strict, examples: [{ locale: 'zh-CN', theme: { mode: 'dark' } }] },
      ),
      answer: Me,
      refuses: {
        person_unknown: identity.texts.person_unknown,
        time_zone_unknown: identity.texts.time_zone_unknown,
      },
      handle: async (call) => {
        const { name, locale, time_zone: timeZone, theme } = call.body
        if (timeZone !== undefined && !isTimeZone(timeZone))
          return identity.no('time_zone_unknown', { time_zone: timeZone })
        const outcome = await changeMe(deps, actorOf(call), {
          ...(name !== undefined && { name }),
          ...(locale !== undefined && { locale }),
          ...(timeZone !== undefined && { timeZone }),
          ...(theme?.mode !== undefined && { themeMode: theme.mode }),
          ...(theme?.palette !== undefined && { themePalette: theme.palette }),
        })
        if (!outcome.ok) return outcome
        return done(me(outcome.value, call.principal.scopes, call.principal.sessionId ?? ''))
      },
    }),
    ...sessionRoutes(deps),
  ]
}

function changeMe(
  deps: Deps,
  actor: Actor,
  want: Preferences,
): Promise<Outcome<Person, 'person_unknown'>> {
  return inTx(deps.db, async (tx) => {
    const before = await lockPerson(tx, actor.id)
    if (!before) return identity.no('person_unknown')
    await savePreferences(tx, actor.id, want)
    await writeAudit(tx, deps, actor, {
      action: 'identity.profile_changed',
      target: { kind: 'person', id: actor.id },
      after: { fields: Object.keys(want).sort() },
      result: 'done',
    })
    return done((await findPerson(tx, actor.id)) as Person)
  })
}

function sessionRoutes(deps: Deps): Route[] {
  const end = (actor: Actor, which: { only?: string; except?: string }) =>
    inTx(deps.db, async (tx) => {
      const ended = await endSessions(tx, actor.id, which)
      if (ended > 0)
        await writeAudit(tx, deps, actor, {
          action: 'identity.sessions_ended',
          target: { kind: 'person', id: actor.id },
          after: { count: ended },
          result: 'done',
        })
      return ended
    })
  return [
    defineRoute({
      method: 'GET',
      url: '/api/v1/auth/sessions',
      scope: 'me',
      name: 'list_sessions',
      summary: 'Where one is signed in',
      area,
      answer: Type.Object({ items: Type.Array(SessionShape) }, strict),
      handle: async ({ principal }) => {
        const rows = await listSessions(deps.db, principal.id)
        return done({
          items: rows.map((row) => ({
            id: row.id,
            current: row.id === principal.sessionId,
            ip: row.ip_address,
            agent: row.user_agent,
            created_at: row.created_at.toISOString(),
            last_used_at: row.updated_at.toISOString(),
            expires_at: row.expires_at.toISOString(),
          })),
        })
      },
    }),
    defineRoute({
      method: 'DELETE',
      url: '/api/v1/auth/sessions/:id',
      scope: 'me',
      name: 'end_session',
      summary: 'Sign one of my sessions out',
      area,
      params: Type.Object({ id: Type.String({ maxLength: 64 }) }, strict),
      refuses: { session_unknown: identity.texts.session_unknown },
      handle: async (call) => {
        const ended = await end(actorOf(call), { only: call.params.id })
        return ended === 0 ? identity.no('session_unknown') : done(undefined)
      },
    }),
    defineRoute({
      method: 'POST',
      url: '/api/v1/auth/sessions/end-others',
      scope: 'me',
      name: 'end_other_sessions',
      summary: 'Sign out everywhere else',
      area,
      answer: Type.Object({ ended: Type.Integer() }, strict),
      handle: async (call) => {
        const except = call.principal.sessionId
        return done({ ended: await end(actorOf(call), except === undefined ? {} : { except }) })
      },
    }),
  ]
}
