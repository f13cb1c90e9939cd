import type { Instant } from '#kernel/clock'

/** One thing that happened, of whatever kind: what a line of a timeline says. */
export interface Happening {
  readonly at: Instant
  readonly what: 'entry' | 'order' | 'payment' | 'refund' | 'act'
  readonly id: string
  /** Kind, state or action, in the word of the module it comes from. */
  readonly word: string
  readonly amount: bigint | undefined
  /** What an entry that changed nothing set aside, let go or took for a debt. */
  readonly moved: bigint | undefined
  /** Asset or currency. */
  readonly unit: string | undefined
  readonly balanceAfter: bigint | undefined
  /** What was charged for, or by which channel. */
  readonly of: string | undefined
  readonly orderId: string | undefined
  readonly note: string | undefined
  readonly by: string | undefined
  readonly refused: boolean
}

interface Placed {
  readonly happening: Happening
  /** Where its list goes on after it. */
  readonly place: string
}

/** A list that is read newest first, each page from a place of its own. */
export interface Source {
  readonly name: string
  readonly read: (after: string | undefined, rowsMax: number) => Promise<readonly Placed[]>
}

/** For each list, the place of the last line of it that was shown. */
export type Places = Readonly<Record<string, string>>

/** A page of all lists together. Each is read no further than the page could need, and goes on where it was left. */
export async function readTimeline(
  sources: readonly Source[],
  after: Places,
  rowsMax: number,
): Promise<{ readonly page: readonly Happening[]; readonly next: Places | undefined }> {
  const lists = await Promise.all(
    sources.map(async ({ name, read }) => ({ name, rows: await read(after[name], rowsMax + 1) })),
  )
  const all = lists.flatMap(({ name, rows }, list) =>
    rows.map((row, nth) => ({ ...row, name, list, nth })),
  )
  // Within a list the order is the list's own, even where its times stand still.
  all.sort(
    (a, b) =>
      b.happening.at - a.happening.at || (a.list === b.list ? a.nth - b.nth : a.list - b.list),
  )
  const shown = all.slice(0, rowsMax)
  const places = { ...after }
  for (const { name, place } of shown) places[name] = place
  return {
    page: shown.map(({ happening }) => happening),
    next: all.length > rowsMax ? places : undefined,
  }
}

export const cursorOf = (places: Places): string =>
  Buffer.from(JSON.stringify(places)).toString('base64url')

const NAME = /^[a-z_:]{1,40}$/
const PLACE = /^[A-Za-z0-9_.-]{1,64}$/

export const parseCursor = (unchecked: string): Places | undefined => {
  const read = parseJson(Buffer.from(unchecked, 'base64url').toString('utf8'))
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined
  const entries = Object.entries(read)
  const isSound = ([name, place]: [string, unknown]) =>
    NAME.test(name) && typeof place === 'string' && PLACE.test(place)
  return entries.every(isSound) ? Object.fromEntries(entries) : undefined
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
