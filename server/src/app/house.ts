import { createServer } from 'node:net'
import { type Log, makeLog } from '#kernel/log'
import type { Config } from './config.ts'
import { type OpenedDatabase, openDatabase, prepareDatabase } from './open-database.ts'
import { StartRefused } from './start-refused.ts'
import { buildWorld, keptSecret, type World } from './world.ts'

const WATCHED_EVERY_MS = 500

export interface House {
  readonly world: World
  readonly databaseUrl: string
  readonly embedded: boolean
  readonly publicUrl: string
  readonly port: number
  close(): Promise<void>
}

interface Options {
  readonly exclusive: boolean
  readonly say: (line: string) => void
}

/** Database, migrations, wiring: everything up to the open door, and all of it down again. */
export async function openHouse(config: Config, options: Options): Promise<House> {
  const log = makeLog(config.logLevel, process.stderr)
  const port = config.port === 0 ? await freePort(config.host) : config.port
  const shown = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(config.host)
    ? 'localhost'
    : config.host
  const publicUrl = config.publicUrl ?? `http://${shown}:${port}`
  const database = await openDatabase(config, options)
  try {
    const secrets = config.secrets ?? [secretOf(config)]
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
        unwatch()
        await world.stop()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Whoever brings a database looks after it: one that was killed is up again within a second or two. */
function watch(database: OpenedDatabase, log: Log): () => void {
  if (!database.embedded) return () => {}
  let busy = false
  const timer = setInterval(async () => {
    if (busy) return
    busy = true
    try {
      if (await database.revive())
        log.warn({}, 'the embedded PostgreSQL had died and was started again')
    } catch (error) {
      log.error({ err: error }, 'the embedded PostgreSQL has died and does not start again')
    }
    busy = false
  }, WATCHED_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

function secretOf(config: Config): string {
  try {
    return keptSecret(config.dataFolder)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StartRefused(
      `the data folder ${config.dataFolder} cannot keep a secret (${why}); set TONGBAO_DATA to a folder of yours, or TONGBAO_SECRET`,
    )
  }
}

const freePort = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, host, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
