import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/db'
import { type RelayedEvent, relayedOf, relayedRange } from '#kernel/outbox'
import { balancesOf } from '#ledger'
import type { Crowd } from './crowd.ts'
import { type Frame, frameOf } from './frame.ts'
import { CATCH_UPS_AT_ONCE_MAX, REPLAY_ROWS_MAX } from './limits.ts'
import type { About } from './line.ts'
import { messagesOf } from './message.ts'

/** Undefined frames: too much, too old, or from another house. */
interface Missed {
  readonly frames: readonly Frame[] | undefined
  readonly position: number
}

export interface CatchUps {
  /** What somebody missed since the number they name, up to where this node is. */
  since(about: About, no: number): Promise<Missed>
}

interface Asked {
  readonly owner: string
  readonly after: number
  readonly answer: (missed: Missed) => void
  readonly fail: (error: unknown) => void
}

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly crowd: Crowd
}

/**
 * When a server went away all its watchers come at once. They are asked for together, over one connection, so that the
 * storm leaves the database to those who pay.
 */
export function openCatchUps({ db, clock, crowd }: Deps): CatchUps {
  const waiting: Asked[] = []
  let busy = false

  const work = async (): Promise<void> => {
    busy = true
    try {
      while (waiting.length > 0) await together(waiting.splice(0, CATCH_UPS_AT_ONCE_MAX))
    } finally {
      busy = false
    }
  }
  const together = async (asked: readonly Asked[]): Promise<void> => {
    try {
      const { position } = crowd
      const first = await firstKept(db)
      const known = asked.filter(({ after }) => after >= first - 1)
      const rows = await relayedOf(db, known, position, REPLAY_ROWS_MAX + 1)
      const balances = Map.groupBy(
        await balancesOf(db, [...new Set(known.map(({ owner }) => owner))], clock.now()),
        ({ owner }) => owner,
      )
      for (const one of asked) {
        const nth = known.indexOf(one)
        const theirs = nth < 0 ? undefined : rows[nth]
        const frames =
          theirs && theirs.length <= REPLAY_ROWS_MAX
            ? [
                ...theirs.flatMap((row) => framesFor(one.owner, row)),
                ...balanceFrames(balances.get(one.owner) ?? [], position),
              ]
            : undefined
        one.answer({ frames, position })
      }
    } catch (error) {
      for (const one of asked) one.fail(error)
    }
  }
  return {
    since: async (about, no) => {
      const { position } = crowd
      if (no === position) return { frames: [], position }
      if (no > position) {
        // From another node that is ahead of this one; or from another house.
        const isAhead = no <= (await relayedRange(db)).last
        return isAhead ? { frames: [], position: no } : { frames: undefined, position }
      }
      // What waits for the staff is a list that is fetched as quickly.
      if (!('owner' in about)) return { frames: undefined, position }
      const { owner } = about
      const missed = new Promise<Missed>((answer, fail) =>
        waiting.push({ owner, after: no, answer, fail }),
      )
      if (!busy) void work()
      return missed
    },
  }
}

const firstKept = async (db: Database): Promise<number> => (await relayedRange(db)).first

const framesFor = (owner: string, row: RelayedEvent): Frame[] =>
  row.topic === 'balance.changed'
    ? []
    : messagesOf(row).flatMap((one) => (one.owner === owner ? [frameOf(one)] : []))

/** Balances are told as they are: the newest says all. */
const balanceFrames = (balances: Awaited<ReturnType<typeof balancesOf>>, no: number): Frame[] =>
  balances.map(({ owner, asset, available, held, debt }) =>
    frameOf({
      ...{ no, topic: 'balance.changed' },
      data: {
        ...{ owner, asset, available: Number(available) },
        ...{ held: Number(held), debt: Number(debt) },
      },
    }),
  )
