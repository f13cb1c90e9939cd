import { sql } from 'kysely'
import pg from 'pg'
import type { Database, Tx } from '#kernel/db'
import type { Log } from '#kernel/log'

/** Short words between nodes over LISTEN/NOTIFY: what to forget, what to look at again. */
export interface Signals {
  /** False while the line is down: then nothing cached may be trusted. */
  readonly connected: boolean
  on(word: string, hear: (payload: string) => void): void
  /** Called after every (re)connection: whatever was said meanwhile was missed. */
  onConnected(hear: () => void): void
  start(): Promise<void>
  stop(): Promise<void>
}

const CHANNEL = 'tongbao'
const RECONNECT_MS = 500

/** Sent when the transaction commits; heard by every node, this one too. */
export async function signal(tx: Tx | Database, word: string, payload = ''): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${`${word} ${payload}`})`.execute(tx)
}

export function openSignals(url: string, log: Log): Signals {
  const heard = new Map<string, ((payload: string) => void)[]>()
  const onConnected: (() => void)[] = []
  let client: pg.Client | undefined
  let connected = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const lost = (gone: pg.Client): void => {
    if (client !== gone) return
    client = undefined
    connected = false
    gone.end().catch(() => {}) // it is gone already
    if (stopped) return
    timer = setTimeout(() => {
      connect().catch((error) => log.debug({ err: error }, 'the signal line is still down'))
    }, RECONNECT_MS)
  }

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'tongbao signals',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    })
    client = fresh
    fresh.on('error', () => lost(fresh))
    fresh.on('end', () => lost(fresh))
    fresh.on('notification', ({ payload = '' }) => {
      const space = payload.indexOf(' ')
      const word = payload.slice(0, space)
      for (const hear of heard.get(word) ?? []) hear(payload.slice(space + 1))
    })
    try {
      await fresh.connect()
      await fresh.query(`listen ${CHANNEL}`)
    } catch (error) {
      lost(fresh)
      throw error
    }
    connected = true
    for (const hear of onConnected) hear()
  }

  return {
    get connected() {
      return connected
    },
    on: (word, hear) => {
      heard.set(word, [...(heard.get(word) ?? []), hear])
    },
    onConnected: (hear) => {
      onConnected.push(hear)
    },
    start: connect,
    stop: async () => {
      stopped = true
      connected = false
      clearTimeout(timer)
      await client?.end().catch(() => {}) // already broken is closed enough
    },
  }
}
