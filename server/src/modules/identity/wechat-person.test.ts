import { Ajv } from 'ajv'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Name, ReturnPath } from './shapes.ts'
import { keysOf, nameOf, whose } from './wechat-person.ts'

const ajv = new Ajv()
const isName = ajv.compile(Name)
const isReturnPath = ajv.compile(ReturnPath)

const HOSTILE = [
  '://',
  'www.',
  'WWW.',
  '<',
  '>',
  '\n',
  '\0',
  '\u202e',
  '\u200b',
  '\u2028',
  '\ud83d',
  '🪙',
  ' ',
  'w',
]
const nicknames = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 200 }).map((parts) => parts.join('')),
)

test('I11: whatever somebody calls themselves in WeChat becomes a name like any other here', () => {
  fc.assert(
    fc.property(nicknames, (nickname) => {
      const name = nameOf(nickname, 'en')
      expect(isName(name), JSON.stringify(name)).toBe(true)
      expect(name).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
      expect(name.isWellFormed()).toBe(true)
    }),
    { numRuns: 500 },
  )
  expect(nameOf('小明 👩‍🚀', 'en')).toBe('小明 👩‍🚀')
  expect(nameOf('\u202eadA\n<b>', 'en')).toBe('adA b')
  expect([nameOf(' \u200b', 'en'), nameOf('', 'zh-CN')]).toEqual(['WeChat user', '微信用户'])
})

test('I11: the unionid is asked first, then the app and its openid', () => {
  const who = { openid: 'o', unionid: 'u', nickname: '' }
  const [union, open] = keysOf('wx1', who)
  expect([union, open]).toEqual([
    { provider: 'wechat', account: 'u' },
    { provider: 'wechat:wx1', account: 'o' },
  ])
  const keys = keysOf('wx1', who)
  const held = (provider: string, account: string, personId: string) => ({
    ...{ provider, account, personId },
  })
  expect(whose(keys, [])).toEqual({ personId: undefined, alsoHeldBy: undefined, free: keys })
  expect(whose(keys, [held('wechat:wx1', 'o', 'a')])).toEqual({
    ...{ personId: 'a', alsoHeldBy: undefined, free: [union] },
  })
  expect(whose(keys, [held('wechat', 'u', 'b')])).toEqual({
    ...{ personId: 'b', alsoHeldBy: undefined, free: [open] },
  })
  expect(whose(keys, [held('wechat:wx1', 'o', 'a'), held('wechat', 'u', 'b')])).toEqual({
    ...{ personId: 'b', alsoHeldBy: 'a', free: [] },
  })
})

test('I10: a way back never leaves this site', () => {
  const pieces = [
    '/',
    '\\',
    '..',
    '.',
    'evil.example',
    '@',
    ':',
    '//',
    '?',
    '#',
    'a',
    '%2f',
    '%5c',
    '\t',
    ' ',
  ]
  const paths = fc.oneof(
    fc.string({ maxLength: 30 }).map((text) => `/${text}`),
    fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(paths, (path) => {
      if (!isReturnPath(path)) return
      const href = `https://pay.example${path}`
      for (const read of [new URL(path, 'https://pay.example'), new URL(href)])
        expect([read.origin, read.href]).toEqual(['https://pay.example', href])
    }),
    { numRuns: 2_000 },
  )
  for (const path of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/a/../b',
    '/.',
    '',
  ])
    expect(isReturnPath(path), path).toBe(false)
  for (const path of ['/', '/sign-in', '/account/keys/?tab=a&x=%20#top'])
    expect(isReturnPath(path), path).toBe(true)
})
