import { armCrash } from '#kernel/crash-points'
import type { Command, Terminal } from '../command.ts'
import type { Config } from '../config.ts'
import { examine, gravest } from '../doctor.ts'
import { giveBackMemory } from '../give-back.ts'
import { type House, openHouse } from '../house.ts'
import { listenablePort, listenRefused } from '../listening.ts'
import { demoAccounts, demoPeople, demoProducts, type SignIn } from '../seed.ts'
import { StartRefused } from '../start-refused.ts'

const STOP_MS_MAX = 10_000

export const serve: Command = {
  name: 'serve',
  summary: 'Start everything and answer requests',
  usage: 'tongbao serve',
  run: async (config, _given, terminal) => {
    if (config.crashAt) armCrash(config.crashAt)
    const stop = hearStop()
    // Before a database is made for a server that could not listen.
    await listenablePort(config.host, config.port)
    if (stop.isAsked()) return 0
    const house = await openHouse(config, { exclusive: true, say: terminal.say })
    let inTime = false
    try {
      await serveUntil(stop, config, house, terminal)
    } finally {
      inTime = await closeInTime(house)
    }
    return inTime ? 0 : 1
  },
}

async function serveUntil(
  stop: Stop,
  config: Config,
  house: House,
  terminal: Terminal,
): Promise<void> {
  if (!stop.isAsked()) await refuseUnsafe(config, house)
  if (!stop.isAsked()) await house.world.start()
  const isDemo = config.mode === 'development'
  const signIns = isDemo && !stop.isAsked() ? await demoPeople(house.world) : []
  if (isDemo && !stop.isAsked()) await demoAccounts(house.world)
  if (isDemo && !stop.isAsked()) await demoProducts(house.world)
  if (!stop.isAsked()) {
    giveBackMemory()
    await listen(config, house)
    announce(config, house, signIns, terminal)
    await stop.heard
  }
  terminal.say('Stopping…')
}

/** In production a database that may forget what it acknowledged is refused, not warned about. */
async function refuseUnsafe(config: Config, house: House): Promise<void> {
  if (config.mode !== 'production') return
  const findings = await examine(config, house.databaseUrl)
  const grave = gravest(findings)
  if (grave) throw new StartRefused(`${grave.what}: ${grave.advice}`)
}

// When all who watch are cut off they come back at once. Whom the system has no room for tries again after 1, 3, 7 and
// 15 seconds; Node would ask for room for 511, and Linux grants 4,096 unless it is told otherwise.
const BACKLOG = 4_096

async function listen(config: Config, house: House): Promise<void> {
  try {
    await house.world.http.listen({ host: config.host, port: house.port, backlog: BACKLOG })
  } catch (error) {
    const code = String(Reflect.get(Object(error), 'code') ?? '')
    throw listenRefused(code, config.host, house.port) ?? error
  }
}

function announce(
  config: Config,
  house: House,
  signIns: readonly SignIn[],
  terminal: Terminal,
): void {
  const { publicUrl } = house
  const wide = Math.max(0, ...signIns.map(({ email }) => email.length))
  const database = house.embedded ? `embedded, in ${config.dataFolder}` : 'DATABASE_URL'
  terminal.result({ ready: true, url: publicUrl, docs: `${publicUrl}/docs`, sign_ins: signIns }, [
    '',
    `  Tongbao 通宝 ${house.world.version} is ready at ${publicUrl}`,
    '',
    `  API docs    ${publicUrl}/docs`,
    `  OpenAPI     ${publicUrl}/openapi.json`,
    `  Database    ${database}`,
    `  Mode        ${config.mode}`,
    ...(signIns.length > 0
      ? ['', `  Sign in (demo, password for all: ${signIns[0]?.password})`]
      : []),
    ...signIns.map(({ email, role }) => `    ${email.padEnd(wide)}  ${role}`),
    '',
    '  Stop with Ctrl-C.',
    '',
  ])
}

interface Stop {
  readonly isAsked: () => boolean
  readonly heard: Promise<void>
}

/**
 * By a signal, or because whoever started us is gone and took the line between us with it. Heard from
 * before the first thing is opened until the process ends: a second Ctrl-C would end us half-way.
 */
function hearStop(): Stop {
  const { promise, resolve } = Promise.withResolvers<void>()
  let isAsked = false
  const hear = () => {
    isAsked = true
    resolve()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear)
  process.on('disconnect', hear)
  return { isAsked: () => isAsked, heard: promise }
}

/** Whether it was in time. A stop that hangs is ended, but an embedded database is never left behind. */
async function closeInTime(house: House): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(resolve, STOP_MS_MAX, false)
  const closing = house.close().then(() => true)
  try {
    if (await Promise.race([closing, late])) return true
    closing.catch(() => {}) // nobody waits for it any more
    await house.closeDatabase()
    return false
  } finally {
    clearTimeout(timer)
  }
}
