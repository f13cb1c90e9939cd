import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** The pages that are looked at are those of the sources. */
export function setup(): void {
  const build = [join(ROOT, 'tools/build-web.mjs')]
  const { status, stderr } = spawnSync(process.execPath, build, { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}
