import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  add,
  allocate,
  decimalText,
  divideHalfUp,
  MINOR_MAX,
  type Money,
  money,
  parseDecimal,
  subtract,
} from '#kernel/money'

const minor = fc.bigInt({ min: -MINOR_MAX, max: MINOR_MAX })

test('M1: units never mix, at compile time and at run time', () => {
  // @ts-expect-error NoInfer pins the second amount to the unit of the first.
  expect(() => add(money('CNY', 1n), money('USD', 1n))).toThrow('M1')
  const unknownUnit: Money = money('USD', 1n)
  expect(() => add(money('CNY', 1n), unknownUnit as Money<'CNY'>)).toThrow('M1')
})

test('M1: what is added and taken away again is the same amount of the same unit', () => {
  fc.assert(
    fc.property(minor, minor, (a, b) => {
      expect(subtract(add(money('CNY', a), money('CNY', b)), money('CNY', b))).toEqual(
        money('CNY', a),
      )
    }),
  )
})

test('M2: half up is symmetric', () => {
  expect([5n, -5n, 4n, -4n, 15n].map((n) => divideHalfUp(n, 10n))).toEqual([1n, -1n, 0n, 0n, 2n])
  fc.assert(fc.property(minor, (n) => divideHalfUp(-n, 7n) === -divideHalfUp(n, 7n)))
})

test('M3: allocate neither loses nor invents a unit', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      fc.array(fc.bigInt({ min: 0n, max: 1_000n }), { minLength: 1 }),
      (whole, weights) => {
        fc.pre(weights.some((weight) => weight > 0n))
        const parts = allocate(money('CNY', whole), weights)
        expect(parts.reduce((sum, part) => sum + part.minor, 0n)).toBe(whole)
        const total = weights.reduce((sum, weight) => sum + weight, 0n)
        parts.forEach((part, i) => {
          const floor = (whole * (weights[i] ?? 0n)) / total
          expect(part.minor === floor || part.minor === floor + 1n).toBe(true)
        })
      },
    ),
  )
})

test('M4: what is written is read back exactly', () => {
  fc.assert(
    fc.property(minor, fc.integer({ min: 0, max: 4 }), (amount, digits) => {
      expect(parseDecimal(decimalText(amount, digits), digits)).toBe(amount)
    }),
  )
})

test('M4: what would have to be rounded or guessed is not read', () => {
  for (const text of [
    '',
    '1.234',
    '.5',
    '1.',
    '1e3',
    '+1',
    ' 1',
    '1,000',
    '0x1',
    '99999999999999.99',
  ])
    expect(parseDecimal(text, 2), text).toBeUndefined()
})
