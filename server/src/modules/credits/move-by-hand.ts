import type { Act, Actor } from '#audit'
import type { Outcome } from '#kernel/outcome'
import type { Posted } from '#ledger'
import { todayOf } from './by-hand.ts'
import type { Desk } from './deps.ts'
import { addToHandDay, lockHandDay } from './hand-store.ts'
import { inPosting, type Moving, postActIn, Undone } from './post-as.ts'
import type { OwnNo, PostNo } from './post-command.ts'
import { credits } from './refusals.ts'

/** What a person moves or gives back of others: counted with what they give by hand, and beyond their limit refused. */
export async function moveByHand<const Own extends OwnNo>(
  desk: Desk,
  command: Moving,
  may: readonly Own[],
  by: { readonly actor: Actor; readonly act: Act },
): Promise<Outcome<Posted, PostNo<Own> | 'hand_limit_reached'>> {
  const today = todayOf(desk, command, by.actor.id)
  let used = 0n
  try {
    return await inPosting(desk.db, async (tx) => {
      used = await lockHandDay(tx, today)
      const moved = await postActIn(tx, desk, command, may, by)
      if (!moved.ok || moved.value.replayed) return moved
      const { amount } = moved.value
      const size = amount < 0n ? -amount : amount
      // Only now: how much is left of a charge that is given back whole, the ledger knows.
      if (used + size > desk.grantLimit) throw new Undone()
      await addToHandDay(tx, today, size)
      return moved
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
    return credits.no('hand_limit_reached', { limit: desk.grantLimit, used: Number(used) })
  }
}
