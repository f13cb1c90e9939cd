import { expect, test } from 'vitest'
import { openShelf } from './shelf.ts'

const always = () => true

test('PY6: of many who come at once the first fetches for all', async () => {
  const shelf = openShelf<number>(4)
  let fetches = 0
  const gate = Promise.withResolvers<void>()
  const fetch = async () => {
    fetches += 1
    await gate.promise
    return fetches
  }
  const waiting = [1, 2, 3].map(() => shelf.take('a', fetch, always))
  gate.resolve()
  expect(await Promise.all(waiting)).toEqual([1, 1, 1])
  expect(await shelf.take('a', fetch, always)).toBe(1)
  expect(fetches).toBe(1)
})

test('PY6: what is no longer fresh is fetched anew, and what never was is not kept', async () => {
  const shelf = openShelf<string>(4)
  const fetched: string[] = []
  const take = (value: string, isFresh: (one: string) => boolean) =>
    shelf.take(
      'a',
      async () => {
        fetched.push(value)
        return value
      },
      isFresh,
    )
  await take('stale', () => false)
  expect(await take('old', always)).toBe('old')
  expect(await take('unasked', always)).toBe('old')
  expect(await take('new', (one) => one !== 'old')).toBe('new')
  expect(fetched).toEqual(['stale', 'old', 'new'])
})

test('PY6: a fetch that fails is not kept', async () => {
  const shelf = openShelf<string>(4)
  await expect(shelf.take('a', () => Promise.reject(new Error('no')), always)).rejects.toThrow('no')
  expect(await shelf.take('a', async () => 'yes', always)).toBe('yes')
})

test('PY6: the shelf is so long and no longer; the oldest makes room', async () => {
  const shelf = openShelf<string>(2)
  const fetched: string[] = []
  const take = (name: string) =>
    shelf.take(
      name,
      async () => {
        fetched.push(name)
        return name
      },
      always,
    )
  for (const name of ['a', 'b', 'c', 'b', 'a']) await take(name)
  expect(fetched).toEqual(['a', 'b', 'c', 'a'])
})
