import Type from 'typebox'
import type { Balance, Draw } from '#ledger'
import {
  EXTERNAL_ID_LETTERS_MAX,
  METADATA_FIELDS_MAX,
  PAGE_ROWS_MAX,
  PAGE_ROWS_USUAL,
  TEXT_LETTERS_MAX,
} from './limits.ts'

export const area = 'credits'
export const strict = { additionalProperties: false } as const
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const Id = Type.String({ minLength: 1, maxLength: 64 })
/** Whose account: leave both out for one's own. */
export const named = {
  owner: Type.Optional(Id),
  external_id: Type.Optional(Type.String({ minLength: 1, maxLength: EXTERNAL_ID_LETTERS_MAX })),
  asset: Type.Optional(Type.String({ pattern: '^[a-z_]{1,20}$', default: 'credit' })),
}
export const ById = Type.Object({ id: Id }, strict)
// No bounds here: what is no amount gets a refusal of its own, with a code to decide by.
export const Amount = Type.Integer({ description: 'Whole minor units, from 1 on', examples: [100] })
export const Text = Type.String({ minLength: 1, maxLength: TEXT_LETTERS_MAX })
export const Params = Type.Record(Type.String(), Type.Unknown(), {
  maxProperties: METADATA_FIELDS_MAX,
})
export const Action = Type.String({ pattern: '^[a-z][a-z0-9_.]{0,63}$' })
// Tighter than RFC 3339: whatever passes is a time for JavaScript and PostgreSQL alike.
export const Moment = Type.String({
  pattern:
    '^[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
  format: 'date-time',
  examples: ['2026-01-31T00:00:00Z'],
})
export const Key = Type.String({ pattern: '^[A-Za-z0-9_.:-]{8,128}$' })
export const Limit = Type.Integer({ minimum: 1, maximum: PAGE_ROWS_MAX, default: PAGE_ROWS_USUAL })
export const Cursor = Type.String({ maxLength: 100, description: 'next_cursor of the page before' })

export const Time = Type.String({ description: 'RFC 3339, UTC' })
export const Count = Type.Integer()
export const BalanceShape = Type.Object({ available: Count, held: Count, debt: Count }, strict)
export const Draws = Type.Array(
  Type.Object({ lot_id: Type.String(), amount: Count, source: Type.String() }, strict),
  { description: 'Which lots it came from, in the order in which they burnt' },
)

export const balanceAnswer = ({ available, held, debt }: Balance) => ({
  available: Number(available),
  held: Number(held),
  debt: Number(debt),
})
export const drawsAnswer = (draws: readonly Draw[]) =>
  draws.map(({ lotId, amount, source }) => ({ lot_id: lotId, amount: Number(amount), source }))

export const timeOf = (ms: number): string => new Date(ms).toISOString()
export const utcOf = (text: string): string => new Date(text).toISOString()
