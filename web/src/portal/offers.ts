import type { Product } from '~/portal/answers.ts'
import { bestValue } from '~/portal/top-up/best-value.ts'
import type { Language } from '~/words/words.ts'

const priceIn = (product: Product, currency: string): number | undefined =>
  product.prices.find((price) => price.currency === currency)?.amount

/** The currencies of the shelf, the first price of each product first. */
export const currenciesOf = (products: readonly Product[]): string[] => [
  ...new Set(products.flatMap(({ prices }) => prices.map(({ currency }) => currency))),
]

/** Yuan for who reads Chinese, dollars for others, where the shelf has them. */
export function currencyHere(products: readonly Product[], language: Language): string {
  const there = currenciesOf(products)
  const wanted = language === 'zh-CN' ? 'CNY' : 'USD'
  return there.includes(wanted) ? wanted : (there[0] ?? 'CNY')
}

export const inCurrency = (products: readonly Product[], currency: string) =>
  products.flatMap((product) => {
    const amount = priceIn(product, currency)
    return amount === undefined ? [] : [{ product, amount }]
  })

export const bestOf = (products: readonly Product[], currency: string): number | undefined =>
  bestValue(
    inCurrency(products, currency).map(({ product, amount }) => ({
      ...{ id: product.product_id, amount, credits: product.total_credits },
    })),
  )
