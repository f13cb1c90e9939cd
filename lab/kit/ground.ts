import { type Deliveries, openDeliveries } from './deliveries.ts'
import { type Faults, openFaults } from './faults.ts'
import type { Kit } from './provider.ts'
import { openSender } from './send.ts'
import { openTimers, type Timers } from './timers.ts'
import { openUnderWay } from './under-way.ts'

/** What all providers of a lab stand on together. */
export interface Ground {
  readonly faults: Faults
  readonly timers: Timers
  readonly deliveries: Deliveries
  /** Everything that went wrong in the lab itself, which is nobody's to expect. */
  readonly broken: unknown[]
  kitOf(name: string): Kit
  settled(): Promise<void>
  /** What waits is forgotten, what is being sent is cut off. */
  close(): Promise<void>
}

/** What is due this soon, in ms of the real provider, is waited for by whoever waits until all is settled. */
const SOON_MS = 60_000

export function openGround(scale: number, seed: number): Ground {
  const faults = openFaults(seed)
  const timers = openTimers()
  const underWay = openUnderWay()
  const sender = openSender()
  const broken: unknown[] = []
  const now = (provider: string): number => Date.now() + faults.skewMs(provider)
  const scaled = (ms: number): number => ms / scale
  const deliveries = openDeliveries({
    ...{ faults, sender, timers, underWay, now, scaled },
    broken: (error) => broken.push(error),
  })

  async function later(ms: number, work: () => void): Promise<void> {
    const ended = ms <= SOON_MS ? underWay.begin() : () => {}
    try {
      if (await timers.pause(scaled(ms))) work()
    } catch (error) {
      broken.push(error)
    } finally {
      ended()
    }
  }

  return {
    ...{ faults, timers, deliveries, broken },
    kitOf: (name) => ({
      now: () => now(name),
      deliver: deliveries.deliver,
      scaled,
      later: (ms, work) => void later(ms, work),
      strikes: (fault) => faults.strike(name, fault) !== undefined,
    }),
    settled: underWay.idle,
    close: async () => {
      timers.close()
      sender.close()
      await underWay.idle()
    },
  }
}
