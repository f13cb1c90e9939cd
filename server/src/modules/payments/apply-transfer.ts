import { inTx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import type { ApplyDeps, From } from './apply-payment.ts'
import { nextAskAt } from './attempt.ts'
import type { TransferFact, TransferState } from './fact.ts'
import type { TransferEvent } from './transfer-states.ts'
import { findTransferSaid, moveTransfer } from './transfer-store.ts'

const EVENT_OF: Readonly<Record<TransferState, TransferEvent>> = {
  accepted: 'submit',
  processing: 'submit',
  wait_user: 'wait_user',
  succeeded: 'succeed',
  failed: 'fail',
  cancelled: 'cancel',
  returned: 'return',
}

/** The door through which the provider's word about money going out becomes ours. Only `succeeded` is a success. */
export function applyTransfer(
  deps: ApplyDeps,
  fact: TransferFact,
  { account }: From,
): Promise<'done' | 'repeat' | 'misfit'> {
  const { channel, name } = account
  return inTx(deps.db, async (tx) => {
    const known = await findTransferSaid(tx, channel, name, fact.transferNo)
    const fits =
      known !== undefined &&
      fact.merchant === account.merchant &&
      fact.livemode === account.livemode &&
      (fact.amount === undefined || fact.amount === known.amount)
    if (!fits) {
      deps.log.error(
        { module: 'payments', channel, account: name },
        'what is said of a transfer fits nothing',
      )
      return 'misfit'
    }
    const at = deps.clock.now()
    const event = EVENT_OF[fact.state]
    const isUnderWay = event === 'submit' || event === 'wait_user'
    const moved = await moveTransfer(tx, known.id, event, {
      at,
      askAt: isUnderWay ? nextAskAt(known.asked, at) : undefined,
      ...{ ref: fact.transfer, confirm: fact.confirm, why: fact.why },
    })
    if (!moved) {
      // The money of one that had failed is with its owner again: now it went out as well.
      if (fact.state === 'succeeded' && known.state !== 'succeeded')
        deps.log.error(
          { module: 'payments', transfer_id: known.id, state: known.state },
          'a transfer that had failed arrived',
        )
      return 'repeat'
    }
    await tell(tx, deps.clock, {
      topic: 'payments.transfer_moved',
      data: { transfer_id: known.id, subject: known.subject, state: fact.state },
    })
    return 'done'
  })
}
