import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Plan, readSources } from '../server/test/tidy/house.ts'
import { judge, type RuleName, rules } from '../server/test/tidy/rules.ts'
import { newMigration } from './new-migration.ts'
import { newModule } from './new-module.ts'

// A copy of the house, with a new module in it. The checks look at that module only, so that a fault
// elsewhere does not fail this test too.

const NAME = 'tips'
const FOLDER = `server/src/modules/${NAME}`
const TOOL_TIMEOUT_MS = 60_000
const root = mkdtempSync(join(tmpdir(), 'tongbao-new-module-'))
const home = join(import.meta.dirname, '..')
let written: readonly string[] = []

beforeAll(() => {
  const copied = ['server', 'db', 'package.json', 'biome.json', 'knip.json', 'vitest.config.ts']
  for (const path of copied) cpSync(join(home, path), join(root, path), { recursive: true })
  symlinkSync(join(home, 'node_modules'), join(root, 'node_modules'))
  const { compilerOptions } = JSON.parse(readFileSync(join(home, 'tsconfig.json'), 'utf8'))
  const tsconfig = { compilerOptions, include: [FOLDER] }
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(tsconfig))
  written = newModule(root, NAME, 4)
})
afterAll(() => rmSync(root, { recursive: true }))

const run = (tool: string, ...args: string[]): string =>
  execFileSync(process.execPath, [join(home, 'node_modules/.bin', tool), ...args], {
    cwd: root,
    encoding: 'utf8',
    // The tests of the new module are counted here, not in the sum of the whole run.
    env: { ...process.env, TONGBAO_TEST_TALLY: '' },
  })

test('a new module keeps every house rule', async () => {
  const planned = pathToFileURL(join(root, 'server/src/architecture.ts')).href
  const { modules }: { modules: Plan } = await import(/* @vite-ignore */ planned)
  expect(modules[NAME]).toEqual({ floor: 4, needs: [] })
  const house = { files: readSources(root), plan: modules }
  const faults = (Object.keys(rules) as RuleName[]).flatMap((rule) => judge(house, rule))
  expect(faults.filter((fault) => fault.includes(NAME))).toEqual([])
})

test('a new module passes tsc, biome, knip and its own law test', {
  timeout: TOOL_TIMEOUT_MS,
}, () => {
  run('tsc', '-p', '.')
  run('biome', 'check', ...written.filter((path) => path.endsWith('.ts')))
  expect(run('knip', '--no-exit-code')).not.toContain(NAME)
  expect(run('vitest', 'run', '--project', 'unit', FOLDER)).toContain('\n1 passed, 0 failed')
})

test('the next migration has the next number, and asks to be explained', () => {
  const first = written.find((path) => path.startsWith('db/migrations/')) ?? ''
  const second = newMigration(root, NAME, 'amounts')
  const numberOf = (path: string) => Number(path.match(/\d{4}/)?.[0])
  expect(first).toMatch(/^db\/migrations\/\d{4}-tips-start\.sql$/)
  expect(numberOf(second)).toBe(numberOf(first) + 1)
  const house = { files: readSources(root), plan: { [NAME]: { floor: 4, needs: [] } } }
  const faults = judge(house, 'names').filter((fault) => fault.startsWith(second))
  expect(faults.join('\n')).toContain('the header does not say why')
})

test.each([
  ['a name that is taken', () => newModule(root, NAME, 4), 'is there already'],
  ['a name of two words', () => newModule(root, 'tip-jar', 4), 'is no name for a module'],
  ['a floor that is none', () => newModule(root, 'jar', 2.5), 'is not on the plan'],
  ['a migration of nobody', () => newMigration(root, 'jar', 'start'), 'there is no module jar'],
  ['a migration of nothing', () => newMigration(root, NAME, 'Up Down'), 'is no name for it'],
])('%s is refused', (_what, attempt, reads) => {
  expect(attempt).toThrow(reads)
})
