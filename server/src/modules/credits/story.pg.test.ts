import { afterAll, expect, test } from 'vitest'
import { signUp } from '../../../test/people.ts'
import { newApp, openTill } from '../../../test/till.ts'
import { BOOTSTRAP_KEY, openWorld } from '../../../test/world.ts'

const world = await openWorld()
afterAll(() => world.close())
const { post, read, give } = openTill(world)
const tell = (id: string, as?: string) => read(`credits/history/${id}`, as)

test('C26: a charge tells which lots it drew and what came back; a refund tells its charge', async () => {
  const external_id = newApp()
  const gift = await give(external_id, 30, { source: 'promo', expires_at: '2999-01-01T00:00:00Z' })
  const bought = await give(external_id, 100)
  const { charge_id } = (await post('charge', { external_id, amount: 50, action: 'image' })).body
  for (const amount of [5, 7]) await post('refund', { charge_id, amount, reason: 'dull' })
  const { status, body } = await tell(charge_id)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    ...{ entry_id: charge_id, kind: 'charge', action: 'image', amount: -50, balance_after: 80 },
    draws: [
      { lot_id: gift, amount: 30, source: 'promo', expires_at: '2999-01-01T00:00:00.000Z' },
      { lot_id: bought, amount: 20, source: 'purchase', order_id: null, expires_at: null },
    ],
    ...{ refunds: [{ amount: 5 }, { amount: 7 }], charge: null },
  })
  const [refund] = body.refunds
  expect((await tell(refund.entry_id)).body).toMatchObject({
    ...{ entry_id: refund.entry_id, kind: 'refund', refunds: [], charge: { entry_id: charge_id } },
    draws: [{ lot_id: bought, amount: 5 }],
  })
  const { items } = (await read(`credits/history?external_id=${external_id}`)).body
  for (const { entry_id } of items)
    expect((await tell(entry_id)).body, entry_id).toMatchObject({ entry_id })
})

test('C26 C7: nobody opens a line of somebody else, and no line is no line', async () => {
  const [ada, eve, staff] = [
    await signUp(world),
    await signUp(world),
    await signUp(world, 'support'),
  ]
  const given = { owner: ada.id, amount: 5, source: 'promo' }
  expect((await post('grants', given)).status).toBe(201)
  const mine = (await read('credits/history', ada.token)).body.items[0].entry_id
  expect((await tell(mine, ada.token)).body).toMatchObject({ owner: ada.id, amount: 5 })
  expect((await tell(mine, staff.token)).status).toBe(200)
  for (const [id, as] of [
    [mine, eve.token],
    ['ent_00000000000000000000000000', ada.token],
    ['nonsense', ada.token],
  ] as const) {
    const heard = await tell(id, as)
    expect([heard.status, heard.body.code]).toEqual([404, 'entry_unknown'])
  }
})

test('C26: history as a file has the lines of the list, filtered alike, and runs no formula', async () => {
  const ada = await signUp(world)
  expect((await post('grants', { owner: ada.id, amount: 90, source: 'promo' })).status).toBe(201)
  for (const [amount, action] of [
    [3, 'image'],
    [4, 'video'],
    [5, 'image'],
  ])
    await post('charge', { owner: ada.id, amount, action, description: '=1+1 "so"' })
  const file = async (query: string, as = ada.token) => {
    const reply = await world.call('GET', `/api/v1/credits/history/export${query}`, { as })
    return { type: reply.headers['content-type'], lines: reply.body.split('\r\n').slice(0, -1) }
  }
  const list = async (query: string) =>
    (await read(`credits/history${query}`, ada.token)).body.items as { entry_id: string }[]
  for (const query of ['', '?action=image', '?kind=grant', '?to=2020-01-01T00:00:00Z']) {
    const { type, lines } = await file(query)
    expect(type).toContain('text/csv')
    expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual(
      (await list(query)).map(({ entry_id }) => `"${entry_id}"`),
    )
  }
  const { lines } = await file('?action=video')
  expect(lines[0]).toContain('"balance_after"')
  expect(lines[1]).toContain(',-4,83,"\'=1+1 ""so""",')
  expect((await file(`?owner=${ada.id}`, BOOTSTRAP_KEY)).lines).toHaveLength(5)
})

test('C26 C11: a file longer than one look at the books has every line once', async () => {
  const external_id = newApp()
  await give(external_id, 5_000)
  const charges = (from: number) =>
    Array.from({ length: 100 }, (_, i) => ({
      ...{ external_id, amount: 1, idempotency_key: `many-lines-${from + i}` },
    }))
  for (let from = 0; from < 1_100; from += 100)
    expect((await post('charges/batch', { charges: charges(from) })).status).toBe(200)
  const url = `/api/v1/credits/history/export?external_id=${external_id}`
  const { body } = await world.call('GET', url, { as: BOOTSTRAP_KEY })
  const ids = body
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split(',')[1])
  expect([ids.length, new Set(ids).size]).toEqual([1_101, 1_101])
})
