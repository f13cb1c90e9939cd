import { performance } from 'node:perf_hooks'
import { setInterval } from 'node:timers/promises'

/** What one contender did in one slice of time. */
export interface Slice {
  readonly count: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface Contender {
  readonly name: string
  /** How many callers or connections it was given. */
  readonly callers: number
  run(ms: number): Promise<Slice>
}

/** Medians over the slices of one contender; `slices` are their rates, in the order of the rounds. */
export interface Line {
  readonly name: string
  readonly callers: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly slices: readonly number[]
}

/** Of an even number the mean of the middle two, so that nobody is favoured. */
const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

const at = (numbers: readonly number[], share: number): number =>
  [...numbers].sort((a, b) => a - b)[
    Math.min(numbers.length - 1, Math.floor(numbers.length * share))
  ] ?? 0

export const sliceOf = (tookMs: readonly number[], seconds: number): Slice => ({
  count: tookMs.length,
  seconds,
  p50Ms: at(tookMs, 0.5),
  p99Ms: at(tookMs, 0.99),
})

/** Keeps this many callers busy for the time, each with its next call when the last is answered. */
export async function keepBusy(
  callers: number,
  ms: number,
  call: () => Promise<unknown>,
): Promise<Slice> {
  const tookMs: number[] = []
  const begun = performance.now()
  const until = begun + ms
  const caller = async () => {
    for (let from = performance.now(); from < until; ) {
      await call()
      const now = performance.now()
      tookMs.push(now - from)
      from = now
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return sliceOf(tookMs, (performance.now() - begun) / 1_000)
}

/** Begins so many calls a second, whether those before are answered or not; each counts from when it was due. */
export async function keepPace(
  perSecond: number,
  ms: number,
  call: () => Promise<unknown>,
): Promise<Slice> {
  const tookMs: number[] = []
  const away: Promise<unknown>[] = []
  const begun = performance.now()
  for await (const _ of setInterval(TICK_MS)) {
    const passedMs = Math.min(performance.now() - begun, ms)
    while (away.length < (passedMs * perSecond) / 1_000) {
      const dueMs = begun + (away.length * 1_000) / perSecond
      away.push(call().then(() => tookMs.push(performance.now() - dueMs)))
    }
    if (passedMs >= ms) break
  }
  await Promise.all(away)
  return sliceOf(tookMs, (performance.now() - begun) / 1_000)
}
const TICK_MS = 2

/**
 * Short slices, every contender once a round and in another order each time: what else the machine does
 * meanwhile falls on all of them alike, and the median forgets the rest.
 */
export async function takeTurns(
  contenders: readonly Contender[],
  rounds: number,
  sliceMs: number,
  progress: (line: string) => void,
): Promise<Map<string, Line>> {
  const taken = new Map<string, Slice[]>()
  for (let round = 1; round <= rounds; round++)
    for (const contender of shuffled(contenders)) {
      progress(`round ${round} of ${rounds}: ${contender.name}`)
      const slice = await contender.run(sliceMs)
      taken.set(contender.name, [...(taken.get(contender.name) ?? []), slice])
    }
  return new Map(
    contenders.map((contender) => [
      contender.name,
      lineOf(contender, taken.get(contender.name) ?? []),
    ]),
  )
}

export function lineOf(
  { name, callers }: Pick<Contender, 'name' | 'callers'>,
  slices: readonly Slice[],
): Line {
  const rates = slices.map(({ count, seconds }) => count / seconds)
  return {
    name,
    callers,
    perSecond: Math.round(median(rates)),
    p50Ms: median(slices.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(slices.map(({ p99Ms }) => p99Ms)),
    slices: rates.map(Math.round),
  }
}

/** The quickest of a few ways to set up the same contender: a rival is measured at its best. */
export async function quickest(
  ways: readonly Contender[],
  ms: number,
  progress: (line: string) => void,
): Promise<Contender> {
  let best: { readonly way: Contender; readonly rate: number } | undefined
  for (const way of ways) {
    progress(`trying ${way.name} with ${way.callers} connections`)
    await way.run(ms) // the first tried would else be judged cold
    const { count, seconds } = await way.run(ms)
    if (best === undefined || count / seconds > best.rate) best = { way, rate: count / seconds }
  }
  if (best === undefined) throw new Error('nothing to choose from')
  return best.way
}

function shuffled<T>(list: readonly T[]): T[] {
  const cards = [...list]
  for (let i = cards.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const [a, b] = [cards[i], cards[j]] as [T, T]
    cards[i] = b
    cards[j] = a
  }
  return cards
}
