import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { World } from '../../src/app/world.ts'
import { signUp } from '../people.ts'
import { hasRedis, startRedis, type TestRedis } from '../redis.ts'
import { openTill } from '../till.ts'
import { listen, watch } from '../watcher.ts'
import { openWorld, type TestWorld } from '../world.ts'

describe.skipIf(!hasRedis)('two nodes and a Redis (Debian: redis-server)', () => {
  let redis: TestRedis
  let here: TestWorld
  let there: World
  let base: string
  beforeAll(async () => {
    redis = await startRedis()
    here = await openWorld({ start: true, env: { REDIS_URL: redis.url } })
    // It watches only: whatever it tells was carried by the other.
    there = await here.anotherNode({ REDIS_URL: redis.url })
    await there.relay.stop()
    base = await listen(there)
  })
  afterAll(async () => {
    await there.stop()
    await here.close()
    await redis.stop()
  })

  test('RT3: Redis carries what one node relayed to whoever watches another', async () => {
    const owner = await signUp(here)
    const watcher = await watch(base, owner.token)
    await openTill(here).post('grants', { owner: owner.id, amount: 3, source: 'purchase' })
    await watcher.hears('balance.changed', { available: 3 })
    watcher.close()
  })

  test('RT3: while Redis is away the numbers show what is missing, and it is read', async () => {
    const owner = await signUp(here)
    const watcher = await watch(base, owner.token)
    const port = Number(new URL(redis.url).port)
    await redis.stop()
    const { post } = openTill(here)
    await post('grants', { owner: owner.id, amount: 5, source: 'purchase' })
    await watcher.hears('balance.changed', { available: 5 })
    redis = await startRedis(port)
    await post('grants', { owner: owner.id, amount: 2, source: 'purchase' })
    await watcher.hears('balance.changed', { available: 7 })
    expect(watcher.of('balance.changed').map(({ data }) => data.available)).toEqual([5, 7])
    watcher.close()
  })
})

test('RT3: with PostgreSQL alone a node tells what another relayed', async () => {
  const here = await openWorld({ start: true })
  const there = await here.anotherNode()
  await there.relay.stop()
  const base = await listen(there)
  const owner = await signUp(here)
  const watcher = await watch(base, owner.token)
  await openTill(here).post('grants', { owner: owner.id, amount: 4, source: 'purchase' })
  await watcher.hears('balance.changed', { available: 4 })
  watcher.close()
  await there.stop()
  await here.close()
})
