import Type from 'typebox'
import {
  EMAIL_LETTERS_MAX,
  NAME_LETTERS_MAX,
  PAGE_ROWS_MAX,
  PASSWORD_LETTERS_MAX,
} from './limits.ts'
import { type Person, paletteOf } from './person.ts'
import { ROLES, SCOPES } from './scopes.ts'

export const strict = { additionalProperties: false } as const

export const Email = Type.String({
  pattern: '^[^\\s@<>]+@[^\\s@<>]+\\.[^\\s@<>.]+$',
  maxLength: EMAIL_LETTERS_MAX,
  examples: ['ada@example.com'],
})
// How long a password must be is said by a refusal that names the numbers; here only what is absurd.
export const Password = Type.String({ minLength: 1, maxLength: PASSWORD_LETTERS_MAX * 4 })
export const Name = Type.String({ minLength: 1, maxLength: NAME_LETTERS_MAX })
export const Locale = Type.Union([Type.Literal('zh-CN'), Type.Literal('en')])
export const Time = Type.String({ description: 'RFC 3339, UTC' })
export const Role = Type.Union(ROLES.map((role) => Type.Literal(role)))
export const ScopeName = Type.Union(SCOPES.map((scope) => Type.Literal(scope)))
export const Limit = Type.Integer({ minimum: 1, maximum: PAGE_ROWS_MAX, default: 50 })
export const Cursor = Type.String({ maxLength: 200, description: 'next_cursor of the page before' })

export const PersonShape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    email: Type.String(),
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
  return match && !Number.isNaN(Date.parse(at)) ? { at, id } : undefined
}
