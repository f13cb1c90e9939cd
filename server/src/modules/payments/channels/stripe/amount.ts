import { digitsOf } from '../currency.ts'

/**
 * Where Stripe counts otherwise than ISO 4217: the first two lost their decimals after Stripe had begun to count them,
 * the ariary has fifths.
 */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ['ISK', 2],
  ['UGX', 2],
  ['MGA', 0],
])

/** Three decimals are carried, the last of them must be nought. */
const stepOf = (currency: string): bigint => (digitsOf(currency) === 3 ? 10n : 1n)

const shiftOf = (currency: string): number =>
  (DIGITS.get(currency) ?? digitsOf(currency)) - digitsOf(currency)

/** Our minor units as Stripe counts them; undefined where it could not carry them to the last one. */
export function toStripe(minor: bigint, currency: string): number | undefined {
  const counted = scaled(minor, shiftOf(currency))
  return counted === undefined || counted % stepOf(currency) !== 0n ? undefined : Number(counted)
}

/** What Stripe counted in our minor units; undefined where that is no whole number. */
export const fromStripe = (unchecked: unknown, currency: string): bigint | undefined =>
  Number.isSafeInteger(unchecked)
    ? scaled(BigInt(unchecked as number), -shiftOf(currency))
    : undefined

function scaled(amount: bigint, digits: number): bigint | undefined {
  const factor = 10n ** BigInt(Math.abs(digits))
  if (digits >= 0) return amount * factor
  return amount % factor === 0n ? amount / factor : undefined
}
