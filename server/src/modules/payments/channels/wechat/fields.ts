import type { Instant } from '#kernel/clock'
import { asObject } from '../../strict-json.ts'

export type Fields = Readonly<Record<string, unknown>>

/** An empty text says as little as none. */
export const textIn = (fields: Fields, name: string): string | undefined => {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export const fieldsIn = (fields: Fields, name: string): Fields => asObject(fields[name]) ?? {}

/** A whole number of fen; undefined for what is no amount. */
export const fenIn = (fields: Fields, name: string): bigint | undefined => {
  const value = fields[name]
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? BigInt(value)
    : undefined
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

export const timeIn = (fields: Fields, name: string): Instant | undefined => {
  const value = fields[name]
  const at = typeof value === 'string' && RFC3339.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : (at as Instant)
}
