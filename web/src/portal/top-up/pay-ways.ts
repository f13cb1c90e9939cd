import type { Answer } from '@tongbao/sdk'

type Open = Answer<'list_open_channels'>['items'][number]

/** One way to pay, as it stands in the choice. */
export interface Way {
  readonly channel: string
  readonly method: string
  /** `channel.method`; the choice in the address, and the key of its words. */
  readonly name: WayName
}

/** In the order in which they are offered; on a phone nobody can scan their own screen, so apps come first there. */
const WAYS = {
  'wechat.h5': { phone: true },
  'wechat.native': {},
  'alipay.wap': { phone: true },
  'alipay.precreate': {},
  'alipay.page': { phone: false },
  'stripe.saved_card': {},
  'stripe.checkout': {},
  'paypal.checkout': {},
  'sandbox.qr': {},
  'sandbox.cashier': {},
  'balance.balance': {},
  'offline.bank_transfer': {},
} as const satisfies Readonly<Record<string, { readonly phone?: boolean }>>
export type WayName = keyof typeof WAYS

export const isWayName = (unchecked: unknown): unchecked is WayName =>
  typeof unchecked === 'string' && Object.hasOwn(WAYS, unchecked)

export interface Payer {
  readonly isPhone: boolean
  /** Channels with a card of theirs. */
  readonly saved: readonly string[]
  /** What their wallet has, in minor units. */
  readonly wallet: number
}

/** By which ways somebody can pay so much now, where the product leaves them the choice. */
export function waysFor(open: readonly Open[], want: Want, payer: Payer): Way[] {
  const byName = new Map(open.map((one) => [one.channel, one]))
  return (Object.keys(WAYS) as WayName[]).flatMap((name) => {
    const [channel = '', method = ''] = name.split('.')
    const way = { channel, method, name }
    return takes(byName.get(channel), way, want) && suits(way, want.amount, payer) ? [way] : []
  })
}

interface Want {
  readonly amount: number
  readonly channels: readonly string[] | null
}

const takes = (known: Open | undefined, { channel, method }: Way, want: Want): boolean =>
  known?.methods.includes(method) === true &&
  want.channels?.includes(channel) !== false &&
  want.amount >= known.minor_min &&
  want.amount <= known.minor_max

function suits({ channel, method, name }: Way, amount: number, payer: Payer): boolean {
  const { phone }: { readonly phone?: boolean } = WAYS[name]
  if (phone !== undefined && phone !== payer.isPhone) return false
  if (method === 'saved_card') return payer.saved.includes(channel)
  return method !== 'balance' || payer.wallet >= amount
}
