import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { ROOT_FOLDER } from '../server/src/app/places.ts'
import { type Compared, compared, MARKS, missed, rounded } from './goals.ts'
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

const ms = (value: number): string => (Number.isNaN(value) ? '' : rounded(value).toString())

/** Ratios first: they are from one run and mean something elsewhere too. */
export function report(run: Run): string[] {
  return [
    ...comparedReport(compared(run.lines)),
    '',
    ...linesTable([...run.lines.values()]),
    '',
    ...whereAndWhen(run.postgres),
  ]
}

/** The table of what is judged, and below it in words what is missed. */
const comparedReport = (all: readonly Compared[]): string[] => {
  const words = missed(all)
  return [
    ...table(
      ['what', 'in this run', 'goal', 'floor', 'missed'],
      all.map(({ what, value, goal, floor, misses }) => [
        ...[what, value.toString(), goal, floor],
        misses === null ? '' : MARKS[misses],
      ]),
    ),
    ...(words.length > 0 ? ['', ...words] : []),
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
  ratios: compared(run.lines),
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
    '',
    'Beside it: [HOOKS.md](HOOKS.md) (acknowledgements), [PUSH.md](PUSH.md) (10,000 and 15,000 open streams, one node and two),',
    '[GROWTH.md](GROWTH.md).',
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
  ...missed(compared(new Map(growth.others.map((line) => [line.name, line])))),
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
