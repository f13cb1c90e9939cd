import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '#kernel/db'
import type { Log } from '#kernel/log'
import { sealBlocks } from '#ledger'
import { SEALED_EVERY_MS, SEALER_BREATH_MS } from './limits.ts'

export interface Sealer {
  start(): void
  stop(): Promise<void>
}

/** Seals what is committed, about once a second; several nodes at it only share the work. */
export function openSealer({ db, log }: { readonly db: Database; readonly log: Log }): Sealer {
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()
  let isOpen = false
  const closing = new AbortController()
  const breathe = () =>
    wait(SEALER_BREATH_MS, undefined, { signal: closing.signal, ref: false }).catch(() => {})
  const next = () => {
    timer = setTimeout(() => {
      turn = seal()
    }, SEALED_EVERY_MS)
    timer.unref()
  }
  const seal = async () => {
    try {
      await sealBlocks(db, breathe)
    } catch (error) {
      log.warn({ err: error }, 'the ledger could not be sealed just now')
    }
    if (isOpen) next()
  }
  return {
    start: () => {
      isOpen = true
      next()
    },
    stop: async () => {
      isOpen = false
      closing.abort()
      clearTimeout(timer)
      await turn
    },
  }
}
