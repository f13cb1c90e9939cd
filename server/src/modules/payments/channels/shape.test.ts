import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'
import { digitsOf } from './currency.ts'
import { BaseUrl, readAs } from './shape.ts'

test.each([
  'https://api.stripe.com',
  'https://pay.example:8443/stand-in',
  'http://127.0.0.1:4010',
  'http://localhost',
  'http://[::1]:4010',
])('PY6: a provider is asked at %s', (url) => {
  expect(readAs(BaseUrl, url)).toBe(url)
})

test.each([
  'http://api.stripe.com',
  'http://localhost.example.com',
  'http://127.0.0.1@example.com',
  'http://127.0.0.1.example.com',
  'https://user:secret@example.com',
  'https://example.com/?to=elsewhere',
  'https://example.com/',
  'ftp://example.com',
  '',
])('PY6: keys are not carried to %s', (url) => {
  expect(readAs(BaseUrl, url)).toBeUndefined()
})

test('T45: yen have no decimals, dinars three, and what we do not know two', () => {
  expect(['JPY', 'KRW', 'KWD', 'USD', 'CNY', 'MGA'].map(digitsOf)).toEqual([0, 0, 3, 2, 2, 2])
})

test('T65: a cell that could be taken apart is quoted', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'f\ng'])).toBe('a,"b,c","d""e","f\ng"\n')
})
