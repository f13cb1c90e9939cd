import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { brokenLaws } from '../ledger-laws.ts'
import { SEED } from '../measure.ts'
import { brokenPages } from '../pages.ts'
import { freePort, type ServerProcess, startServer } from '../server-process.ts'
import { startLoad } from '../survivors.ts'

const DISK_MIB = 512
const BLOCK = Buffer.alloc(1 << 16)
const WAITS_MIN = 6
const LONG_MS = 180_000

/** A disk that may be filled; undefined where only root may make one, and we are not. */
function mountDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-disk-'))
  const size = `size=${DISK_MIB}m`
  if (spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder]).status === 0)
    return folder
  rmdirSync(folder)
  return undefined
}

const disk = mountDisk()
let server: ServerProcess | undefined
afterAll(async () => {
  if (disk === undefined) return
  server?.child.kill('SIGTERM')
  await server?.ended
  spawnSync('/bin/umount', [disk])
  rmdirSync(disk)
})

/** Writes until nothing more fits. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (let blocks = 0; blocks < (DISK_MIB << 20) / BLOCK.length; blocks++) writeSync(file, BLOCK)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(file)
  }
}

test.skipIf(disk === undefined)(
  'L13: a full disk is a 503 and never a false yes, and once there is room all goes on by itself',
  async () => {
    const folder = join(disk ?? '', 'data')
    const filler = join(disk ?? '', 'filler')
    chmodSync(disk ?? '', 0o755) // PostgreSQL works as another user, who has to get in
    server = await startServer(undefined, { TONGBAO_DATA: folder, PORT: String(await freePort()) })
    const load = startLoad(server.url, { owners: 6, seed: SEED, name: 'crowded' })
    await load.more(60)
    fill(filler)
    // What has room in its last page may still be written; soon nothing has.
    await expect.poll(() => load.waits, { timeout: 90_000 }).toBeGreaterThan(WAITS_MIN)
    rmSync(filler)
    await load.more(60)
    await load.settle()
    const kept = JSON.parse(readFileSync(join(folder, 'postgres.json'), 'utf8'))
    const url = `postgres://postgres:${kept.superuserPassword}@127.0.0.1:${kept.port}/tongbao`
    const judge = new pg.Pool({ connectionString: url, max: 1 })
    expect(await brokenLaws(judge)).toEqual([])
    await judge.end()
    expect(await brokenPages(url)).toEqual([])
  },
  LONG_MS,
)
