import type { Database } from '#kernel/db'
import type { Log } from '#kernel/log'
import {
  RELAYED,
  type Relayed,
  type RelayedEvent,
  relayedBetween,
  relayedRange,
} from '#kernel/outbox'
import type { Signals } from '#kernel/signals'
import { type Crowd, isGap } from './crowd.ts'
import { LOOK_MS } from './limits.ts'

/** Carries what was relayed between nodes, where something else than PostgreSQL does. */
export interface Carrier {
  publish(relayed: Relayed): void
  onHeard(hear: (relayed: Relayed) => void): void
  start(): Promise<void>
  stop(): Promise<void>
}

export interface Bus {
  /** This node has relayed it. */
  relayed(relayed: Relayed): void
  start(): Promise<void>
  stop(): Promise<void>
}

interface Deps {
  readonly db: Database
  readonly signals: Signals
  readonly crowd: Crowd
  readonly carrier: Carrier | undefined
  readonly log: Log
  /** This node has told it, whichever relayed it. */
  readonly onTold: (events: readonly RelayedEvent[]) => void
}

/**
 * Brings the crowd of this node from number to number, in order. Words may be lost, doubled or out of order: the numbers
 * judge, and what lies between is read.
 */
export function openBus({ db, signals, crowd, carrier, log, onTold }: Deps): Bus {
  let turn: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const between = async (
    relayed: Omit<Relayed, 'events'> & { events?: readonly RelayedEvent[] },
  ) => {
    const { position } = crowd
    if (relayed.events && relayed.after <= position)
      return relayed.events.filter(({ no }) => no > position)
    return relayedBetween(db, position, relayed.to)
  }
  const reach = async (relayed: Parameters<typeof between>[0]): Promise<void> => {
    if (relayed.to <= crowd.position || stopped) return
    // Nobody is here to be told: whoever comes begins where the house is.
    if (crowd.size === 0) return crowd.deliver(relayed.to, [])
    if (isGap(crowd.position, relayed.to)) return crowd.resetAll(relayed.to)
    const events = await between(relayed)
    crowd.deliver(relayed.to, events)
    onTold(events)
  }
  const go = (relayed: Parameters<typeof between>[0]): void => {
    turn = turn
      .then(() => reach(relayed))
      .catch((error) =>
        log.warn({ module: 'realtime', err: error }, 'watchers could not be told yet'),
      )
  }
  const look = async (): Promise<void> => {
    const { last } = await relayedRange(db)
    go({ after: crowd.position, to: last })
  }
  const lookAgain = (): void => {
    if (crowd.size === 0) return
    look().catch((error) => log.debug({ module: 'realtime', err: error }, 'could not look'))
  }
  signals.on(RELAYED, (said) => {
    const [after, to] = said.split(' ').map(Number)
    if (after !== undefined && to !== undefined) go({ after, to })
  })
  carrier?.onHeard(go)
  return {
    relayed: (relayed) => {
      go(relayed)
      carrier?.publish(relayed)
    },
    start: async () => {
      await carrier?.start()
      crowd.deliver((await relayedRange(db)).last, [])
      timer = setInterval(lookAgain, LOOK_MS)
    },
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await turn
      await carrier?.stop()
    },
  }
}
