import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const WEB = join(import.meta.dirname, '..')

export interface Source {
  readonly path: string
  readonly text: string
}

/** Everything below a folder of `web/`, by the end of its name. */
export const sourcesIn = (folder: string, end: RegExp): Source[] =>
  readdirSync(join(WEB, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => end.test(name))
    .map((name) => join(folder, name))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(WEB, path), 'utf8') }))

export const areas = (): string[] =>
  readdirSync(join(WEB, 'src/words'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

export type List = Readonly<Record<string, string>>

export const listOf = async (area: string, name: 'zh' | 'en'): Promise<List> => {
  const file = (await import(`../src/words/${area}/${name}.ts`)) as Record<string, List>
  return file[name] ?? {}
}
