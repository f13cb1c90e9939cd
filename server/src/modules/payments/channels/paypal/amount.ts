import { decimalText, parseDecimal } from '#kernel/money'
import { digitsOf } from '../currency.ts'

/** What PayPal takes. Those of one country alone, as CNY, it takes of accounts of that country. */
export const CURRENCIES: readonly string[] =
  'AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD'.split(
    ' ',
  )

/** These have decimals for everybody but PayPal. */
const WHOLE: ReadonlySet<string> = new Set(['HUF', 'TWD'])

export interface Amount {
  readonly currency_code: string
  readonly value: string
}

/** Undefined where PayPal could not carry it to the last unit. */
export function toPaypal(minor: bigint, currency: string): Amount | undefined {
  const text = decimalText(minor, digitsOf(currency))
  if (!WHOLE.has(currency)) return { currency_code: currency, value: text }
  return text.endsWith('.00') ? { currency_code: currency, value: text.slice(0, -3) } : undefined
}

/** Undefined for what is not written as PayPal writes it: a whole number, or all decimals of the currency. */
export function fromPaypal({ currency_code: currency, value }: Amount): bigint | undefined {
  const digits = digitsOf(currency)
  const decimals = value.split('.')[1]
  return decimals === undefined || decimals.length === digits
    ? parseDecimal(value, digits)
    : undefined
}
