import { type Answer, type Made, refuse, unprocessable } from './answer.ts'
import { type Capture, type Movement, newId, type Order } from './books.ts'
import { captureAlone } from './capture.ts'
import { type Merchant, taken } from './merchant.ts'
import { feeOf, spoken } from './money.ts'
import { capturesOf, orderBrief, orderFace } from './order.ts'
import { pageOf } from './page.ts'
import { tell } from './tell.ts'

/** The payer has agreed; now the money is taken. */
export function captureOrder(merchant: Merchant, order: Order): Answer | Made {
  const refusal = refusalOf(merchant, order)
  if (refusal) return refusal
  const { kit, knobs } = merchant
  const isHeld = taken(knobs, 'pendingCaptures')
  capture(merchant, order, isHeld ? 'PENDING' : 'COMPLETED')
  order.status = 'COMPLETED'
  order.updatedAt = kit.now()
  return {
    status: 201,
    full: () => orderFace(merchant, order),
    brief: () => orderBrief(order),
  }
}

/** What became of a capture that waited. Undefined where it does not wait. */
export function settleCapture(
  merchant: Merchant,
  one: Capture,
  arrived: boolean,
): Capture | undefined {
  if (one.status !== 'PENDING') return undefined
  one.status = arrived ? 'COMPLETED' : 'DECLINED'
  one.reason = undefined
  one.updatedAt = merchant.kit.now()
  one.movement.status = arrived ? 'S' : 'D'
  one.movement.updatedAt = one.updatedAt
  tellOf(merchant, one)
  return one
}

function capture(merchant: Merchant, order: Order, status: 'PENDING' | 'COMPLETED'): void {
  const { kit, books, knobs } = merchant
  const { amount, currency, invoiceId, customId } = order.unit
  const [id, at, fee] = [newId(), kit.now(), feeOf(amount)]
  const movement: Movement = {
    ...{ id, amount, currency, fee, at, invoiceId, customId },
    code: 'T0006',
    reference: undefined,
    updatedAt: at,
    status: status === 'PENDING' ? 'P' : 'S',
  }
  const one: Capture = {
    ...{ id, order, amount, currency, fee, movement, status },
    createdAt: at,
    updatedAt: at,
    reason: status === 'PENDING' ? knobs.pendingReason : undefined,
    refunded: 0,
  }
  books.movements.push(movement)
  books.captures.set(id, one)
  tellOf(merchant, one)
}

const WORDS = { COMPLETED: 'completed', PENDING: 'pending', DECLINED: 'denied' } as const

function tellOf(merchant: Merchant, one: Capture): void {
  const { status, order } = one
  if (status !== 'COMPLETED' && status !== 'PENDING' && status !== 'DECLINED') return
  const skew = status === 'COMPLETED' && merchant.kit.strikes('wrong_amount') ? 1 : 0
  const said = { ...one, amount: one.amount + skew }
  const { value, currency_code } = spoken(said)
  tell(merchant, {
    type: `PAYMENT.CAPTURE.${WORDS[status].toUpperCase()}`,
    about: 'capture',
    summary: `Payment ${WORDS[status]} for ${value} ${currency_code}`,
    resource: captureAlone(said, merchant),
    origin: order.origin,
  })
}

function refusalOf(merchant: Merchant, order: Order): Answer | undefined {
  if (order.status === 'COMPLETED')
    return unprocessable(
      'ORDER_ALREADY_CAPTURED',
      'Order already captured. Only one capture per order is allowed.',
    )
  if (order.status !== 'APPROVED')
    return unprocessable(
      order.status === 'VOIDED' ? 'ORDER_COMPLETED_OR_VOIDED' : 'ORDER_NOT_APPROVED',
      order.status === 'VOIDED'
        ? 'Order is voided or completed and hence cannot be captured.'
        : 'Payer has not yet approved the Order for payment. Redirect them to the approve link.',
    )
  if (hasTwin(merchant, order))
    return unprocessable(
      'DUPLICATE_INVOICE_ID',
      'Duplicate Invoice ID detected. Each transaction needs one of its own.',
    )
  if (order.declined || taken(merchant.knobs, 'declines')) {
    order.declined = true
    return declined(order)
  }
  return undefined
}

/** The payer may choose another instrument: PayPal says where. */
const declined = (order: Order): Answer =>
  refuse(
    422,
    [
      {
        issue: 'INSTRUMENT_DECLINED',
        description: 'The instrument was declined by its processor or bank.',
      },
    ],
    [{ href: `${order.origin}${pageOf(order)}`, rel: 'redirect', method: 'GET' }],
  )

const hasTwin = ({ books }: Merchant, order: Order): boolean =>
  order.unit.invoiceId !== undefined &&
  [...books.orders.values()].some(
    (other) =>
      other !== order &&
      other.unit.invoiceId === order.unit.invoiceId &&
      capturesOf(books, other).some(({ status }) => status !== 'DECLINED'),
  )
