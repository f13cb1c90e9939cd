import type { Instant } from '#kernel/clock'
import type { Database } from '#kernel/db'
import { type RelayedEvent, relayedBetween, relayedRange } from '#kernel/outbox'
import { balancesOf } from '#ledger'
import { type Frame, frameOf } from './frame.ts'
import { REPLAY_ROWS_MAX } from './limits.ts'
import type { About } from './line.ts'
import { messagesOf } from './message.ts'

interface Missed {
  /** Undefined: too much, too old, or from another house. */
  readonly frames: readonly Frame[] | undefined
  readonly position: number
}

/** What somebody missed since the number they name. Balances are told as they are: the newest says all. */
export async function catchUp(
  db: Database,
  about: About,
  since: number,
  now: Instant,
): Promise<Missed> {
  const { first, last } = await relayedRange(db)
  if (since === last) return { frames: [], position: last }
  const isKnown = since >= first - 1 && since < last
  if (!isKnown || !('owner' in about)) return { frames: undefined, position: last }
  const { owner } = about
  const rows = await relayedBetween(db, since, last, { owner, rowsMax: REPLAY_ROWS_MAX + 1 })
  if (rows.length > REPLAY_ROWS_MAX) return { frames: undefined, position: last }
  const balances = await balancesOf(db, owner, now)
  return {
    frames: [
      ...rows.flatMap((row) => framesFor(owner, row)),
      ...balances.map(({ asset, available, held, debt }) =>
        frameOf({
          no: last,
          topic: 'balance.changed',
          data: { owner, asset, ...numbers({ available, held, debt }) },
        }),
      ),
    ],
    position: last,
  }
}

const framesFor = (owner: string, row: RelayedEvent): Frame[] =>
  row.topic === 'balance.changed'
    ? []
    : messagesOf(row).flatMap((one) => (one.owner === owner ? [frameOf(one)] : []))

const numbers = (amounts: Readonly<Record<'available' | 'held' | 'debt', bigint>>) => ({
  available: Number(amounts.available),
  held: Number(amounts.held),
  debt: Number(amounts.debt),
})
