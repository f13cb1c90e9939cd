import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical, type Form, parseForm } from './form.ts'

const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[[\]]/.test(text))
const { form } = fc.letrec<{ field: string | Form; form: Form }>((tie) => ({
  field: fc.oneof({ depthSize: 'small' }, fc.string({ maxLength: 12 }), tie('form')),
  form: fc
    .uniqueArray(fc.tuple(name, tie('field')), {
      minLength: 1,
      maxLength: 4,
      selector: ([key]) => key,
    })
    .map((entries) => Object.assign(Object.create(null), Object.fromEntries(entries))),
}))

const pairsOf = (node: Form, prefix = ''): string[] =>
  Object.entries(node).flatMap(([key, value]) => {
    const path = prefix === '' ? key : `${prefix}[${key}]`
    return typeof value === 'string'
      ? [`${encodeURIComponent(path)}=${encodeURIComponent(value)}`]
      : pairsOf(value, path)
  })

const depthOf = (node: string | Form): number =>
  typeof node === 'string' ? 0 : 1 + Math.max(...Object.values(node).map(depthOf))

test('what was nested comes back nested, in whatever order it was sent', () => {
  fc.assert(
    fc.property(form, (node) => {
      fc.pre(depthOf(node) <= 8)
      const pairs = pairsOf(node)
      expect(parseForm(pairs.join('&'))).toEqual(node)
      const reversed = parseForm(pairs.toReversed().join('&'))
      expect(reversed && canonical(reversed)).toBe(canonical(node))
    }),
  )
})

test('what is no form is none', () => {
  for (const text of ['a=1&a=2', 'a=1&a[b]=2', 'a[b]=2&a=1', 'a[b=1', 'a]=1', '[a]=1', 'a=%c3'])
    expect([text, parseForm(text)]).toEqual([text, undefined])
  expect(parseForm(`a${'[b]'.repeat(8)}=1`)).toBeUndefined()
})

test('a plus is a space, an empty bracket counts on, and no name reaches a prototype', () => {
  expect(parseForm('a[]=x+y&a[]=z')).toEqual(parseForm('a[0]=x%20y&a[1]=z'))
  parseForm('__proto__[polluted]=1&constructor[prototype][polluted]=1')
  expect('polluted' in {}).toBe(false)
})
