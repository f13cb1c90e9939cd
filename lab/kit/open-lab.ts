import { PROVIDERS } from '../providers.ts'
import type { Delivery, Replay } from './deliveries.ts'
import { openDesk } from './desk.ts'
import { type FaultAsk, parseFault } from './faults.ts'
import { type Ground, openGround } from './ground.ts'
import type { BookLine, Json, LabRequest, OpenProvider, Provider } from './provider.ts'
import { json, type Outcome, serve } from './serve.ts'
import { spoil } from './spoil.ts'

export interface LabOptions {
  /** Names of registered ones, or others by a name each; all that are registered where none are said. */
  readonly providers?: readonly string[] | Readonly<Record<string, OpenProvider>>
  /** How many of the real provider's seconds pass in one. */
  readonly scale?: number
  /** What is left to chance falls the same way with the same seed. */
  readonly seed?: number
  /** By name, and of the lab's own page under `lab`; any free one where none is said. */
  readonly ports?: Readonly<Record<string, number>>
}

export interface Lab {
  /** The address of the lab's own page, with the menu of faults. */
  readonly page: string
  readonly names: readonly string[]
  /** Where a provider's API is. */
  url(provider: string): string
  /** What an app has to know to talk to it. */
  account(provider: string): Json
  /** What people do, and what only the provider can do. Rejects with a sentence where that cannot be. */
  control(provider: string, name: string, input?: Json): Promise<Json>
  fault(ask: FaultAsk): void
  faults(): readonly FaultAsk[]
  clearFaults(): void
  books(provider?: string): readonly (BookLine & { readonly provider: string })[]
  deliveries(): readonly Delivery[]
  /** The answers' status codes. */
  replay(n: number, how?: Replay): Promise<readonly (number | undefined)[]>
  /** When every delivery was acknowledged or given up, and nothing is about to happen by itself. */
  settled(): Promise<void>
  /** Rejects where something in the lab itself broke meanwhile. */
  close(): Promise<void>
}

interface Stand {
  readonly provider: Provider
  readonly url: string
}

const SCALE = 1_000
const SEED = 1

/** Opens local stand-ins for providers, each on a port of its own. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { scale = SCALE, seed = SEED, ports = {} } = options
  const chosen = chosenOf(options.providers)
  const ground = openGround(scale, seed)
  const stands = new Map<string, Stand>()
  const lab = labOf(ground, Object.keys(chosen), stands)
  const desk = openDesk(lab, (name) => stands.get(name)?.provider)
  const listeners: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    await ground.close()
    await Promise.all(listeners.map((one) => one.close()))
  }

  try {
    const page = await serve(ports['lab'] ?? 0, guarded(ground, desk))
    listeners.push(page)
    for (const [name, open] of Object.entries(chosen)) {
      const provider = await open(ground.kitOf(name))
      const api = (request: LabRequest): Promise<Outcome> =>
        request.url.pathname.startsWith('/__lab') ? desk(request) : spoil(provider, request, ground)
      const port = ports[name] ?? 0
      const listener = (await provider.listen?.(port)) ?? (await serve(port, guarded(ground, api)))
      listeners.push(listener)
      stands.set(name, { provider, url: listener.url })
    }
    return {
      ...lab,
      page: `${page.url}/__lab`,
      close: async () => {
        await close()
        if (ground.broken.length > 0) throw new AggregateError(ground.broken, 'the lab broke')
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

function chosenOf(wanted: LabOptions['providers']): Readonly<Record<string, OpenProvider>> {
  const registered = Object.fromEntries(PROVIDERS.map(({ name, open }) => [name, open]))
  if (wanted === undefined) return registered
  if (!isNames(wanted)) return wanted
  return Object.fromEntries(
    wanted.map((name) => {
      const open = registered[name]
      if (!open) throw new Error(`the lab has no ${name}`)
      return [name, open]
    }),
  )
}

const isNames = (wanted: NonNullable<LabOptions['providers']>): wanted is readonly string[] =>
  Array.isArray(wanted)

function labOf(
  { faults, deliveries, settled }: Ground,
  names: readonly string[],
  stands: ReadonlyMap<string, Stand>,
): Omit<Lab, 'page' | 'close'> {
  const at = (name: string): Stand => {
    const found = stands.get(name)
    if (!found) throw new Error(`the lab has no ${name}; it has ${names.join(', ')}`)
    return found
  }
  return {
    names,
    url: (name) => at(name).url,
    account: (name) => at(name).provider.account(at(name).url),
    control: async (name, control, input = {}) => {
      const { controls } = at(name).provider
      const act = Object.hasOwn(controls, control) ? controls[control] : undefined
      if (!act) throw new Error(`${name} can ${Object.keys(controls).join(', ')}`)
      return act(input)
    },
    fault: (ask) => {
      const parsed = parseFault({ ...ask }, names)
      if (typeof parsed === 'string') throw new Error(parsed)
      faults.add(parsed)
    },
    faults: faults.standing,
    clearFaults: faults.clear,
    books: (name) =>
      (name === undefined ? names : [name]).flatMap((provider) =>
        at(provider)
          .provider.books()
          .map((line) => ({ provider, ...line })),
      ),
    deliveries: deliveries.all,
    replay: async (n, how = {}) => {
      const statuses = await deliveries.replay(n, how)
      if (!statuses) throw new Error(`no delivery ${n} is remembered`)
      return statuses
    },
    settled,
  }
}

/** A lab that breaks says so to whoever asked, and again when it is closed. */
const guarded =
  ({ broken }: Ground, answer: (request: LabRequest) => Promise<Outcome>) =>
  async (request: LabRequest): Promise<Outcome> => {
    try {
      return await answer(request)
    } catch (error) {
      broken.push(error)
      return { kind: 'reply', reply: json(500, { message: 'the lab itself is broken' }) }
    }
  }
