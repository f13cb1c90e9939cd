/** What ISO 4217 gives other than two decimals, as the server has it: browsers go by custom, and count otherwise. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
])

/** How many decimals an amount of this currency has, as a person writes it. */
export const digitsOf = (currency: string): number => DIGITS.get(currency) ?? 2

/**
 * `9.90` with two digits → 990; undefined for what is no amount, or would have to be rounded. Figures are put together,
 * so that no float comes near them. Wide figures and the full stop of a Chinese keyboard are the same amount.
 */
export function minorOf(typed: string, digits: number): number | undefined {
  const plain = typed
    .replaceAll(/[\uff10-\uff19\uff0e]/g, (wide) =>
      String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
    )
    .replace(/\u3002/, '.')
    .trim()
  const [, whole, part = ''] = /^(\d{1,12})(?:\.(\d*))?$/.exec(plain) ?? []
  if (whole === undefined || part.length > digits) return undefined
  return Number(whole + part.padEnd(digits, '0'))
}

/** 990 with two digits → `9.90`, to be typed over. */
export function decimalText(minor: number, digits: number): string {
  const figures = String(minor).padStart(digits + 1, '0')
  return digits === 0 ? figures : `${figures.slice(0, -digits)}.${figures.slice(-digits)}`
}

// Whose sign it is when it stands alone; all others are written by their codes, which nobody shares.
const OWNERS = new Map([
  ['¥', 'CNY'],
  ['$', 'USD'],
  ['€', 'EUR'],
  ['£', 'GBP'],
])
const NARROW = { style: 'currency', currencyDisplay: 'narrowSymbol' } as const

/** So that no amount looks like one of another currency. */
export function markOf(language: string, currency: string): 'code' | 'narrowSymbol' {
  const parts = new Intl.NumberFormat(language, { ...NARROW, currency }).formatToParts(0)
  const sign = parts.find(({ type }) => type === 'currency')?.value ?? currency
  return OWNERS.get(sign) === currency ? 'narrowSymbol' : 'code'
}
