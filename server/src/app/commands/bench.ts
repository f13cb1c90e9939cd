import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, type Given, type Terminal, textOf } from '../command.ts'
import type { Config } from '../config.ts'
import { ROOT_FOLDER } from '../places.ts'
import { StartRefused } from '../start-refused.ts'

const WHAT = ['all', 'charges']
const SECONDS_USUAL = 10
const SECONDS_MAX = 600

export const bench: Command = {
  name: 'bench',
  summary: 'Measure this machine: charges beside what else one could write',
  usage: 'tongbao bench [all | charges] [--seconds N] [--write]',
  options: { seconds: { type: 'string' }, write: { type: 'boolean' } },
  wordsMax: 1,
  run: async (config, given, terminal) => {
    const [what = 'all'] = given.words
    if (!WHAT.includes(what)) throw new StartRefused(`say what to measure: ${WHAT.join(' or ')}`)
    await measure(config, given, terminal, what)
    return 0
  },
}

async function measure(
  config: Config,
  given: Given,
  terminal: Terminal,
  what: string,
): Promise<void> {
  const seconds = secondsOf(given)
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
  if (given.values['write'] === true)
    writeFileSync(join(ROOT_FOLDER, 'bench/RESULTS.md'), resultsPage(run))
}

function secondsOf(given: Given): number {
  const text = textOf(given, 'seconds')
  if (text === undefined) return SECONDS_USUAL
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (seconds >= 1 && seconds <= SECONDS_MAX) return seconds
  throw new StartRefused(`--seconds is a whole number from 1 to ${SECONDS_MAX}`)
}
