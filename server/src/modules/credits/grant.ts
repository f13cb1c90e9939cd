import { type Act, type Actor, writeAudit } from '#audit'
import { crashPoint } from '#kernel/crash-points'
import { inTx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import type { Outcome } from '#kernel/outcome'
import { type AccountName, type Command, findLot, idInCell, type Posted, postIn } from '#ledger'
import { answersFor, postByHand, type Waiting } from './by-hand.ts'
import type { Desk } from './deps.ts'
import type { Intent } from './intent.ts'
import { type PostNo, postCommand, readPosted } from './post-command.ts'
import { credits } from './refusals.ts'
import { priorityOf, type Source } from './sources.ts'

export interface Granting {
  readonly amount: number
  readonly source: Source
  readonly priority?: number | undefined
  readonly effectiveAt?: string | undefined
  readonly expiresAt?: string | undefined
  readonly reason?: string | undefined
}
export type GrantNo = PostNo<'expiry_invalid'> | 'reason_needed'

/** Makes a lot. By hand, or from a person's session, it needs a reason and leaves its line in the trail. */
export async function grant(
  desk: Desk,
  account: AccountName,
  want: Granting,
  intent: Intent,
  actor: Actor,
): Promise<Outcome<Posted | Waiting, GrantNo>> {
  const { amount, source, reason, expiresAt, effectiveAt } = want
  const byHand = source === 'admin' || actor.kind === 'person'
  if (byHand && reason === undefined) return credits.no('reason_needed')
  if (amount < 1) return credits.no('amount_invalid')
  const priority = want.priority ?? priorityOf(source, expiresAt !== undefined)
  const refundable = source === 'purchase'
  const person = await answersFor(desk, account, actor)
  if (person !== undefined) {
    if (reason === undefined) return credits.no('reason_needed')
    const work = { amount, source, priority, refundable, effectiveAt, expiresAt, reason }
    const who = { actor, answersFor: person }
    return postByHand(desk, { kind: 'credits.grant', account, ...work }, intent, who, [
      'expiry_invalid',
    ])
  }
  const command = {
    kind: 'grant',
    ...account,
    ...intent,
    amount: BigInt(amount),
    lotId: idInCell(desk.newId, 'lot', account.owner),
    source,
    priority,
    refundable,
    ...(effectiveAt !== undefined && { effectiveAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(reason !== undefined && { description: reason }),
  } as const
  if (!byHand) return postCommand(desk.teller, command, ['expiry_invalid'])
  return postInTrail(desk, command, ['expiry_invalid'], actor, {
    action: 'credits.granted',
    target: { kind: 'owner', id: account.owner },
    after: { asset: account.asset, amount, source, priority, lot_id: command.lotId },
    ...(reason !== undefined && { reason }),
    result: 'done',
  })
}

export type VoidNo = PostNo<'lot_unknown' | 'clawback_spent'>

/** Takes a grant back, all of it or nothing: what has been spent is not turned into debt here. */
export async function voidGrant(
  desk: Desk,
  lotId: string,
  reason: string,
  intent: Intent,
  actor: Actor,
): Promise<Outcome<Posted, VoidNo>> {
  const lot = await findLot(desk.db, lotId)
  if (!lot) return credits.no('lot_unknown')
  const { owner, asset } = lot
  const command = {
    kind: 'clawback',
    policy: 'refuse',
    ...intent,
    ...{ owner, asset, lotId, description: reason },
  } as const
  return postInTrail(desk, command, ['lot_unknown', 'clawback_spent'], actor, {
    action: 'credits.grant_voided',
    target: { kind: 'owner', id: owner },
    before: { asset, granted: Number(lot.granted), source: lot.source, lot_id: lotId },
    reason,
    result: 'done',
  })
}

/** Rare enough to do without the teller, so that the act and its line are one transaction. */
async function postInTrail<const Own extends 'expiry_invalid' | 'lot_unknown' | 'clawback_spent'>(
  desk: Desk,
  command: Exclude<Command, { kind: 'transfer' }>,
  may: readonly Own[],
  actor: Actor,
  act: Act,
): Promise<Outcome<Posted, PostNo<Own>>> {
  const posted = await inTx(desk.db, async (tx) => {
    const [answer] = await postIn(tx, [command], desk.clock.now())
    invariant(answer !== undefined, 'C9', 'the ledger gave no answer')
    if (answer.ok && !answer.replayed) await writeAudit(tx, desk, actor, act)
    crashPoint('grant.before_commit')
    return readPosted(answer, may)
  })
  crashPoint('grant.committed')
  return posted
}
