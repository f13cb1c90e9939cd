import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { setup as buildPages } from './build.ts'
import { WEB } from './sources.ts'

// What a phone on a slow line has to load before it shows anything, in bytes of gzip.
const kB = 1_000
const PORTAL_MAX = 150 * kB
const CONSOLE_MAX = 220 * kB
const LAZY_MAX = 60 * kB
const STYLES_MAX = 20 * kB

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}
type Manifest = Readonly<Record<string, Chunk>>

const dist = join(WEB, 'dist')
let manifest: Manifest = {}
beforeAll(() => {
  buildPages()
  manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Manifest
}, 60_000)

const bytesOf = (file: string): number =>
  gzipSync(readFileSync(join(dist, file)), { level: 9 }).length
const sum = (files: Iterable<string>): number =>
  [...files].reduce((bytes, file) => bytes + bytesOf(file), 0)

/** A chunk and all that it cannot do without. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (!chunk || found.has(name)) return found
  found.add(name)
  for (const one of chunk.imports ?? []) withImports(one, found)
  return found
}
const filesOf = (names: Iterable<string>): string[] =>
  [...names].flatMap((name) => manifest[name]?.file ?? [])

/** With the words of one language, which it asks for before it draws. */
const firstRoute = (page: string, area: string): number => {
  const words = (name: string) => ['kit', 'shell', area].map((one) => `src/words/${one}/${name}.ts`)
  const script = sum(filesOf(withImports(page)))
  return script + Math.max(...['zh', 'en'].map((name) => sum(filesOf(words(name)))))
}

test('the first script of the portal is small', () => {
  expect(firstRoute('index.html', 'portal')).toBeLessThanOrEqual(PORTAL_MAX)
})

test('the first script of the console is small', () => {
  expect(firstRoute('console.html', 'console')).toBeLessThanOrEqual(CONSOLE_MAX)
})

test('what a page loads when it is opened is small', () => {
  for (const [page, others] of [
    ['index.html', 'src/console/'],
    ['console.html', 'src/portal/'],
  ] as const) {
    const first = withImports(page)
    for (const [name, chunk] of Object.entries(manifest)) {
      if (!chunk.isDynamicEntry || name.includes('kit-page') || name.startsWith(others)) continue
      const more = [...withImports(name)].filter((one) => !first.has(one))
      expect([page, name, sum(filesOf(more)) <= LAZY_MAX]).toEqual([page, name, true])
    }
  }
})

test('the styles are small', () => {
  const styles = new Set(Object.values(manifest).flatMap(({ css = [] }) => css))
  expect(styles.size).toBeGreaterThan(0)
  expect(sum(styles)).toBeLessThanOrEqual(STYLES_MAX)
})

test('every page names files that are there, and holds no script or style of its own', () => {
  for (const page of ['index', 'console', 'kit']) {
    const html = readFileSync(join(dist, `${page}.html`), 'utf8')
    const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(3)
    for (const path of named) expect([path, existsSync(join(dist, path))]).toEqual([path, true])
    expect(html).not.toMatch(/<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=/)
  }
})
