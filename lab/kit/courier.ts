import type { Faults } from './faults.ts'
import type { Notification } from './provider.ts'
import type { Sender } from './send.ts'
import type { Timers } from './timers.ts'

export interface Attempt {
  /** `lost` was never sent; `replayed` somebody asked for. */
  readonly kind: 'genuine' | 'duplicate' | 'forged' | 'lost' | 'replayed'
  readonly at: string
  /** None where nobody answered; then `why`. */
  readonly status?: number
  readonly why?: string
  readonly acknowledged: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type Message = ReturnType<Notification['message']>

/** A notification on its way. */
interface Parcel {
  readonly notification: Notification
  readonly attempts: Attempt[]
}

export interface Courier {
  /** Until it is acknowledged or given up; says which. */
  bring(parcel: Parcel): Promise<boolean>
  attempt(parcel: Parcel, kind: Attempt['kind'], how?: AttemptHow): Promise<Attempt>
}

interface AttemptHow {
  readonly message?: Message
  readonly url?: string
}

export interface CourierGround {
  readonly faults: Faults
  readonly sender: Sender
  readonly timers: Timers
  now(provider: string): number
  /** A duration of the real provider, on the lab's clock. */
  scaled(ms: number): number
}

const ATTEMPTS_MAX = 200
/** Where a fault does not say how late. */
const DELAY_MS = 1_000
/** A notification that is to come after the next one comes all the same if there is no next one. */
const REORDER_MS_MAX = 15_000

export function openCourier({ faults, sender, timers, now, scaled }: CourierGround): Courier {
  const heldBack = new Map<string, (() => void)[]>()

  async function attempt(
    { notification, attempts }: Parcel,
    kind: Attempt['kind'],
    how: AttemptHow = {},
  ): Promise<Attempt> {
    const { provider, method = 'POST', acknowledged } = notification
    const { message = notification.message({ forged: kind === 'forged' }), url } = how
    const at = new Date(now(provider)).toISOString()
    const { status, body, why } =
      kind === 'lost'
        ? { status: undefined, body: '', why: 'lost on the way' }
        : await sender.send({ url: url ?? notification.url, method, ...message })
    const done: Attempt = {
      ...{ kind, at, ...message },
      ...(status !== undefined && { status }),
      ...(why !== undefined && { why }),
      acknowledged: status !== undefined && acknowledged(status, body),
    }
    if (attempts.length < ATTEMPTS_MAX) attempts.push(done)
    return done
  }

  /** The first attempt, with everything that the menu does to it. Says whether it was acknowledged. */
  async function begin(parcel: Parcel): Promise<boolean> {
    const { provider } = parcel.notification
    const late = faults.strike(provider, 'delay')
    if (late && !(await timers.pause(late.ms ?? DELAY_MS))) return false
    if (faults.strike(provider, 'reorder')) await overtaken(provider)
    if (faults.strike(provider, 'forge')) await attempt(parcel, 'forged')
    if (faults.strike(provider, 'lose')) {
      await attempt(parcel, 'lost')
      return false
    }
    const kinds: Attempt['kind'][] = ['genuine']
    if (faults.strike(provider, 'duplicate')) kinds.push('duplicate')
    const answers = await Promise.all(kinds.map((kind) => attempt(parcel, kind)))
    release(provider)
    return answers.some(({ acknowledged }) => acknowledged)
  }

  async function overtaken(provider: string): Promise<void> {
    const next = new Promise<void>((resolve) => {
      heldBack.set(provider, [...(heldBack.get(provider) ?? []), resolve])
    })
    await Promise.race([next, timers.pause(scaled(REORDER_MS_MAX))])
  }

  function release(provider: string): void {
    const held = heldBack.get(provider) ?? []
    heldBack.delete(provider)
    for (const go of held) go()
  }

  return {
    attempt,
    bring: async (parcel) => {
      let acknowledged = await begin(parcel)
      for (const pauseMs of parcel.notification.retriesMs) {
        if (acknowledged || !(await timers.pause(scaled(pauseMs)))) break
        acknowledged = (await attempt(parcel, 'genuine')).acknowledged
      }
      return acknowledged
    },
  }
}
