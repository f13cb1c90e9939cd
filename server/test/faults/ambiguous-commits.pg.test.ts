import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { World } from '../../src/app/world.ts'
import { dice } from '../dice.ts'
import { brokenLaws } from '../ledger-laws.ts'
import { AMBIGUOUS, SEED } from '../measure.ts'
import { type Fate, openProxy } from '../proxy.ts'
import { startLoad } from '../survivors.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../world.ts'

const OWNERS = 12
const UNHEARD = 60
const LONG_MS = 60_000 + AMBIGUOUS * 500

let world: TestWorld
let proxy: Awaited<ReturnType<typeof openProxy>>
let node: World
let base: string
beforeAll(async () => {
  world = await openWorld()
  proxy = await openProxy(world.url)
  node = await world.anotherNode({}, { databaseUrl: proxy.url })
  base = await node.http.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await node.stop()
  await proxy.close()
  await world.close()
})

const entriesOf = async (like: string) => {
  const owner = new pg.Pool({ connectionString: world.url, max: 1 })
  const { rows } = await owner.query(
    `select count(*)::int as written, count(distinct key)::int as keys from ledger.entries where key like $1`,
    [like],
  )
  const broken = await brokenLaws(owner)
  await owner.end()
  return { ...rows[0], broken }
}

test(
  `L13 C3: ${AMBIGUOUS} commits whose answers are lost under parallel load lose nothing and double nothing`,
  async () => {
    const chance = dice(SEED)
    // Most lose their answer, some the question, some are torn or late, and as many pass in peace.
    const fates: readonly (Fate | undefined)[] = [
      ...Array.from({ length: 5 }, () => 'swallowed' as const),
      'lost',
      'torn',
      'late',
      undefined,
      undefined,
      undefined,
      undefined,
    ]
    const load = startLoad(base, { owners: OWNERS, seed: SEED, name: 'unsure' })
    await load.more(OWNERS)
    proxy.fate = () => chance.pick(fates)
    for (let turn = 0; proxy.met.swallowed < AMBIGUOUS && turn < AMBIGUOUS; turn++) {
      await load.more(OWNERS)
      // Now and then every line is cut at once, in whatever it was doing.
      if (turn % 10 === 9) proxy.cut()
    }
    proxy.fate = () => undefined
    await load.more(OWNERS)
    await load.settle()
    expect(proxy.met.swallowed).toBeGreaterThanOrEqual(AMBIGUOUS)
    expect([proxy.met.lost > 0, proxy.met.torn > 0, proxy.met.late > 0]).toEqual([true, true, true])
    const { written, keys, broken } = await entriesOf('unsure-%')
    expect([written, broken]).toEqual([keys, []])
  },
  LONG_MS,
)

test('L13 C3: when no answer comes through, each caller is told when to ask again, and the same key tells the truth', async () => {
  const post = async (path: string, key: string, body: object) => {
    const reply = await fetch(`${base}/api/v1/credits/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${BOOTSTRAP_KEY}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    })
    const told = (await reply.json()) as { code?: string }
    const { headers } = reply
    return {
      status: reply.status,
      code: told.code,
      after: headers.get('retry-after'),
      replayed: headers.get('idempotent-replayed'),
    }
  }
  const external_id = 'unheard'
  await post('grants', 'unheard-grant', { external_id, amount: 1_000, source: 'promo' })
  const ask = () =>
    Promise.all(
      Array.from({ length: UNHEARD }, (_, i) =>
        post('charge', `unheard-key-${i}`, { external_id, amount: 10 }),
      ),
    )
  proxy.fate = () => 'swallowed'
  for (const told of await ask())
    expect(told).toEqual({ status: 503, code: 'unavailable', after: '1', replayed: null })
  proxy.fate = () => undefined
  // All of them had happened: the first attempt was committed, and its answer lost.
  for (const told of await ask()) expect(told).toMatchObject({ status: 200, replayed: 'true' })
  expect(await entriesOf('unheard-key-%')).toEqual({ written: UNHEARD, keys: UNHEARD, broken: [] })
  const there = await fetch(`${base}/api/v1/credits/balance?external_id=${external_id}`, {
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` },
  })
  expect(await there.json()).toMatchObject({ available: 1_000 - UNHEARD * 10 })
})

test('L13 C3: when no question comes through, nothing happens, and the same key makes it happen', async () => {
  proxy.fate = () => 'lost'
  const command = {
    kind: 'grant',
    owner: 'usr_unasked',
    asset: 'credit',
    key: 'unasked-key',
    lotId: node.newId('lot'),
    amount: 5n,
  } as const
  await expect(node.teller.post(command)).rejects.toMatchObject({ code: 'outcome_unknown' })
  expect(await entriesOf('unasked-%')).toMatchObject({ written: 0 })
  proxy.fate = () => undefined
  expect(await node.teller.post(command)).toMatchObject({ ok: true, replayed: false })
  expect(await entriesOf('unasked-%')).toMatchObject({ written: 1, broken: [] })
})
