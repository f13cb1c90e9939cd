import type { AuditDeps } from '#audit'
import type { accounts } from '#credits'
import type { Database } from '#kernel/db'
import type { Log } from '#kernel/log'
import type { Payments } from '#payments'

/** What verbs and routes of this module are handed. */
export interface Counter extends AuditDeps {
  readonly db: Database
  readonly log: Log
  readonly publicUrl: string
  readonly payments: Payments
  /** Whether a top-up that was due still is. */
  readonly isTopUpDue: (id: string) => Promise<boolean>
  /** How a top-up that was due has ended. */
  readonly concludeTopUp: (id: string, result: 'paid' | 'declined') => Promise<void>
  readonly whichAccount: ReturnType<typeof accounts>
  /** In production nothing that is paid with play money gives anything worth something. */
  readonly production: boolean
  /** Above it a refund that a person asks for waits for a second one; in minor units. */
  readonly refundLimit: number
  /** The person who made an API key; undefined where none did. */
  readonly makerOf: (keyId: string) => Promise<string | undefined>
}
