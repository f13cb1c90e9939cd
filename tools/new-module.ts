import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSources } from '../server/test/tidy/house.ts'
import { lawsOnCards } from '../server/test/tidy/laws.ts'
import { newMigration } from './new-migration.ts'

// node tools/new-module.ts tips 4
// The right way must be the shortest: this writes a module that passes `npm run verify`.

const PLAN = 'server/src/architecture.ts'

/** Writes card, door, refusals, a first law with its test, a first migration and the line on the plan. */
export function newModule(root: string, name: string, floor: number): string[] {
  const folder = `server/src/modules/${name}`
  if (!/^[a-z]{3,20}$/.test(name))
    throw new Error(
      `'${name}' is no name for a module; it is one word, as in its schema and its routes`,
    )
  if (!Number.isInteger(floor) || floor < 0 || floor > 9)
    throw new Error(`floor ${floor} is not on the plan; see ARCHITECTURE.md`)
  if (existsSync(join(root, folder))) throw new Error(`${folder} is there already`)

  const planned = withLine(readFileSync(join(root, PLAN), 'utf8'), name, floor)
  const law = `${freeLetters(root, name)}1`
  const files = {
    [`${folder}/README.md`]: card(name, law),
    [`${folder}/index.ts`]: "export { REFUSALS } from './refusals.ts'\n".replace('REFUSALS', name),
    [`${folder}/refusals.ts`]: refusals(name),
    [`${folder}/${name}.test.ts`]: lawTest(name, law),
  }
  mkdirSync(join(root, folder), { recursive: true })
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
  writeFileSync(join(root, PLAN), planned)
  const migration = newMigration(root, name, 'start', {
    why: `the schema of ${name}`,
    safe: 'yes (new schema)',
    undo: `drop schema ${name} cascade`,
  })
  appendFileSync(join(root, migration), `create schema ${name};\n\n${grant(name)}`)
  return [...Object.keys(files), migration, PLAN]
}

const grant = (name: string): string => `select kernel.let_app('usage on schema ${name}');\n`

/** The letters of its laws: the first of the name, or with the first later one that nobody has yet. */
function freeLetters(root: string, name: string): string {
  const taken = new Set(lawsOnCards(readSources(root)).map(({ law }) => law.replace(/\d+/, '')))
  const [first = '', ...later] = name.toUpperCase()
  const free = [first, ...later.map((letter) => first + letter)].find((one) => !taken.has(one))
  if (free === undefined) throw new Error(`no letters are left for the laws of ${name}`)
  return free
}

/** The plan with one more line, after those of its floor. */
function withLine(plan: string, name: string, floor: number): string {
  const upper = [...plan.matchAll(/^ {2}\w+: \{\s*floor: (\d+)/gm)].find(
    (m) => Number(m[1]) > floor,
  )
  const at = upper?.index ?? plan.search(/^\} as const/m)
  if (at === -1) throw new Error(`${PLAN} does not look like the plan`)
  return `${plan.slice(0, at)}  ${name}: { floor: ${floor}, needs: [] },\n${plan.slice(at)}`
}

const card = (name: string, law: string): string => `# ${name}
What somebody gets from it, in one sentence.

Owns  schema \`${name}\`
Refuses  \`unknown_${name}\` (404)
Laws
**${law}** Every refusal speaks English and Chinese, and tells both the same facts.
Tells  nothing
Hears  nothing
Not here  nothing yet
`

const refusals = (name: string): string => `import { defineRefusals } from '#kernel/refusals'

export const ${name} = defineRefusals({
  unknown_${name}: { status: 404, en: 'There is no {id}.', zh: '没有 {id}。' },
})
`

const lawTest = (name: string, law: string): string => `import { expect, test } from 'vitest'
import { ${name} } from '#${name}'

const factsIn = (text: string): string[] => (text.match(/\\{\\w+\\}/g) ?? []).sort()

test('${law}: every refusal speaks English and Chinese, and tells both the same facts', () => {
  for (const { en, zh } of Object.values(${name}.texts)) {
    expect(zh).toMatch(/\\p{Script=Han}/u)
    expect(factsIn(zh)).toEqual(factsIn(en))
  }
})
`

if (import.meta.main) {
  const [name, floor] = process.argv.slice(2)
  if (name === undefined || floor === undefined) {
    process.stderr.write('usage: node tools/new-module.ts <name> <floor>\n')
    process.exitCode = 2
  } else {
    for (const path of newModule(join(import.meta.dirname, '..'), name, Number(floor)))
      process.stdout.write(`wrote ${path}\n`)
    process.stdout.write('now: npm run verify, then npm run generate for laws and schema\n')
  }
}
