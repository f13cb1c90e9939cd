import { expect, test } from 'vitest'
import { typeOf } from './gen-sdk.ts'

test.each([
  [{ type: 'string', minLength: 1 }, 'string'],
  [{ type: 'integer' }, 'number'],
  [{}, 'unknown'],
  [{ type: 'string', enum: ['paid', "o'clock"] }, "('paid' | 'o\\'clock')"],
  [{ type: 'boolean', enum: [true] }, 'true'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, '(string | null)'],
  [
    { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    '(string | null)[]',
  ],
  [{ $ref: '#/components/schemas/Problem' }, "components['schemas']['Problem']"],
  [{ type: 'object', properties: {}, additionalProperties: false }, 'Record<string, never>'],
  [{ type: 'object', additionalProperties: { type: 'integer' } }, '{\n  [name: string]: number\n}'],
] as const)('a schema is written as a type: %j', (schema, type) => {
  expect(typeOf(schema, 'read')).toBe(type)
})

test('who writes may say undefined for what is left out, what is read has it or has not', () => {
  const schema = {
    type: 'object',
    properties: { id: { type: 'string' }, note: { type: 'string', description: 'For people' } },
    required: ['id'],
    additionalProperties: false,
  } as const
  expect(typeOf(schema, 'written')).toBe(
    '{\n  id: string\n  /** For people */\n  note?: string | undefined\n}',
  )
  expect(typeOf(schema, 'read')).toBe('{\n  id: string\n  /** For people */\n  note?: string\n}')
})

test('a word it does not know stops it', () => {
  const strange = { type: 'object', patternProperties: {} } as const
  expect(() => typeOf(strange, 'read')).toThrow('patternProperties')
})
