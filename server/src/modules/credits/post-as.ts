import { type Act, type Actor, writeAudit } from '#audit'
import { inTx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import type { Outcome } from '#kernel/outcome'
import { type Posted, postIn, postTransferIn, type Refund, type Transfer } from '#ledger'
import type { Desk } from './deps.ts'
import { type PostNo, postCommand, readPosted } from './post-command.ts'

type OwnNo =
  | 'charge_unknown'
  | 'expiry_invalid'
  | 'insufficient_credits'
  | 'refund_exceeds_charge'
  | 'transfer_to_self'

/**
 * What apps do all day goes through the teller. What a person does for others goes past it, so that the act and
 * its line in the trail are one transaction.
 */
export function postAs<const Own extends OwnNo>(
  desk: Desk,
  command: Refund | Transfer,
  may: readonly Own[],
  actor: Actor,
  act: Act,
): Promise<Outcome<Posted, PostNo<Own>>> {
  if (actor.kind !== 'person') return postCommand(desk.teller, command, may)
  return inTx(desk.db, async (tx) => {
    const now = desk.clock.now()
    const answer =
      command.kind === 'transfer'
        ? await postTransferIn(tx, command, now)
        : (await postIn(tx, [command], now))[0]
    invariant(answer !== undefined, 'C9', 'the ledger gave no answer')
    const outcome = readPosted(answer, may)
    if (outcome.ok && !outcome.value.replayed) await writeAudit(tx, desk, actor, act)
    return outcome
  })
}
