import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase, type ServerProcess, startServer } from '../server-process.ts'
import { BOOTSTRAP_KEY } from '../world.ts'

const PROCESSES = 4

let servers: readonly ServerProcess[]
beforeAll(async () => {
  const url = await freshDatabase('migrated')
  servers = await Promise.all(Array.from({ length: PROCESSES }, () => startServer(url)))
}, 120_000)
afterAll(async () => {
  for (const { child } of servers) child.kill('SIGTERM')
  await Promise.all(servers.map(({ ended }) => ended))
})

const post = (through: number, path: string, key: string, body: object) =>
  fetch(`${servers[through % PROCESSES]?.url}/api/v1/credits/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${BOOTSTRAP_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  })
const grant = (external_id: string, amount: number) =>
  post(0, 'grants', `grant-${external_id}`, { external_id, amount, source: 'purchase' })

test('C2: fifty charges of 100 on 1000 at once, through four processes: exactly ten succeed', async () => {
  expect((await grant('rich', 1_000)).status).toBe(201)
  const codes = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const reply = await post(i, 'charge', `charge-rich-${i}`, {
        external_id: 'rich',
        amount: 100,
      })
      return reply.status
    }),
  )
  expect(codes.filter((code) => code === 200)).toHaveLength(10)
  expect(codes.filter((code) => code === 402)).toHaveLength(40)
})

test('C3: one key on twenty connections to four processes is one charge and twenty equal answers', async () => {
  await grant('twin', 1_000)
  const bodies = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const reply = await post(i, 'charge', 'charge-twin-1', { external_id: 'twin', amount: 70 })
      return reply.text()
    }),
  )
  expect(new Set(bodies).size).toBe(1)
  const balance = await fetch(`${servers[1]?.url}/api/v1/credits/balance?external_id=twin`, {
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` },
  })
  expect(await balance.json()).toMatchObject({ available: 930, held: 0, debt: 0 })
})

test('C3: a new external id that twenty requests name at once has one account', async () => {
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      post(i, 'grants', `grant-newcomer-${i}`, {
        external_id: 'newcomer',
        amount: 5,
        source: 'promo',
      }),
    ),
  )
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201))
  const balance = await fetch(`${servers[2]?.url}/api/v1/credits/balance?external_id=newcomer`, {
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` },
  })
  expect(await balance.json()).toMatchObject({ available: 100 })
})

test('C14: fifty charges of 100 against a cap of 500, through four processes: exactly five succeed', async () => {
  expect((await grant('capped', 100_000)).status).toBe(201)
  const found = await fetch(`${servers[0]?.url}/api/v1/credits/balance?external_id=capped`, {
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` },
  })
  const { owner } = (await found.json()) as { owner: string }
  const put = await fetch(`${servers[0]?.url}/api/v1/owners/${owner}/caps`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ day: 500, month: null, reason: 'a test' }),
  })
  expect(put.status).toBe(200)
  // Every process has heard of the cap once it refuses what no cap of 500 allows.
  for (let through = 0; through < PROCESSES; through++)
    await expect
      .poll(async () => {
        const body = { external_id: 'capped', amount: 100_001 }
        return (await post(through, 'charge', `probe-capped-${through}`, body)).status
      })
      .toBe(429)
  const codes = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const body = { external_id: 'capped', amount: 100 }
      return (await post(i, 'charge', `charge-capped-${i}`, body)).status
    }),
  )
  expect(codes.filter((code) => code === 200)).toHaveLength(5)
  expect(codes.filter((code) => code === 429)).toHaveLength(45)
})
