import { expect, test } from 'vitest'
import { anotherPage } from './scroll.ts'

test('what is chosen on a page leaves it where it is, and another page begins anew', () => {
  const isAnother = anotherPage()
  const to = (pathname: string) => isAnother({ location: { pathname } })
  expect([to('/top-up'), to('/top-up'), to('/credits'), to('/top-up'), to('/top-up')]).toEqual([
    ...[true, false, true, true, false],
  ])
})
