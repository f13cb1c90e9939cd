import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { sealEntries, verifyAudit } from '#audit'
import { movableClock } from '#kernel/clock'
import { keyring } from '#kernel/crypto'
import { openPool } from '#kernel/db'
import { idsFrom } from '#kernel/ids'
import { makeLog } from '#kernel/log'
import { judgeLedger, sealBlocks } from '#ledger'
import { dice } from '../dice.ts'
import { brokenLaws } from '../ledger-laws.ts'
import { KILLS, SEED } from '../measure.ts'
import { brokenPages } from '../pages.ts'
import { freePort, type ServerProcess, startServer } from '../server-process.ts'
import { startLoad } from '../survivors.ts'
import { SECRET } from '../world.ts'

const OWNERS = 8
const WAITS = { timeout: 60_000 }
const ACKS_BETWEEN_KILLS = 30
const LONG_MS = 60_000 + KILLS * 20_000

test(
  'L13 L22: through kill -9 of server and database under load, every acknowledged command is there once, no other, and the books are whole after each',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tongbao-kill-'))
    chmodSync(folder, 0o755) // run as root, PostgreSQL works as another user, who has to get in
    const env = { TONGBAO_DATA: folder, PORT: String(await freePort()) }
    let server: ServerProcess = await startServer(undefined, env)
    const kept = JSON.parse(readFileSync(join(folder, 'postgres.json'), 'utf8'))
    const urlOf = (user: string, password: string) =>
      `postgres://${user}:${password}@127.0.0.1:${kept.port}/tongbao`
    const url = urlOf('tongbao', kept.password)
    const load = startLoad(server.url, { owners: OWNERS, seed: SEED, name: 'survivor' })
    const chance = dice(SEED)
    for (let kill = 0; kill < KILLS; kill++) {
      await load.more(1 + chance.below(ACKS_BETWEEN_KILLS))
      if (kill % 2 === 0) {
        server.child.kill('SIGKILL')
        await server.ended
        server = await startServer(undefined, env)
      } else {
        const pid = readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]
        process.kill(Number(pid), 'SIGKILL')
      }
      expect([kill, await verify(url, folder)]).toEqual([kill, []])
    }
    await load.settle()
    const judge = new pg.Pool({ connectionString: url, max: 1 })
    expect(await brokenLaws(judge)).toEqual([])
    expect(await brokenPages(urlOf('postgres', kept.superuserPassword))).toEqual([])
    await judge.end()
    server.child.kill('SIGTERM')
    expect((await server.ended).code).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  },
  LONG_MS,
)

/** What `tongbao verify` looks at, while owners live on; a database that was killed may be a moment away. */
async function verify(url: string, dataFolder: string): Promise<readonly object[]> {
  const log = makeLog('silent', process.stderr)
  const clock = movableClock()
  const pool = openPool({ url, role: undefined, log, connectionsMax: 2 })
  const deps = { db: pool.db, clock, ring: keyring([SECRET]), log, newId: idsFrom(clock) }
  try {
    await expect
      .poll(
        () =>
          sealBlocks(pool.db)
            .then(() => true)
            .catch(() => false),
        WAITS,
      )
      .toBe(true)
    await sealEntries(deps)
    const ledger = await judgeLedger({ ...deps, dataFolder }, { by: 'command' })
    const audit = await verifyAudit(pool.db, deps.ring, () => {})
    return [...ledger.faults, ...audit.faults]
  } finally {
    await pool.close()
  }
}
