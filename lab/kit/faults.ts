import { createHash } from 'node:crypto'
import { FAULTS, type FaultName, type Json } from './provider.ts'

/** What is to go wrong: so many `times`, or by chance in a `share` of the cases, or without either once. */
export interface FaultAsk {
  readonly fault: FaultName
  /** Undefined is all of them. */
  readonly provider?: string
  readonly times?: number
  readonly share?: number
  /** How late, or how far ahead, in ms that are not scaled. */
  readonly ms?: number
}

export interface Faults {
  add(ask: FaultAsk): void
  /** With the times that are left. */
  standing(): readonly FaultAsk[]
  clear(): void
  /** The fault, where it happens now; one of its times is used up by asking. */
  strike(provider: string, fault: FaultName): FaultAsk | undefined
  /** A clock that is wrong is wrong until somebody clears the menu. */
  skewMs(provider: string): number
}

const STANDING_MAX = 1_000
const TIMES_MAX = 1_000_000
const MS_MAX = 366 * 86_400_000

export function openFaults(seed: number): Faults {
  let standing: { readonly ask: FaultAsk; left: number }[] = []
  const dice = openDice(seed)
  const meant = (ask: FaultAsk, provider: string, fault: FaultName): boolean =>
    ask.fault === fault && (ask.provider === undefined || ask.provider === provider)

  return {
    add: (ask) => {
      if (standing.length >= STANDING_MAX) throw new Error('too many faults stand already')
      standing.push({ ask, left: ask.times ?? 1 })
    },
    standing: () =>
      standing.map(({ ask, left }) => (ask.times === undefined ? ask : { ...ask, times: left })),
    clear: () => {
      standing = []
    },
    strike: (provider, fault) => {
      for (const one of standing.filter(({ ask }) => meant(ask, provider, fault))) {
        const { share } = one.ask
        if (share === undefined) {
          one.left -= 1
          if (one.left === 0) standing = standing.filter((other) => other !== one)
          return one.ask
        }
        if (dice(`${provider} ${fault}`) < share) return one.ask
      }
      return undefined
    },
    skewMs: (provider) =>
      standing
        .filter(({ ask }) => meant(ask, provider, 'clock_skew'))
        .reduce((sum, { ask }) => sum + (ask.ms ?? 0), 0),
  }
}

/**
 * A number below 1 for each question. The answers to a question are the same in every run with this seed, whatever
 * else was asked in between: calls that overtake each other leave the other questions as they were.
 */
function openDice(seed: number): (question: string) => number {
  const asked = new Map<string, number>()
  return (question) => {
    const n = (asked.get(question) ?? 0) + 1
    asked.set(question, n)
    return createHash('sha256').update(`${seed} ${question} ${n}`).digest().readUInt32BE() / 2 ** 32
  }
}

const NAMES = ['provider', 'fault', 'times', 'share', 'ms']

/** A fault as somebody asked for it over HTTP, or what is wrong with it. */
export function parseFault(unchecked: Json, providers: readonly string[]): FaultAsk | string {
  const stray = Object.keys(unchecked).find((name) => !NAMES.includes(name))
  if (stray !== undefined) return `nothing is called ${stray}: ${NAMES.join(', ')}`
  const fault = FAULTS.find((one) => one === unchecked['fault'])
  if (fault === undefined) return `fault is one of ${FAULTS.join(', ')}`
  const { provider } = unchecked
  const known = providers.find((one) => one === provider)
  if (provider !== undefined && known === undefined)
    return `provider is one of ${providers.join(', ')}`
  const amounts = parseAmounts(unchecked, fault)
  if (typeof amounts === 'string') return amounts
  return { fault, ...(known !== undefined && { provider: known }), ...amounts }
}

function parseAmounts(
  { times, share, ms }: Json,
  fault: FaultName,
): Pick<FaultAsk, 'times' | 'share' | 'ms'> | string {
  if (times !== undefined && share !== undefined) return 'times or share, not both'
  if (times !== undefined && !isWhole(times, 1, TIMES_MAX)) return `times is 1 to ${TIMES_MAX}`
  if (share !== undefined && !(typeof share === 'number' && share > 0 && share <= 1))
    return 'share is above 0 and 1 at most'
  if (ms !== undefined && !isWhole(ms, fault === 'clock_skew' ? -MS_MAX : 0, MS_MAX))
    return 'ms is a whole number, of a year at most'
  return {
    ...(times !== undefined && { times }),
    ...(share !== undefined && { share }),
    ...(ms !== undefined && { ms }),
  }
}

const isWhole = (unchecked: unknown, least: number, most: number): unchecked is number =>
  Number.isInteger(unchecked) && Number(unchecked) >= least && Number(unchecked) <= most
