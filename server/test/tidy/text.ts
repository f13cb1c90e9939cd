import { lineAt } from './house.ts'

// Rules match patterns, and a pattern cannot tell code from a comment. So a rule first blanks what it
// does not mean; lengths stay the same, so positions and line numbers stay true.

const PIECES = new RegExp(
  [
    String.raw`\/\/.*|\/\*[\s\S]*?\*\/`, // comments
    String.raw`'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"`, // strings
    '`(?:\\\\[\\s\\S]|[^`\\\\])*`', // templates, as if they had no quotes of their own inside ${}
    String.raw`(?<=(?:[=(,:[!&|?{};]|\breturn|=>)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/`, // regexes
  ].join('|'),
  'g',
)

type Kind = 'comments' | 'strings' | 'templates'
const KINDS: Readonly<Record<string, Kind>> = {
  '//': 'comments',
  '/*': 'comments',
  "'": 'strings',
  '"': 'strings',
  '`': 'templates',
}

const spaces = (piece: string): string => piece.replace(/[^\n]/g, ' ')

export const blank = (text: string, ...kinds: readonly Kind[]): string =>
  text.replace(PIECES, (piece) => {
    const kind = KINDS[piece.slice(0, 2)] ?? KINDS[piece.slice(0, 1)]
    return kind !== undefined && kinds.includes(kind) ? spaces(piece) : piece
  })

const blankSqlComments = (text: string): string =>
  text.replace(/'(?:[^']|'')*'|--.*|\/\*[\s\S]*?\*\//g, (piece) =>
    piece.startsWith("'") ? piece : spaces(piece),
  )

/** Comments blanked in whichever of the two languages the file is written. */
export const withoutComments = (path: string, text: string): string =>
  path.endsWith('.sql') ? blankSqlComments(text) : blank(text, 'comments')

interface Import {
  readonly target: string
  readonly line: number
}

export const importsOf = (text: string): Import[] =>
  [
    ...blank(text, 'comments', 'templates').matchAll(
      /\bfrom\s+['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g,
    ),
  ].map((m) => ({ target: m[1] ?? m[2] ?? '', line: lineAt(text, m.index) }))

interface Call {
  readonly index: number
  /** Where the inside begins. */
  readonly from: number
  /** What stands between the parentheses: comments blanked, strings kept. */
  readonly inside: string
  /** The same with strings blanked too, for counting brackets. */
  readonly bare: string
}

/** Every `name(…)` that is a call and not a declaration or an import. */
export function callsOf(text: string, name: string): Call[] {
  const bare = blank(text, 'comments', 'strings', 'templates')
  const kept = blank(text, 'comments')
  const opening = new RegExp(String.raw`(?<!\bfunction\s+)\b${name}(?:<[^>()]*>)?\(`, 'g')
  return [...bare.matchAll(opening)].map((m) => {
    const from = m.index + m[0].length
    const to = closing(bare, from)
    return { index: m.index, from, inside: kept.slice(from, to), bare: bare.slice(from, to) }
  })
}

const closing = (bare: string, from: number): number => {
  let depth = 1
  for (let i = from; i < bare.length; i++) {
    if ('([{'.includes(bare[i] ?? ' ')) depth++
    if (')]}'.includes(bare[i] ?? ' ')) depth--
    if (depth === 0) return i
  }
  return bare.length
}

interface Key {
  readonly name: string
  readonly at: number
}

/** The property names of the object a call is given first, outermost level only. */
export function keysOf({ inside, bare }: Call): Key[] {
  const keys: Key[] = []
  let depth = 0
  for (let i = 0; i < bare.length; i++) {
    const sign = bare[i] ?? ' '
    if ('([{'.includes(sign)) depth++
    if (')]}'.includes(sign)) depth--
    if (depth !== 1 || (sign !== '{' && sign !== ',')) continue
    const key = inside.slice(i + 1).match(/^(\s*(?:async\s+)?['"]?)([\w.-]+)['"]?\s*[:,}(]/)
    if (key?.[2] !== undefined) keys.push({ name: key[2], at: i + 1 + (key[1] ?? '').length })
  }
  return keys
}
