import { appendFileSync } from 'node:fs'
import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type Reporter, type TestSpecification } from 'vitest/node'

const PG_TESTS = '**/*.pg.test.ts'
const WEB_TESTS = '**/*.{web,shots}.test.ts'

// Begun last, each of these would keep one worker busy while the other has nothing left to do.
const LONGEST = [
  'fuzz/contract',
  'thousand-days',
  'faults/start',
  'kill-nine',
  'faults/crash-points',
  'two-hundred-orders',
  'books-files',
  'payment-crash-points',
]
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const nth = LONGEST.findIndex((name) => moduleId.includes(name))
      return nth < 0 ? LONGEST.length : nth
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

// The last line is plain on purpose: it is what a CI that knows no test runner can read. A file that
// could not be collected has no failed test of its own, and must not look like a success; nor must a
// run that found no file at all.
const tally: Reporter = {
  onTestRunEnd(files, unhandledErrors) {
    const states = files.flatMap((file) =>
      [...file.children.allTests()].map((one) => one.result().state),
    )
    const count = (state: string) => states.filter((one) => one === state).length
    const silent = files.filter(
      (file) =>
        file.state() === 'failed' &&
        ![...file.children.allTests()].some((one) => one.result().state === 'failed'),
    )
    const nothing = files.length === 0 ? 1 : 0
    const failed = count('failed') + silent.length + unhandledErrors.length + nothing
    const result = { passed: count('passed'), failed, skipped: count('skipped') }
    const path = process.env['TONGBAO_TEST_TALLY']
    if (path) appendFileSync(path, `${JSON.stringify(result)}\n`)
    // On exit, because other reporters still have their say after this.
    process.once('exit', () => {
      const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : ''
      process.stdout.write(`${result.passed} passed, ${result.failed} failed${skipped}\n`)
    })
  },
}

export default defineConfig({
  test: {
    reporters: ['default', tally],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{server,lab,tools,sdk,web}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, PG_TESTS, WEB_TESTS],
          // Nothing of ours keeps anything in a module: to import it all for each file takes as long as the tests.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'pg',
          include: [PG_TESTS],
          globalSetup: ['server/test/postgres.ts'],
          pool: 'forks',
          isolate: false,
          // Each file has a database of its own; on two cores a third one works while the others wait for a process to
          // start, an answer to be late or the disk. A fourth was measured and makes nothing sooner.
          maxWorkers: 3,
          // A group runs by itself, as it must when it limits its workers.
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000, interval: 50 } },
        },
      },
      ...(['web', 'shots'] as const).map((name, nth) => ({
        test: {
          name,
          include: [`web/test/**/*.${name}.test.ts`],
          globalSetup: ['server/test/postgres.ts', 'web/test/build.ts'],
          pool: 'forks' as const,
          isolate: false,
          // A server, its PostgreSQL and a browser are busy for each of them, and wait for one another.
          maxWorkers: 3,
          sequence: { groupOrder: nth + 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 15_000, interval: 50 } },
        },
      })),
    ],
  },
})
