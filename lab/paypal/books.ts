import { randomInt } from 'node:crypto'
import type { Money } from './money.ts'

/** Everything PayPal knows of one merchant, oldest first. */
export interface Books {
  readonly orders: Map<string, Order>
  readonly captures: Map<string, Capture>
  readonly refunds: Map<string, Refund>
  readonly disputes: Map<string, Dispute>
  /** What the balance did, as the report lists it. */
  readonly movements: Movement[]
}

export interface Order {
  readonly id: string
  /** Where the caller reached us: links, pages and certificates are under it. */
  readonly origin: string
  readonly createdAt: number
  /** Asked for with a payment source, whose links have other names. */
  readonly sourced: boolean
  readonly returnUrl: string | undefined
  readonly cancelUrl: string | undefined
  unit: PurchaseUnit
  updatedAt: number
  status: 'CREATED' | 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED' | 'VOIDED'
  /** The payer's instrument will not pay; choosing another one ends that. */
  declined: boolean
}

/** Whether the payer has something to decide: also after their instrument was declined. */
export const isOpen = ({ status, declined }: Order): boolean =>
  status === 'CREATED' || status === 'PAYER_ACTION_REQUIRED' || (status === 'APPROVED' && declined)

export interface PurchaseUnit extends Money {
  readonly referenceId: string
  readonly customId: string | undefined
  readonly invoiceId: string | undefined
  readonly description: string | undefined
  readonly softDescriptor: string | undefined
}

export interface Capture extends Money {
  readonly id: string
  readonly order: Order
  readonly fee: number
  readonly createdAt: number
  readonly movement: Movement
  updatedAt: number
  status: 'COMPLETED' | 'PENDING' | 'DECLINED' | 'PARTIALLY_REFUNDED' | 'REFUNDED'
  reason: PendingReason | undefined
  /** What has gone back of it, or is on its way. */
  refunded: number
}

export const PENDING_REASONS = ['PENDING_REVIEW', 'ECHECK', 'VERIFICATION_REQUIRED'] as const
export type PendingReason = (typeof PENDING_REASONS)[number]

export interface Refund extends Money {
  readonly id: string
  readonly capture: Capture
  readonly createdAt: number
  readonly movement: Movement
  readonly note: string | undefined
  readonly customId: string | undefined
  readonly invoiceId: string | undefined
  /** The number the caller asked with. */
  readonly requestId: string | undefined
  /** As it was when this one was made. */
  readonly refundedTotal: number
  updatedAt: number
  status: 'COMPLETED' | 'PENDING' | 'FAILED'
}

export interface Dispute extends Money {
  readonly id: string
  readonly capture: Capture
  readonly reason: string
  readonly createdAt: number
  updatedAt: number
  outcome: 'won' | 'lost' | undefined
}

export interface Movement extends Money {
  readonly id: string
  readonly code: EventCode
  readonly fee: number
  readonly at: number
  /** The transaction that this one undoes. */
  readonly reference: string | undefined
  readonly invoiceId: string | undefined
  readonly customId: string | undefined
  updatedAt: number
  /** Succeeded, pending, denied, reversed. */
  status: 'S' | 'P' | 'D' | 'V'
}

/** Checkout payment, refund, reversal, hold for a dispute, end of the hold. */
type EventCode = 'T0006' | 'T1107' | 'T1106' | 'T1110' | 'T1111'

export const openBooks = (): Books => ({
  orders: new Map(),
  captures: new Map(),
  refunds: new Map(),
  disputes: new Map(),
  movements: [],
})

const LETTERS = '0123456789ABCDEFGHJKLMNPQRSTUVWXY'

export const newId = (letters = 17): string =>
  Array.from({ length: letters }, () => LETTERS[randomInt(LETTERS.length)]).join('')

/** `2026-11-21T12:00:00Z`. */
export const isoOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
