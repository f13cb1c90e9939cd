import type { Product } from '#catalog'
import type { Instant } from '#kernel/clock'
import { ORDER_LIFE_MS, TRANSFER_LIFE_MS } from './limits.ts'
import type { OrderState } from './order-states.ts'

/** What somebody ordered, as it was promised to them. */
export interface Order {
  readonly id: string
  readonly owner: string
  readonly product: Product
  readonly gives: Gives
  readonly amount: bigint
  readonly currency: string
  /** What is granted: play money is spent as play money. */
  readonly asset: string
  readonly livemode: boolean
  /** The top-up that ordered it, where nobody was there who did. */
  readonly topUp: string | undefined
  readonly state: OrderState
  /** The fact that paid it, and the attempt it came by. */
  readonly factId: string | undefined
  readonly attemptId: string | undefined
  readonly refunded: bigint
  readonly underway: bigint
  readonly frozen: string | undefined
  readonly turn: number
  readonly createdAt: Instant
  readonly expiresAt: Instant
  readonly paidAt: Instant | undefined
}

/** Pure: how long it can be paid that way. */
export const lifeMs = (channel: string | undefined): number =>
  channel === 'offline' ? TRANSFER_LIFE_MS : ORDER_LIFE_MS

/** Whoever ordered by this name did so because credits ran low; the key is the top-up's. */
export const BY_ITSELF = 'auto_top_up'

export interface Gives {
  readonly credits: bigint
  readonly bonuses: readonly { readonly kind: string; readonly credits: bigint }[]
}

export const bonusOf = ({ bonuses }: Gives): bigint =>
  bonuses.reduce((sum, { credits }) => sum + credits, 0n)

/** Pure: what the state is once so much of the price has gone back. */
export const eventOfMoney = ({ amount }: Pick<Order, 'amount'>, refunded: bigint) =>
  refunded === 0n ? 'unrefund' : refunded < amount ? 'refund_part' : 'refund_all'

/** In one word, for who pays. */
export const statusOf = (state: OrderState) =>
  (
    ({
      created: 'pending',
      pending: 'pending',
      closing: 'pending', // nobody has said at the provider that it is over
      closed: 'closed',
      paid: 'paid',
      paid_late: 'paid',
      partially_refunded: 'partially_refunded',
      refunded: 'refunded',
    }) as const
  )[state]
