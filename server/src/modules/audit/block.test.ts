import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256 } from '#kernel/crypto'
import { digestOf, faultsIn, type Leaf, nextBlock, type SealedBlock } from './block.ts'

const leavesOf = (ids: readonly number[]): Leaf[] =>
  ids.map((id) => ({ id: String(id), hash: sha256(`row ${id}`) }))
const hashesOf = (leaves: readonly Leaf[]) => new Map(leaves.map(({ id, hash }) => [id, hash]))

const sealed = (before: SealedBlock | undefined, day: string, leaves: readonly Leaf[]) => {
  const block = nextBlock(before, day, '1767225600.000000', leaves)
  return { ...block, digest: digestOf(block), signature: 'signature' }
}

const anyIds = fc.uniqueArray(fc.nat(10_000), { minLength: 1, maxLength: 20 })

test('A3: a chain that nobody touched has no fault', () => {
  fc.assert(
    fc.property(anyIds, anyIds, (ids, more) => {
      const [one, two] = [leavesOf(ids), leavesOf(more)]
      const first = sealed(undefined, '2026-01-01', one)
      const second = sealed(first, '2026-01-02', two)
      expect(faultsIn(first, undefined, hashesOf(one), true)).toEqual([])
      expect(faultsIn(second, first, hashesOf(two), true)).toEqual([])
    }),
  )
})

test('A3: an entry that changed or went is named, and no other', () => {
  fc.assert(
    fc.property(anyIds, fc.nat(), fc.boolean(), (ids, at, gone) => {
      const leaves = leavesOf(ids)
      const victim = String(ids[at % ids.length])
      const now = hashesOf(leaves)
      if (gone) now.delete(victim)
      else now.set(victim, sha256('another row'))
      expect(faultsIn(sealed(undefined, '2026-01-01', leaves), undefined, now, true)).toEqual([
        { table: 'entries', row: victim, what: gone ? 'missing' : 'changed' },
      ])
    }),
  )
})

test('A3: no field of a block can change alone', () => {
  const leaves = leavesOf([1, 2])
  const before = sealed(undefined, '2026-01-01', leavesOf([9]))
  const block = sealed(before, '2026-01-01', leaves)
  const now = hashesOf(leaves)
  const changes: Partial<SealedBlock>[] = [
    { number: 3 },
    { day: '2026-01-02' },
    { sealedAt: '1767225600.000001' },
    { entryIds: ['2', '1'] },
    { entryIds: ['1', '2', '3'] },
    { leaves: block.leaves.subarray(0, 32) },
    { previous: sha256('elsewhere') },
    { digest: sha256('else') },
  ]
  for (const change of changes)
    expect(faultsIn({ ...block, ...change }, before, now, true)).not.toEqual([])
  expect(faultsIn(block, before, now, false)).toEqual([
    { table: 'blocks', row: '2', what: 'unsigned' },
  ])
  expect(faultsIn(block, undefined, now, true)).toEqual([
    { table: 'blocks', row: '1', what: 'missing' },
  ])
})

test('A3: a clock that was set back puts no later block on an earlier day', () => {
  const first = sealed(undefined, '2026-02-01', leavesOf([1]))
  expect(nextBlock(first, '2026-01-01', '0', leavesOf([2])).day).toBe('2026-02-01')
  expect(nextBlock(first, '2026-02-02', '0', leavesOf([2])).day).toBe('2026-02-02')
})
