import Type from 'typebox'
import { PAGE_ROWS_MAX, PAGE_ROWS_USUAL } from './limits.ts'

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
