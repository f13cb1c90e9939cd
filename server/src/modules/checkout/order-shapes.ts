import Type from 'typebox'
import type { Attempt } from '#payments'
import { bonusOf, type Order, statusOf } from './order.ts'
import { ORDER_STATES, type OrderState } from './order-states.ts'
import { Minor, orNull, strict, Texts, Time, timeOf } from './shapes.ts'

export const STATUSES = ['pending', 'paid', 'partially_refunded', 'refunded', 'closed'] as const
export const STATES = Object.keys(ORDER_STATES) as OrderState[]

/** An order as staff see it; people see payments. */
export const OrderShape = Type.Object(
  {
    ...{ order_id: Type.String(), owner: Type.String(), product_id: Type.Integer() },
    product_version: Type.Integer({ description: 'The one that was promised' }),
    product_name: Texts,
    ...{ amount: Minor, currency: Type.String(), livemode: Type.Boolean() },
    asset: Type.String({ description: 'What is granted; play money buys play credits' }),
    ...{ credits: Type.Integer(), bonus_credits: Type.Integer() },
    status: Type.Enum([...STATUSES], { description: 'In one word, as the owner sees it' }),
    state: Type.Enum(STATES),
    refunded: Minor,
    underway: Type.Integer({ description: 'On its way back, open disputes included' }),
    payment_id: orNull(Type.String({ description: 'The attempt that paid it' })),
    pay_channel: orNull(Type.String()),
    account: orNull(Type.String()),
    method: orNull(Type.String()),
    by_itself: Type.Boolean({ description: 'Ordered because credits ran low' }),
    ...{ created_at: Time, expires_at: Time, paid_at: orNull(Time) },
  },
  strict,
)

export const orderAnswer = (order: Order, paidBy: Attempt | undefined) => ({
  ...{ order_id: order.id, owner: order.owner, product_id: order.product.id },
  ...{ product_version: order.product.version, product_name: { ...order.product.terms.name } },
  ...{ amount: Number(order.amount), currency: order.currency, livemode: order.livemode },
  ...{ asset: order.asset, credits: Number(order.gives.credits) },
  bonus_credits: Number(bonusOf(order.gives)),
  ...{ status: statusOf(order.state), state: order.state },
  ...{ refunded: Number(order.refunded), underway: Number(order.underway) },
  ...{ payment_id: order.attemptId ?? null, pay_channel: paidBy?.channel ?? null },
  ...{ account: paidBy?.account ?? null, method: paidBy?.method ?? null },
  by_itself: order.topUp !== undefined,
  ...{ created_at: timeOf(order.createdAt), expires_at: timeOf(order.expiresAt) },
  paid_at: order.paidAt === undefined ? null : timeOf(order.paidAt),
})
