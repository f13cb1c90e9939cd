import type { Clock } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import type { Order } from './order.ts'

export const TOP_UP_ENDED = 'checkout.top_up_ended'

/** A topic of its own: who buys for themselves is most of those who buy, and nobody has to hear of each. */
export async function tellTopUp(
  tx: Tx,
  { clock }: { readonly clock: Clock },
  { topUp, owner }: Order,
  how: 'paid' | 'declined',
): Promise<void> {
  if (topUp === undefined) return
  await tell(tx, clock, { topic: TOP_UP_ENDED, owner, data: { top_up_id: topUp, how } })
}
