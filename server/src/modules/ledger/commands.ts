import type { Facts } from '#kernel/outcome'

interface Common {
  readonly owner: string
  readonly asset: string
  /** 8-128 of [A-Za-z0-9_.:-], scoped to the owner, kept as long as the entry. */
  readonly key: string
  /** What the caller was asked, spelled canonically. Without it the command itself is what was asked. */
  readonly request?: string
  readonly actor?: string
  readonly description?: string
  readonly metadata?: Facts
  readonly action?: string
  readonly priceVersion?: number
  /** What a priced action was asked with. Shown to nobody; it says on what a new price would fall. */
  readonly params?: Facts
  readonly referenceType?: string
  readonly referenceId?: string
  /** The book on the other side; each kind has its own default. */
  readonly contra?: string
}

interface LotTerms {
  readonly lotId: string
  readonly source?: string
  readonly priority?: number
  /** RFC 3339; without it the lot never expires. */
  readonly expiresAt?: string
}

export interface Charge extends Common {
  readonly kind: 'charge'
  readonly amount: bigint
  /** Costs nothing the first time this name is charged to this account. */
  readonly firstFree?: string
}
export interface Grant extends Common, LotTerms {
  readonly kind: 'grant'
  readonly amount: bigint
  readonly effectiveAt?: string
  readonly refundable?: boolean
  readonly orderId?: string
}
interface Adjust extends Common, LotTerms {
  readonly kind: 'adjust'
  /** Negative burns like a charge; positive is a lot. */
  readonly amount: bigint
}
interface Hold extends Common {
  readonly kind: 'hold'
  readonly holdId: string
  readonly amount: bigint
  readonly expiresAt: string
}
interface Capture extends Common {
  readonly kind: 'capture'
  readonly holdId: string
  readonly amount: bigint
  readonly final?: boolean
}
interface Release extends Common {
  readonly kind: 'release'
  readonly holdId: string
  /** Of what a freeze had set aside: as free as it was before, it repays no debt. */
  readonly thaw?: boolean
}
interface Extend extends Common {
  readonly kind: 'extend'
  readonly holdId: string
  readonly expiresAt: string
}
export interface Refund extends Common {
  readonly kind: 'refund'
  /** The uuid of the charge's or capture's entry. */
  readonly chargeId: string
  /** Without it: everything not refunded yet. */
  readonly amount?: bigint
  readonly graceDays?: number
}
interface Clawback extends Common {
  readonly kind: 'clawback'
  readonly orderId?: string
  readonly lotId?: string
  /** How much of `paid` has been refunded in all, this time included. Without both: all of it. */
  readonly refunded?: bigint
  readonly paid?: bigint
  readonly policy: 'refuse' | 'debt'
}
/** Of an order's lots, what a clawback of the same share would take of each, set aside as a hold. */
interface Freeze extends Common {
  readonly kind: 'freeze'
  readonly holdId: string
  readonly orderId: string
  readonly refunded: bigint
  readonly paid: bigint
  readonly policy: 'refuse' | 'debt'
  readonly expiresAt: string
}
/** Less of the order is refunded than was taken for: gives the difference back. */
interface Unclaw extends Common {
  readonly kind: 'unclaw'
  readonly orderId: string
  readonly refunded: bigint
  readonly paid: bigint
}
export interface Transfer extends Common, LotTerms {
  readonly kind: 'transfer'
  readonly toOwner: string
  readonly amount: bigint
}
/** Writes down what time has done; needs no key, because a second time there is nothing left to write. */
interface Expire {
  readonly kind: 'expire'
  readonly owner: string
  readonly asset: string
}
export type Command =
  | Charge
  | Grant
  | Adjust
  | Hold
  | Capture
  | Release
  | Extend
  | Refund
  | Clawback
  | Freeze
  | Unclaw
  | Transfer
  | Expire

export interface Balance {
  readonly available: bigint
  readonly held: bigint
  readonly debt: bigint
}
export interface Draw {
  readonly lotId: string
  readonly amount: bigint
  readonly source: string
}
/** What an accepted command did; a repeat of its key gets the same, but for `replayed`. */
export interface Posted {
  readonly ok: true
  readonly replayed: boolean
  readonly id: string
  readonly kind: string
  readonly seq: number
  readonly amount: bigint
  readonly at: number
  readonly balance: Balance
  readonly draws: readonly Draw[]
  readonly priceVersion: number | null
  /** Facts of the kind: hold_id, state, captured, returned, lot_id, remaining, debt_repaid, … */
  readonly detail: Facts
}
interface Refused {
  readonly ok: false
  readonly code: RefusalCode
  readonly facts: Facts
}
export type Answer = Posted | Refused

export type RefusalCode =
  | 'amount_invalid'
  | 'asset_unknown'
  | 'charge_unknown'
  | 'clawback_spent'
  | 'command_unknown'
  | 'expiry_invalid'
  | 'hold_closed'
  | 'hold_expired'
  | 'hold_unknown'
  | 'idempotency_key_invalid'
  | 'idempotency_key_reused'
  | 'insufficient_credits'
  | 'ledger_busy'
  | 'lot_unknown'
  | 'refund_exceeds_charge'
  | 'transfer_to_self'
