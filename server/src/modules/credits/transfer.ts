import type { Act, Actor } from '#audit'
import type { Outcome } from '#kernel/outcome'
import { type AccountName, idInCell, type Posted, type Transfer } from '#ledger'
import { personBehind } from './by-hand.ts'
import type { Desk } from './deps.ts'
import type { SpendCap } from './guard.ts'
import { type GuardNo, guarded } from './guarded.ts'
import type { Intent } from './intent.ts'
import { moveByHand } from './move-by-hand.ts'
import { postAs } from './post-as.ts'
import type { PostNo } from './post-command.ts'
import { credits } from './refusals.ts'

type MoveNo = PostNo<'insufficient_credits' | 'transfer_to_self' | 'expiry_invalid'>
type HandNo = 'transfer_to_yourself' | 'hand_limit_reached'
export type TransferNo = MoveNo | GuardNo | HandNo

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
  const person = await personBehind(desk, actor)
  const isForOthers = person !== undefined && person !== from.owner
  if (isForOthers && person === toOwner) return credits.no('transfer_to_yourself')
  const amount = BigInt(want.amount)
  const { description } = want
  const command: Transfer = {
    kind: 'transfer',
    ...{ ...from, ...intent, toOwner, amount },
    lotId: idInCell(desk.newId, 'lot', toOwner),
    ...(description !== undefined && { description }),
  }
  const act: Act = {
    action: 'credits.transferred',
    target: { kind: 'owner', id: from.owner },
    after: { asset: from.asset, amount: want.amount, to: toOwner },
    ...(description !== undefined && { reason: description }),
    result: 'done',
  }
  const post = (): Promise<Outcome<Posted, MoveNo | HandNo>> =>
    isForOthers && actor.kind === 'person'
      ? moveByHand(desk, command, MAY, { actor, act })
      : postAs(desk, command, MAY, actor, act)
  return guarded(desk, { account: from, amount, intent, cap }, post)
}

const MAY = ['insufficient_credits', 'transfer_to_self', 'expiry_invalid'] as const
