import { useTerm } from '~/console/parts/term.ts'
import { type Reader, readTerms, type Terms } from '~/console/products/terms.ts'
import { useFormat } from '~/kit/format.ts'
import { type Key, useWords } from '~/words/words.ts'

type Word = Key<'console'>

/** The words of the form for where a value stands; # is a place in a list. */
const NAMES: Readonly<Record<string, readonly [Word] | readonly [Word, Word]>> = {
  'name.zh': ['products.name_zh'],
  'name.en': ['products.name_en'],
  'blurb.zh': ['products.blurb_zh'],
  'blurb.en': ['products.blurb_en'],
  'prices.#': ['products.prices'],
  credits: ['products.credits'],
  'bonus.credits': ['products.bonus'],
  'bonus.tiers.#': ['products.bonus_tiers'],
  first_purchase_double: ['products.first_double'],
  vip_multiplier_applies: ['products.vip'],
  per_user_limit: ['products.per_user'],
  'sale.from': ['products.sale_from'],
  'sale.until': ['products.sale_until'],
  channels: ['products.channels'],
  active: ['products.active'],
  sort: ['products.sort'],
  'refund.window_days': ['products.window_days'],
  'refund.pro_rata': ['products.pro_rata'],
  'refund.fee.percent_bp': ['products.fee_percent'],
  'refund.fee.minimum_minor': ['products.fee_minimum'],
  month_card: ['products.month_card'],
  'month_card.days': ['products.month_card', 'products.days'],
  'month_card.daily_credits': ['products.month_card', 'products.daily_credits'],
}

/** What a value of a product is called where it is changed; undefined for one that no form has. */
export function useTermName(): (path: string) => string | undefined {
  const say = useWords('console')
  return (path) => {
    const words = NAMES[path.replaceAll(/(?<=\.)\d+(?=\.|$)/g, '#')]
    if (!words) return undefined
    const nth = /\.(\d+)(?:\.|$)/.exec(path)?.[1]
    const [first, second] = words
    const list = nth === undefined ? say(first) : `${say(first)} ${Number(nth) + 1}`
    return second === undefined ? list : `${list} · ${say(second)}`
  }
}

/** Terms as people read them, in the language and by the clock of who reads. */
export function useReadTerms(): (terms: Terms | undefined) => object {
  const { money, number, dateTime } = useFormat()
  const say = useWords('console')
  const term = useTerm()
  const reader: Reader = { money, number, dateTime, say, channel: (name) => term('channel', name) }
  return (terms) => readTerms(terms, reader)
}
