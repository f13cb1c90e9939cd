import { parseArgs } from 'node:util'
import type { Command, Given, Terminal } from './command.ts'
import { backup } from './commands/backup.ts'
import { bench } from './commands/bench.ts'
import { clock } from './commands/clock.ts'
import { doctor } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { keys } from './commands/keys.ts'
import { migrateCommand } from './commands/migrate.ts'
import { restore } from './commands/restore.ts'
import { seed } from './commands/seed.ts'
import { serve } from './commands/serve.ts'
import { verify } from './commands/verify.ts'
import { readConfig } from './config.ts'
import { StartRefused } from './start-refused.ts'

const COMMANDS: readonly Command[] = [
  serve,
  migrateCommand,
  seed,
  doctor,
  verify,
  keys,
  clock,
  backup,
  restore,
  bench,
  exportCommand,
  importCommand,
]

const usage = (): string[] => [
  'tongbao: credits, payments, subscriptions and creator earnings for AI apps',
  '',
  ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`),
  '',
  'Every command takes --json (for machines) and --help.',
]

/** The same for machines. */
const described = ({ name, summary, usage, options = {}, wordsMax = 0 }: Command) => ({
  ...{ name, summary, usage, words_max: wordsMax },
  options: Object.entries({ ...options, ...COMMON }).map(([option, { type }]) => ({
    ...{ name: option, type },
  })),
})
const COMMON = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`)
}

function terminalFor(json: boolean): Terminal {
  const live = process.stderr.isTTY && !json
  return {
    json,
    say: (line) => {
      if (!json) process.stderr.write(`${live ? '\u001b[2K\r' : ''}${line}\n`)
    },
    progress: (line) => {
      if (live) process.stderr.write(`\u001b[2K\r${line}`)
    },
    result: (value, lines) => {
      if (live) process.stderr.write('\u001b[2K\r')
      print(json ? [JSON.stringify(value)] : lines)
    },
  }
}

function refuse(json: boolean, faults: readonly string[]): number {
  if (json) print([JSON.stringify({ error: faults.join('; '), faults })])
  else for (const fault of faults) process.stderr.write(`tongbao: ${fault}\n`)
  return 1
}

function withoutCommand(name: string, json: boolean): number {
  if (['help', '--help', '-h', '--json'].includes(name)) {
    terminalFor(json).result({ commands: COMMANDS.map(described) }, usage())
    return 0
  }
  if (!json) print(usage())
  return refuse(json, [`there is no command "${name}"`])
}

async function main(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args
  const command = COMMANDS.find((one) => one.name === name)
  if (!command) return withoutCommand(name, args.includes('--json'))
  let given: Given & { readonly json: boolean; readonly help: boolean }
  try {
    given = parse(command, rest)
  } catch (error) {
    return refuse(rest.includes('--json'), [`${unparsed(error)}; usage: ${command.usage}`])
  }
  if (given.help) {
    terminalFor(given.json).result(described(command), [command.summary, '', command.usage])
    return 0
  }
  const read = readConfig(process.env)
  if ('faults' in read)
    return (
      command.runBroken?.(read.faults, terminalFor(given.json)) ?? refuse(given.json, read.faults)
    )
  try {
    return await command.run(read.config, given, terminalFor(given.json))
  } catch (error) {
    if (error instanceof StartRefused) return refuse(given.json, [error.message])
    throw error
  }
}

// Node adds advice about positional arguments, which no command here takes that begin with a dash.
const unparsed = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(
    /\. To specify a positional.*/s,
    '',
  )

function parse(command: Command, args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...command.options,
      ...COMMON,
    },
    allowPositionals: true,
  })
  const extra = positionals[command.wordsMax ?? 0]
  if (extra !== undefined) throw new Error(`"${extra}" is a word too many`)
  return {
    values: values as Given['values'],
    words: positionals,
    json: values.json === true,
    help: values.help === true,
  }
}

// Whoever read us may be gone, as with a terminal that was closed: that must not end a stop half-way.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    // Not foreseen, so the stack is what helps; everything foreseen is one sentence above.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(70)
  },
)
