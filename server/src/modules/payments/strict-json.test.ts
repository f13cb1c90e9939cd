import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asObject, parseStrictJson } from './strict-json.ts'

test.each([
  ['an object', '{"a":1,"b":[true,false,null],"c":{"d":"e"}}'],
  ['spaces wherever they may stand', ' \t\r\n{ "a" : [ 1 , 2 ] , "b" : { } , "c" : [ ] } \n'],
  ['numbers of every form', '[0,-0,10,-1.5,1e3,1E+3,2.5e-2,12345678901234567890]'],
  ['every escape', String.raw`"\"\\\/\b\f\n\r\t\u0041\u4f60\ud83d\ude00"`],
  ['letters beyond the first plane, and the mark where it is a letter', '"你好 😀 \ufeff"'],
  ['a bare value', '"text"'],
  ['names that are empty or numbers', '{"":1,"1":2,"0":3}'],
])('PY6: JSON is read as everybody reads it: %s', (_, text) => {
  expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text))
})

test('PY6: whatever was written is read back', () => {
  const isPlain = (text: string) => !text.includes('\0') && text !== '__proto__'
  const word = fc.string({ unit: 'grapheme' }).filter(isPlain)
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, true, false),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      word,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(word, tie('value'), { maxKeys: 5 }),
    ),
  }))
  fc.assert(
    fc.property(value, fc.constantFrom(0, 1, '\t'), (one, space) => {
      const text = JSON.stringify(one, undefined, space)
      expect(JSON.stringify(parseStrictJson(text))).toBe(JSON.stringify(one))
    }),
  )
})

test('PY6: what no reader of JSON takes is not taken', () => {
  const refuses = (text: string): boolean => {
    try {
      JSON.parse(text)
      return false
    } catch {
      return true
    }
  }
  const sign = fc.constantFrom(...'{}[]:,"\\ \n0123456789-+.eEtruefalsn\'/*x\u0001')
  const whole = fc.constantFrom('{"a":[1,2,{"b":"c"}],"d":null}', '[true,"\\u0041",-1.5e3]')
  const spoilt = fc
    .tuple(whole, fc.nat(40), sign, fc.nat(2))
    .map(([text, at, by, cut]) => text.slice(0, at) + by + text.slice(at + cut))
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: sign, maxLength: 12 }), spoilt), (text) => {
      if (refuses(text)) expect(parseStrictJson(text)).toBeUndefined()
    }),
    { numRuns: 5_000 },
  )
})

test.each([
  ['at once', '{"amount":1,"amount":1000000}'],
  ['spelled with an escape', String.raw`{"amount":1,"\u0061mount":1000000}`],
  ['further in', '{"a":[{"total":1,"currency":"CNY","total":2}]}'],
  ['with the same value', '{"a":null,"a":null}'],
])('T24: a name that stands twice in one object is refused: %s', (_, text) => {
  expect(parseStrictJson(text)).toBeUndefined()
})

test('T24: the same name in two objects is no repetition', () => {
  expect(parseStrictJson('[{"a":1},{"a":{"a":2}}]')).toEqual([{ a: 1 }, { a: { a: 2 } }])
})

test.each([
  ['a byte that begins no letter', [0xff]],
  ['half a letter', [0xe4, 0xbd]],
  ['a letter spelled too long', [0xc0, 0xaf]],
  ['half a surrogate pair as bytes', [0xed, 0xa0, 0x80]],
])('T24: bytes that are no UTF-8 are refused: %s', (_, bytes) => {
  const quote = Buffer.from('"')
  expect(parseStrictJson(Buffer.concat([quote, Buffer.from('a'), quote]))).toBe('a')
  expect(parseStrictJson(Buffer.concat([quote, Buffer.from(bytes), quote]))).toBeUndefined()
})

test.each([
  ['as it is', '"a\0b"'],
  ['as an escape', String.raw`"a\u0000b"`],
  ['in a name', String.raw`{"a\u0000":1}`],
  ['after the end', '{}\0'],
])('T24: NUL is refused: %s', (_, text) => {
  expect(parseStrictJson(text)).toBeUndefined()
})

test('T24: half a surrogate pair is refused, as it is and as an escape', () => {
  expect(parseStrictJson('"\ud83d"')).toBeUndefined()
  expect(parseStrictJson(String.raw`"\ud83d"`)).toBeUndefined()
  expect(parseStrictJson(String.raw`{"\ude00":1}`)).toBeUndefined()
})

test('T24: 24 levels are read, one more is refused, and a hundred thousand cost nothing', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  expect(parseStrictJson(nested(24))).toBeDefined()
  expect(parseStrictJson(nested(25))).toBeUndefined()
  expect(parseStrictJson(`${'{"a":'.repeat(25)}1${'}'.repeat(25)}`)).toBeUndefined()
  expect(parseStrictJson('['.repeat(100_000))).toBeUndefined()
  expect(parseStrictJson('{"a":'.repeat(100_000))).toBeUndefined()
})

test('T24: long texts, long numbers and many names are read', () => {
  const text = 'a'.repeat(1_000_000)
  expect(parseStrictJson(JSON.stringify(text))).toBe(text)
  expect(parseStrictJson(JSON.stringify(`\n${text}`))).toBe(`\n${text}`)
  expect(parseStrictJson('1'.repeat(1_000_000))).toBe(Number.POSITIVE_INFINITY)
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`name ${i}`, i]))
  expect(Object.keys(asObject(parseStrictJson(JSON.stringify(many))) ?? {})).toHaveLength(50_000)
})

test.each([
  ['a mark at the start', '\ufeff{}'],
  ['nothing', ''],
  ['only spaces', ' \n'],
  ['two values', '{} {}'],
  ['something after the end', '{}x'],
  ['a comma too many', '[1,]'],
  ['a control letter', '"a\u001fb"'],
  ['an escape that is none', String.raw`"\x41"`],
  ['an end inside an escape', '"\\'],
  ['a word that JSON does not know', 'NaN'],
])('T24: what is no JSON is refused: %s', (_, text) => {
  expect(parseStrictJson(text)).toBeUndefined()
})

test('T25: __proto__ is refused, however it is spelled and wherever it stands', () => {
  expect(parseStrictJson('{"__proto__":{"isAdmin":true}}')).toBeUndefined()
  expect(parseStrictJson(String.raw`{"a":[{"__prot\u006f__":1}]}`)).toBeUndefined()
})

test('T25: nothing is found in an object but what was sent', () => {
  const read = asObject(parseStrictJson('{"constructor":{"prototype":{"isAdmin":true}}}')) ?? {}
  expect(Object.keys(read)).toEqual(['constructor'])
  expect('toString' in read).toBe(false)
  expect(asObject(parseStrictJson('{}'))?.['constructor']).toBeUndefined()
  expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
})

test('PY6: only an object is an object', () => {
  expect(['[]', 'null', '"a"', '1', ''].map((text) => asObject(parseStrictJson(text)))).toEqual(
    Array.from({ length: 5 }),
  )
  expect(asObject(parseStrictJson('{"a":1}'))).toEqual({ a: 1 })
})
