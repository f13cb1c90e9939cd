import type { Entry, HistoryFilter } from './answers.ts'

/** What a refund did with credits, as far as it came. */
type Refund = 'underway' | 'taken' | 'let_go'

/** One line of history: an entry, or all that one refund wrote, as if it were one. */
export interface Line extends Entry {
  readonly refund: Refund | undefined
  /** What it is made of, oldest first. */
  readonly parts: readonly Entry[]
}

/** Of what a refund sets aside until its money has gone back; a job's hold has a number of another kind. */
export const isFreeze = ({ reference }: Pick<Entry, 'reference'>): boolean =>
  reference?.type === 'hold' && reference.id.startsWith('frz_')

/** Who asks for one kind of entry wants those, each as it stands in the books. */
export const linesOf = (entries: readonly Entry[], filter: HistoryFilter): Line[] =>
  filter.kind === undefined
    ? foldRefunds(entries)
    : entries.map((entry) => ({ ...entry, refund: undefined, parts: [entry] }))

interface Open {
  refund: Refund | undefined
  readonly parts: Entry[]
}

/**
 * A refund sets credits aside, lets them go and takes them, and writes each of it down: to who reads, it is one thing.
 * What it writes at its end it writes at one moment, with nothing in between. Takes and gives the newest first.
 */
export function foldRefunds(entries: readonly Entry[]): Line[] {
  const lines = new Set<Open>()
  const frozen = new Map<string, Open>()
  let last: Open | undefined
  for (const entry of entries.toReversed()) {
    const before = last?.parts.at(-1)?.created_at === entry.created_at ? last : undefined
    const open = openFor(entry, before, frozen)
    open.parts.push(entry)
    open.refund = refundOf(entry)
    if (isFreeze(entry) && entry.reference) frozen.set(entry.reference.id, open)
    // Where its newest part stands, it stands.
    lines.delete(open)
    lines.add(open)
    last = open
  }
  return [...lines].map(lineOf).toReversed()
}

function openFor(entry: Entry, before: Open | undefined, frozen: Map<string, Open>): Open {
  const anew = (): Open => ({ refund: undefined, parts: [] })
  if (entry.kind === 'clawback')
    return before?.refund === 'taken' || before?.refund === 'let_go' ? before : anew()
  if (!isFreeze(entry)) return anew()
  if (entry.kind === 'release') return frozen.get(entry.reference?.id ?? '') ?? anew()
  // Another refund of the same order sets aside anew, for both.
  return before?.refund === 'let_go' ? before : anew()
}

function refundOf(entry: Entry): Refund | undefined {
  if (entry.kind === 'clawback') return 'taken'
  if (!isFreeze(entry)) return undefined
  return entry.kind === 'hold' ? 'underway' : 'let_go'
}

function lineOf({ refund, parts }: Open): Line {
  const newest = parts.at(-1)
  if (!newest) throw new Error('a line of nothing')
  const amount = parts.reduce((sum, part) => sum + part.amount, 0)
  return { ...newest, amount, refund, parts }
}
