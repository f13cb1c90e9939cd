import type { Answer } from '@tongbao/sdk'
import type { Format } from '~/kit/format.ts'
import type { Say } from '~/words/words.ts'
import { decimalText, digitsOf, minorOf } from '../../kit/minor.ts'

export type Terms = Answer<'list_product_versions'>['items'][number]['terms']

/** Nothing that costs its seller anything is there before somebody has written it. */
export const NEW_TERMS: Terms = {
  name: { zh: '', en: '' },
  blurb: { zh: '', en: '' },
  prices: [{ currency: 'CNY', amount: 0 }],
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

type Tier = Extract<Terms['bonus'], { kind: 'tiers' }>['tiers'][number]
const tierIn = (tier: Tier, was: string, currency: string): Tier =>
  tier.currency === was
    ? { ...tier, currency, from_paid_minor: sameFigure(tier.from_paid_minor, was, currency) }
    : tier

/** The same figure of another currency; nothing, which no price may be, where that one has no such amount. */
export function sameFigure(amount: number, from: string, to: string): number {
  const figure = decimalText(amount, digitsOf(from)).replace(/\.0+$|(?<=\.\d*)0+$/, '')
  return minorOf(figure, digitsOf(to)) ?? 0
}

/**
 * What changes with the currency of a price: its figure stays, and so does that of what was written in it, the tiers
 * and, where there is no other price, the smallest fee, which is never made smaller.
 */
export function reckonedIn(
  { prices, bonus, refund }: Terms,
  nth: number,
  currency: string,
): Partial<Terms> {
  const was = prices[nth]?.currency ?? currency
  const { minimum_minor } = refund.fee
  const fewer = 10 ** Math.max(0, digitsOf(was) - digitsOf(currency))
  const more = 10 ** Math.max(0, digitsOf(currency) - digitsOf(was))
  return {
    prices: prices.map((one, at) =>
      at === nth ? { currency, amount: sameFigure(one.amount, was, currency) } : one,
    ),
    ...(bonus.kind === 'tiers' && {
      bonus: { ...bonus, tiers: bonus.tiers.map((tier) => tierIn(tier, was, currency)) },
    }),
    ...(prices.length === 1 && {
      refund: {
        ...refund,
        fee: { ...refund.fee, minimum_minor: Math.ceil((minimum_minor * more) / fewer) },
      },
    }),
  }
}

/** The smallest fee is a number of minor units, of whichever currency was paid in. */
const feeOf = (
  { prices, refund }: Pick<Terms, 'prices' | 'refund'>,
  { money }: Pick<Format, 'money'>,
): string[] => prices.map(({ currency }) => money(refund.fee.minimum_minor, currency))

export interface Reader extends Pick<Format, 'money' | 'number' | 'dateTime'> {
  readonly say: Say<'console'>
  readonly channel: (name: string) => string
}

/**
 * As people read it, each value under its own name: prices as money and a fee as percent, for in minor units and basis
 * points a hundredfold looks like any number.
 */
export const readTerms = (terms: Terms | undefined, reader: Reader): object => {
  if (terms === undefined) return {}
  const { money, number, dateTime, say } = reader
  const { prices, bonus, sale, refund, month_card } = terms
  const at = (moment: string | null) => (moment === null ? '' : dateTime(moment))
  const inOrder = ({ zh, en }: Terms['name']) => ({ zh, en })
  return {
    ...terms,
    name: inOrder(terms.name),
    blurb: inOrder(terms.blurb),
    prices: prices.map(({ amount, currency }) => money(amount, currency)),
    credits: number(terms.credits),
    bonus:
      bonus.kind === 'flat'
        ? { credits: number(bonus.credits) }
        : { tiers: bonus.tiers.map((tier) => readTier(tier, reader)) },
    per_user_limit: terms.per_user_limit ?? say('products.any'),
    sale: { from: at(sale.from), until: at(sale.until) },
    channels: terms.channels?.map(reader.channel).join(' · ') ?? say('products.all_channels'),
    refund: {
      window_days: refund.window_days,
      fee: {
        percent_bp: refund.fee.percent_bp / 100,
        minimum_minor:
          refund.fee.minimum_minor === 0
            ? say('products.no_fee')
            : feeOf(terms, reader).join(' · '),
      },
      pro_rata: refund.pro_rata,
    },
    month_card: month_card ?? undefined,
  }
}

const readTier = ({ currency, from_paid_minor, credits }: Tier, { money, say }: Reader): string =>
  say('products.tier_n', { paid: money(from_paid_minor, currency), n: credits })
