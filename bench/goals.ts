import type { Line } from './measure.ts'

interface Judged {
  readonly what: string
  /** A line, and where it is a ratio the line that it is divided by. */
  readonly of: string
  readonly to?: string
  readonly by: 'perSecond' | 'p50Ms' | 'p99Ms'
  readonly sign?: '≥' | '≤' | '<'
  /** What is aimed at, and, where one is set, what must never be missed. */
  readonly goal?: number
  readonly floor?: number
}

const JUDGED: readonly Judged[] = [
  { what: 'teller ÷ naive, uniform', of: 'teller_uniform', to: 'naive_uniform', by: 'perSecond', sign: '≥', goal: 8, floor: 5 },
  { what: 'teller ÷ naive, zipf', of: 'teller_zipf', to: 'naive_zipf', by: 'perSecond' },
  { what: 'teller ÷ naive, one hot account', of: 'teller_hot', to: 'naive_hot', by: 'perSecond', sign: '≥', goal: 40, floor: 30 },
  { what: 'teller, hot ÷ uniform', of: 'teller_hot', to: 'teller_uniform', by: 'perSecond', sign: '≥', goal: 1 },
  { what: 'teller ÷ one statement, uniform', of: 'teller_uniform', to: 'one_uniform', by: 'perSecond' },
  { what: 'teller ÷ pgbench -N', of: 'teller_uniform', to: 'pgbench_simple_update', by: 'perSecond', sign: '≥', goal: 5, floor: 3 },
  { what: 'HTTP ÷ naive without HTTP, uniform', of: 'http_uniform', to: 'naive_uniform', by: 'perSecond', sign: '≥', goal: 3 },
  { what: 'HTTP ÷ naive without HTTP, hot', of: 'http_hot', to: 'naive_hot', by: 'perSecond' },
  { what: 'lone charge ÷ lone statement, latency', of: 'teller_lone', to: 'one_lone', by: 'p50Ms', sign: '≤', goal: 1.5 },
  { what: 'HTTP charges at 60 % of the peak, p99 ms', of: 'http_paced', by: 'p99Ms', sign: '<', goal: 25 },
  { what: 'balance at 2,000 a second, p99 ms', of: 'balance_paced', by: 'p99Ms', sign: '<', goal: 5 },
  { what: 'history page at 2,000 a second, p99 ms', of: 'history_paced', by: 'p99Ms', sign: '<', goal: 5 },
  { what: 'verify, entries a second', of: 'verify', by: 'perSecond', sign: '≥', goal: 200_000 },
] // biome-ignore format: a table reads better unbroken

export interface Compared {
  readonly what: string
  readonly value: number
  readonly goal: string
  readonly floor: string
  readonly misses: 'goal' | 'floor' | null
}

/** What a run came to beside what it was to come to. It is judged before it is rounded. */
export const compared = (lines: ReadonlyMap<string, Line>): Compared[] =>
  JUDGED.flatMap((one) => {
    const over = lines.get(one.of)?.[one.by]
    const under = one.to === undefined ? 1 : lines.get(one.to)?.[one.by]
    if (over === undefined || under === undefined) return []
    const value = over / under
    const isMet = (bound: number | undefined): boolean =>
      bound === undefined ||
      { '≥': value >= bound, '≤': value <= bound, '<': value < bound }[one.sign ?? '≥']
    const misses = isMet(one.floor) ? (isMet(one.goal) ? null : 'goal') : 'floor'
    const spell = (bound: number | undefined) =>
      bound === undefined ? '' : `${one.sign ?? '≥'} ${bound}`
    return [
      {
        ...{ what: one.what, value: rounded(value), misses },
        ...{ goal: spell(one.goal), floor: spell(one.floor) },
      },
    ]
  })

/** A sentence for each that is missed: a table is skimmed. */
export const missed = (of: readonly Compared[]): string[] =>
  of.flatMap(({ what, value, goal, floor, misses }) => {
    if (misses === null) return []
    const below = `${what}: ${value} misses the goal of ${goal}`
    if (misses === 'floor') return [`- ${below}, and the floor of ${floor} as well.`]
    return [`- ${below}; ${floor === '' ? 'it has no floor.' : `the floor of ${floor} holds.`}`]
  })

export const MARKS = { goal: 'goal missed', floor: '**floor missed**' } as const

export const rounded = (value: number): number => Math.round(value * 100) / 100
