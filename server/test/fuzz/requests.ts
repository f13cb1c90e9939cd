import fc from 'fast-check'

/** As much of JSON Schema as our routes use. */
export interface Schema {
  readonly type?: string
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly format?: string
  readonly pattern?: string
}

/** What breaks parsers, columns, loggers and people's assumptions. */
const NASTY: readonly unknown[] = [
  '',
  '\u0000',
  'a\u0000b',
  '\ud83d',
  '\u202etxt.exe',
  "' or 1=1 --",
  '%00',
  '../../etc/passwd',
  '#{7*7}',
  '🪙'.repeat(50),
  'x'.repeat(5_000),
  0,
  -0,
  -1,
  1.5,
  2 ** 53,
  -(2 ** 53),
  2 ** 63,
  1e308,
  true,
  null,
  [],
  {},
  [[[[]]]],
  { $gt: '' },
  '1e309',
  '2026-02-30T25:61:00Z',
]
const nasty = fc.constantFrom(...NASTY)

/** A value that fits the schema; the parts of it are then bent. */
const fitting = (schema: Schema): fc.Arbitrary<unknown> => {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting))
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, bent(inner)]),
        ),
        { requiredKeys: [...(schema.required ?? [])] },
      )
    case 'array':
      return fc.array(bent(schema.items ?? {}), { maxLength: 4 })
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -10, max: Math.min(schema.maximum ?? 99, 1e9) })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return text(schema)
  }
}

const text = (schema: Schema): fc.Arbitrary<unknown> => {
  if (schema.format === 'date-time') return fc.constant('2030-01-01T00:00:00Z')
  if (schema.format === 'uuid') return fc.uuid()
  if (schema.pattern?.includes('@')) return fc.constant('fuzz@example.com')
  return fc.string({
    minLength: schema.minLength ?? 0,
    maxLength: Math.min(schema.maxLength ?? 40, 40),
  })
}

const bent = (schema: Schema): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: fitting(schema), weight: 5 }, { arbitrary: nasty, weight: 1 })

const RAW_BODIES = [
  '{',
  '[]',
  'null',
  '"text"',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"a":"\\ud800"}',
  '{"a":9007199254740993}',
  '{"a":1e999}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `{"a":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
  '{"a":1,"a":2}',
  '\ufeff{}',
]

export interface FuzzRequest {
  readonly body: { readonly raw: string } | { readonly json: unknown } | undefined
  readonly params: readonly string[]
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
}

interface Operation {
  readonly body: Schema | undefined
  readonly query: readonly { readonly name: string; readonly schema: Schema }[]
}

/** Requests for one operation: mostly of the right form with one thing wrong, some wholly wild. */
export const requestsFor = (operation: Operation): fc.Arbitrary<FuzzRequest> =>
  fc.record({
    body: bodyFor(operation.body),
    params: fc.array(
      fc.oneof(
        fc.constantFrom('x', 'usr_00000000000000000000000000', '%00', '%ff', '..%2f..', '%F0%9F'),
        fc
          .string({ minLength: 1, maxLength: 80 })
          .map((part) => encodeURIComponent(part.toWellFormed())),
      ),
      { minLength: 3, maxLength: 3 },
    ),
    query: queryFor(operation.query),
    headers: fc.record(
      {
        'accept-language': fc.constantFrom('zh', 'en;q=0', '*', 'zh-CN;q=zz,,;', 'x'.repeat(300)),
        'idempotency-key': fc.constantFrom('', 'k', 'a'.repeat(300), 'good-key-1'),
        origin: fc.constantFrom('http://localhost:7300', 'null', 'https://evil.example'),
        cookie: fc.constantFrom('tongbao.session_token=x', 'tongbao.session_token=%', 'a=b; ;;='),
        'user-agent': fc.constantFrom('', 'x'.repeat(2_000), 'curl/8'),
      },
      { requiredKeys: [] },
    ),
  })

const bodyFor = (schema: Schema | undefined): fc.Arbitrary<FuzzRequest['body']> => {
  const raw = fc.constantFrom(...RAW_BODIES).map((text) => ({ raw: text }))
  if (!schema) return fc.oneof(fc.constant(undefined), raw)
  const shaped = fitting(schema).map((json) => ({ json }))
  const extra = fitting(schema).map((json) => ({ json: { ...(json as object), surprise: 1 } }))
  const wild = fc.jsonValue({ maxDepth: 3 }).map((json) => ({ json }))
  return fc.oneof(
    { arbitrary: shaped, weight: 6 },
    { arbitrary: extra, weight: 1 },
    { arbitrary: wild, weight: 1 },
    { arbitrary: raw, weight: 1 },
  )
}

const queryFor = (parameters: Operation['query']): fc.Arbitrary<string> => {
  const known = fc.record(
    Object.fromEntries(parameters.map(({ name, schema }) => [name, bent(schema)])),
    { requiredKeys: [] },
  )
  const strange = fc.constantFrom(
    '',
    'surprise=1',
    'limit=1&limit=2',
    '%00=%00',
    '__proto__[x]=1',
    '&&=',
  )
  return fc.tuple(known, strange).map(([values, more]) => {
    const pairs = Object.entries(values).map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value).toWellFormed())}`,
    )
    return [...pairs, more].filter(Boolean).join('&')
  })
}
