import { codeOf, type Fault, fault, type House, type Rule } from './house.ts'
import { laws } from './laws.ts'
import { cards, names, refusals, routes } from './shape.ts'
import { sql } from './sql.ts'
import { plan, walls } from './walls.ts'
import { privacy, words } from './words.ts'

/** The house rules no off-the-shelf linter knows. Ten at most: an eleventh first names the one it replaces. */
export const rules = {
  plan,
  walls,
  cards,
  names,
  laws,
  sql,
  routes,
  refusals,
  words,
  privacy,
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof rules

export const ESCAPES_MAX = 10
const ESCAPE = /(?:\/\/|--|<!--|#) tidy-allow (\w+)(?:: (\S.*))?/

interface Escape {
  readonly kind: string
  readonly reason: string
  readonly path: string
  readonly line: number
}

/** `// tidy-allow <kind>: <reason>`, on the line of the fault or on the one above it. */
export const escapesOf = (house: House): Escape[] =>
  codeOf(house, /./).flatMap(({ path, text }) =>
    text.split('\n').flatMap((content, i) => {
      const [, kind, reason = ''] = content.match(ESCAPE) ?? []
      return kind === undefined ? [] : [{ kind, reason, path, line: i + 1 }]
    }),
  )

const faultsOf = (house: House, rule: RuleName): (Fault & { readonly kind: string })[] =>
  rules[rule](house).map((found) => ({ kind: rule, ...found }))

const excuses = (one: Escape, { kind, path, line }: Fault): boolean =>
  one.reason !== '' &&
  one.kind === kind &&
  one.path === path &&
  (one.line === line || one.line === line - 1)

export function judge(house: House, rule: RuleName): string[] {
  const escapes = escapesOf(house)
  return faultsOf(house, rule)
    .filter((found) => !escapes.some((one) => excuses(one, found)))
    .map(sentence)
}

/** An escape is visible, has a reason, and goes when it no longer excuses anything. */
export function judgeEscapes(house: House): string[] {
  const faults = (Object.keys(rules) as RuleName[]).flatMap((rule) => faultsOf(house, rule))
  return escapesOf(house)
    .filter((one) => !faults.some((found) => excuses(one, found)))
    .map(({ path, line, kind, reason }) =>
      reason === ''
        ? fault(path, line, 'an escape without a reason', `tidy-allow ${kind}: <reason>`)
        : fault(path, line, `nothing here for '${kind}' to excuse`, 'delete it'),
    )
    .map(sentence)
}

const sentence = ({ path, line, what, better }: Fault): string =>
  `${path}:${line}: ${what} -> ${better}`
