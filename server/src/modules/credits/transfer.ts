import type { Actor } from '#audit'
import type { Outcome } from '#kernel/outcome'
import { type AccountName, idInCell, type Posted } from '#ledger'
import type { Desk } from './deps.ts'
import type { SpendCap } from './guard.ts'
import { type GuardNo, guarded } from './guarded.ts'
import type { Intent } from './intent.ts'
import { postAs } from './post-as.ts'
import type { PostNo } from './post-command.ts'
import { credits } from './refusals.ts'

export type TransferNo =
  | PostNo<'insufficient_credits' | 'transfer_to_self' | 'expiry_invalid'>
  | GuardNo

/** Two entries, both or neither. What arrives is a new lot that does not expire. */
export async function transfer(
  desk: Desk,
  from: AccountName,
  toOwner: string,
  want: { readonly amount: number; readonly description?: string | undefined },
  intent: Intent,
  by: { readonly actor: Actor; readonly cap: SpendCap | undefined },
): Promise<Outcome<Posted, TransferNo>> {
  const { actor, cap } = by
  if (want.amount < 1) return credits.no('amount_invalid')
  const amount = BigInt(want.amount)
  return guarded(desk, { account: from, amount, intent, cap }, () =>
    postAs(
      desk,
      {
        kind: 'transfer',
        ...{ ...from, ...intent, toOwner, amount },
        lotId: idInCell(desk.newId, 'lot', toOwner),
        ...(want.description !== undefined && { description: want.description }),
      },
      ['insufficient_credits', 'transfer_to_self', 'expiry_invalid'],
      actor,
      {
        action: 'credits.transferred',
        target: { kind: 'owner', id: from.owner },
        after: { asset: from.asset, amount: want.amount, to: toOwner },
        ...(want.description !== undefined && { reason: want.description }),
        result: 'done',
      },
    ),
  )
}
