import type { RelayedEvent } from '#kernel/outbox'
import type { Principal } from '#kernel/routes'
import { frameOf } from './frame.ts'
import { COME_BACK_MS_MAX, GAP_MAX, LINES_MAX, LINES_PER_OWNER_MAX } from './limits.ts'
import type { About, Line } from './line.ts'
import { type Addressed, messagesOf } from './message.ts'

type Room = 'room' | 'too_many' | 'full'

/** Everybody who watches on this node. */
export interface Crowd {
  /** How far everybody has been told. */
  readonly position: number
  readonly size: number
  readonly counts: Readonly<Record<'sse' | 'ws' | 'owners', number>>
  /** For one more: of an owner, or of somebody of the staff. */
  roomFor(about: About, principal: Principal): Room
  add(line: Line): void
  remove(line: Line): void
  /** What lies between two numbers, for whomever it is. */
  deliver(to: number, events: readonly RelayedEvent[]): void
  /** Nobody knows what they missed: everybody fetches anew. */
  resetAll(to: number): void
  lines(): Iterable<Line>
  /** The heartbeat of all, and the end of those who are old or gone. */
  look(nowMs: number): void
  bye(line: Line): void
}

export function gatherCrowd(random: () => number): Crowd {
  const all = new Set<Line>()
  const byOwner = new Map<string, Set<Line>>()
  const staff = new Set<Line>()
  let position = 0

  const remove = (line: Line) => {
    if (!all.delete(line)) return
    staff.delete(line)
    if (!('owner' in line.about)) return
    const theirs = byOwner.get(line.about.owner)
    theirs?.delete(line)
    if (theirs?.size === 0) byOwner.delete(line.about.owner)
  }
  const bye = (line: Line) => {
    line.bye(position, Math.ceil(random() * COME_BACK_MS_MAX))
    remove(line)
  }
  const tell = ({ owner, scope, ...message }: Addressed) => {
    const theirs = owner === undefined ? staffWith(scope) : byOwner.get(owner)
    if (!theirs || theirs.size === 0) return
    const frame = frameOf(message)
    for (const line of theirs) line.hear(frame)
  }
  const staffWith = (scope: string | undefined) =>
    new Set(
      [...staff].filter(({ about }) => 'scopes' in about && about.scopes.includes(`${scope}`)),
    )
  const count = (kind: 'sse' | 'ws') => {
    let n = 0
    for (const line of all) if (line.kind === kind) n += 1
    return n
  }
  return {
    get position() {
      return position
    },
    get size() {
      return all.size
    },
    get counts() {
      return { sse: count('sse'), ws: count('ws'), owners: byOwner.size }
    },
    roomFor: (about, principal) => {
      if (all.size >= LINES_MAX) return 'full'
      const theirs =
        'owner' in about
          ? (byOwner.get(about.owner)?.size ?? 0)
          : [...staff].filter((line) => line.principal.id === principal.id).length
      return theirs >= LINES_PER_OWNER_MAX ? 'too_many' : 'room'
    },
    add: (line) => {
      all.add(line)
      if (!('owner' in line.about)) {
        staff.add(line)
        return
      }
      const { owner } = line.about
      const theirs = byOwner.get(owner)
      if (theirs) theirs.add(line)
      else byOwner.set(owner, new Set([line]))
    },
    remove,
    deliver: (to, events) => {
      for (const event of events) for (const one of messagesOf(event)) tell(one)
      position = to
    },
    resetAll: (to) => {
      position = to
      for (const line of all) line.caughtUp(undefined, to)
    },
    lines: () => all,
    look: (nowMs) => {
      for (const line of all) {
        if (nowMs >= line.endsAtMs) bye(line)
        else if (!line.look(nowMs, position)) {
          line.cut()
          remove(line)
        }
      }
    },
    bye,
  }
}
export const isGap = (from: number, to: number): boolean => to - from > GAP_MAX
