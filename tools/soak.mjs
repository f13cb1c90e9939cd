import { spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { installed, root } from './install.mjs'

// npm run soak: the tests that look for what happens rarely, ten times as long as npm test lets them. An amount
// that is set already stays as it is. Its last line reads "N passed, N failed".

const AMOUNTS = {
  TONGBAO_KILLS: 400,
  TONGBAO_AMBIGUOUS: 2_000,
  TONGBAO_SEEDS: 10,
  TONGBAO_MODEL_RUNS: 600,
  TONGBAO_FUZZ_CASES: 20_000,
  TONGBAO_LAB_ORDERS: 2_000,
}
const TESTS = [
  'server/test/faults/',
  'server/test/simulation/',
  'server/test/races/',
  'server/test/fuzz/',
  'server/test/scenarios/two-hundred-orders.pg.test.ts',
  'server/src/modules/ledger/',
]
const TIMEOUT_MS = 6 * 3_600_000

const node = installed()
const env = {
  ...AMOUNTS,
  ...process.env,
  PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
}
for (const name of [...Object.keys(AMOUNTS), 'SEED'])
  if (env[name] !== undefined) process.stdout.write(`${name}=${env[name]}\n`)
const { status, error } = spawnSync(
  node,
  [join('node_modules', '.bin', 'vitest'), 'run', '--project', 'pg', ...TESTS],
  { cwd: root, stdio: 'inherit', timeout: TIMEOUT_MS, env },
)
if (error) process.stdout.write(`${error.message}\n0 passed, 1 failed\n`)
process.exitCode = status ?? 1
