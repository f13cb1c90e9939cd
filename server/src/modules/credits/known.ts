import type { Signals } from '#kernel/signals'
import { KNOWN_CACHED_MS } from './limits.ts'

/** Rows that few owners have, remembered whole: then nobody without one costs a look, either. */
export interface Known<Row> {
  of(owner: string): Promise<Row | undefined>
  /** This node need not wait for its own word. */
  forget(owner: string): void
}

interface KnownDeps<Row> {
  readonly signals: Signals
  /** Machine time, for the age of what is remembered: business time may be moved. */
  readonly machineMs: () => number
  /** What nodes say to each other, with the owner, when a row was changed. */
  readonly word: string
  readonly readAll: () => Promise<Map<string, Row>>
  readonly readOne: (owner: string) => Promise<Row | undefined>
}

interface Memory<Row> {
  readonly rows: Promise<Map<string, Row>>
  readonly readMs: number
  /** Changed since the rows were read, and by which word; each is read again when it is asked for. */
  readonly changed: Map<string, number>
}

export function openKnown<Row>(deps: KnownDeps<Row>): Known<Row> {
  let memory: Memory<Row> | undefined
  let words = 0
  const forget = (owner: string): void => {
    words += 1
    memory?.changed.set(owner, words)
  }
  deps.signals.on(deps.word, forget)
  // Whatever was said while the line was down is lost, so nothing remembered from before counts.
  deps.signals.onConnected(() => {
    memory = undefined
  })

  const remembered = (): Memory<Row> => {
    if (memory && deps.machineMs() - memory.readMs < KNOWN_CACHED_MS) return memory
    const reading: Memory<Row> = {
      rows: deps.readAll(),
      readMs: deps.machineMs(),
      changed: new Map(),
    }
    memory = reading
    reading.rows.catch(() => {
      if (memory === reading) memory = undefined
    })
    return reading
  }

  return {
    forget,
    of: async (owner) => {
      if (!deps.signals.connected) return deps.readOne(owner)
      const { rows, changed } = remembered()
      const all = await rows
      const word = changed.get(owner)
      if (word === undefined) return all.get(owner)
      const row = await deps.readOne(owner)
      // What another word has made old by now must not be remembered.
      if (changed.get(owner) === word) {
        changed.delete(owner)
        if (row === undefined) all.delete(owner)
        else all.set(owner, row)
      }
      return row
    },
  }
}
