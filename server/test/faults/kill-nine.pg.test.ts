import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { dice } from '../dice.ts'
import { brokenLaws } from '../ledger-laws.ts'
import { KILLS, SEED } from '../measure.ts'
import { brokenPages } from '../pages.ts'
import { freePort, type ServerProcess, startServer } from '../server-process.ts'
import { startLoad } from '../survivors.ts'

const OWNERS = 8
const ACKS_BETWEEN_KILLS = 30
const LONG_MS = 60_000 + KILLS * 15_000

test(
  'L13: through kill -9 of server and database under load, every acknowledged command is there once, and no other',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tongbao-kill-'))
    chmodSync(folder, 0o755) // run as root, PostgreSQL works as another user, who has to get in
    const env = { TONGBAO_DATA: folder, PORT: String(await freePort()) }
    let server: ServerProcess = await startServer(undefined, env)
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
    }
    await load.settle()
    const kept = JSON.parse(readFileSync(join(folder, 'postgres.json'), 'utf8'))
    const urlOf = (user: string, password: string) =>
      `postgres://${user}:${password}@127.0.0.1:${kept.port}/tongbao`
    const url = urlOf('tongbao', kept.password)
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
