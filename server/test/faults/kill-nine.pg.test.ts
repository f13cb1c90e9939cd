import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scheduler } from 'node:timers/promises' // tidy-allow sleep: a client's back-off between two tries
import pg from 'pg'
import { expect, test } from 'vitest'
import { dice } from '../dice.ts'
import { brokenLaws } from '../ledger-laws.ts'
import { freePort, type ServerProcess, startServer } from '../server-process.ts'
import { BOOTSTRAP_KEY } from '../world.ts'

const KILLS = Number(process.env['TONGBAO_KILLS'] ?? 40) // tidy-allow env: a soak asks for ten times as many
const SEED = Number(process.env['SEED'] ?? 7) // tidy-allow env: to see a failure again
const WORKERS = 8
const ACKS_BETWEEN_KILLS = 30
const TRY_AGAIN_MS = 40
const LONG_MS = 60_000 + KILLS * 15_000

let acks = 0
let stopped = false

interface Told {
  readonly balance: { readonly available: number; readonly held: number }
  readonly charge_id?: string
  readonly hold_id?: string
}

/** Asks until somebody answers, with the same key: what a careful client does. */
async function surely(base: string, path: string, key: string, body: object) {
  for (;;) {
    try {
      const reply = await fetch(`${base}/api/v1/credits/${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${BOOTSTRAP_KEY}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
      })
      if (reply.status < 500) {
        acks += 1
        return { status: reply.status, body: (await reply.json()) as Told }
      }
    } catch {
      // the server or the reply was lost: the key finds out which
    }
    await scheduler.wait(TRY_AGAIN_MS)
  }
}

/** One owner's life, told by one client: after each answer the balance must be the one worked out here. */
async function live(
  base: string,
  nth: number,
): Promise<{ external_id: string; available: number }> {
  const external_id = `survivor-${nth}`
  const chance = dice(SEED * 100 + nth)
  let available = 0
  let made = 0
  const ask = (path: string, body: object) =>
    surely(base, path, `survivor-key-${nth}-${++made}`, body)
  const check = (told: Told, held = 0) =>
    expect([external_id, made, told.balance.available, told.balance.held]).toEqual([
      external_id,
      made,
      available,
      held,
    ])
  const acts = [
    async () => {
      const amount = 1 + chance.below(500)
      available += amount
      check((await ask('grants', { external_id, amount, source: 'promo' })).body)
    },
    async () => {
      const amount = 1 + chance.below(300)
      const { status, body } = await ask('charge', { external_id, amount })
      expect(status).toBe(available >= amount ? 200 : 402)
      if (status !== 200) return
      available -= amount
      check(body)
      if (chance.below(3) > 0) return
      const back = 1 + chance.below(amount)
      available += back
      check((await ask('refund', { charge_id: body.charge_id, amount: back })).body)
    },
    async () => {
      const amount = 1 + chance.below(200)
      const { status, body } = await ask('holds', { external_id, amount })
      expect(status).toBe(available >= amount ? 201 : 402)
      if (status !== 201) return
      available -= amount
      check(body, amount)
      const used = chance.below(amount + 1)
      available += amount - used
      const end = used === 0 ? 'release' : 'capture'
      check((await ask(`holds/${body.hold_id}/${end}`, used === 0 ? {} : { amount: used })).body)
    },
  ]
  await acts[0]?.()
  while (!stopped) await chance.pick(acts)()
  return { external_id, available }
}

test(
  'L13: through kill -9 of server and database under load, every acknowledged command is there once, and no other',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tongbao-kill-'))
    chmodSync(folder, 0o755) // run as root, PostgreSQL works as another user, who has to get in
    const env = { TONGBAO_DATA: folder, PORT: String(await freePort()) }
    let server: ServerProcess = await startServer(undefined, env)
    const lives = Promise.all(Array.from({ length: WORKERS }, (_, i) => live(server.url, i)))
    const chance = dice(SEED)
    for (let kill = 0; kill < KILLS; kill++) {
      const before = acks
      await expect
        .poll(() => acks, { timeout: 60_000, interval: 5 })
        .toBeGreaterThan(before + chance.below(ACKS_BETWEEN_KILLS))
      if (kill % 2 === 0) {
        server.child.kill('SIGKILL')
        await server.ended
        server = await startServer(undefined, env)
      } else {
        const pid = readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]
        process.kill(Number(pid), 'SIGKILL')
      }
    }
    stopped = true
    for (const { external_id, available } of await lives) {
      const reply = await fetch(`${server.url}/api/v1/credits/balance?external_id=${external_id}`, {
        headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` },
      })
      expect(await reply.json()).toMatchObject({ available, held: 0, debt: 0 })
    }
    const kept = JSON.parse(readFileSync(join(folder, 'postgres.json'), 'utf8'))
    const url = `postgres://tongbao:${kept.password}@127.0.0.1:${kept.port}/tongbao`
    const judge = new pg.Pool({ connectionString: url, max: 1 })
    expect(await brokenLaws(judge)).toEqual([])
    await judge.end()
    server.child.kill('SIGTERM')
    expect((await server.ended).code).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  },
  LONG_MS,
)
