import type { Principal } from '#kernel/routes'
import { type Frame, frameOf } from './frame.ts'
import { BEAT_MS, REPLAY_ROWS_MAX, SILENT_BEATS_MAX, UNSENT_BYTES_MAX } from './limits.ts'
import type { Wire } from './wire.ts'

/** Whom a line is about: one owner, or the staff who holds these scopes. */
export type About = { readonly owner: string } | { readonly scopes: readonly string[] }

/**
 * One open connection. It begins by catching up: what comes meanwhile waits. Who does not keep up is told nothing more
 * until they have taken what lies there, and then to fetch everything anew.
 */
export interface Line {
  readonly about: About
  readonly principal: Principal
  readonly kind: Wire['kind']
  readonly endsAtMs: number
  hear(frame: Frame): void
  /** What was missed, then what came meanwhile; undefined: too much, or nobody knows. */
  caughtUp(missed: readonly Frame[] | undefined, position: number): void
  /** Once in a while. False: nobody is there. */
  look(nowMs: number, position: number): boolean
  bye(position: number, comeBackMs: number): void
  cut(): void
}

interface Terms {
  readonly about: About
  readonly principal: Principal
  readonly beginsAtMs: number
  readonly endsAtMs: number
  /** It could not keep up, and is sent to fetch anew. */
  readonly onReset: () => void
}

export function openLine(wire: Wire, { onReset, ...terms }: Terms): Line {
  let held: Frame[] | undefined = []
  /** Up to here everything was told, or read for it. */
  let floor = 0
  let isLost = false
  let silentBeats = 0
  let nextBeatMs = terms.beginsAtMs + BEAT_MS

  const reset = (position: number) => {
    isLost = false
    wire.tell(frameOf({ no: position, topic: 'reset', data: {} }))
    onReset()
  }
  const tell = (frame: Frame) => {
    if (isLost) return
    if (wire.unsent() > UNSENT_BYTES_MAX) isLost = true
    else wire.tell(frame)
  }
  return {
    ...terms,
    kind: wire.kind,
    hear: (frame) => {
      if (!held) return frame.no > floor ? tell(frame) : undefined
      if (held.length < REPLAY_ROWS_MAX) held.push(frame)
      else isLost = true
    },
    caughtUp: (missed, position) => {
      const meanwhile = held ?? []
      held = undefined
      floor = position
      const newest = Math.max(position, meanwhile.at(-1)?.no ?? 0)
      if (!missed || isLost) return reset(newest)
      for (const frame of missed) tell(frame)
      // Read and heard at the same time, it is told once.
      for (const frame of meanwhile) if (frame.no > position) tell(frame)
      tell(frameOf({ no: newest, topic: 'ready', data: {} }))
    },
    look: (nowMs, position) => {
      const unsent = wire.unsent()
      if (isLost && unsent === 0 && !held) reset(position)
      if (nowMs < nextBeatMs) return true
      nextBeatMs = nowMs + BEAT_MS
      silentBeats = unsent > 0 ? silentBeats + 1 : 0
      if (unsent === 0) wire.beat()
      return silentBeats <= SILENT_BEATS_MAX && wire.isThere()
    },
    bye: (position, comeBackMs) => {
      // Who is behind has not seen that far, and must not be told so.
      if (!isLost && !held)
        wire.tell(frameOf({ no: position, topic: 'reconnect', data: { after_ms: comeBackMs } }))
      wire.end()
    },
    cut: () => wire.cut(),
  }
}
