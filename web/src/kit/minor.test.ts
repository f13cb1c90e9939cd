import { expect, test } from 'vitest'
import { decimalText, minorOf } from './minor.ts'

test('an amount is read exactly, whichever decimals its currency has', () => {
  const read: readonly (readonly [string, number, number])[] = [
    ['9.90', 2, 990],
    ['9.9', 2, 990],
    ['9.', 2, 900],
    ['9', 2, 900],
    ['600', 0, 600],
    ['1.234', 3, 1_234],
    ['0.07', 2, 7],
    ['0', 2, 0],
    ['007', 0, 7],
    // Each of these comes out one short where a float is multiplied and cut off.
    ['1.15', 2, 115],
    ['4.35', 2, 435],
    ['19.99', 2, 1_999],
    ['999999999999.999', 3, 999_999_999_999_999],
    // Wide figures and a full stop, as a Chinese keyboard writes them.
    [String.fromCharCode(0xff19, 0x3002, 0xff19, 0xff10, 0x20), 2, 990],
  ]
  for (const [typed, digits, minor] of read) expect(minorOf(typed, digits), typed).toBe(minor)
})

test('what is no amount, or has more decimals than its currency, is not read', () => {
  const typed = [
    '',
    '.',
    '.5',
    '-1',
    '+1',
    '1,600',
    '1.2.3',
    '1e3',
    '9.9 CNY',
    '0x10',
    // A person sees a small or a ringed figure, and no amount.
    `5${String.fromCharCode(0xb2)}`,
    String.fromCharCode(0x2469),
    '1'.repeat(13),
  ]
  for (const one of typed) expect(minorOf(one, 2), one).toBeUndefined()
  expect(minorOf('9.900', 2)).toBeUndefined()
  expect(minorOf('600.0', 0)).toBeUndefined()
  expect(minorOf('1.2345', 3)).toBeUndefined()
})

test('an amount that is shown to be typed over is read as the same amount', () => {
  for (const digits of [0, 2, 3])
    for (const minor of [0, 1, 9, 10, 99, 990, 1_000, 123_456_789])
      expect(minorOf(decimalText(minor, digits), digits)).toBe(minor)
  expect(decimalText(990, 2)).toBe('9.90')
  expect(decimalText(7, 2)).toBe('0.07')
  expect(decimalText(600, 0)).toBe('600')
})
