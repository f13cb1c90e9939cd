import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, type Given, type Terminal, textOf } from '../command.ts'
import type { Config } from '../config.ts'
import { ROOT_FOLDER } from '../places.ts'
import { StartRefused } from '../start-refused.ts'

const WHAT = ['all', 'charges', 'hooks', 'growth', 'push']
const SECONDS_USUAL = 10
const SECONDS_MAX = 600
const MILLIONS_USUAL = 20
const MILLIONS_MAX = 200
const CONNECTIONS_USUAL = 10_000
const CONNECTIONS_MAX = 18_000
const NODES_MAX = 8

export const bench: Command = {
  name: 'bench',
  summary: 'Measure this machine: charges beside what else one could write',
  usage:
    'tongbao bench [all [--write] | charges | hooks [--write] | growth [--millions N] [--write] | push [--connections N] [--nodes N] [--write]] [--seconds N]',
  options: {
    seconds: { type: 'string' },
    millions: { type: 'string' },
    connections: { type: 'string' },
    nodes: { type: 'string' },
    write: { type: 'boolean' },
  },
  wordsMax: 1,
  run: async (config, given, terminal) => {
    const [what = 'all'] = given.words
    if (!WHAT.includes(what)) throw new StartRefused(`say what to measure: ${WHAT.join(', ')}`)
    if (what === 'growth') await grown(config, given, terminal)
    else if (what === 'push') await pushed(config, given, terminal)
    else if (what === 'hooks') await acknowledged(config, given, terminal)
    else await measure(config, given, terminal, what)
    return 0
  },
}

async function measure(
  config: Config,
  given: Given,
  terminal: Terminal,
  what: string,
): Promise<void> {
  const seconds = numberOf(given, 'seconds', SECONDS_USUAL, SECONDS_MAX)
  const { say, progress } = terminal
  // Loaded here, because no other command has a use for it.
  const { runBench } = await import('../../../../bench/run.ts')
  const { chargesAnswer, report, resultsPage, runAnswer } = await import(
    '../../../../bench/report.ts'
  )
  const chargesOnly = what === 'charges'
  const run = await runBench({
    ...{ databaseUrl: config.databaseUrl, seconds, chargesOnly, say, progress },
  })
  terminal.result(chargesOnly ? chargesAnswer(run) : runAnswer(run), report(run))
  if (given.values['write'] === true && !chargesOnly)
    writeFileSync(join(ROOT_FOLDER, 'bench/RESULTS.md'), resultsPage(run))
}

async function acknowledged(config: Config, given: Given, terminal: Terminal): Promise<void> {
  const seconds = numberOf(given, 'seconds', SECONDS_USUAL, SECONDS_MAX)
  const { say, progress } = terminal
  const { measureHooks } = await import('../../../../bench/hooks.ts')
  const { hooksAnswer, hooksPage, hooksReport } = await import('../../../../bench/report.ts')
  const hooks = await measureHooks({ databaseUrl: config.databaseUrl, seconds, say, progress })
  terminal.result(hooksAnswer(hooks), hooksReport(hooks))
  if (given.values['write'] === true)
    writeFileSync(join(ROOT_FOLDER, 'bench/HOOKS.md'), hooksPage(hooks))
}

async function grown(config: Config, given: Given, terminal: Terminal): Promise<void> {
  const seconds = numberOf(given, 'seconds', SECONDS_USUAL, SECONDS_MAX)
  const millions = numberOf(given, 'millions', MILLIONS_USUAL, MILLIONS_MAX)
  const { say, progress } = terminal
  const { measureGrowth } = await import('../../../../bench/growth.ts')
  const { growthAnswer, growthPage, growthReport } = await import('../../../../bench/report.ts')
  const growth = await measureGrowth({
    ...{ databaseUrl: config.databaseUrl, seconds, millions, say, progress },
  })
  terminal.result(growthAnswer(growth), growthReport(growth))
  if (given.values['write'] === true)
    writeFileSync(join(ROOT_FOLDER, 'bench/GROWTH.md'), growthPage(growth))
}

async function pushed(config: Config, given: Given, terminal: Terminal): Promise<void> {
  const seconds = numberOf(given, 'seconds', SECONDS_USUAL, SECONDS_MAX)
  const connections = numberOf(given, 'connections', CONNECTIONS_USUAL, CONNECTIONS_MAX)
  const nodes = numberOf(given, 'nodes', 1, NODES_MAX)
  const { databaseUrl, redisUrl } = config
  const { measurePush } = await import('../../../../bench/push.ts')
  const { pushAnswer, pushPage, pushReport } = await import('../../../../bench/push-report.ts')
  const push = await measurePush({
    ...{ databaseUrl, redisUrl, connections, nodes, seconds, say: terminal.say },
  })
  terminal.result(pushAnswer(push), pushReport(push))
  if (given.values['write'] === true)
    writeFileSync(join(ROOT_FOLDER, 'bench/PUSH.md'), pushPage(push))
}

function numberOf(given: Given, name: string, usual: number, most: number): number {
  const text = textOf(given, name)
  if (text === undefined) return usual
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= most) return number
  throw new StartRefused(`--${name} is a whole number from 1 to ${most}`)
}
