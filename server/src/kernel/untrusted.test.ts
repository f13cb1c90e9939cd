import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findUnsafe } from '#kernel/untrusted'

const deep = (levels: number): unknown =>
  Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1)

test('K8: text no column can keep is found wherever it hides', () => {
  expect(findUnsafe({ a: ['ok', { b: 'x\u0000' }] })).toEqual({ path: '/a/1/b', what: 'text' })
  expect(findUnsafe({ a: 'half \ud83d a pair' })).toEqual({ path: '/a', what: 'text' })
  expect(findUnsafe({ 'bad\u0000name': 1 })?.what).toBe('text')
})

test('K8: integers JSON cannot carry and endless depth are found', () => {
  expect(findUnsafe({ n: 2 ** 53 })).toEqual({ path: '/n', what: 'number' })
  expect(findUnsafe({ n: Number.MAX_SAFE_INTEGER })).toBeUndefined()
  expect(findUnsafe(deep(20))).toBeUndefined()
  expect(findUnsafe(deep(10_000))?.what).toBe('depth')
})

test('K8: ordinary text in any script, with line breaks and emoji, is left alone', () => {
  expect(findUnsafe({ text: '积分\n\tcredits 🪙 ñ' })).toBeUndefined()
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!/\p{Cc}/u.test(text))
      expect(findUnsafe({ text })).toBeUndefined()
    }),
  )
})
