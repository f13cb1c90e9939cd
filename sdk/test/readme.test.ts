import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SDK = join(import.meta.dirname, '..')
const EXAMPLES = join(SDK, 'examples')

test('the examples of the README are those that the tests run', () => {
  const readme = readFileSync(join(SDK, 'README.md'), 'utf8')
  const shown = Object.fromEntries(
    [...readme.matchAll(/```ts (\w+)\n([^`].*?)```/gs)].map(([, name, code]) => [name, code]),
  )
  const run = readdirSync(EXAMPLES).flatMap((file) =>
    [
      ...readFileSync(join(EXAMPLES, file), 'utf8').matchAll(
        /^ {2}\/\/ readme: (\w+)\n(.*?)^ {2}\/\/ end/gms,
      ),
    ].map(([, name, code = '']) => [name, code.replaceAll(/^ {2}/gm, '')]),
  )
  expect(run.length).toBeGreaterThan(5)
  expect(shown).toEqual(Object.fromEntries(run))
})
