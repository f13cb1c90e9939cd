import { type Attempt, type CourierGround, openCourier } from './courier.ts'
import type { Notification } from './provider.ts'
import type { UnderWay } from './under-way.ts'

/** A notification and every attempt to bring it. */
export interface Delivery {
  /** Counts from 1; `replay` asks by it. */
  readonly n: number
  readonly provider: string
  readonly url: string
  readonly state: 'under_way' | 'acknowledged' | 'given_up'
  readonly attempts: readonly Attempt[]
}

export interface Replay {
  /** All at once; 1 is usual. */
  readonly times?: number
  /** Signed again, as a provider does on its own; else byte for byte what was sent before. */
  readonly fresh?: boolean
  /** Somewhere else than before. */
  readonly url?: string
}

export interface Deliveries {
  deliver(notification: Notification): void
  /** What is remembered, oldest first. */
  all(): readonly Delivery[]
  /** The answers' status codes; undefined where that number is not remembered. */
  replay(n: number, how: Replay): Promise<readonly (number | undefined)[] | undefined>
}

interface Ground extends CourierGround {
  readonly underWay: UnderWay
  /** Something in the lab itself is broken. */
  broken(error: unknown): void
}

const REMEMBERED_MAX = 5_000

interface Known {
  readonly notification: Notification
  readonly attempts: Attempt[]
  state: Delivery['state']
}

export function openDeliveries(ground: Ground): Deliveries {
  const courier = openCourier(ground)
  const known = new Map<number, Known>()
  let count = 0

  function remember(notification: Notification): Known {
    count += 1
    const one: Known = { notification, attempts: [], state: 'under_way' }
    known.set(count, one)
    for (const [n, { state }] of known) {
      if (known.size <= REMEMBERED_MAX) break
      if (state !== 'under_way') known.delete(n)
    }
    return one
  }

  async function bring(one: Known): Promise<void> {
    const ended = ground.underWay.begin()
    try {
      one.state = (await courier.bring(one)) ? 'acknowledged' : 'given_up'
    } catch (error) {
      one.state = 'given_up'
      ground.broken(error)
    } finally {
      ended()
    }
  }

  return {
    deliver: (notification) => void bring(remember(notification)),
    all: () =>
      [...known].map(([n, { notification, attempts, state }]) => ({
        ...{ n, state, attempts: [...attempts] },
        ...{ provider: notification.provider, url: notification.url },
      })),
    replay: async (n, { times = 1, fresh = false, url }) => {
      const one = known.get(n)
      if (!one) return undefined
      const before = one.attempts.find(({ kind }) => kind === 'genuine')
      const how = {
        ...(before && !fresh && { message: { headers: before.headers, body: before.body } }),
        ...(url !== undefined && { url }),
      }
      const copies = Array.from({ length: times }, () => courier.attempt(one, 'replayed', how))
      return (await Promise.all(copies)).map(({ status }) => status)
    },
  }
}
