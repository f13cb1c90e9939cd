import type { Command, Terminal } from '../command.ts'
import type { Config } from '../config.ts'
import { examineDatabase, examineSurroundings, type Finding } from '../doctor.ts'
import { fine, grave, halves } from '../doctor-judge.ts'
import { examinePort } from '../doctor-port.ts'
import { openDatabase } from '../open-database.ts'
import { StartRefused } from '../start-refused.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Look at everything that could go wrong, and say what to do',
  usage: 'tongbao doctor',
  run: async (config, _given, terminal) =>
    report(
      [
        ...(await examineSurroundings(config)),
        await examinePort(config),
        ...(await examineOpened(config, terminal)),
      ],
      terminal,
    ),
  runBroken: async (faults, terminal) => report(explain(faults), terminal),
}

/** Opens the database as a start would, so that whatever a start would meet is met here. */
async function examineOpened(config: Config, terminal: Terminal): Promise<Finding[]> {
  try {
    const database = await openDatabase(config, { exclusive: false, say: terminal.progress })
    try {
      return await examineDatabase(config, database.url)
    } finally {
      await database.close()
    }
  } catch (error) {
    if (error instanceof StartRefused) return [grave('database', ...halves(error.message))]
    const why = error instanceof Error ? error.message : String(error)
    return [
      grave('database', `could not be examined (${why})`, 'see its log, and ask the doctor again'),
    ]
  }
}

function explain(faults: readonly string[]): Finding[] {
  return [
    ...faults.map((fault) => grave('configuration', fault, remedyOf(fault))),
    fine('the rest', 'not examined', 'correct the configuration first, then ask the doctor again'),
  ]
}

function remedyOf(fault: string): string {
  const name = /^[A-Z_]+/.exec(fault)?.[0] ?? 'it'
  if (/^\S+ is needed\b/.test(fault)) return `set ${name}`
  if (/\bis refused\b/.test(fault)) return `unset ${name}`
  return `correct ${name}, or unset it for its default`
}

const MARKS = { fine: '✓', warning: '!', grave: '✗' } as const

function report(findings: readonly Finding[], terminal: Terminal): number {
  const wide = Math.max(...findings.map(({ check }) => check.length))
  const count = (state: Finding['state']) => findings.filter((one) => one.state === state).length
  const [graves, warnings] = [count('grave'), count('warning')]
  terminal.result({ findings, grave: graves, warnings }, [
    ...findings.flatMap(({ check, state, what, advice }) => [
      `${MARKS[state]} ${check.padEnd(wide)}  ${what}`,
      ...(advice === '' ? [] : [`  ${' '.repeat(wide)}  → ${advice}`]),
    ]),
    '',
    verdict(graves, warnings),
  ])
  return graves > 0 ? 1 : 0
}

const verdict = (graves: number, warnings: number): string => {
  if (graves > 0) return `${graves} grave, ${warnings} to look at: do not serve money like this.`
  return warnings > 0 ? `Nothing grave, ${warnings} to look at.` : 'All is well.'
}
