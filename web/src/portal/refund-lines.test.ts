import { expect, test } from 'vitest'
import { foldRefunds, linesOf } from './refund-lines.ts'

let made = 0
const entry = (kind: string, at: string, amount: number, hold?: string) => ({
  ...{ entry_id: `ent_${++made}`, kind, amount, created_at: at, balance_after: 1_000 + amount },
  ...{ action: null, held: null, repaid: null, source: null, description: null, metadata: null },
  reference: hold === undefined ? null : { type: 'hold', id: hold },
})
const shown = (...oldestFirst: ReturnType<typeof entry>[]) =>
  foldRefunds(oldestFirst.toReversed()).map(({ kind, refund, amount, parts }) => ({
    ...{ what: refund ?? kind, amount, parts: parts.map((part) => part.kind) },
  }))
const plain = (kind: string, amount: number) => ({ what: kind, amount, parts: [kind] })

test('all that a refund wrote is one line, which takes what it took in all, and stands where it ended', () => {
  expect(
    shown(
      entry('grant', '01', 660),
      entry('hold', '02', 0, 'frz_a'),
      entry('charge', '03', -5),
      entry('release', '04', 0, 'frz_a'),
      entry('clawback', '04', -600),
      entry('clawback', '04', -60),
      entry('charge', '05', -7),
    ),
  ).toEqual([
    plain('charge', -7),
    { what: 'taken', amount: -660, parts: ['hold', 'release', 'clawback', 'clawback'] },
    plain('charge', -5),
    plain('grant', 660),
  ])
})

test('a refund that is under way, one that was not made and one that froze nothing are told apart', () => {
  expect(
    shown(
      entry('clawback', '01', -9),
      entry('hold', '02', 0, 'frz_a'),
      entry('release', '03', 0, 'frz_a'),
      entry('hold', '04', 0, 'frz_b'),
    ),
  ).toEqual([
    { what: 'underway', amount: 0, parts: ['hold'] },
    { what: 'let_go', amount: 0, parts: ['hold', 'release'] },
    { what: 'taken', amount: -9, parts: ['clawback'] },
  ])
})

test('two refunds of one order under way are one line until the first ends, and then two', () => {
  const both = [
    entry('hold', '01', 0, 'frz_a'),
    entry('release', '02', 0, 'frz_a'),
    entry('hold', '02', 0, 'frz_b'),
  ]
  const begun = { what: 'underway', amount: 0, parts: ['hold', 'release', 'hold'] }
  expect(shown(...both)).toEqual([begun])
  const first = [
    entry('release', '03', 0, 'frz_b'),
    entry('clawback', '03', -300),
    entry('hold', '03', 0, 'frz_c'),
  ]
  expect(shown(...both, ...first)).toEqual([
    { what: 'underway', amount: 0, parts: ['hold'] },
    { what: 'taken', amount: -300, parts: [...begun.parts, 'release', 'clawback'] },
  ])
})

test('a job’s hold is no refund, and a page that ends amid one shows what it has of it', () => {
  expect(shown(entry('hold', '01', 0, 'hld_a'), entry('release', '02', 0, 'hld_a'))).toEqual([
    plain('release', 0),
    plain('hold', 0),
  ])
  expect(shown(entry('release', '02', 0, 'frz_a'), entry('clawback', '02', -5))).toEqual([
    { what: 'taken', amount: -5, parts: ['release', 'clawback'] },
  ])
})

test('who asks for one kind sees each entry of it by itself', () => {
  const held = entry('release', '01', 0, 'frz_a')
  expect(linesOf([held], { kind: 'release' })).toEqual([
    { ...held, refund: undefined, parts: [held] },
  ])
  expect(linesOf([held], {})).toMatchObject([{ refund: 'let_go' }])
})
