import type { Actor } from '#audit'
import type { Outcome } from '#kernel/outcome'
import type { AccountName, Posted } from '#ledger'
import { answersFor, postByHand, type Waiting } from './by-hand.ts'
import type { Desk } from './deps.ts'
import type { Intent } from './intent.ts'
import type { PostNo } from './post-command.ts'
import { credits } from './refusals.ts'
import { priorityOf } from './sources.ts'

export type AdjustNo = PostNo<'insufficient_credits'>

/** Corrects a balance: upwards a lot like any other, downwards burnt like a charge. Always in the trail. */
export async function adjust(
  desk: Desk,
  account: AccountName,
  want: { readonly amount: number; readonly reason: string },
  intent: Intent,
  actor: Actor,
): Promise<Outcome<Posted | Waiting, AdjustNo>> {
  if (want.amount === 0) return credits.no('amount_invalid')
  const terms = { source: 'admin', priority: priorityOf('admin', false), refundable: false }
  const work = { kind: 'credits.adjust', account, ...want, ...terms } as const
  const who = { actor, answersFor: await answersFor(desk, account, actor) }
  return postByHand(desk, work, intent, who, ['insufficient_credits'])
}
