/** PayPal says amounts as decimal text; here they are counted in the smallest unit. */
export interface Money {
  readonly amount: number
  readonly currency: string
}

const WHOLE = new Set(['HUF', 'JPY', 'TWD'])
const SUPPORTED = new Set(
  'AUD BRL CAD CNY CZK DKK EUR GBP HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN SGD SEK CHF THB USD'.split(
    ' ',
  ),
)
const DIGITS_MAX = 12

const decimalsOf = (currency: string): number => (WHOLE.has(currency) ? 0 : 2)

export type MoneyIssue =
  | 'CURRENCY_NOT_SUPPORTED'
  | 'DECIMALS_NOT_SUPPORTED'
  | 'DECIMAL_PRECISION'
  | 'CANNOT_BE_NEGATIVE'
  | 'INVALID_PARAMETER_SYNTAX'
  | 'MAX_VALUE_EXCEEDED'

export function parseMoney(value: string, currency: string): Money | MoneyIssue {
  if (!SUPPORTED.has(currency)) return 'CURRENCY_NOT_SUPPORTED'
  const [, minus, whole = '', decimals = ''] = value.match(/^(-?)(\d+)(?:\.(\d+))?$/) ?? []
  if (whole === '') return 'INVALID_PARAMETER_SYNTAX'
  if (minus === '-') return 'CANNOT_BE_NEGATIVE'
  const places = decimalsOf(currency)
  if (decimals.length > places) return places === 0 ? 'DECIMALS_NOT_SUPPORTED' : 'DECIMAL_PRECISION'
  if (whole.length > DIGITS_MAX) return 'MAX_VALUE_EXCEEDED'
  return { amount: Number(whole + decimals.padEnd(places, '0')), currency }
}

/** `{currency_code, value}`; a movement out has a minus. */
export function spoken({ amount, currency }: Money): {
  readonly currency_code: string
  readonly value: string
} {
  const places = decimalsOf(currency)
  const digits = String(Math.abs(amount)).padStart(places + 1, '0')
  const cut = digits.length - places
  const value = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`
  return { currency_code: currency, value: `${amount < 0 ? '-' : ''}${value}` }
}

/** 3.49 % and 49 of the smallest unit, the half rounded up; never more than there is. */
export const feeOf = (amount: number): number =>
  Math.min(amount, Math.floor((amount * 349 + 5000) / 10_000) + 49)
