import { compileMessage } from '@lingui/message-utils/compileMessage'
import { parseSync, Visitor } from 'vite'
import { expect, test } from 'vitest'
import { modules } from '../../server/src/architecture.ts'
import { identity } from '../../server/src/modules/identity/refusals.ts'
import { areas, listOf, type Source, sourcesIn } from './sources.ts'

const code = sourcesIn('src', /\.tsx?$/).filter(({ path }) => !path.startsWith('src/words/'))
const CJK = /[\u2e80-\u9fff\uff00-\uffef]/
const LETTERS = /\p{L}{2}/u
/** What is shown or read out, wherever it stands. */
const SPOKEN = new Set(['alt', 'aria-label', 'aria-description', 'label', 'placeholder', 'title'])

/** Words that stand in the code instead of a list. */
function hardWords({ path, text }: Source, keys = new Set<string>()): string[] {
  const found: string[] = []
  const say = (what: string) =>
    !keys.has(what) && found.push(`${path}: ${what.trim().slice(0, 60)}`)
  const { program } = parseSync(path, text)
  new Visitor({
    JSXText: ({ value }) => {
      if (LETTERS.test(value)) say(value)
    },
    JSXAttribute: ({ name, value }) => {
      const attribute = name.type === 'JSXIdentifier' ? name.name : ''
      if (value?.type === 'Literal' && SPOKEN.has(attribute) && LETTERS.test(String(value.value)))
        say(String(value.value))
    },
    Literal: ({ value }) => {
      if (typeof value === 'string' && CJK.test(value)) say(value)
    },
    TemplateElement: ({ value }) => {
      if (CJK.test(value.raw)) say(value.raw)
    },
  }).visit(program)
  return found
}

const WHO_NOTES = [...Object.keys(modules), 'clock', 'jobs']

/** Every text that could be a key, and the beginnings of those that are put together. */
function named(sources: readonly Source[]) {
  const whole = new Set<string>()
  const begun = new Set<string>()
  for (const { path, text } of sources)
    new Visitor({
      Literal: ({ value }) => {
        if (typeof value === 'string') whole.add(value)
      },
      TemplateLiteral: ({ quasis }) => {
        const [first] = quasis
        if (first && quasis.length > 1 && first.value.raw !== '') begun.add(first.value.raw)
      },
    }).visit(parseSync(path, text).program)
  return { whole, begun: [...begun].filter((text) => /^[a-z_]+(?:\.[a-z_]*)*$/.test(text)) }
}

/** Names of what the server says in codes are found by their kind: `state`, `source`. */
const familyOf = (key: string): string => key.split('.')[0] ?? key

/** The names that a message is filled with, those within its branches too. */
function placeholders(text: string): string[] {
  const names = new Set<string>()
  const look = (token: unknown): void => {
    if (!Array.isArray(token)) return
    const [name, , branches] = token as [unknown, unknown, unknown]
    if (typeof name === 'string') names.add(name)
    if (typeof branches === 'object' && branches !== null)
      for (const branch of Object.values(branches)) if (Array.isArray(branch)) branch.forEach(look)
  }
  for (const token of [compileMessage(text)].flat()) look(token)
  return [...names].sort()
}

test.each(areas())(
  'the words of %s are there in both languages, with the same places to fill',
  async (area) => {
    const [zh, en] = [await listOf(area, 'zh'), await listOf(area, 'en')]
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
    for (const [key, text] of Object.entries(zh)) {
      expect([key, text.trim(), en[key]?.trim()]).not.toContain('')
      expect([key, placeholders(en[key] ?? '')]).toEqual([key, placeholders(text)])
    }
  },
)

test('no word stands in the lists that nobody says', async () => {
  const { whole, begun } = named(code)
  const unused: string[] = []
  for (const area of areas())
    for (const key of Object.keys(await listOf(area, 'zh')))
      if (!whole.has(key) && !whole.has(familyOf(key)) && !begun.some((one) => key.startsWith(one)))
        unused.push(`${area}: ${key}`)
  expect(unused).toEqual([])
})

test('whatever is noted in the trail has a name to be read and to be looked for by', async () => {
  const terms = new Set(Object.keys(await listOf('console', 'zh')))
  const acts = new Set(
    sourcesIn('../server/src', /(?<!\.test)\.ts$/)
      .flatMap(({ text }) => [...text.matchAll(/\b(?:action:|ask\(\s*call,)\s*(.*)/g)])
      .flatMap(([, said = '']) => [...said.matchAll(/(?<!=== )'([a-z]+\.[a-z_]+)'/g)])
      .map(([, act = '']) => act)
      .filter((act) => WHO_NOTES.some((part) => act.startsWith(`${part}.`))),
  )
  expect(acts).toContain('identity.backup_codes_renewed')
  expect([...acts].filter((act) => !terms.has(`act.${act}`))).toEqual([])
  const parts = [...terms].flatMap((key) => /^act\.([a-z]+)\./.exec(key)?.[1] ?? [])
  expect(parts.filter((part) => !terms.has(`acts.${part}`))).toEqual([])
})

test('no word stands in the code', async () => {
  const lists = await Promise.all(areas().map((area) => listOf(area, 'zh')))
  const keys = new Set(lists.flatMap((list) => Object.keys(list)))
  expect(code.flatMap((source) => hardWords(source, keys))).toEqual([])
})

test.each([
  ['<p>Hello there</p>', 'Hello there'],
  ['<p title="Close it" />', 'Close it'],
  ["const a = '积分'", '积分'],
  ['const a = `积分`', '积分'],
])('a word in the code is found: %s', (text, word) => {
  expect(hardWords({ path: 'a.tsx', text })).toEqual([`a.tsx: ${word}`])
})

test('whatever the way through WeChat ends in has words on the page of signing in', () => {
  const page = code.find(({ path }) => path.endsWith('sign-in/wechat.tsx'))?.text ?? ''
  const elsewhere = ['wechat_not_bound'] // said in the settings, where one unbinds
  const codes = Object.keys(identity.texts).filter((one) => one.startsWith('wechat_'))
  for (const one of ['banned', ...codes.filter((one) => !elsewhere.includes(one))])
    expect(page).toContain(`${one}: '`)
})
