import type { Redis } from 'ioredis'
import { accounts } from '#credits'
import type { Identity } from '#identity'
import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import type { Jobs } from '#kernel/jobs'
import type { Log } from '#kernel/log'
import type { Metrics } from '#kernel/metrics'
import { type Hearing, openRelay, type Relay } from '#kernel/outbox'
import type { Signals } from '#kernel/signals'
import { openRealtime, type Realtime } from '#realtime'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly newId: NewId
  readonly machineMs: () => number
  readonly signals: Signals
  readonly metrics: Metrics
  readonly log: Log
  readonly identity: Identity
  readonly jobs: Jobs
  readonly hearings: readonly Hearing[]
  readonly redisUrl: string | undefined
}

interface Push {
  readonly relay: Relay
  readonly realtime: Realtime
  /** Shared by all nodes, where there is one. */
  readonly redis: Redis | undefined
  stop(): Promise<void>
}

/** What carries events on: to the queues of those who hear them, and to whoever watches. */
export async function openPush({ redisUrl, ...deps }: Deps): Promise<Push> {
  const redis = redisUrl === undefined ? undefined : await openRedis(redisUrl, deps.log)
  const realtime = openRealtime({ ...deps, whichAccount: accounts(deps), redis })
  const { onRelayed } = realtime
  const relay = openRelay({ ...deps, onRelayed, announce: !redis })
  return {
    ...{ relay, realtime, redis },
    stop: async () => {
      await relay.stop()
      await realtime.stop()
      redis?.disconnect()
    },
  }
}

/** Loaded only where it is used: it would cost every other installation twenty megabytes. */
async function openRedis(url: string, log: Log): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false })
  redis.on('error', (error) => log.warn({ err: error }, 'redis cannot be reached'))
  return redis
}
