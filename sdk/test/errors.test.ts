import { expect, expectTypeOf, test } from 'vitest'
import { errorOf } from '../src/errors.ts'
import { InsufficientCreditsError, isRefusal, TongbaoError } from '../src/index.ts'

const problem = {
  type: 'urn:tongbao:problem:insufficient_credits',
  title: 'insufficient credits',
  status: 402,
  code: 'insufficient_credits',
  detail: 'Not enough credits: 5 available, 30 needed.',
  hint: '25 are missing.',
  request_id: 'req_1',
  available: 5,
  required: 30,
  missing: 25,
}

test('a refusal is an error of its code, with what it says', () => {
  const error = errorOf(problem, 402, 'key-of-this-one')
  expect(error).toBeInstanceOf(InsufficientCreditsError)
  expect(error).toMatchObject({
    ...{ name: 'InsufficientCreditsError', code: 'insufficient_credits', status: 402 },
    ...{ message: problem.detail, hint: problem.hint, requestId: 'req_1', key: 'key-of-this-one' },
    ...{ available: 5, required: 30, missing: 25, errors: [] },
    facts: { available: 5, required: 30, missing: 25 },
  })
})

test('a code that nobody knows yet is an error all the same', () => {
  const error = errorOf({ ...problem, code: 'constructor' }, 422)
  expect([error.constructor, error.code]).toEqual([TongbaoError, 'constructor'])
})

test('what is no problem keeps its status and what it said', () => {
  const error = errorOf('<h1>Bad Gateway</h1>', 502)
  expect([error.code, error.status, error.message]).toEqual([
    'http_502',
    502,
    'HTTP 502: <h1>Bad Gateway</h1>',
  ])
})

test('isRefusal narrows to the codes that were named', () => {
  const caught: unknown = errorOf(problem, 402)
  expect(isRefusal(caught)).toBe(true)
  expect(isRefusal(caught, 'owner_frozen')).toBe(false)
  expect(isRefusal(new Error('no refusal'))).toBe(false)
  if (!isRefusal(caught, 'insufficient_credits', 'owner_frozen')) throw new Error('it is one')
  expectTypeOf(caught.code).toEqualTypeOf<'insufficient_credits' | 'owner_frozen'>()
})
