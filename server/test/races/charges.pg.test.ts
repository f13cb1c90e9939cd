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

const told = async (reply: Promise<Response>) => {
  const { status, body } = await reply.then(async (r) => ({
    status: r.status,
    body: await r.json(),
  }))
  return { status, body: body as { code?: string; charge_id: string; hold_id: string } }
}
const balanceOf = async (external_id: string) => {
  const reply = await fetch(
    `${servers[3]?.url}/api/v1/credits/balance?external_id=${external_id}`,
    {
      headers: { authorization: `Bearer ${BOOTSTRAP_KEY}` },
    },
  )
  return (await reply.json()) as { available: number; held: number; debt: number }
}
const count = (all: readonly { status: number }[], status: number) =>
  all.filter((one) => one.status === status).length

test('C5: twenty refunds of one charge at once, through four processes, give it back once', async () => {
  await grant('returned', 1_000)
  for (const [name, want, wins] of [
    ['parts', { amount: 10 }, 10],
    ['whole', {}, 1],
  ] as const) {
    const { body } = await told(
      post(0, 'charge', `charge-${name}`, { external_id: 'returned', amount: 100 }),
    )
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        told(post(i, 'refund', `refund-${name}-${i}`, { charge_id: body.charge_id, ...want })),
      ),
    )
    expect([name, count(replies, 200)]).toEqual([name, wins])
    for (const { status, body: no } of replies)
      if (status !== 200) expect(no.code).toBe('refund_exceeds_charge')
  }
  expect(await balanceOf('returned')).toMatchObject({ available: 1_000, held: 0, debt: 0 })
})

test('C10: transfers both ways at once, through four processes, all end and lose nothing', async () => {
  const names = ['here', 'there'] as const
  for (const name of names) await grant(name, 50)
  const replies = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      told(
        // Two in a row the same way, so that each of the four processes sends both ways.
        post(i, 'transfer', `transfer-there-and-back-${i}`, {
          external_id: names[(i >> 2) % 2],
          to_external_id: names[((i >> 2) + 1) % 2],
          amount: 7,
        }),
      ),
    ),
  )
  expect(count(replies, 200) + count(replies, 402)).toBe(60)
  const [here, there] = await Promise.all(names.map(balanceOf))
  expect(Number(here?.available) + Number(there?.available)).toBe(100)
})

test('C6: where captures, releases, the sweeper and the end of a hold meet, it ends once', async () => {
  await grant('meeting', 1_000)
  let spent = 0
  for (let round = 0; round < 5; round++) {
    const { status: placed, body } = await told(
      post(round, 'holds', `hold-meeting-${round}`, {
        external_id: 'meeting',
        amount: 100,
        expires_in: 60,
      }),
    )
    expect([placed, body]).toMatchObject([201, { hold_id: expect.any(String) }])
    const end = (i: number, how: string, want: object) =>
      told(post(i, `holds/${body.hold_id}/${how}`, `${how}-meeting-${round}-${i}`, want))
    const timePasses = fetch(`${servers[round % PROCESSES]?.url}/api/v1/admin/clock`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ by: '61s' }),
    })
    const captures = await Promise.all([
      ...Array.from({ length: 8 }, (_, i) => end(i, 'capture', { amount: 60 })),
      ...Array.from({ length: 4 }, (_, i) => end(i, 'release', {})),
    ])
    expect((await timePasses).status).toBe(200)
    expect(count(captures, 200)).toBeLessThanOrEqual(1)
    for (const { status, body: no } of captures)
      if (status !== 200) expect(['hold_closed', 'hold_expired']).toContain(no.code)
    spent += 60 * count(captures.slice(0, 8), 200)
    await expect
      .poll(() => balanceOf('meeting'))
      .toMatchObject({ available: 1_000 - spent, held: 0, debt: 0 })
  }
})
