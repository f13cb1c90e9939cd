import Type from 'typebox'

export const strict = { additionalProperties: false } as const
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const Time = Type.String({ description: 'RFC 3339, UTC' })
export const Day = Type.String({ description: 'YYYY-MM-DD, UTC' })
export const Minor = Type.Integer({ description: 'Whole minor units of the currency' })
export const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }, strict)
export const Sum = Type.String({
  description: 'Whole minor units, as text: a sum may be larger than JSON carries exactly',
})
