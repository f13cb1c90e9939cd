import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { House, Plan } from './house.ts'
import { escapesOf, judge, judgeEscapes, type RuleName, rules } from './rules.ts'

// A rule that never bites looks just like a house in order. So each rule is shown a small house that
// is in order, and then the same house with one fault planted in it.

const RULES = Object.keys(rules) as RuleName[]
const LEDGER = 'server/src/modules/ledger'
const CREDITS = 'server/src/modules/credits'

const PLAN: Plan = {
  ledger: { floor: 1, needs: [] },
  credits: { floor: 2, needs: ['ledger'] },
  reports: { floor: 5, needs: [] },
}
const card = (law: string) =>
  `# x\nOwns rows\nRefuses nothing\nLaws **${law}** it holds.\nTells nothing\n## Hears\n- **Not here** prices\n`
const migration = (sql: string) =>
  `-- Why: books.\n-- Safe while serving: yes. To undo: drop it.\n${sql}\n`

const IN_ORDER: Readonly<Record<string, string>> = {
  'server/src/architecture.ts': 'export const modules = {\n  ledger: {},\n  credits: {},\n}\n',
  'server/src/kernel/README.md': card('K1'),
  'server/src/kernel/clock.ts': 'export const machine = Date.now\n',
  'server/src/kernel/clock.test.ts': "test('K1: time goes on', () => {})\n",
  [`${LEDGER}/README.md`]: card('L1'),
  [`${LEDGER}/index.ts`]: "export { post } from './post.ts'\n",
  [`${LEDGER}/post.ts`]: "invariant(sum === 0n, 'L1', journal.id)\n",
  [`${LEDGER}/post.test.ts`]: "test.each([\n  1,\n])('L1: sums to %i', () => {})\n",
  [`${CREDITS}/README.md`]: card('C1'),
  [`${CREDITS}/index.ts`]: "export { hold } from './hold.ts'\n",
  [`${CREDITS}/hold.ts`]: "import { x } from '#kernel/clock'\nimport { post } from '#ledger'\n",
  [`${CREDITS}/hold.test.ts`]: "import '#credits'\nit('C1: a hold ends once', () => {})\n",
  [`${CREDITS}/routes.ts`]: "defineRoute({ url: '/a', scope: 'me', handle: () => {} })\n",
  [`${CREDITS}/refusals.ts`]: 'defineRefusals({ insufficient_credits: { status: 402 } })\n',
  'server/src/modules/reports/README.md': card('R1'),
  'server/src/modules/reports/index.ts': 'sql`select * from credits.v_lots`\n',
  'server/src/modules/reports/index.test.ts': 'test(`R1: it adds up`, () => {})\n',
  'server/src/app/wiring.ts': "import { hold } from '../modules/credits/index.ts'\n",
  'db/migrations/0001-ledger-books.sql': migration(
    'create table ledger.entries (\n  id text, constraint "L1 sums to zero" check (true)\n);',
  ),
  'db/migrations/0002-credits-lots.sql': migration(
    'create table credits.lots (entry text references ledger.entries);\n' +
      'create trigger t before update on credits.lots execute function kernel.refuse_change();',
  ),
}

const houseWith = (planted: Readonly<Record<string, string>>, plan: Plan = PLAN): House => ({
  files: Object.entries({ ...IN_ORDER, ...planted }).map(([path, text]) => ({ path, text })),
  plan,
})

test.each(RULES)('a house in order passes: %s', (rule) => {
  expect(judge(houseWith({}), rule)).toEqual([])
})

const planted = readFileSync(join(import.meta.dirname, 'planted.txt'), 'utf8')
  .split(/\n\n(?=\w+: )/)
  .slice(1)
  .map((block) => {
    const [head = '', path = '', ...rest] = block.trimEnd().split(/\n {2}/)
    const [rule, what] = head.split(': ')
    return { rule: rule as RuleName, what, path, text: rest.slice(0, -1), reads: rest.at(-1) }
  })

test.each(planted)('$rule bites on $what', ({ rule, path, text, reads }) => {
  expect(reads).toMatch(/^> ./)
  expect(judge(houseWith({ [path]: text.join('\n') }), rule).join('\n')).toContain(reads?.slice(2))
})

// These would break a rule by standing in a file, or are too long for one.
const path = ['', 'home', 'ann', 'notes'].join('/')
const host = ['https:', '', 'registry.example.org', 'x.tgz'].join('/')
test.each<[RuleName, string, string, string, string]>([
  ['privacy', 'a path of one machine', 'docs/operations.md', `see ${path}`, 'a path from the root'],
  ['privacy', 'a download host', 'package-lock.json', `"resolved": "${host}"`, 'leave the choice'],
  [
    'names',
    'a file without end',
    `${CREDITS}/hold.ts`,
    'x\n'.repeat(401),
    'hold.ts:401: a file of',
  ],
  [
    'cards',
    'a card without end',
    `${LEDGER}/README.md`,
    'x\n'.repeat(61),
    'README.md:61: a card of',
  ],
])('%s bites on %s', (rule, _what, where, text, reads) => {
  expect(judge(houseWith({ [where]: text }), rule).join('\n')).toContain(reads)
})

test.each(RULES)('at least one fault is planted for %s', (rule) => {
  expect(rule === 'privacy' || planted.some((one) => one.rule === rule)).toBe(true)
})

test.each(['index.ts', 'README.md'])('cards bites on a module without %s', (name) => {
  const { files, plan } = houseWith({})
  const without = { files: files.filter((file) => file.path !== `${LEDGER}/${name}`), plan }
  expect(judge(without, 'cards')).toEqual([`${LEDGER}/${name}:1: is missing -> write it`])
})

test.each([
  ['goes up', { ledger: { floor: 1, needs: ['credits'] } }, 'ledger needs credits'],
  ['stays level', { credits: { floor: 1, needs: ['ledger'] } }, 'credits needs ledger'],
  ['names nobody', { tips: { floor: 4, needs: [] } }, 'tips has no folder'],
])('plan bites on a plan that %s', (_what, change, reads) => {
  expect(judge(houseWith({}, { ...PLAN, ...change }), 'plan').join('\n')).toContain(reads)
})

test('what stands in a comment, or is meant otherwise, is let be', () => {
  const calm = [
    '// Date.now() is what the clock reads; nobody may select from credits.lots here',
    "/* import '#ledger/store' */",
    'for (const text of credits.texts) say(text) // a table of refusals, not of rows',
    "const url = 'https://example.org//path' // as any page",
    'const quote = /[\'"`]/.test(name)',
    'const at = rfc3339(clock.now())',
  ].join('\n')
  const house = houseWith({ [`${LEDGER}/calm.ts`]: calm })
  expect(RULES.flatMap((rule) => judge(house, rule))).toEqual([])
})

test('an escape excuses its own kind on its own line or the next, for a reason', () => {
  const allowing = (rest: string) =>
    houseWith({ [`${LEDGER}/post.ts`]: `// tidy-allow ${rest}\nconst at = Date.now()` })
  const reasoned = allowing('clock: it measures the machine')
  expect(judge(reasoned, 'words')).toEqual([])
  expect(judgeEscapes(reasoned)).toEqual([])
  expect(escapesOf(reasoned)).toHaveLength(1)
  for (const [rest, reads] of [
    ['clock', 'an escape without a reason'],
    ['dice: the wrong kind', "nothing here for 'dice' to excuse"],
    ['style: no such kind', "nothing here for 'style' to excuse"],
  ] as const) {
    expect(judge(allowing(rest), 'words')).toHaveLength(1)
    expect(judgeEscapes(allowing(rest)).join('\n')).toContain(reads)
  }
})
