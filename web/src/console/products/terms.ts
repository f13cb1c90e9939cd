import type { Answer } from '@tongbao/sdk'
import type { Format } from '~/kit/format.ts'

export type Terms = Answer<'list_product_versions'>['items'][number]['terms']

/** Nothing that costs its seller anything is there before somebody has written it. */
export const NEW_TERMS: Terms = {
  name: { zh: '', en: '' },
  blurb: { zh: '', en: '' },
  prices: [{ currency: 'CNY', amount: 100 }],
  credits: 0,
  bonus: { kind: 'flat', credits: 0 },
  first_purchase_double: false,
  per_user_limit: null,
  sale: { from: null, until: null },
  channels: null,
  active: true,
  sort: 0,
  vip_multiplier_applies: false,
  refund: { window_days: 7, pro_rata: true, fee: { percent_bp: 0, minimum_minor: 0 } },
  month_card: null,
}

/** What was typed where a whole number belongs; anything else is nothing. */
export const wholeOf = (text: string): number => {
  const digits = text.replace(/\D/g, '').slice(0, 12)
  return digits === '' ? 0 : Number(digits)
}

/**
 * As it is read before it is published: prices as money and a fee as percent, for in minor units and basis points a
 * hundredfold looks like any number.
 */
export const readTerms = (
  terms: Pick<Terms, 'prices' | 'refund'> | undefined,
  { money }: Pick<Format, 'money'>,
): object => {
  if (terms === undefined) return {}
  const { prices, refund } = terms
  const fee = { ...refund.fee, percent_bp: refund.fee.percent_bp / 100 }
  return {
    ...terms,
    prices: prices.map(({ amount, currency }) => money(amount, currency)),
    refund: { ...refund, fee },
  }
}
