import { type Log, makeLog } from '#kernel/log'
import type { Config } from './config.ts'
import { keptSecret } from './kept-secret.ts'
import { listenablePort } from './listening.ts'
import { type OpenedDatabase, openDatabase, prepareDatabase } from './open-database.ts'
import { buildWorld, type World } from './world.ts'

const WATCHED_EVERY_MS = 500

export interface House {
  readonly world: World
  readonly databaseUrl: string
  readonly embedded: boolean
  readonly publicUrl: string
  readonly port: number
  close(): Promise<void>
  /** When closing takes too long: the embedded database goes down in order all the same. */
  closeDatabase(): Promise<void>
}

interface Options {
  readonly exclusive: boolean
  readonly say: (line: string) => void
}

/** Database, migrations, wiring: everything up to the open door, and all of it down again. */
export async function openHouse(config: Config, options: Options): Promise<House> {
  const log = makeLog(config.logLevel, process.stderr)
  const port = config.port === 0 ? await listenablePort(config.host, 0) : config.port
  const shown = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(config.host)
    ? 'localhost'
    : config.host
  const publicUrl = config.publicUrl ?? `http://${shown}:${port}`
  const database = await openDatabase(config, options)
  try {
    const secrets = config.secrets ?? [keptSecret(config.dataFolder)]
    const { role } = await prepareDatabase(database.url, options.say)
    const world = await buildWorld({
      config,
      databaseUrl: database.url,
      publicUrl,
      secrets,
      role,
      log,
    })
    await world.open()
    const unwatch = watch(database, log)
    return {
      world,
      databaseUrl: database.url,
      embedded: database.embedded,
      publicUrl,
      port,
      close: async () => {
        try {
          await unwatch()
          await world.stop()
        } finally {
          await database.close()
        }
      },
      closeDatabase: () => database.close(),
    }
  } catch (error) {
    await database.close().catch(() => {}) // the first fault is the one to report
    throw error
  }
}

/**
 * Whoever brings a database looks after it: one that was killed is up again within a second or two.
 * The end of the watch waits for the look that is under way.
 */
function watch(database: OpenedDatabase, log: Log): () => Promise<void> {
  if (!database.embedded) return async () => {}
  let looking: Promise<void> | undefined
  const look = async () => {
    try {
      if (await database.revive())
        log.warn({}, 'the embedded PostgreSQL had died and was started again')
    } catch (error) {
      log.error({ err: error }, 'the embedded PostgreSQL has died and does not start again')
    }
    looking = undefined
  }
  const timer = setInterval(() => {
    looking ??= look()
  }, WATCHED_EVERY_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}
