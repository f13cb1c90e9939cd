import { codeOf, type Fault, fault, type House, lineAt, modulesOf } from './house.ts'
import { lawsOnCards } from './laws.ts'
import { callsOf, keysOf } from './text.ts'

const CARD_LINES_MAX = 60
const FILE_LINES_MAX = 400
const HEADINGS = ['Owns', 'Refuses', 'Laws', 'Tells', 'Hears', 'Not here']

const linesOf = (text: string): number => text.trimEnd().split('\n').length

/** Every module has a door and a card, and the card fits a screen and says the six things. */
export function cards(house: House): Fault[] {
  const folders = modulesOf(house).map((name) => `server/src/modules/${name}`)
  const wanted = [
    'server/src/kernel/README.md',
    ...folders.flatMap((folder) => [`${folder}/README.md`, `${folder}/index.ts`]),
  ]
  const paths = new Set(house.files.map(({ path }) => path))
  return [
    ...wanted
      .filter((path) => !paths.has(path))
      .map((path) => fault(path, 1, 'is missing', 'write it')),
    ...codeOf(house, /^server\/src\/(?:modules\/[^/]+|kernel)\/README\.md$/).flatMap(
      ({ path, text }) => cardFaults(house, path, text),
    ),
  ]
}

function cardFaults({ files }: House, path: string, text: string): Fault[] {
  const lines = linesOf(text)
  const faults = HEADINGS.filter(
    (word) => !new RegExp(String.raw`^[#*\s-]*${word}\b`, 'm').test(text),
  ).map((word) =>
    fault(
      path,
      1,
      `the card does not say '${word}'`,
      `begin a line with it, even if it says: nothing`,
    ),
  )
  if (lines > CARD_LINES_MAX)
    faults.push(
      fault(path, CARD_LINES_MAX + 1, `a card of ${lines} lines`, `keep it to ${CARD_LINES_MAX}`),
    )
  if (!lawsOnCards(files).some((law) => law.path === path))
    faults.push(fault(path, 1, 'the card names no law', 'write what always holds: **X1** …'))
  return faults
}

const DRAWER =
  /(?:^|[/-])(utils?|helpers?|services?|managers?)(?:\.|\/|$)|\/(common|misc|shared|base|lib)(?:\.|\/|$)/
const GENERATED = /(?:database-types|\.gen)\.ts$/

/** A file is named for what it does and ends before one tires; a migration says what to expect. */
export function names(house: House): Fault[] {
  const code = codeOf(house, /^(?:server|tools|lab|sdk|web)\/.*\.(?:ts|tsx|mts|mjs)$/)
  const faults = migrationFaults(house)
  for (const { path, text } of code) {
    const drawer = path.match(DRAWER)
    const lines = linesOf(text)
    if (drawer)
      faults.push(fault(path, 1, `'${drawer[1] ?? drawer[2]}' is a drawer`, 'name what it does'))
    if (lines > FILE_LINES_MAX && !GENERATED.test(path))
      faults.push(
        fault(path, FILE_LINES_MAX + 1, `a file of ${lines} lines`, 'split it by noun or verb'),
      )
  }
  return faults
}

const MIGRATION = /^db\/migrations\/(\d{4})-([a-z]+)-[a-z0-9-]+\.sql$/
const HEADER: readonly [RegExp, string][] = [
  [/^-- Why: (?!<)/m, 'why'],
  [/^-- .*safe (?:to run )?while serving/im, 'whether it is safe while serving'],
  [/^-- .*\bundo: (?!<)/im, 'how to undo it'],
]

function migrationFaults(house: House): Fault[] {
  const first = new Map<string, string>()
  return codeOf(house, /^db\/migrations\//).flatMap(({ path, text }) => {
    const [, number = '', owner = ''] = path.match(MIGRATION) ?? []
    if (owner !== 'kernel' && !(owner in house.plan))
      return [fault(path, 1, 'names no module', 'NNNN-module-what.sql')]
    const faults = HEADER.filter(([says]) => !says.test(text)).map(([, what]) =>
      fault(path, 1, `the header does not say ${what}`, 'as node tools/new-migration.ts writes it'),
    )
    const twin = first.get(number)
    if (twin) faults.push(fault(path, 1, `has the number of ${twin}`, 'take the next one'))
    else first.set(number, path)
    return faults
  })
}

const BARE_ROUTE = /\.(?:get|post|put|patch|delete|all|route)\(\s*(?:['"`]\/|\{)/g
const HANDLER = /^(?:handle|handler|run)$/

/** Every route says who may call it, before it says what it does. */
export function routes(house: House): Fault[] {
  return codeOf(house, /^server\/src\/(?!kernel\/).*(?<!\.test)\.ts$/).flatMap(({ path, text }) => {
    const unscoped = callsOf(text, 'defineRoute').filter((call) => {
      const keys = keysOf(call).map(({ name }) => name)
      const beforeHandler = keys.slice(
        0,
        keys.findIndex((name) => HANDLER.test(name)),
      )
      return !beforeHandler.includes('scope')
    })
    const isRoutes = /(?:^|[/-])routes(?:\.ts$|\/)/.test(path)
    const bare = isRoutes ? [...text.matchAll(BARE_ROUTE)] : []
    return [
      ...unscoped.map(({ index }) =>
        fault(
          path,
          lineAt(text, index),
          'a route without a scope',
          'write scope: before the handler',
        ),
      ),
      ...bare.map(({ index }) =>
        fault(
          path,
          lineAt(text, index),
          'a route the house does not know',
          'use defineRoute, which asks for a scope',
        ),
      ),
    ]
  })
}

/** A refusal code is declared once, so that a code on a screen leads to one line. */
export function refusals(house: House): Fault[] {
  const first = new Map<string, string>()
  return codeOf(house, /^server\/src\/.*(?<!\.test)\.ts$/).flatMap(({ path, text }) =>
    callsOf(text, 'defineRefusals').flatMap((call) =>
      keysOf(call).flatMap(({ name, at }) => {
        const line = lineAt(text, call.from + at)
        const earlier = first.get(name)
        if (earlier === undefined) first.set(name, `${path}:${line}`)
        else
          return [
            fault(
              path,
              line,
              `'${name}' is declared in ${earlier}`,
              'use that one, or find the better word',
            ),
          ]
        return []
      }),
    ),
  )
}
