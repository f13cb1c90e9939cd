import type { Facts, Outcome } from '#kernel/outcome'
import { type AccountName, entryUuid, findEntryAccount, type Posted } from '#ledger'
import type { Desk } from './deps.ts'
import type { Intent } from './intent.ts'
import { type PostNo, postCommand, replayOf } from './post-command.ts'
import { type CostNo, costOf } from './quote.ts'
import { credits } from './refusals.ts'

export interface Spending {
  readonly amount?: number | undefined
  readonly action?: string | undefined
  readonly params?: Facts | undefined
  readonly description?: string | undefined
  readonly metadata?: Facts | undefined
}

export type ChargeNo = PostNo<'insufficient_credits'> | CostNo

/** Spends from the lots in burn order, all of it or nothing. */
export async function charge(
  desk: Desk,
  account: AccountName,
  want: Spending,
  intent: Intent,
): Promise<Outcome<Posted, ChargeNo>> {
  const cost = await costOf(desk.quote, account.owner, want)
  if (!cost.ok) return (await replayOf(desk.teller, account, intent)) ?? cost
  const { description, metadata } = want
  return postCommand(
    desk.teller,
    {
      kind: 'charge',
      ...account,
      ...intent,
      ...cost.value,
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { metadata }),
    },
    ['insufficient_credits'],
  )
}

export interface Refunding {
  readonly chargeId: string
  readonly amount?: number | undefined
  readonly reason?: string | undefined
}
export type RefundNo = PostNo<'charge_unknown' | 'refund_exceeds_charge'>

/** Gives back to the very lots it came from, last drawn first; without an amount, all that is left. */
export async function refund(
  desk: Desk,
  want: Refunding,
  intent: Intent,
): Promise<Outcome<Posted, RefundNo>> {
  const uuid = entryUuid('chg', want.chargeId)
  const account = uuid === undefined ? undefined : await findEntryAccount(desk.db, uuid)
  if (uuid === undefined || !account) return credits.no('charge_unknown')
  if (want.amount !== undefined && want.amount < 1) return credits.no('amount_invalid')
  return postCommand(
    desk.teller,
    {
      kind: 'refund',
      ...account,
      ...intent,
      chargeId: uuid,
      ...(want.amount !== undefined && { amount: BigInt(want.amount) }),
      ...(want.reason !== undefined && { description: want.reason }),
    },
    ['charge_unknown', 'refund_exceeds_charge'],
  )
}
