import type { AuditDeps } from '#audit'
import type { Database } from '#kernel/db'
import type { Log } from '#kernel/log'
import type { Teller } from '#ledger'
import type { WhichAccount } from './account.ts'
import type { Firsts } from './first-free.ts'
import type { Guard, SpendCap } from './guard.ts'
import type { Known } from './known.ts'
import type { Quote } from './quote.ts'
import type { WatchTopUp } from './start-top-up.ts'
import type { TopUpRule } from './top-up.ts'

type WouldDo = {
  readonly product_id: number
  readonly credits: number
  readonly prices: { readonly currency: string; readonly amount: number }[]
}

/** What verbs and routes of this module are handed. */
export interface Desk extends AuditDeps {
  readonly db: Database
  readonly teller: Teller
  readonly log: Log
  readonly whichAccount: WhichAccount
  readonly quote: Quote
  /** How much one person may give by hand at once, and in a day, in minor units of any asset. */
  readonly grantLimit: number
  /** Who made a key, as far as somebody did. */
  readonly makerOf: (keyId: string) => Promise<string | undefined>
  readonly firsts: Firsts
  readonly guards: Known<Guard>
  readonly topUpRules: Known<TopUpRule>
  readonly watchTopUp: WatchTopUp
  /** What is on sale and gives so much at least, for whoever has too little. */
  readonly wouldDo: (missing: bigint) => Promise<WouldDo[]>
  /** The cap of a key, whoever asks just now. */
  readonly keyCap: (keyId: string) => Promise<SpendCap | undefined>
}
