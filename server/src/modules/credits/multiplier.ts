/** An exact fraction: how many times the bought credits somebody gets. */
export interface Multiplier {
  readonly numerator: bigint
  readonly denominator: bigint
}

const DECIMAL = /^(\d{1,2})(?:\.(\d{1,4}))?$/
const MULTIPLIER_MAX = 10n

/** `1.2` is 12/10; more than 1 and 10 at most. */
export function parseMultiplier(unchecked: string): Multiplier | undefined {
  const [, whole = '', part = ''] = DECIMAL.exec(unchecked) ?? []
  if (whole === '') return undefined
  const denominator = 10n ** BigInt(part.length)
  const numerator = BigInt(whole + part)
  return numerator > denominator && numerator <= MULTIPLIER_MAX * denominator
    ? { numerator, denominator }
    : undefined
}

/** What comes on top of the bought credits, rounded down. */
export const bonusOf = (amount: bigint, { numerator, denominator }: Multiplier): bigint =>
  (amount * (numerator - denominator)) / denominator
