import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { installChromium } from './chromium.mjs'
import { installed, root } from './install.mjs'
import { installPrograms } from './programs.mjs'

// npm test: everything a change must pass, quickest first, with one sum at the end. Plain JavaScript
// for Node 18 and newer, because it runs before the pinned Node is there.

const STEP_TIMEOUT_MS = 40 * 60_000

const steps = [
  { title: 'types', run: ['tsc', '-p', '.'] },
  { title: 'types of the pages', run: ['tsc', '-p', 'web'] },
  { title: 'the pages are built', run: ['tools/build-web.mjs'] },
  { title: 'style', run: ['biome', 'check'] },
  { title: 'nothing unused', run: ['knip'] },
  { title: 'unit tests', run: ['vitest', 'run', '--project', 'unit'], tallies: true },
  { title: 'generated files', run: ['tools/generate.ts', '--check'] },
  { title: 'migrations', run: ['squawk', ...migrations()] },
  { title: 'API description', run: ['redocly', 'lint', 'docs/openapi.json'] },
  {
    title: 'PostgreSQL tests',
    before: installPrograms,
    run: ['vitest', 'run', '--project', 'pg'],
    tallies: true,
  },
  {
    title: 'the pages in a browser',
    before: installChromium,
    run: ['vitest', 'run', '--project', 'web'],
    tallies: true,
  },
  { title: 'a fresh clone starts', run: ['tools/fresh-clone.mjs'] },
]

const node = installed()
const folder = mkdtempSync(join(tmpdir(), 'tongbao-test-'))
const sum = { passed: 0, failed: 0 }
try {
  for (const step of steps) {
    const { passed, failed } = perform(step)
    sum.passed += passed
    sum.failed += failed
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = sum.failed > 0 ? 1 : 0
process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed\n`)

function perform({ title, before, run, tallies }) {
  const note = before?.()
  if (note !== undefined) process.stdout.write(`${note}\n`)
  process.stdout.write(`${title} … `)
  const log = join(folder, 'log')
  const tally = join(folder, 'tally')
  for (const path of [log, tally]) rmSync(path, { force: true })
  const startedMs = performance.now()
  const { status, error } = runLogged(run, log, tally)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  const counts = tallies ? counted(tally) : { passed: status === 0 ? 1 : 0, failed: 0, skipped: 0 }
  // A step that ends badly has failed at least once, whatever it counted before it did.
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  process.stdout.write(`${spoken(counts)} (${seconds} s)\n`)
  if (counts.failed > 0) {
    process.stdout.write(`${readFileSync(log, 'utf8').trimEnd()}\n`)
    if (error) process.stdout.write(`${error.message}\n`)
    process.stdout.write(`— end of ${title} —\n\n`)
  }
  return counts
}

// Into a file and not through a pipe: whatever a step leaves running cannot keep us waiting for it.
function runLogged([program, ...args], log, tally) {
  const script = program.startsWith('tools/') ? program : join('node_modules', '.bin', program)
  const out = openSync(log, 'w')
  try {
    return spawnSync(node, [script, ...args], {
      cwd: root,
      stdio: ['ignore', out, out],
      timeout: STEP_TIMEOUT_MS,
      env: {
        ...process.env,
        PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
        NO_COLOR: '1',
        REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
        TONGBAO_TEST_TALLY: tally,
      },
    })
  } finally {
    closeSync(out)
  }
}

/** The lines the reporter in vitest.config.ts wrote; none at all means that it never came to that. */
function counted(tally) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  let text = ''
  try {
    text = readFileSync(tally, 'utf8')
  } catch {
    counts.failed = 1
  }
  for (const line of text.split('\n').filter(Boolean))
    for (const [name, count] of Object.entries(JSON.parse(line))) counts[name] += count
  return counts
}

function spoken({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function migrations() {
  const folder = join(root, 'db', 'migrations')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => `db/migrations/${name}`)
}
