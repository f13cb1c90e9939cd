import { randomInt } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { WhichAccount } from '#credits'
import { type Identity, KEYS_CHANGED, SESSION_GONE } from '#identity'
import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/db'
import type { Log } from '#kernel/log'
import type { Metrics } from '#kernel/metrics'
import type { Relayed, RelayedEvent } from '#kernel/outbox'
import type { Route } from '#kernel/routes'
import type { Signals } from '#kernel/signals'
import { pushRoutes } from './admin-routes.ts'
import { openBus } from './bus.ts'
import { openCatchUps } from './catch-up.ts'
import { gatherCrowd } from './crowd.ts'
import type { Line } from './line.ts'
import { redisCarrier } from './redis-carrier.ts'
import { countSeen } from './seen.ts'
import { streamRoutes } from './stream-routes.ts'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly machineMs: () => number
  readonly signals: Signals
  readonly metrics: Metrics
  readonly log: Log
  readonly whichAccount: WhichAccount
  readonly identity: Pick<Identity, 'stillIn'>
  /** Carries batches between nodes where there is one; else PostgreSQL says how far the relay went. */
  readonly redis: Redis | undefined
}

export interface Realtime {
  readonly routes: readonly Route[]
  readonly onRelayed: (relayed: Relayed) => void
  start(): Promise<void>
  /** Everybody is sent away in good order, and nobody taken in. */
  sendAway(): void
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 1_000
const CHECKED_AT_ONCE_MAX = 1_000

/** From 0 to just below 1. */
const random = (): number => randomInt(FINE) / FINE
const FINE = 1_000_000

export function openRealtime(deps: Deps): Realtime {
  const { db, signals, identity, log, redis } = deps
  const crowd = gatherCrowd(random)
  const seen = countSeen(deps.metrics, crowd)
  const carrier = redis && redisCarrier(redis, log)
  const onTold = (events: readonly RelayedEvent[]) => {
    const newest = events.at(-1)
    if (newest) seen.lag(Math.max(0, deps.clock.now() - Date.parse(newest.at)) / 1_000)
    // With other roles they may see other things: they come back and are asked anew.
    const anew = new Set(
      events.filter(({ topic }) => topic === 'identity.roles_changed').map(({ owner }) => owner),
    )
    if (anew.size > 0)
      for (const line of [...crowd.lines()]) if (anew.has(line.principal.id)) crowd.bye(line)
  }
  const bus = openBus({ db, signals, crowd, carrier, log, onTold })
  let closing = false
  let timer: NodeJS.Timeout | undefined

  /** Whoever may no longer be here goes. */
  const check = async (which: (line: Line) => boolean): Promise<void> => {
    const lines = [...crowd.lines()].filter(which)
    for (let i = 0; i < lines.length; i += CHECKED_AT_ONCE_MAX) {
      const some = lines.slice(i, i + CHECKED_AT_ONCE_MAX)
      const live = await identity.stillIn(some.map(({ principal }) => principal))
      for (const line of some) if (!live.has(line.principal)) crowd.bye(line)
    }
  }
  const checkNow = (which: (line: Line) => boolean): void => {
    check(which).catch((error) => {
      // Nobody knows who may stay: they come back and are asked who they are.
      log.warn({ module: 'realtime', err: error }, 'who may watch could not be read')
      for (const line of [...crowd.lines()].filter(which)) crowd.bye(line)
    })
  }
  signals.on(SESSION_GONE, (id) => checkNow(({ principal }) => principal.sessionId === id))
  signals.on(KEYS_CHANGED, () => checkNow(({ principal }) => principal.kind === 'key'))
  // Whatever was said while the line was down is lost.
  signals.onConnected(() => checkNow(() => true))

  return {
    routes: [
      ...streamRoutes({
        ...deps,
        ...{ crowd, seen, catchUps: openCatchUps({ ...deps, crowd }), random },
        isClosing: () => closing,
      }),
      ...pushRoutes({ crowd, seen }),
    ],
    onRelayed: (relayed) => bus.relayed(relayed),
    start: async () => {
      await bus.start()
      timer = setInterval(() => crowd.look(deps.machineMs()), LOOK_EVERY_MS)
    },
    sendAway: () => {
      closing = true
      for (const line of [...crowd.lines()]) crowd.bye(line)
    },
    stop: async () => {
      clearInterval(timer)
      await bus.stop()
    },
  }
}
