import { door } from '#kernel/http-refusals'
import type { Route } from '#kernel/routes'

// The types of the SDK, in the form that openapi-fetch expects, from the OpenAPI document. It knows the part of
// JSON Schema that routes are written in, and throws at any other: docs/decisions/0024-sdk-types-are-ours.md.

interface Schema {
  readonly $ref?: string
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'object' | 'array'
  readonly enum?: readonly (string | number | boolean | null)[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly description?: string
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>
interface Parameter {
  readonly name: string
  readonly in: 'query' | 'header' | 'path' | 'cookie'
  readonly required?: boolean
  readonly schema: Schema
  readonly description?: string
}
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content; readonly required?: boolean }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** Who writes may leave a field out by `undefined`; what is read has it or has not. */
type Way = 'read' | 'written'

const KNOWN = new Set(
  `$ref type enum anyOf items properties required additionalProperties description title default examples
   pattern format minLength maxLength minimum maximum minItems maxItems uniqueItems minProperties maxProperties`.split(
    /\s+/,
  ),
)
const KEY_HEADER = 'Idempotency-Key'

export function renderSdk(openapi: string, routes: readonly Route[]): string {
  const { paths, components } = JSON.parse(openapi) as Document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const names = operations.map(({ operation }) => operation.operationId)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new Error(`two routes are called ${twice}`)
  const keyed = operations
    .filter(({ operation }) => operation.parameters?.some(({ name }) => name === KEY_HEADER))
    .map(({ path }) => path)
  const codes = new Set([
    ...Object.keys(door.texts),
    ...routes.flatMap(({ refuses = {} }) => Object.keys(refuses)),
  ])
  return [
    '// Written by tools/gen-sdk.ts from the routes of the server: npm run generate.',
    '/** Calls that move value: each has an Idempotency-Key, and may be sent again with it. */',
    `export const keyed: readonly string[] = [\n${lines(keyed.map((path) => `${quoted(path)},`))}\n]\n`,
    '/** What a refusal can be called by. A newer server may know more. */',
    `export type KnownCode =\n${lines([...codes].sort().map((code) => `| ${quoted(code)}`))}\n`,
    `export interface components {\n  schemas: ${typeOf({ type: 'object', properties: components.schemas, required: Object.keys(components.schemas), additionalProperties: false }, 'read', '  ')}\n}\n`,
    `export interface paths {\n${Object.entries(paths).map(renderPath).join('\n')}\n}\n`,
    `export interface operations {\n${operations.map(({ operation }) => renderOperation(operation)).join('\n')}\n}\n`,
  ].join('\n')
}

const renderPath = ([path, methods]: [string, Readonly<Record<string, Operation>>]): string =>
  [
    `  ${quoted(path)}: {`,
    ...Object.entries(methods).map(
      ([method, { operationId }]) => `    ${method}: operations[${quoted(operationId)}]`,
    ),
    '  }',
  ].join('\n')

function renderOperation({ operationId, summary, parameters = [], ...more }: Operation): string {
  const { requestBody, responses } = more
  const places = (['query', 'header', 'path', 'cookie'] as const).map((place) =>
    renderPlace(
      place,
      parameters.filter((one) => one.in === place),
    ),
  )
  const answers = Object.entries(responses).map(
    ([status, { content }]) =>
      `      ${/^\d+$/.test(status) ? status : quoted(status)}: { ${contentOf(content, 'read')} }`,
  )
  const body =
    requestBody === undefined
      ? 'requestBody?: never'
      : `requestBody${requestBody.required ? '' : '?'}: { ${contentOf(requestBody.content, 'written')} }`
  return [
    `  /** ${summary} */`,
    `  ${operationId}: {`,
    `    parameters: {\n${places.join('\n')}\n    }`,
    `    ${body}`,
    `    responses: {\n${answers.join('\n')}\n    }`,
    '  }',
  ].join('\n')
}

function renderPlace(place: Parameter['in'], parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return `      ${place}?: never`
  // The client makes a key where none is given.
  const isNeeded = ({ name, required }: Parameter) => required === true && name !== KEY_HEADER
  const schema: Schema = {
    type: 'object',
    properties: Object.fromEntries(
      parameters.map(({ name, schema: own, description }) => [
        name,
        description === undefined ? own : { ...own, description },
      ]),
    ),
    required: parameters.filter(isNeeded).map(({ name }) => name),
    additionalProperties: false,
  }
  const isOptional = !parameters.some(isNeeded)
  return `      ${place}${isOptional ? '?' : ''}: ${typeOf(schema, 'written', '      ')}${isOptional ? ' | undefined' : ''}`
}

function contentOf(content: Content | undefined, way: Way): string {
  if (content === undefined) return 'content?: never'
  const types = Object.entries(content).map(
    ([media, { schema = {} }]) => `${quoted(media)}: ${bodyOf(schema, way)}`,
  )
  return `content: { ${types.join('; ')} }`
}

/** An answer of type null is an empty one. */
const bodyOf = (schema: Schema, way: Way): string =>
  schema.type === 'null' ? 'undefined' : typeOf(schema, way, '      ')

/** One schema as a type; unknown words are thrown at rather than dropped, as a wrong type would only show far away. */
export function typeOf(schema: Schema, way: Way, indent = ''): string {
  const strange = Object.keys(schema).filter((word) => !KNOWN.has(word))
  if (strange.length > 0) throw new Error(`tools/gen-sdk.ts does not know ${strange.join(', ')}`)
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/components/schemas/', '')
    return `components['schemas'][${quoted(name)}]`
  }
  if (schema.enum) return union(schema.enum.map((one) => literal(one)))
  if (schema.anyOf) return union(schema.anyOf.map((one) => typeOf(one, way, indent)))
  if (schema.type === 'array') return `${typeOf(schema.items ?? {}, way, indent)}[]`
  if (schema.type === 'object') return objectOf(schema, way, indent)
  if (schema.type === 'integer') return 'number'
  return schema.type ?? 'unknown'
}

function objectOf(schema: Schema, way: Way, indent: string): string {
  const { properties = {}, required = [], additionalProperties = true } = schema
  const inner = `${indent}  `
  const orUndefined = way === 'written' ? ' | undefined' : ''
  const fields = Object.entries(properties).flatMap(([name, own]) => {
    const isNeeded = required.includes(name)
    const type = typeOf(own, way, inner)
    const comment = own.description === undefined ? [] : [`${inner}/** ${own.description} */`]
    return [
      ...comment,
      `${inner}${/^[a-z_]\w*$/i.test(name) ? name : quoted(name)}${isNeeded ? '' : '?'}: ${type}${isNeeded ? '' : orUndefined}`,
    ]
  })
  if (additionalProperties !== false) {
    // Beside named fields only `unknown` fits them all.
    const isPlain = fields.length > 0 || additionalProperties === true
    const rest = isPlain ? 'unknown' : typeOf(additionalProperties as Schema, way, inner)
    fields.push(`${inner}[name: string]: ${rest}`)
  }
  return fields.length === 0 ? 'Record<string, never>' : `{\n${fields.join('\n')}\n${indent}}`
}

function union(types: readonly string[]): string {
  const distinct = [...new Set(types)]
  return distinct.length === 1 ? (distinct[0] ?? 'never') : `(${distinct.join(' | ')})`
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const literal = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? quoted(value) : String(value)
const lines = (all: readonly string[]): string => all.map((one) => `  ${one}`).join('\n')
