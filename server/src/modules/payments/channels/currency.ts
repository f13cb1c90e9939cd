/** What ISO 4217 gives other than two decimals. Our minor units are these, whatever a provider counts in. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
])

/** How many decimals an amount of this currency has, as a person writes it. */
export const digitsOf = (currency: string): number => DIGITS.get(currency) ?? 2
