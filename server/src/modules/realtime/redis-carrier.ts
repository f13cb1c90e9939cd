import type { Redis } from 'ioredis'
import type { Log } from '#kernel/log'
import type { Relayed } from '#kernel/outbox'
import type { Carrier } from './bus.ts'

const CHANNEL = 'tongbao:relayed'

/** Redis forgets whom it could not reach; the numbers show it, and what is missing is read from PostgreSQL. */
export function redisCarrier(redis: Redis, log: Log): Carrier {
  const listener = redis.duplicate()
  listener.on('error', (error) => log.debug({ err: error }, 'redis cannot be reached'))
  const heard: ((relayed: Relayed) => void)[] = []
  listener.on('message', (_channel: string, text: string) => {
    const relayed = JSON.parse(text) as Relayed // what is read is what `publish` wrote
    for (const hear of heard) hear(relayed)
  })
  return {
    publish: (relayed) => {
      redis.publish(CHANNEL, JSON.stringify(relayed)).catch((error: unknown) => {
        log.debug({ err: error }, 'redis did not carry a batch; other nodes will read it')
      })
    },
    onHeard: (hear) => {
      heard.push(hear)
    },
    start: async () => {
      // One that is down now is followed as soon as it is up.
      listener.subscribe(CHANNEL).catch((error: unknown) => {
        log.warn({ err: error }, 'redis cannot be followed yet')
      })
    },
    stop: async () => {
      listener.disconnect()
    },
  }
}
