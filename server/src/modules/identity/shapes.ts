import Type from 'typebox'
import {
  EMAIL_LETTERS_MAX,
  NAME_LETTERS_MAX,
  PAGE_ROWS_MAX,
  PASSWORD_LETTERS_MAX,
  RETURN_PATH_LETTERS_MAX,
} from './limits.ts'
import { type Person, paletteOf } from './person.ts'
import { ROLES, SCOPES } from './scopes.ts'

export const strict = { additionalProperties: false } as const

// The very rule better-auth checks by: an address that passes here must not be refused behind the door.
export const Email = Type.String({
  pattern:
    "^(?:[A-Za-z0-9_'+\\-]+\\.)*[A-Za-z0-9_'+\\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
  maxLength: EMAIL_LETTERS_MAX,
  examples: ['ada@example.com'],
})
// How long a password must be is said by a refusal that names the numbers; here only what is absurd.
export const Password = Type.String({ minLength: 1, maxLength: PASSWORD_LETTERS_MAX * 4 })
// A name is printed in the mails we send: it must not be able to say something of its own there.
export const Name = Type.String({
  minLength: 1,
  maxLength: NAME_LETTERS_MAX,
  pattern: '^(?!.*(?:://|www\\.))[^\\r\\n\\t<>]*\\S[^\\r\\n\\t<>]*$',
})
/**
 * Where a browser goes after signing in: a page of this site and nothing else. No segment begins with a dot and none is
 * empty, so that no reading of it is another host's address or climbs.
 */
export const ReturnPath = Type.String({
  pattern:
    '^/(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*/?)?(?:\\?[A-Za-z0-9_.~%=&-]*)?(?:#[A-Za-z0-9_./~-]*)?$',
  maxLength: RETURN_PATH_LETTERS_MAX,
  examples: ['/account?tab=sign-in'],
})
export const Locale = Type.Union([Type.Literal('zh-CN'), Type.Literal('en')])
export const Time = Type.String({ description: 'RFC 3339, UTC' })
export const Role = Type.Union(ROLES.map((role) => Type.Literal(role)))
/** Like Europe/Berlin; whether there is such a one is checked where it is taken. */
export const TimeZone = Type.String({ minLength: 1, maxLength: 64 })
export const ScopeName = Type.Union(SCOPES.map((scope) => Type.Literal(scope)))
export const Limit = Type.Integer({ minimum: 1, maximum: PAGE_ROWS_MAX, default: 50 })
export const Cursor = Type.String({ maxLength: 200, description: 'next_cursor of the page before' })

export const PersonShape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    email: Type.Union([Type.String(), Type.Null()], {
      description: 'Null for whoever came by WeChat.',
    }),
    email_verified: Type.Boolean(),
    second_factor: Type.Boolean(),
    roles: Type.Array(Type.String()),
    locale: Locale,
    time_zone: Type.String(),
    created_at: Time,
  },
  strict,
)

export const personAnswer = (person: Person) => ({
  id: person.id,
  name: person.name,
  email: person.email,
  email_verified: person.emailVerified,
  second_factor: person.secondFactor,
  roles: [...person.roles],
  locale: person.locale,
  time_zone: person.timeZone,
  created_at: person.createdAt,
})

export const themeAnswer = (person: Person) => ({
  mode: person.themeMode,
  palette: paletteOf(person),
  chosen: person.themePalette !== null,
})

const CURSOR = /^([0-9TZ:.-]{24})\|([a-z]{3}_[0-9a-z_]{1,40})$/

/** A place in a list ordered by birth; opaque to clients, so that it may change. */
export const cursorOf = (row: { readonly createdAt: string; readonly id: string }): string =>
  Buffer.from(`${row.createdAt}|${row.id}`).toString('base64url')

export const parseCursor = (unchecked: string): { at: string; id: string } | undefined => {
  const match = CURSOR.exec(Buffer.from(unchecked, 'base64url').toString('utf8'))
  const [, at = '', id = ''] = match ?? []
  return match && isMoment(at) ? { at, id } : undefined
}

// Date takes the 30th of February for the 1st of March; PostgreSQL does not.
const isMoment = (text: string): boolean =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text

/** RFC 3339 as every part of the house reads it: no leap second, no year beyond four digits. */
export const Moment = Type.String({
  pattern:
    '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$',
  format: 'date-time',
  examples: ['2030-01-01T00:00:00Z'],
})
