import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modules } from '../src/architecture.ts'
import { type House, readSources } from './tidy/house.ts'
import { citationsOf, lawsOnCards } from './tidy/laws.ts'
import { ESCAPES_MAX, escapesOf, judge, judgeEscapes, type RuleName, rules } from './tidy/rules.ts'

// Reads the repository once and holds it to the house rules. Every failure says where, what, and what
// to write instead; rules.test.ts beside the rules proves that each of them bites.

const house: House = { files: readSources(join(import.meta.dirname, '../..')), plan: modules }

test.each(Object.keys(rules) as RuleName[])('the house keeps its rule: %s', (rule) => {
  expect(judge(house, rule)).toEqual([])
})

test('escapes are few, have a reason, and excuse something', () => {
  const escapes = escapesOf(house)
  const laws = lawsOnCards(house.files)
  console.log(
    `tidy: ${house.files.length} files, ${laws.length} laws, ${escapes.length} of ${ESCAPES_MAX} escapes`,
  )
  expect(judgeEscapes(house)).toEqual([])
  expect(escapes.length).toBeLessThanOrEqual(ESCAPES_MAX)
})

// A rule that finds nothing because it looked nowhere would pass for ever.
test('the rules see the house', () => {
  expect(Object.keys(rules).length).toBeLessThanOrEqual(10)
  expect(Object.keys(modules).length).toBeGreaterThan(0)
  expect(lawsOnCards(house.files).length).toBeGreaterThan(0)
  expect(citationsOf(house.files).length).toBeGreaterThan(0)
})
