import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { ROOT_FOLDER } from '../server/src/app/places.ts'
import type { Growth } from './growth.ts'
import type { Hooks } from './hooks.ts'
import type { Line } from './measure.ts'
import type { Run } from './run.ts'

/** Where and when: a figure without these says nothing. */
interface Circumstances {
  readonly machine: string
  readonly node: string
  readonly postgres: string
  readonly commit: string | null
  readonly load: number
  readonly at: string
}

export const circumstances = (postgres: string): Circumstances => ({
  machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
  node: process.version,
  postgres,
  commit: commit(),
  load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  at: new Date().toISOString(),
})

function commit(): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: ROOT_FOLDER, encoding: 'utf8', stdio: 'pipe' }).trim()
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') && '-changed')
  } catch {
    return null // an installation without git
  }
}

const CHARGES = [
  'naive_uniform',
  'one_uniform',
  'teller_uniform',
  'naive_hot',
  'teller_hot',
  'http_uniform',
  'http_hot',
  'pgbench_simple_update',
] as const

/** Charges per second, for programs. Names are a contract: they are added to and never changed. */
export function chargesAnswer({ lines, postgres }: Run) {
  const { machine, commit, at } = circumstances(postgres)
  const rates = CHARGES.map((name) => [name, lines.get(name)?.perSecond ?? null])
  return { ...Object.fromEntries(rates), machine, commit, at }
}

interface Ratio {
  readonly what: string
  readonly of: string
  readonly to: string
  readonly by: 'perSecond' | 'p50Ms'
  /** What docs promise: at least so much, or of a latency at most. */
  readonly goal?: number
}

const RATIOS: readonly Ratio[] = [
  { what: 'teller ÷ naive, uniform', of: 'teller_uniform', to: 'naive_uniform', by: 'perSecond', goal: 5 },
  { what: 'teller ÷ naive, zipf', of: 'teller_zipf', to: 'naive_zipf', by: 'perSecond' },
  { what: 'teller ÷ naive, one hot account', of: 'teller_hot', to: 'naive_hot', by: 'perSecond', goal: 30 },
  { what: 'teller, hot ÷ uniform', of: 'teller_hot', to: 'teller_uniform', by: 'perSecond', goal: 1 },
  { what: 'teller ÷ one statement, uniform', of: 'teller_uniform', to: 'one_uniform', by: 'perSecond' },
  { what: 'teller ÷ pgbench -N', of: 'teller_uniform', to: 'pgbench_simple_update', by: 'perSecond', goal: 3 },
  { what: 'HTTP ÷ naive without HTTP, uniform', of: 'http_uniform', to: 'naive_uniform', by: 'perSecond', goal: 3 },
  { what: 'HTTP ÷ naive without HTTP, hot', of: 'http_hot', to: 'naive_hot', by: 'perSecond' },
  { what: 'lone charge ÷ lone statement, latency', of: 'teller_lone', to: 'one_lone', by: 'p50Ms', goal: 1.5 },
] // biome-ignore format: a table reads better unbroken

/** Goals that are figures of this machine, and no ratios. */
const GOALS = [
  { what: 'HTTP charges at 60 % of the peak, p99 ms', of: 'http_paced', by: 'p99Ms', goal: '< 25' },
  { what: 'balance at 2,000 a second, p99 ms', of: 'balance_paced', by: 'p99Ms', goal: '< 5' },
  { what: 'history page at 2,000 a second, p99 ms', of: 'history_paced', by: 'p99Ms', goal: '< 5' },
  { what: 'verify, entries a second', of: 'verify', by: 'perSecond', goal: '≥ 200000' },
] as const

interface Compared {
  readonly what: string
  readonly value: number
  readonly goal: string
}

function ratiosOf(lines: ReadonlyMap<string, Line>): Compared[] {
  const compared = RATIOS.flatMap(({ what, of, to, by, goal }) => {
    const [over, under] = [lines.get(of)?.[by], lines.get(to)?.[by]]
    if (over === undefined || under === undefined) return []
    const sign = by === 'perSecond' ? '≥' : '≤'
    return [
      { what, value: rounded(over / under), goal: goal === undefined ? '' : `${sign} ${goal}` },
    ]
  })
  const alone = GOALS.flatMap(({ what, of, by, goal }) => {
    const value = lines.get(of)?.[by]
    return value === undefined ? [] : [{ what, value: rounded(value), goal }]
  })
  return [...compared, ...alone]
}

export const rounded = (value: number): number => Math.round(value * 100) / 100
const ms = (value: number): string => (Number.isNaN(value) ? '' : rounded(value).toString())

/** Ratios first: they are from one run and mean something elsewhere too. */
export function report(run: Run): string[] {
  return [
    ...table(
      ['what', 'in this run', 'goal'],
      ratiosOf(run.lines).map(({ what, value, goal }) => [what, value.toString(), goal]),
    ),
    '',
    ...linesTable([...run.lines.values()]),
    '',
    ...whereAndWhen(run.postgres),
  ]
}

const linesTable = (lines: readonly Line[]): string[] =>
  table(
    ['line', 'per second', 'p50 ms', 'p99 ms', 'callers', 'each slice of it'],
    lines.map((line) => [
      line.name,
      line.perSecond.toString(),
      ms(line.p50Ms),
      ms(line.p99Ms),
      line.callers.toString(),
      line.slices.join(' '),
    ]),
  )

export const whereAndWhen = (postgres: string): string[] => {
  const { machine, node, commit, load, at } = circumstances(postgres)
  return [
    `${machine}; node ${node}; PostgreSQL ${postgres}; load ${load};`,
    `commit ${commit ?? 'unknown'}; ${at}`,
  ]
}

/** Columns that line up for people and are Markdown for pages; the first to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const wide = head.map((cell, i) =>
    Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(wide[i] ?? 0) : cell.padStart(wide[i] ?? 0))).join(' | ')} |`
  const rule = `| ${wide.map((count, i) => (i === 0 ? '-'.repeat(count) : `${'-'.repeat(count - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)]
}

/** Everything of the run, for programs. */
export const runAnswer = (run: Run) => ({
  ratios: ratiosOf(run.lines),
  lines: [...run.lines.values()],
  ...circumstances(run.postgres),
})

export const resultsPage = (run: Run): string =>
  `${[
    '# Results of one run',
    '',
    'Written by `npm run bench -- --write`. What the lines are stands in [README.md](README.md). The ratios are of one',
    'run on one database and mean something on another machine too; the figures below them are of this machine, then.',
    '',
    ...report(run),
  ].join('\n')}\n`

export const growthAnswer = ({ small, large, others, millions, postgres }: Growth) => ({
  ...{ cost_ratio: rounded(small.perSecond / large.perSecond), millions, small, large, others },
  ...circumstances(postgres),
})

export const growthPage = (growth: Growth): string =>
  `${[
    '# What growth costs',
    '',
    'Written by `npm run bench -- growth --write`. What the lines are stands in [README.md](README.md). Reads are of the',
    'large books, whose goals are a p99 below 5 ms, and 200,000 entries verified in a second.',
    '',
    ...growthReport(growth),
  ].join('\n')}\n`

export const growthReport = (growth: Growth): string[] => [
  `A charge with ${growth.millions} million entries costs ${growthAnswer(growth).cost_ratio} of one with 1 million (goal: ≤ 1.15).`,
  '',
  ...linesTable([growth.small, growth.large, ...growth.others]),
  '',
  ...whereAndWhen(growth.postgres),
]

const HOOK_P99_MS_GOAL = 50

const besideAnswer = ({ acks, charges }: Hooks['paced']) => ({
  ...{ ack_p50_ms: rounded(acks.p50Ms), ack_p99_ms: rounded(acks.p99Ms) },
  ...{ per_second: acks.perSecond, charges_per_second: charges.perSecond },
})
export const hooksAnswer = ({ paced, full, givenAfterMs, postgres }: Hooks) => ({
  ...{ ...besideAnswer(paced), at_the_peak: besideAnswer(full) },
  given_after_ms: Math.round(givenAfterMs),
  ...circumstances(postgres),
})

export const hooksReport = (hooks: Hooks): string[] => [
  `Beside charges at 60 % of their peak half of the messages were acknowledged in ${ms(hooks.paced.acks.p50Ms)} ms, 99 of a hundred in ${ms(hooks.paced.acks.p99Ms)} ms (goal: < ${HOOK_P99_MS_GOAL}).`,
  `At the peak, where everything waits for the processor, in ${ms(hooks.full.acks.p50Ms)} and ${ms(hooks.full.acks.p99Ms)} ms; all that they told of was given ${Math.round(hooks.givenAfterMs)} ms after the last of them.`,
  '',
  ...linesTable([hooks.paced.acks, hooks.paced.charges, hooks.full.acks, hooks.full.charges]),
  '',
  ...whereAndWhen(hooks.postgres),
]

export const hooksPage = (hooks: Hooks): string =>
  `${[
    '# How soon a message is acknowledged',
    '',
    'Written by `npm run bench -- hooks --write`. What the lines are stands in [README.md](README.md).',
    '',
    ...hooksReport(hooks),
  ].join('\n')}\n`
