import { isUnavailable } from '#kernel/db'
import { askAttempt, closeAttempt } from './ask-attempt.ts'
import { canBePaid } from './attempt.ts'
import { takeDueAttempts } from './attempt-store.ts'
import { takeDueEvents } from './event-store.ts'
import { processEvent } from './process-event.ts'
import { takeDueRefunds } from './refund-store.ts'
import { sendRefund } from './send-refund.ts'
import { sendTransfer } from './send-transfer.ts'
import type { PaymentsDeps } from './start-attempt.ts'
import { takeDueTransfers } from './transfer-store.ts'

const LOOKS_EVERY_MS = 1_000

/** Looks after what is under way: messages to work off, attempts to ask about, money to send. */
export interface Janitor {
  start(): void
  /** Something has come just now: do not wait for the next look. */
  wake(): void
  /** One look at everything that is due; how many things it took. */
  turn(): Promise<number>
  stop(): Promise<void>
}

export function openJanitor(deps: PaymentsDeps): Janitor {
  let running: Promise<unknown> | undefined
  let stopped = false
  let woken = 0
  const rousing = new Set<() => void>()

  const each = async <T>(things: readonly T[], work: (thing: T) => Promise<unknown>) => {
    for (const one of await Promise.allSettled(things.map(work)))
      if (one.status === 'rejected') note(one.reason)
    return things.length
  }
  const note = (error: unknown) => {
    const say = isUnavailable(error) ? 'warn' : 'error'
    deps.log[say]({ module: 'payments', err: error }, 'something under way could not be brought on')
  }
  const kinds: readonly (() => Promise<number>)[] = [
    async () =>
      each(await takeDueEvents(deps.db, deps.clock.now()), (one) => processEvent(deps, one)),
    async () =>
      each(await takeDueAttempts(deps.db, deps.clock.now()), (one) =>
        canBePaid(one) && one.expiresAt <= deps.clock.now()
          ? closeAttempt(deps, one)
          : askAttempt(deps, one),
      ),
    async () =>
      each(await takeDueRefunds(deps.db, deps.clock.now()), (one) => sendRefund(deps, one)),
    async () =>
      each(await takeDueTransfers(deps.db, deps.clock.now()), (one) => sendTransfer(deps, one)),
  ]
  const turn = async (): Promise<number> => {
    let took = 0
    for (const kind of kinds) took += await kind()
    return took
  }
  const nap = (isAwake: () => boolean) =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        rousing.delete(done)
        resolve()
      }
      const timer = setTimeout(done, LOOKS_EVERY_MS)
      rousing.add(done)
      if (isAwake() || stopped) done()
    })
  // Each kind by itself: a provider that does not answer holds up no message of another.
  const run = async (kind: () => Promise<number>): Promise<void> => {
    while (!stopped) {
      const before = woken
      try {
        while ((await kind()) > 0 && !stopped);
      } catch (error) {
        note(error)
      }
      await nap(() => woken !== before)
    }
  }
  const rouse = () => {
    for (const done of [...rousing]) done()
  }
  return {
    turn,
    start: () => {
      running ??= Promise.all(kinds.map(run))
    },
    wake: () => {
      woken += 1
      rouse()
    },
    stop: async () => {
      stopped = true
      rouse()
      await running
    },
  }
}
