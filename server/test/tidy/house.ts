import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One text file of the repository; the path counts from the root, with forward slashes. */
export interface Source {
  readonly path: string
  readonly text: string
}

export type Plan = Readonly<Record<string, { floor: number; needs: readonly string[] }>>

/** What a rule looks at. Rules are pure, so a test can hand them a house of three lines. */
export interface House {
  readonly files: readonly Source[]
  readonly plan: Plan
}

/** Where, what, and the better word: a fault without a replacement is only a complaint. */
export interface Fault {
  readonly path: string
  readonly line: number
  readonly what: string
  readonly better: string
  /** What an escape calls it, where that is finer than the rule. */
  readonly kind?: string
}

export const fault = (path: string, line: number, what: string, better: string): Fault => ({
  path,
  line,
  what,
  better,
})

export type Rule = (house: House) => Fault[]

const NOT_OURS = new Set(['node_modules', '.git', '.tongbao', 'dist', 'screens'])
const NOT_TEXT = /\.(?:png|jpe?g|gif|webp|ico|woff2?|ttf|otf|pdf|gz|zip|mp4|log)$/

export function readSources(root: string, folder = ''): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name) && !NOT_TEXT.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) return readSources(root, path)
      if (!entry.isFile()) return []
      const text = readFileSync(join(root, path), 'utf8')
      return text.includes('\0') ? [] : [{ path, text }]
    })
}

/** The sources the rules of code apply to. The rules themselves are full of planted faults. */
export const codeOf = ({ files }: House, where: RegExp): Source[] =>
  files.filter(({ path }) => where.test(path) && !path.startsWith('server/test/tidy/'))

export const moduleOf = (path: string): string | undefined =>
  path.match(/^server\/src\/modules\/([^/]+)\//)?.[1]

export const modulesOf = ({ files }: House): string[] =>
  [...new Set(files.flatMap(({ path }) => moduleOf(path) ?? []))].sort()

export const isTest = (path: string): boolean => path.endsWith('.test.ts')

export const lineAt = (text: string, index: number): number =>
  text.slice(0, index).split('\n').length
