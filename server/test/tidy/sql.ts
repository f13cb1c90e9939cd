import {
  codeOf,
  type Fault,
  fault,
  type House,
  isTest,
  lineAt,
  moduleOf,
  type Source,
} from './house.ts'
import { withoutComments } from './text.ts'

const NAME = String.raw`"?([a-z_]+)"?\."?([a-z_]\w*)"?(\()?`
const ANYWHERE = 'from|join|into|update|using|table|truncate|view|function|references'
// In TypeScript these words are prose or keywords of its own; in a .sql file they name a target.
const IN_SQL_ONLY = 'on|of|only|exists|type|domain|sequence|procedure|index'
const IN_TS = new RegExp(String.raw`\b(${ANYWHERE})\s+(?:only\s+)?${NAME}`, 'gi')
const IN_SQL = new RegExp(String.raw`\b(${ANYWHERE}|${IN_SQL_ONLY})\s+${NAME}`, 'gi')

const KYSELY =
  /\.(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|using|from|table|withSchema|\w+Join)\(\s*([^)]*)/g
const WHOLE_SCHEMA =
  /\b(create|alter|drop|on|in)\s+schema\s+(?:if\s+(?:not\s+)?exists\s+)?"?(\w+)/gi
const HOMELESS =
  /\bcreate\s+(?:or\s+replace\s+)?(?:unlogged\s+|materialized\s+)?(?:table|view|function|procedure|type|domain|sequence)\s+(?:if\s+not\s+exists\s+)?"?(\w+)"?(?![\w".])/gi

interface Mention {
  readonly index: number
  readonly word: string
  readonly schema: string
  readonly name: string
  readonly isCall: boolean
}

/** SQL stays in the schema of its own module: another module is asked at its door. */
export function sql(house: House): Fault[] {
  const known = new Set([...Object.keys(house.plan), 'kernel', 'pgboss', 'public'])
  // The judge of a test looks wherever it must.
  const code = codeOf(house, /^(?:server\/src|db\/migrations)\/.*\.(?:ts|sql)$/)
  return code
    .filter(({ path }) => !isTest(path))
    .flatMap((source) => {
      const owner = ownerOf(source.path)
      const text = withoutComments(source.path, source.text)
      const foreign = mentionsIn(source.path, text)
        .filter((mention) => known.has(mention.schema) && !isAllowed(house, owner, mention))
        .map(({ index, schema, name }) =>
          fault(
            source.path,
            lineAt(text, index),
            `${owner} names ${schema}.${name}`,
            schema in house.plan ? `ask '#${schema}'` : 'ask the kernel for what it offers',
          ),
        )
      return [...foreign, ...schemaFaults({ path: source.path, text }, owner)]
    })
}

// app and dialects own no schema, so whatever they name is foreign.
const ownerOf = (path: string): string =>
  moduleOf(path) ??
  path.match(/^db\/migrations\/\d+-([a-z]+)/)?.[1] ??
  path.match(/^server\/src\/(\w+)\//)?.[1] ??
  path

const isAllowed = (
  { plan }: House,
  owner: string,
  { word, schema, name, isCall }: Mention,
): boolean =>
  schema === owner ||
  (owner === 'kernel' && schema === 'pgboss') || // it starts the queue and looks after it
  (schema === 'kernel' && isCall) || // its functions are made to be called
  (owner === 'reports' && name.startsWith('v_')) || // a view is a door for reading
  (word === 'references' && (plan[owner]?.needs.includes(schema) ?? false)) // leans the way imports do

const mentionsIn = (path: string, text: string): Mention[] => [
  ...[...text.matchAll(path.endsWith('.sql') ? IN_SQL : IN_TS)].map((m) => ({
    index: m.index,
    word: (m[1] ?? '').toLowerCase(),
    schema: m[2] ?? '',
    name: m[3] ?? '',
    isCall: m[4] !== undefined,
  })),
  ...[...text.matchAll(KYSELY)].flatMap((call) =>
    [...(call[1] ?? '').matchAll(/['"`]([a-z_]+)(?:\.([a-z_]\w*))?/g)].map((m) => ({
      index: call.index,
      word: 'kysely',
      schema: m[1] ?? '',
      name: m[2] ?? '*',
      isCall: false,
    })),
  ),
]

function schemaFaults({ path, text }: Source, owner: string): Fault[] {
  if (!path.endsWith('.sql')) return []
  const others = [...text.matchAll(WHOLE_SCHEMA)]
    .filter((m) => m[2]?.toLowerCase() !== owner)
    .map((m) =>
      fault(
        path,
        lineAt(text, m.index),
        `a migration of ${owner} touches the schema ${m[2]}`,
        `write it in a migration of ${m[2]}`,
      ),
    )
  const homeless = [...text.matchAll(HOMELESS)].map((m) =>
    fault(
      path,
      lineAt(text, m.index),
      `${m[1]} is created without its schema`,
      `write ${owner}.${m[1]}`,
    ),
  )
  return [...others, ...homeless]
}
