import Type, { type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'

export const strict = { additionalProperties: false } as const

export const orNull = <T extends TSchema>(shape: T) => Type.Union([shape, Type.Null()])

/** What came from outside, where it has the shape; what else it carries nobody looks at. */
export const readAs = <T extends TSchema>(shape: T, unchecked: unknown): Static<T> | undefined =>
  Value.Check(shape, unchecked) ? unchecked : undefined

/** Where a provider is asked. Without TLS only a stand-in on this machine: what is asked carries keys. */
export const BaseUrl = Type.String({
  pattern:
    '^(?:https://[A-Za-z0-9.-]+|http://(?:127\\.0\\.0\\.1|localhost|\\[::1\\]))(?::\\d{1,5})?(?:/[\\w.~-]+)*$',
  maxLength: 200,
})

/** Said once, kept sealed: anything but nothing, and no blank that came along when it was copied. */
export const Secret = Type.String({ pattern: '^\\S{8,400}$' })
