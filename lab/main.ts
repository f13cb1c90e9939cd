import { parseArgs } from 'node:util'
import { type Lab, openLab } from './kit/open-lab.ts'
import { PROVIDERS } from './providers.ts'

const PAGE_PORT = 7400
/** A minute of the real provider is a second. */
const SCALE = 60
const USAGE = `Local stand-ins for payment providers, for tests and for developers.

  npm run lab -- [--port ${PAGE_PORT}] [--scale ${SCALE}] [--seed 1] [--only name,name]

  --port   of the lab's page; the providers take the ports after it
  --scale  how many seconds of the real provider pass in one
  --seed   the same faults by chance with the same seed
  --only   these providers: ${PROVIDERS.map(({ name }) => name).join(', ')}
`

const say = (text: string): void => void process.stdout.write(text)

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(PAGE_PORT) },
      scale: { type: 'string', default: String(SCALE) },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return say(USAGE)
  const port = numberOf('port', values.port, 0, 65_000)
  const scale = numberOf('scale', values.scale, 1, 10_000_000)
  const seed = numberOf('seed', values.seed, 0, 2 ** 32)
  const lab = await openLab({
    ...{ scale, seed, ports: portsFrom(port) },
    ...(values.only !== undefined && { providers: values.only.split(',') }),
  })
  const stop = async (): Promise<void> => {
    try {
      await lab.close()
    } catch (error) {
      process.stderr.write(`lab: ${String(error)}\n`)
      process.exitCode = 1
    }
    // The line to whoever started us would keep us alive.
    if (process.connected) process.disconnect()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stop())
  // Whoever started us is gone.
  process.once('disconnect', () => void stop())
  say(welcome(lab, scale))
}

/** Everyone where they usually are, or moved together; 0 takes any that are free. */
const portsFrom = (port: number): Record<string, number> =>
  Object.fromEntries([
    ['lab', port],
    ...PROVIDERS.map((one) => [one.name, port === 0 ? 0 : one.port - PAGE_PORT + port]),
  ])

function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new Error(`--${name} is a whole number from ${least} to ${most}`)
}

const welcome = (lab: Lab, scale: number): string => `Payment lab, ${scale} times as fast as life.

  page          ${lab.page}
${lab.names.map((name) => `  ${name.padEnd(14)}${lab.url(name)}\n`).join('')}
  accounts      curl -s ${lab.page}/accounts
                the keys are new at each start: give them to Tongbao again,
                and their webhooks to stripe and paypal (set_webhook)
  pay           on the page, or
                curl -s ${lab.page}/wechat/pay -d '{"out_trade_no":"…"}'
  break         curl -s ${lab.page}/faults -d '{"fault":"drop_after_commit"}'

docs/lab.md has the rest. Ctrl-C stops it.
`

try {
  await main()
} catch (error) {
  process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
