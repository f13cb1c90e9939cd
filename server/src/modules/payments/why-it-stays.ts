import type { Database, Tx } from '#kernel/db'
import { findAccount, type KeptAccount } from './account-store.ts'
import { refundable } from './begin-refund.ts'
import type { PaymentsDeps } from './start-attempt.ts'
import type { Suspended } from './suspense-store.ts'

/** Why what lies in suspense cannot be sent back from here. */
export const STAYS = [
  ...(['account_gone', 'merchant_other', 'amount_unreadable'] as const),
  ...(['number_missing', 'settled_otherwise', 'refused_there', 'stuck', 'gone_back'] as const),
]
export type Stays = (typeof STAYS)[number]

/** What this account was not paid it cannot pay back, nor what it kept when it was told in other words. */
export async function whyItStays(
  db: Database | Tx,
  { channels }: Pick<PaymentsDeps, 'channels'>,
  fact: Suspended,
): Promise<Stays | undefined> {
  const account = await findAccount(db, fact.channel, fact.account)
  return staysOf(fact, channels.has(fact.channel) ? account : undefined)
}

/** Pure. */
export function staysOf(
  fact: Suspended,
  account: Pick<KeptAccount, 'merchant' | 'livemode'> | undefined,
): Stays | undefined {
  if (fact.waitsThere) return fact.waitsThere
  if (fact.settledOtherwise) return 'settled_otherwise'
  if (!account) return 'account_gone'
  if (account.merchant !== fact.merchant || account.livemode !== fact.livemode)
    return 'merchant_other'
  if (fact.amount === undefined) return 'amount_unreadable'
  if (fact.tradeNo === undefined && fact.attemptId === undefined) return 'number_missing'
  return refundable(fact) > 0n ? undefined : 'gone_back'
}
