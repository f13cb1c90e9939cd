import { invariant } from '#kernel/invariant'

/** A whole number of minor units of one unit: never a float, never without its unit. */
export interface Money<U extends string = string> {
  readonly unit: U
  readonly minor: bigint
}

/** JSON carries integers exactly up to here and no further. */
export const MINOR_MAX = BigInt(Number.MAX_SAFE_INTEGER)

export const money = <const U extends string>(unit: U, minor: bigint): Money<U> => ({ unit, minor })

// NoInfer matters: without it TypeScript infers U as 'CNY' | 'USD' and lets the two be added.
export const add = <U extends string>(a: Money<U>, b: Money<NoInfer<U>>): Money<U> => {
  invariant(a.unit === b.unit, 'M1', `cannot add ${b.unit} to ${a.unit}`)
  return { unit: a.unit, minor: a.minor + b.minor }
}

export const subtract = <U extends string>(a: Money<U>, b: Money<NoInfer<U>>): Money<U> =>
  add(a, { unit: b.unit, minor: -b.minor })

/** Rounds half away from zero. Rounding is always in the name, because a bill is an argument about it. */
export const divideHalfUp = (numerator: bigint, divisor: bigint): bigint => {
  invariant(divisor > 0n, 'M2', 'divisor must be positive')
  const doubled = 2n * (numerator < 0n ? -numerator : numerator) + divisor
  const magnitude = doubled / (2n * divisor)
  return numerator < 0n ? -magnitude : magnitude
}

/**
 * Splits an amount by weight without losing or inventing a unit: largest remainder first,
 * earlier share first on a tie, so the same input always gives the same cents to the same person.
 */
export function allocate<U extends string>(
  whole: Money<U>,
  weights: readonly bigint[],
): Money<U>[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  invariant(whole.minor >= 0n && total > 0n, 'M3', 'allocate needs a whole >= 0 and some weight')
  invariant(
    weights.every((weight) => weight >= 0n),
    'M3',
    'weights must not be negative',
  )
  const shares = weights.map((weight) => (whole.minor * weight) / total)
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (whole.minor * weight) % total }))
    .sort((a, b) =>
      a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
    )
  const left = whole.minor - shares.reduce((sum, share) => sum + share, 0n)
  for (const { index } of byRemainder.slice(0, Number(left)))
    shares[index] = (shares[index] ?? 0n) + 1n
  return shares.map((minor) => money(whole.unit, minor))
}

/** `1234` with two digits → `12.34`: text for dialects and people, never for arithmetic. */
export const decimalText = (minor: bigint, digits: number): string => {
  const sign = minor < 0n ? '-' : ''
  const figures = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  return digits === 0
    ? sign + figures
    : `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)}`
}

/** `12.3` with two digits → `1230n`; undefined for anything that would need rounding or guessing. */
export const parseDecimal = (unchecked: string, digits: number): bigint | undefined => {
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,8}))?$/.exec(unchecked)
  const fraction = match?.[3] ?? ''
  if (!match || fraction.length > digits) return undefined
  const minor = BigInt(match[2] + fraction.padEnd(digits, '0'))
  if (minor > MINOR_MAX) return undefined
  return match[1] === '-' ? -minor : minor
}
