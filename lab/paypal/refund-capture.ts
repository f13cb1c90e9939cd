import { type Answer, type Made, unprocessable } from './answer.ts'
import { type Capture, newId, type Refund } from './books.ts'
import type { Asked } from './create-order.ts'
import { type Merchant, taken } from './merchant.ts'
import { spoken } from './money.ts'
import { moveFor } from './movement.ts'
import { readBody } from './reading.ts'
import { refundBrief, refundFace } from './refund.ts'
import { tell } from './tell.ts'

const REFUND_WITHIN_MS = 180 * 86_400_000
const ID_LETTERS_MAX = 127
const NOTE_LETTERS_MAX = 255

export function createRefund(merchant: Merchant, capture: Capture, asked: Asked): Answer | Made {
  const body = readBody(asked.body)
  const money = body.money('amount')
  const about = {
    invoiceId: body.text('invoice_id', ID_LETTERS_MAX),
    customId: body.text('custom_id', ID_LETTERS_MAX),
    note: body.text('note_to_payer', NOTE_LETTERS_MAX),
    requestId: asked.requestId,
  }
  if (money?.amount === 0) body.group('amount').unfit('value', 'CANNOT_BE_ZERO_OR_NEGATIVE')
  const refusal =
    body.refusal() ??
    (money !== undefined && money.currency !== capture.currency
      ? unprocessable(
          'REFUND_CAPTURE_CURRENCY_MISMATCH',
          'Refund must be in the same currency as the capture.',
        )
      : undefined)
  if (refusal) return refusal
  const refund = refundCapture(merchant, capture, money?.amount, about)
  return 'body' in refund
    ? refund
    : { status: 201, full: () => refundFace(refund), brief: () => refundBrief(refund) }
}

type About = Pick<Refund, 'invoiceId' | 'customId' | 'note' | 'requestId'>

/** Money goes back, by the API or by hand in the merchant's account. */
export function refundCapture(
  merchant: Merchant,
  capture: Capture,
  wanted: number | undefined,
  about: About,
): Refund | Answer {
  const left = capture.amount - capture.refunded
  const amount = wanted ?? left
  const refusal = refusalOf(merchant, capture, amount, left)
  if (refusal) return refusal
  const isHeld = taken(merchant.knobs, 'pendingRefunds')
  const refund = giveBack(merchant, capture, amount, { ...about, isHeld })
  if (isHeld) tellOf(merchant, refund, 'PAYMENT.REFUND.PENDING', 'refund is pending')
  else tellRefunded(merchant, refund)
  return refund
}

/** What became of a refund that waited. Undefined where it does not wait. */
export function settleRefund(
  merchant: Merchant,
  refund: Refund,
  arrived: boolean,
): Refund | undefined {
  if (refund.status !== 'PENDING') return undefined
  const { capture, movement } = refund
  refund.status = arrived ? 'COMPLETED' : 'FAILED'
  refund.updatedAt = merchant.kit.now()
  movement.status = arrived ? 'S' : 'D'
  movement.updatedAt = refund.updatedAt
  if (arrived) {
    tellRefunded(merchant, refund)
    return refund
  }
  capture.refunded -= refund.amount
  capture.status = capture.refunded === 0 ? 'COMPLETED' : 'PARTIALLY_REFUNDED'
  tellOf(merchant, refund, 'PAYMENT.REFUND.FAILED', 'refund failed')
  return refund
}

/** PayPal itself takes the money back, for a bank or after a dispute. Undefined where nothing is left to take. */
export function reverseCapture(merchant: Merchant, capture: Capture): Refund | undefined {
  const left = capture.amount - capture.refunded
  if (left === 0 || capture.status === 'PENDING' || capture.status === 'DECLINED') return undefined
  const about = {
    ...{ invoiceId: undefined, customId: undefined, requestId: undefined },
    note: 'Payment reversed',
  }
  const refund = giveBack(merchant, capture, left, { ...about, isHeld: false, code: 'T1106' })
  capture.movement.status = 'V'
  capture.movement.updatedAt = refund.createdAt
  tellOf(merchant, refund, 'PAYMENT.CAPTURE.REVERSED', 'capture payment was reversed')
  return refund
}

function giveBack(
  merchant: Merchant,
  capture: Capture,
  amount: number,
  how: About & { readonly isHeld: boolean; readonly code?: 'T1106' },
): Refund {
  const id = newId()
  const { isHeld, code = 'T1107', ...about } = how
  capture.refunded += amount
  capture.status = capture.refunded === capture.amount ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
  const movement = moveFor(merchant, capture, {
    ...{ id, code },
    amount: -amount,
    status: isHeld ? 'P' : 'S',
    invoiceId: about.invoiceId ?? capture.order.unit.invoiceId,
    customId: about.customId ?? capture.order.unit.customId,
  })
  capture.updatedAt = movement.at
  const refund: Refund = {
    ...{ id, capture, amount, movement, ...about },
    currency: capture.currency,
    createdAt: movement.at,
    refundedTotal: capture.refunded,
    updatedAt: movement.at,
    status: isHeld ? 'PENDING' : 'COMPLETED',
  }
  merchant.books.refunds.set(id, refund)
  return refund
}

const tellRefunded = (merchant: Merchant, refund: Refund): void =>
  tellOf(merchant, refund, 'PAYMENT.CAPTURE.REFUNDED', 'capture payment was refunded')

function tellOf(merchant: Merchant, refund: Refund, type: string, what: string): void {
  const skew = refund.status === 'COMPLETED' && merchant.kit.strikes('wrong_amount') ? 1 : 0
  const said = { ...refund, amount: refund.amount + skew }
  const { value, currency_code } = spoken(said)
  tell(merchant, {
    type,
    about: 'refund',
    summary: `A ${value} ${currency_code} ${what}`,
    resource: refundFace(said),
    origin: refund.capture.order.origin,
  })
}

function refusalOf(
  { kit, books }: Merchant,
  capture: Capture,
  amount: number,
  left: number,
): Answer | undefined {
  if (capture.status === 'PENDING')
    return unprocessable('PENDING_CAPTURE', 'Cannot initiate a refund as the capture is pending.')
  if (capture.status === 'DECLINED')
    return unprocessable('TRANSACTION_REFUSED', "PayPal's internal controls prevent this refund.")
  if (left === 0)
    return unprocessable('CAPTURE_FULLY_REFUNDED', 'The capture has already been fully refunded.')
  if (amount > left)
    return unprocessable(
      'REFUND_AMOUNT_EXCEEDED',
      'The refund amount must be less than or equal to the capture amount that has not yet been refunded.',
    )
  if (kit.now() - capture.createdAt > REFUND_WITHIN_MS)
    return unprocessable(
      'REFUND_TIME_LIMIT_EXCEEDED',
      'You are over the time limit to perform a refund on this capture.',
    )
  const isDisputed = [...books.disputes.values()].some(
    (dispute) => dispute.capture === capture && dispute.outcome === undefined,
  )
  return isDisputed && amount < left
    ? unprocessable(
        'CAPTURE_DISPUTED_PARTIAL_REFUND_NOT_ALLOWED',
        'While a dispute is open, only all that remains can be refunded.',
      )
    : undefined
}
