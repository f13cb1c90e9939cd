import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ONLY_LEAD, SIGHTS } from './sights.ts'

const SRC = join(import.meta.dirname, '../src')

test('every route is looked at, by axe and in the pictures', () => {
  const paths = globSync('{portal,console}/**/routes.tsx', { cwd: SRC }).flatMap((file) =>
    [...readFileSync(join(SRC, file), 'utf8').matchAll(/\bpath: '([^']+)'/g)].map(
      ([, path = '']) =>
        file.startsWith('console') && !path.startsWith('/console')
          ? `/console${path === '/' ? '' : `/${path.replace(/^\//, '')}`}`
          : path,
    ),
  )
  const looked = new Set([...SIGHTS.map(({ path }) => path.split('?')[0]), ...ONLY_LEAD])
  expect(paths.length).toBeGreaterThan(2)
  expect(paths.filter((path) => !looked.has(path))).toEqual([])
})
