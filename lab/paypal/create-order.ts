import { type Answer, type Made, refuse } from './answer.ts'
import { newId, type Order } from './books.ts'
import type { Merchant } from './merchant.ts'
import { orderBrief, orderFace } from './order.ts'
import { readUnit } from './purchase-unit.ts'
import { type Reading, readBody } from './reading.ts'

export interface Asked {
  readonly body: unknown
  readonly origin: string
  readonly requestId: string | undefined
}

export function createOrder(merchant: Merchant, asked: Asked): Answer | Made {
  const body = readBody(asked.body)
  const intent = body.oneOf('intent', ['CAPTURE', 'AUTHORIZE'])
  if (intent === undefined && !body.has('intent'))
    body.malformed('intent', 'MISSING_REQUIRED_PARAMETER')
  if (intent === 'AUTHORIZE') body.unfit('intent', 'INTENT_NOT_PLAYED', 'This lab plays CAPTURE.')
  const unit = readUnit(body)
  const where = readReturn(body)
  const refusal = body.refusal()
  if (refusal) return refusal
  if (where.sourced && asked.requestId === undefined)
    return refuse(400, [
      {
        issue: 'PAYPAL_REQUEST_ID_REQUIRED',
        description: 'An order with a payment_source requires a PayPal-Request-Id.',
      },
    ])
  const now = merchant.kit.now()
  const order: Order = {
    id: newId(),
    origin: asked.origin,
    unit,
    createdAt: now,
    ...where,
    updatedAt: now,
    status: where.sourced ? 'PAYER_ACTION_REQUIRED' : 'CREATED',
    declined: false,
  }
  merchant.books.orders.set(order.id, order)
  return {
    // With a payment source PayPal answers 200.
    status: where.sourced ? 200 : 201,
    full: () => orderFace(merchant, order),
    brief: () => orderBrief(order),
  }
}

/** Where the payer goes afterwards: said with the source, or the older way beside it. */
function readReturn(body: Reading): Pick<Order, 'sourced' | 'returnUrl' | 'cancelUrl'> {
  const sourced = body.has('payment_source')
  const source = body.group('payment_source')
  if (sourced && !source.has('paypal'))
    source.unfit('paypal', 'PAYMENT_SOURCE_NOT_PLAYED', 'This lab plays the PayPal wallet.')
  const context = sourced
    ? source.group('paypal').group('experience_context')
    : body.group('application_context')
  return {
    sourced,
    returnUrl: context.url('return_url'),
    cancelUrl: context.url('cancel_url'),
  }
}
