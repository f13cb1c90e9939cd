import { once } from 'node:events'
import type { Command, Terminal } from '../command.ts'
import type { Config } from '../config.ts'
import { examine, gravest } from '../doctor.ts'
import { type House, openHouse } from '../house.ts'
import { demoPeople, type SignIn } from '../seed.ts'
import { StartRefused } from '../start-refused.ts'

const STOP_MS_MAX = 10_000

export const serve: Command = {
  name: 'serve',
  summary: 'Start everything and answer requests',
  usage: 'tongbao serve',
  run: async (config, _given, terminal) => {
    const house = await openHouse(config, { exclusive: true, say: terminal.say })
    try {
      await refuseUnsafe(config, house)
      await house.world.start()
      const signIns = config.mode === 'development' ? await demoPeople(house.world) : []
      await listen(config, house)
      announce(config, house, signIns, terminal)
      await askedToStop()
      terminal.say('Stopping…')
    } finally {
      await closeInTime(house)
    }
    return 0
  },
}

/** In production a database that may forget what it acknowledged is refused, not warned about. */
async function refuseUnsafe(config: Config, house: House): Promise<void> {
  if (config.mode !== 'production') return
  const findings = await examine(config, house.databaseUrl)
  const grave = gravest(findings)
  if (grave) throw new StartRefused(`${grave.what}: ${grave.advice}`)
}

async function listen(config: Config, house: House): Promise<void> {
  try {
    await house.world.http.listen({ host: config.host, port: house.port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EADDRINUSE')
      throw new StartRefused(`port ${house.port} is taken; stop what uses it, or set PORT`)
    if (code === 'EACCES')
      throw new StartRefused(
        `port ${house.port} needs more rights than this user has; set PORT above 1023`,
      )
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new StartRefused(`HOST ${config.host} is not an address of this machine`)
    throw error
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

/** By a signal, or because whoever started us is gone and took the line between us with it. */
const askedToStop = (): Promise<unknown> =>
  Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'].map((word) => once(process, word)))

/** A stop that hangs is ended: whoever stops a service has a longer one-way plan for it already. */
async function closeInTime(house: House): Promise<void> {
  const late = setTimeout(() => process.exit(1), STOP_MS_MAX)
  late.unref()
  await house.close()
  clearTimeout(late)
}
