import type { ProductType } from './terms.ts'

export interface PresetProduct {
  readonly type: ProductType
  /** As whoever posts a product would write them. */
  readonly terms: object
}

const refund = {
  window_days: 7,
  pro_rata: true,
  fee: { percent_bp: 0, minimum_minor: 0 },
} as const

const recharge = (sort: number, cny: number, usd: number, credits: number, bonus = 0) =>
  ({
    type: 'recharge',
    terms: {
      name: { zh: `${credits}积分`, en: `${credits} credits` },
      blurb: bonus > 0 ? { zh: `加送${bonus}积分`, en: `${bonus} credits on top` } : EMPTY,
      ...{ prices: prices(cny, usd), credits, bonus: { kind: 'flat', credits: bonus }, sort },
      ...{ vip_multiplier_applies: true, refund },
    },
  }) as const satisfies PresetProduct

const EMPTY = { zh: '', en: '' } as const
const prices = (cny: number, usd: number) => [
  { currency: 'CNY', amount: cny },
  { currency: 'USD', amount: usd },
]

const monthCard: PresetProduct = {
  type: 'month_card',
  terms: {
    name: { zh: '月卡会员', en: 'Month card' },
    blurb: { zh: '30天，每天可领30积分', en: '30 days, 30 credits to claim each day' },
    ...{ prices: prices(2_900, 399), credits: 0, month_card: { days: 30, daily_credits: 30 } },
    ...{ sort: 50, refund },
  },
}

const promoter: PresetProduct = {
  type: 'promoter_activation',
  terms: {
    name: { zh: '推广员激活', en: 'Promoter activation' },
    blurb: { zh: '成为推广员，并得600积分', en: 'Become a promoter, with 600 credits' },
    ...{ prices: prices(3_000, 499), credits: 600, per_user_limit: 1, sort: 60, refund },
  },
}

/** Amounts in minor units. An app that starts with one of these has something to sell on its first day. */
export const PRESETS = {
  skyriff: [
    recharge(10, 600, 99, 100),
    recharge(20, 3_000, 499, 600),
    recharge(30, 6_800, 999, 1_500, 100),
    recharge(40, 12_800, 1_899, 3_200, 300),
    monthCard,
    promoter,
  ],
  credits: [
    recharge(10, 1_000, 149, 100),
    recharge(20, 5_000, 699, 500, 50),
    recharge(30, 10_000, 1_399, 1_000, 200),
    recharge(40, 50_000, 6_999, 5_000, 1_500),
  ],
} as const satisfies Record<string, readonly PresetProduct[]>

export type PresetName = keyof typeof PRESETS
export const isPreset = (unchecked: string): unchecked is PresetName =>
  Object.hasOwn(PRESETS, unchecked)
