import Type from 'typebox'
import { decimalText } from '#kernel/money'
import { type Attempt, DECLINED, digitsOf } from '#payments'
import { PAGE_ROWS_MAX, PAGE_ROWS_USUAL } from './limits.ts'
import { bonusOf, type Order, statusOf } from './order.ts'

export const strict = { additionalProperties: false } as const
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const Time = Type.String({ description: 'RFC 3339, UTC' })
export const Minor = Type.Integer({ description: 'Whole minor units of the currency' })
export const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }, strict)
export const whose = {
  owner: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  external_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
}
export const Page = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: PAGE_ROWS_MAX, default: PAGE_ROWS_USUAL }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 64 })),
}
export const Texts = Type.Object({ en: Type.String(), zh: Type.String() }, strict)
export const timeOf = (ms: number): string => new Date(ms).toISOString()

const NextShape = Type.Object(
  {
    kind: Type.Enum(['qr', 'redirect', 'jsapi', 'wait']),
    qr: Type.Optional(Type.String({ description: 'What the QR code says' })),
    url: Type.Optional(Type.String({ description: 'Where the payer goes' })),
    params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    text: Type.Optional(Type.String()),
  },
  strict,
)
export const PaymentShape = Type.Object(
  {
    payment_id: Type.String(),
    order_id: Type.String(),
    owner: Type.String(),
    product_id: Type.Integer(),
    product_name: Texts,
    status: Type.Enum([
      ...(['pending', 'paid', 'failed', 'closed', 'partially_refunded', 'refunded'] as const),
    ]),
    amount: Minor,
    currency: Type.String(),
    amount_cny: Type.Optional(Type.Number({ description: 'In yuan, to be shown' })),
    credits: Type.Integer(),
    bonus_credits: Type.Integer(),
    pay_channel: Type.String(),
    method: Type.String(),
    livemode: Type.Boolean(),
    next: orNull(NextShape),
    refunded: Minor,
    created_at: Time,
    expires_at: Time,
    paid_at: orNull(Time),
    ended_at: Type.Union([Time, Type.Null()], { description: 'When it failed or was closed' }),
    declined: Type.Boolean({
      description: 'What the payer tried last was refused at the provider; they may try again',
    }),
    suspended: Type.Boolean({
      description: 'Money came that fits nothing, or could not be sent back: staff look at it',
    }),
  },
  strict,
)

/** An attempt to pay, and what it is for; of an order that another attempt paid it is closed. */
export function paymentAnswer(order: Order, attempt: Attempt, suspended: boolean) {
  const { status, refunded, paidAt } = standing(order, attempt)
  const { next } = attempt
  // What is being closed may still be paid by who has begun to; nobody is led to it any more.
  const isShown = status === 'pending' && (order.state !== 'closing' || next?.kind === 'wait')
  return {
    ...{ payment_id: attempt.id, order_id: order.id, owner: order.owner },
    ...{ product_id: order.product.id, product_name: { ...order.product.terms.name }, status },
    ...{ amount: Number(order.amount), currency: order.currency },
    ...(order.currency === 'CNY' && {
      amount_cny: Number(decimalText(order.amount, digitsOf('CNY'))),
    }),
    ...{ credits: Number(order.gives.credits), bonus_credits: Number(bonusOf(order.gives)) },
    ...{ pay_channel: attempt.channel, method: attempt.method, livemode: order.livemode },
    next: next === undefined || !isShown ? null : nextAnswer(next),
    refunded: Number(refunded),
    created_at: timeOf(attempt.createdAt),
    expires_at: timeOf(attempt.expiresAt),
    paid_at: paidAt === undefined ? null : timeOf(paidAt),
    ended_at: attempt.endedAt === undefined ? null : timeOf(attempt.endedAt),
    declined: status === 'pending' && attempt.why === DECLINED,
    suspended,
  }
}

type Status = Type.Static<typeof PaymentShape>['status']
interface Standing {
  readonly status: Status
  readonly refunded: bigint
  readonly paidAt?: Order['paidAt']
}

function standing(order: Order, { id, state }: Attempt): Standing {
  const status = statusOf(order.state)
  const nothing = { refunded: 0n }
  if (state === 'failed' || state === 'closed') return { status: state, ...nothing }
  if (state !== 'succeeded')
    return { status: status === 'pending' ? 'pending' : 'closed', ...nothing }
  // Paid beside another one: it goes back.
  if (order.attemptId !== id) return { status: 'refunded', refunded: order.amount }
  // A dispute about what was refunded already claims it twice; twice it does not go back.
  const refunded = order.refunded < order.amount ? order.refunded : order.amount
  return { status, refunded, paidAt: order.paidAt }
}

const nextAnswer = (next: NonNullable<Attempt['next']>) =>
  next.kind === 'qr'
    ? { kind: next.kind, qr: next.text }
    : next.kind === 'redirect'
      ? { kind: next.kind, url: next.url }
      : next.kind === 'jsapi'
        ? { kind: next.kind, params: { ...next.params } }
        : { kind: next.kind, ...(next.text !== undefined && { text: next.text }) }
