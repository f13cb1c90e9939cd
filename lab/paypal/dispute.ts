import { type Capture, type Dispute, isoOf, newId } from './books.ts'
import type { Merchant } from './merchant.ts'
import { spoken } from './money.ts'
import { moveFor } from './movement.ts'
import { optional } from './optional.ts'
import { PAYER } from './payer.ts'
import { tell } from './tell.ts'

/** A payer complains, and PayPal holds the money. Undefined where there is nothing to complain of. */
export function openDispute(
  merchant: Merchant,
  capture: Capture,
  amount: number,
  reason: string,
): Dispute | undefined {
  const { books, kit } = merchant
  const isKnown = [...books.disputes.values()].some((one) => one.capture === capture)
  const left = capture.amount - capture.refunded
  if (isKnown || capture.status === 'PENDING' || capture.status === 'DECLINED' || amount > left)
    return undefined
  const now = kit.now()
  const dispute: Dispute = {
    ...{ capture, amount, reason, outcome: undefined },
    id: `PP-R-${newId(3)}-${newId(9)}`,
    currency: capture.currency,
    createdAt: now,
    updatedAt: now,
  }
  books.disputes.set(dispute.id, dispute)
  moveFor(merchant, capture, { code: 'T1110', amount: -amount })
  tellOf(merchant, dispute, 'CREATED', 'A new dispute opened')
  return dispute
}

/** PayPal decides. Won, the held money is free again; lost, it is the payer's. */
export function closeDispute(
  merchant: Merchant,
  dispute: Dispute,
  outcome: 'won' | 'lost',
): Dispute | undefined {
  if (dispute.outcome !== undefined) return undefined
  const { capture, amount } = dispute
  dispute.outcome = outcome
  dispute.updatedAt = merchant.kit.now()
  moveFor(merchant, capture, { code: 'T1111', amount })
  if (outcome === 'lost') {
    moveFor(merchant, capture, { code: 'T1106', amount: -amount })
    capture.refunded += amount
    capture.status = capture.refunded === capture.amount ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
  }
  tellOf(merchant, dispute, 'RESOLVED', 'A dispute was resolved')
  return dispute
}

export function disputeFace(merchant: Merchant, dispute: Dispute): object {
  const { id, capture, reason, outcome, createdAt, updatedAt } = dispute
  const { unit, origin } = capture.order
  return {
    dispute_id: id,
    create_time: isoOf(createdAt),
    update_time: isoOf(updatedAt),
    disputed_transactions: [
      {
        seller_transaction_id: capture.id,
        buyer_transaction_id: `${capture.id.slice(0, -1)}B`,
        create_time: isoOf(capture.createdAt),
        transaction_status: 'COMPLETED',
        gross_amount: spoken(capture),
        ...optional('invoice_number', unit.invoiceId),
        ...optional('custom', unit.customId),
        buyer: { name: `${PAYER.name.given_name} ${PAYER.name.surname}` },
        seller: { email: merchant.email, merchant_id: merchant.id, name: 'Lab' },
        seller_protection_eligible: true,
      },
    ],
    reason,
    status: outcome === undefined ? 'WAITING_FOR_SELLER_RESPONSE' : 'RESOLVED',
    dispute_state: outcome === undefined ? 'REQUIRED_ACTION' : 'RESOLVED',
    dispute_amount: spoken(dispute),
    ...(outcome !== undefined && {
      dispute_outcome: {
        outcome_code: outcome === 'won' ? 'RESOLVED_SELLER_FAVOUR' : 'RESOLVED_BUYER_FAVOUR',
        amount_refunded: spoken({
          amount: outcome === 'won' ? 0 : dispute.amount,
          currency: dispute.currency,
        }),
      },
    }),
    dispute_life_cycle_stage: 'CHARGEBACK',
    dispute_channel: 'INTERNAL',
    links: [{ href: `${origin}/v1/customer/disputes/${id}`, rel: 'self', method: 'GET' }],
  }
}

const tellOf = (
  merchant: Merchant,
  dispute: Dispute,
  what: 'CREATED' | 'RESOLVED',
  summary: string,
): void =>
  tell(merchant, {
    type: `CUSTOMER.DISPUTE.${what}`,
    about: 'dispute',
    summary: `${summary} with Case # ${dispute.id}`,
    resource: disputeFace(merchant, dispute),
    origin: dispute.capture.order.origin,
  })
