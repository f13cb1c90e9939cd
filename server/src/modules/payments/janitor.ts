import { isUnavailable } from '#kernel/db'
import { askAttempt, closeAttempt } from './ask-attempt.ts'
import { canBePaid } from './attempt.ts'
import { takeDueAttempts } from './attempt-store.ts'
import { takeDueEvents } from './event-store.ts'
import { processEvents } from './process-event.ts'
import { takeDueRefunds } from './refund-store.ts'
import { sendRefund } from './send-refund.ts'
import { sendTransfer } from './send-transfer.ts'
import type { PaymentsDeps } from './start-attempt.ts'
import { takeDueTransfers } from './transfer-store.ts'

const LOOKS_EVERY_MS = 1_000

/** Looks after what is under way: messages to work off, attempts to ask about, money to send. */
export interface Janitor {
  /** Calls back when something was brought on: whoever watches should not wait for it. */
  start(worked: () => void): void
  /** Something of this kind has come just now: do not wait for the next look. */
  wake(kind: Kind): void
  /** One look at everything that is due; how many things it took. */
  turn(): Promise<number>
  stop(): Promise<void>
}

type Kind = 'events' | 'attempts' | 'refunds' | 'transfers'

export function openJanitor(deps: PaymentsDeps): Janitor {
  let running: Promise<unknown> | undefined
  let stopped = false
  let worked: () => void = () => {}
  const woken = { events: 0, attempts: 0, refunds: 0, transfers: 0 }
  const rousing = new Map<Kind, () => void>()

  const each = async <T>(things: readonly T[], work: (thing: T) => Promise<unknown>) => {
    for (const one of await Promise.allSettled(things.map(work)))
      if (one.status === 'rejected') note(one.reason)
    return things.length
  }
  const note = (error: unknown) => {
    const say = isUnavailable(error) ? 'warn' : 'error'
    deps.log[say]({ module: 'payments', err: error }, 'something under way could not be brought on')
  }
  const looks: Readonly<Record<Kind, () => Promise<number>>> = {
    events: async () => {
      const due = await takeDueEvents(deps.db, deps.clock.now())
      await processEvents(deps, due)
      return due.length
    },
    attempts: async () =>
      each(await takeDueAttempts(deps.db, deps.clock.now()), (one) =>
        canBePaid(one) && one.expiresAt <= deps.clock.now()
          ? closeAttempt(deps, one)
          : askAttempt(deps, one),
      ),
    refunds: async () =>
      each(await takeDueRefunds(deps.db, deps.clock.now()), (one) => sendRefund(deps, one)),
    transfers: async () =>
      each(await takeDueTransfers(deps.db, deps.clock.now()), (one) => sendTransfer(deps, one)),
  }
  const kinds = Object.keys(looks) as Kind[]
  const turn = async (): Promise<number> => {
    let took = 0
    for (const kind of kinds) took += await looks[kind]()
    return took
  }
  const nap = (kind: Kind, isAwake: () => boolean) =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        rousing.delete(kind)
        resolve()
      }
      const timer = setTimeout(done, LOOKS_EVERY_MS)
      rousing.set(kind, done)
      if (isAwake() || stopped) done()
    })
  // Each kind by itself: a provider that does not answer holds up no message of another.
  const run = async (kind: Kind): Promise<void> => {
    while (!stopped) {
      const before = woken[kind]
      try {
        while ((await looks[kind]()) > 0 && !stopped) worked()
      } catch (error) {
        note(error)
      }
      await nap(kind, () => woken[kind] !== before)
    }
  }
  return {
    turn,
    start: (then) => {
      worked = then
      running ??= Promise.all(kinds.map(run))
    },
    wake: (kind) => {
      woken[kind] += 1
      rousing.get(kind)?.()
    },
    stop: async () => {
      stopped = true
      for (const done of [...rousing.values()]) done()
      await running
    },
  }
}
