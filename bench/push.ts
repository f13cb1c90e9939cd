import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fillBooks } from './books.ts'
import { openGround } from './ground.ts'
import { openShop } from './shop.ts'
import type { WatchAsk, WatchTold } from './watchers.ts'

export interface Push {
  readonly postgres: string
  readonly connections: number
  readonly nodes: number
  readonly redis: boolean
  /** What one connection costs the server, and the whole of it with all of them. */
  readonly kilobytesEach: number
  readonly rssMegabytes: number
  readonly openedMs: number
  readonly flow: WatchTold
  readonly storm: WatchTold
}

interface Options {
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly connections: number
  readonly nodes: number
  readonly seconds: number
  readonly say: (line: string) => void
}

const EVENTS_PER_SECOND = 500

/**
 * How soon a watcher is told, while so many watch and five hundred balances a second change, and how soon all are back
 * after all were cut off at once. From the moment a charge is sent until its balance is told.
 */
export async function measurePush({ say, connections, nodes, ...options }: Options): Promise<Push> {
  say('Making a database for the run…')
  const ground = await openGround(options.databaseUrl)
  try {
    await fillBooks(ground.owner, connections)
    await ground.seal()
    const shop = await openShop(ground, connections, { nodes, redisUrl: options.redisUrl })
    const watchers = fork(join(import.meta.dirname, 'watchers.ts'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const ask = (what: WatchAsk) => askWatchers(watchers, what)
    try {
      const { ports, token, pids } = shop.watched
      const before = memoryOf(pids)
      say(`Opening ${connections} connections to ${nodes} node${nodes > 1 ? 's' : ''}…`)
      const opened = await ask({ do: 'open', ports, token, count: connections })
      const after = memoryOf(pids)
      say(`Measuring ${EVENTS_PER_SECOND} events a second, ${options.seconds} s…`)
      const flow = await ask({
        do: 'flow',
        ms: options.seconds * 1_000,
        perSecond: EVENTS_PER_SECOND,
      })
      say('Cutting all off at once…')
      const storm = await ask({ do: 'storm', perSecond: EVENTS_PER_SECOND })
      return {
        ...{ postgres: ground.postgres, connections, nodes, redis: options.redisUrl !== undefined },
        kilobytesEach: (after - before) / connections,
        rssMegabytes: after / 1_024,
        ...{ openedMs: opened.tookMs, flow, storm },
      }
    } finally {
      watchers.disconnect()
      await shop.close()
    }
  } finally {
    await ground.close()
  }
}

async function askWatchers(watchers: ChildProcess, ask: WatchAsk): Promise<WatchTold> {
  watchers.send(ask)
  const [said] = (await once(watchers, 'message')) as [{ told: WatchTold } | { fault: string }]
  if ('fault' in said) throw new Error(`whoever watches was let down: ${said.fault}`)
  return said.told
}

/** In kilobytes, as Linux counts; nothing elsewhere. */
function memoryOf(pids: readonly number[]): number {
  const each = pids.map((pid) => {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    } catch {
      return 0 // another system counts otherwise
    }
  })
  return each.reduce((sum, one) => sum + one, 0)
}
