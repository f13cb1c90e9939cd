import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT_FOLDER } from '../server/src/app/places.ts'
import type { Ground } from './ground.ts'
import type { Line } from './measure.ts'
import { secondsOf } from './tills.ts'

const run = promisify(execFile)
const CLI = join(ROOT_FOLDER, 'server/src/app/cli.ts')

/** `tongbao verify` over everything that the run has written. */
export async function verifyLine(ground: Ground): Promise<Line> {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-bench-verify-'))
  const env = { ...SECRET, DATABASE_URL: ground.url, TONGBAO_DATA: folder, TONGBAO_MODE: 'test' }
  const verify = (part: string) =>
    run(process.execPath, [CLI, 'verify', part, '--json'], { env }).then(({ stdout }) => stdout)
  try {
    let said = ''
    // The audit trail here is a few lines: what that takes is the start of the program.
    const startS = await secondsOf(() => verify('--audit'))
    const wholeS = await secondsOf(async () => {
      said = await verify('--ledger')
    })
    const { entries, whole } = (JSON.parse(said) as Said).ledger
    if (!whole) throw new Error(`the books of the bench are broken: ${said}`)
    const perSecond = Math.round(entries / Math.max(wholeS - startS, 0.001))
    return {
      name: 'verify',
      callers: 1,
      perSecond,
      p50Ms: Number.NaN,
      p99Ms: Number.NaN,
      slices: [],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const SECRET = { TONGBAO_SECRET: 'a secret of the bench that is long enough' }
interface Said {
  readonly ledger: { readonly entries: number; readonly whole: boolean }
}
