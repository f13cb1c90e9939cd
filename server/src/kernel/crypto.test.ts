import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyring } from '#kernel/crypto'

const OLD = 'the old secret, long enough for anybody'
const NEW = 'the new secret, long enough for anybody'

test('K9: what is sealed is opened again, and no two seals are alike', () => {
  const ring = keyring([NEW])
  fc.assert(
    fc.property(fc.string(), fc.string(), (plain, about) => {
      expect(ring.open(ring.seal(plain, about), about)).toBe(plain)
      expect(ring.seal(plain, about)).not.toBe(ring.seal(plain, about))
    }),
  )
})

test('K9: a seal about one thing does not open about another', () => {
  const ring = keyring([NEW])
  expect(() => ring.open(ring.seal('secret', 'row 1'), 'row 2')).toThrow()
})

test('K9: one changed letter anywhere keeps it shut', () => {
  const ring = keyring([NEW])
  const sealed = ring.seal('a secret of some length', 'row')
  for (let i = 0; i < sealed.length; i++) {
    if (sealed[i] === '.') continue
    const other = sealed[i] === 'A' ? 'B' : 'A'
    const bent = sealed.slice(0, i) + other + sealed.slice(i + 1)
    // base64url leaves spare bits in a last letter: what decodes to the same bytes is the same seal.
    const same = bent.split('.').every((part, k) => {
      const ours = sealed.split('.')[k] ?? ''
      return k === 0
        ? part === ours
        : Buffer.from(part, 'base64url').equals(Buffer.from(ours, 'base64url'))
    })
    if (!same) expect(() => ring.open(bent, 'row'), `letter ${i}`).toThrow()
  }
})

test('K9: after a rotation the old opens and proves still, the new closes, and a dropped key does neither', () => {
  const before = keyring([OLD])
  const sealed = before.seal('kept', 'row')
  const signature = before.sign('head', 'text')
  const rotated = keyring([NEW, OLD])
  expect(rotated.open(sealed, 'row')).toBe('kept')
  expect(rotated.signed('head', 'text', signature)).toBe(true)
  expect(rotated.seal('kept', 'row').split('.')[0]).not.toBe(sealed.split('.')[0])
  expect(() => keyring([NEW]).open(sealed, 'row')).toThrow()
  expect(keyring([NEW]).signed('head', 'text', signature)).toBe(false)
})

test('K9: a signature holds for its purpose and text alone', () => {
  const ring = keyring([NEW])
  const signature = ring.sign('head', 'text')
  expect(ring.signed('head', 'text', signature)).toBe(true)
  expect(ring.signed('other', 'text', signature)).toBe(false)
  expect(ring.signed('head', 'texts', signature)).toBe(false)
  expect(ring.signed('head', 'text', '')).toBe(false)
})
