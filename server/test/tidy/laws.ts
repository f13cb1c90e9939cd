import { codeOf, type Fault, fault, type House, lineAt, moduleOf, type Source } from './house.ts'
import { blank, callsOf, withoutComments } from './text.ts'

const LAW = String.raw`[A-Z]{1,2}\d+`
const HEADINGS = 'Owns|Refuses|Laws|Tells|Hears|Not here'

export interface Law {
  readonly law: string
  readonly sentence: string
  /** The module on whose card it stands, or the kernel. */
  readonly home: string
  readonly path: string
  readonly line: number
}

export interface Citation {
  readonly law: string
  readonly by: 'test' | 'code' | 'sql'
  readonly path: string
  readonly line: number
  /** The title of the test, else empty. */
  readonly title: string
}

/** Too many for a card, and not of our making: what payments must stand. */
const CASES = 'docs/payment-cases.md'

const homeOf = (path: string): string | undefined =>
  path === 'server/src/kernel/README.md' ? 'kernel' : path === CASES ? 'payments' : moduleOf(path)

// A law's sentence ends where the next law, a heading, a list item or an empty line begins.
const ON_CARD = new RegExp(
  String.raw`\*\*(${LAW})\*\*\s+([\s\S]*?)(?=\s*(?:\*\*${LAW}\*\*|\n\s*\n|\n\s*[-*#] |\n[#*\s-]*(?:${HEADINGS})\b|$))`,
  'g',
)

export const lawsOnCards = (files: readonly Source[]): Law[] =>
  files.flatMap(({ path, text }) => {
    const home = homeOf(path)
    if (home === undefined || !(path.endsWith('/README.md') || path === CASES)) return []
    return [...text.matchAll(ON_CARD)].map((m) => ({
      law: m[1] ?? '',
      sentence: (m[2] ?? '').replace(/\s+/g, ' ').replace(/[\s*-]+$/, ''),
      home,
      path,
      line: lineAt(text, m.index),
    }))
  })

const TEST_TITLE = new RegExp(
  String.raw`(?:\b(?:test|it)(?:\.\w+)*|[)\x60])\(\s*(['"\x60])((?:${LAW} )*${LAW}): ((?:(?!\1).)*)`,
  'g',
)
const SQL_NAME = new RegExp(String.raw`"(${LAW}) [^"\n]*"|'(${LAW}): `, 'g')

/** Everywhere a law is named on duty: in the title of a test, in an invariant, in a constraint. */
export const citationsOf = (files: readonly Source[]): Citation[] =>
  codeOf({ files, plan: {} }, /^(?:server|lab|db)\/.*\.(?:ts|sql)$/).flatMap(({ path, text }) =>
    path.endsWith('.sql')
      ? sqlCitations(path, text)
      : [...titles(path, text), ...asserted(path, text)],
  )

const titles = (path: string, text: string): Citation[] =>
  path.endsWith('.test.ts')
    ? [...blank(text, 'comments').matchAll(TEST_TITLE)].flatMap((m) =>
        (m[2] ?? '').split(' ').map(
          (law): Citation => ({
            law,
            by: 'test',
            path,
            line: lineAt(text, m.index + (m[0].length - m[0].trimStart().length)),
            title: m[3] ?? '',
          }),
        ),
      )
    : []

// A test may break a law of its own making, to see what follows.
const asserted = (path: string, text: string): Citation[] =>
  path.endsWith('.test.ts')
    ? []
    : ['invariant', 'InvariantBroken'].flatMap((name) =>
        callsOf(text, name).flatMap(({ index, inside }) =>
          [...inside.matchAll(new RegExp(`'(${LAW})'`, 'g'))].map((m) => ({
            law: m[1] ?? '',
            by: 'code' as const,
            path,
            line: lineAt(text, index),
            title: '',
          })),
        ),
      )

const sqlCitations = (path: string, text: string): Citation[] =>
  [...withoutComments(path, text).matchAll(SQL_NAME)].map((m) => ({
    law: m[1] ?? m[2] ?? '',
    by: 'sql' as const,
    path,
    line: lineAt(text, m.index),
    title: '',
  }))

/** Every law on a card is held by a test; every law that is cited stands on a card; none stands twice. */
export function laws({ files }: House): Fault[] {
  const known = lawsOnCards(files)
  const cited = citationsOf(files)
  const held = new Set(cited.filter(({ by }) => by === 'test').map(({ law }) => law))
  const first = new Map([...known].reverse().map((law) => [law.law, law]))
  const faults: Fault[] = []
  for (const law of known) {
    const twin = first.get(law.law)
    if (twin && twin !== law)
      faults.push(
        fault(
          law.path,
          law.line,
          `${law.law} already stands on the card of ${twin.home}`,
          'give it a number of its own',
        ),
      )
    if (!held.has(law.law))
      faults.push(
        fault(law.path, law.line, `no test holds ${law.law}`, `write test('${law.law}: …')`),
      )
  }
  for (const { law, by, path, line } of cited)
    if (!first.has(law))
      faults.push(
        fault(
          path,
          line,
          `this ${by} cites ${law}, which stands on no card`,
          'write it on the card, or cite the one meant',
        ),
      )
  return faults
}
