import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '#audit'
import {
  findProduct,
  findProductVersion,
  listProducts,
  parseSnapshot,
  seedCatalog,
  snapshotOf,
} from '#catalog'
import type { TellingEvent } from '#kernel/outbox'
import { signUp, trailOf } from '../../../test/people.ts'
import { openWorld, type TestWorld } from '../../../test/world.ts'
import { addProduct } from './add-product.ts'
import { PRODUCTS_MAX } from './limits.ts'

let world: TestWorld
let operator: string
const heard: TellingEvent[] = []
beforeAll(async () => {
  const hear = async (event: TellingEvent) => {
    heard.push(event)
  }
  const hearings = [{ module: 'listener', topic: 'catalog.product_published', hear }]
  world = await openWorld({ hearings, start: true })
  operator = (await signUp(world, 'operator')).token
  expect(await seeded('skyriff')).toEqual([1, 2, 3, 4, 5, 6])
})
afterAll(() => world.close())

const seeded = async (preset: 'skyriff' | 'credits') => {
  const added = await seedCatalog(world, preset)
  return added.ok ? added.value.map(({ id }) => id) : added.refusal.code
}
const ADMIN = '/api/v1/admin/products'
const look = async (path: string, headers: Record<string, string> = {}, as?: string) => {
  const reply = await world.call('GET', path, { headers, ...(as !== undefined && { as }) })
  return { status: reply.statusCode, body: reply.json() }
}
const send = async (method: 'POST' | 'PUT', path: string, body: object, as = operator) => {
  const reply = await world.call(method, path, { as, body })
  return { status: reply.statusCode, body: reply.json() }
}
const onShelf = async (query = '') => {
  const { body } = await look(`/api/v1/products${query}`)
  return body.items.map((item: { product_id: number }) => item.product_id)
}
const TERMS = {
  name: { en: 'Gold', zh: '金币包' },
  prices: [{ currency: 'CNY', amount: 9_900 }],
  credits: 2_000,
}
const add = async (more: object = {}, terms: object = {}) => {
  const made = await send('POST', ADMIN, {
    ...{ product_type: 'bundle', terms: { ...TERMS, ...terms }, ...more },
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body
}
const change = (id: number, version: number, terms: object = {}, more: object = {}) =>
  send('PUT', `${ADMIN}/${id}`, { version, terms: { ...TERMS, ...terms }, ...more })
const refusal = ({ status, body }: { status: number; body: { code?: string } }) => [
  status,
  body.code,
]

test('CT4: anybody sees what is on sale, in the words of the first SkyRiff', async () => {
  const { status, body } = await look('/api/v1/products?product_type=recharge', {
    'accept-language': 'zh-CN',
  })
  expect(status).toBe(200)
  expect(body.items[2]).toEqual({
    ...{ product_id: 3, product_type: 'recharge', version: 1 },
    ...{ name: '1500积分', blurb: '加送100积分', amount_cny: 68 },
    prices: [
      { currency: 'CNY', amount: 6_800 },
      { currency: 'USD', amount: 999 },
    ],
    ...{ credits: 1_500, bonus_credits: 100, total_credits: 1_600 },
    ...{ first_purchase_double: false, vip_multiplier_applies: true, per_user_limit: null },
    ...{ sale_until: null, channels: null },
    refund: { window_days: 7, pro_rata: true, fee: { percent_bp: 0, minimum_minor: 0 } },
  })
  const table = body.items.map((one: Record<string, unknown>) =>
    ['product_id', 'name', 'amount_cny', 'credits', 'bonus_credits', 'total_credits'].map(
      (field) => one[field],
    ),
  )
  expect(table).toEqual([
    [1, '100积分', 6, 100, 0, 100],
    [2, '600积分', 30, 600, 0, 600],
    [3, '1500积分', 68, 1_500, 100, 1_600],
    [4, '3200积分', 128, 3_200, 300, 3_500],
  ])
  const card = await look('/api/v1/products/5')
  expect(card.body).toMatchObject({
    ...{ product_type: 'month_card', name: 'Month card', amount_cny: 29 },
    ...{ credits: 0, days: 30, daily_credits: 30 },
  })
  expect((await look('/api/v1/products/6')).body).toMatchObject({
    ...{ product_type: 'promoter_activation', amount_cny: 30, credits: 600, per_user_limit: 1 },
  })
})

test('CT4: a currency narrows the shelf to what has a price in it, and shows that price alone', async () => {
  const prices = [
    { currency: 'EUR', amount: 1_050 },
    { currency: 'CNY', amount: 9_900 },
  ]
  const tiers = [
    { currency: 'CNY', from_paid_minor: 9_000, credits: 70 },
    { currency: 'EUR', from_paid_minor: 1_000, credits: 50 },
  ]
  const { product_id } = await add({}, { prices, bonus: { kind: 'tiers', tiers } })
  const { body } = await look('/api/v1/products?currency=EUR')
  expect(body.items).toMatchObject([
    { product_id, prices: [prices[0]], bonus_credits: 50, total_credits: 2_050 },
  ])
  expect(body.items[0]).not.toHaveProperty('amount_cny')
  const all = await look(`/api/v1/products/${product_id}`)
  expect(all.body).toMatchObject({ prices, bonus_credits: 50, bonus_tiers: tiers })
  expect(await onShelf('?currency=USD')).toEqual([1, 2, 3, 4, 5, 6])
  expect(await onShelf('?currency=JPY')).toEqual([])
  expect(await onShelf('?product_type=plan')).toEqual([])
})

test('CT4: what is not on sale is shown to staff alone, and appears and goes by the clock of the house', async () => {
  const at = (hours: number) => new Date(world.clock.now() + hours * 3_600_000).toISOString()
  const { product_id: hidden } = await add({}, { active: false })
  const { product_id: dated } = await add({}, { sale: { from: at(1), until: at(2) } })
  const shift = world.clock.shiftMs
  const seen = async (hours: number) => {
    world.clock.shift(shift + hours * 3_600_000)
    const shelf = await onShelf()
    const one = (await look(`/api/v1/products/${dated}`)).status
    const items = (await look(ADMIN, {}, operator)).body.items
    world.clock.shift(shift)
    const line = items.find((item: { product_id: number }) => item.product_id === dated)
    return [shelf.includes(dated), one, line.on_sale, shelf.includes(hidden)]
  }
  expect(await seen(0.9)).toEqual([false, 404, false, false])
  expect(await seen(1.5)).toEqual([true, 200, true, false])
  expect(await seen(2.1)).toEqual([false, 404, false, false])
  expect(refusal(await look(`/api/v1/products/${hidden}`))).toEqual([404, 'product_unknown'])
})

test('CT4: the shelf is in the order that its products name, then by id', async () => {
  const first = (await add({}, { sort: 1 })).product_id
  const [one, two] = [
    (await add({}, { sort: 55 })).product_id,
    (await add({}, { sort: 55 })).product_id,
  ]
  const shelf = (await onShelf()).filter((id: number) => id < 7 || [first, one, two].includes(id))
  expect(shelf).toEqual([first, 1, 2, 3, 4, 5, one, two, 6])
})

test.each(['x', '0', '-1', '1.0', '01', '99999', '999999', '%F0%9F%AA%99'])(
  'CT4: there is no product %s',
  async (id) => {
    for (const answer of [
      await look(`/api/v1/products/${id}`),
      await look(`${ADMIN}/${id}/versions`, {}, operator),
      await send('PUT', `${ADMIN}/${id}`, { version: 1, terms: TERMS }),
    ])
      expect(refusal(answer)).toEqual([404, 'product_unknown'])
  },
)

test('CT1 CT2: a change is the next version, and what was promised before stays as it was', async () => {
  const { product_id: id, ...made } = await add()
  expect(made).toMatchObject({ version: 1, product_type: 'bundle', terms: TERMS })
  const before = await findProduct(world.db, id)
  const kept = before && snapshotOf(before)
  const changed = await change(id, 1, { credits: 3_000 })
  expect(changed).toMatchObject({ status: 200, body: { version: 2, terms: { credits: 3_000 } } })
  expect((await findProduct(world.db, id))?.terms.credits).toBe(3_000n)
  expect(await findProductVersion(world.db, id, 1)).toEqual(before)
  expect(await findProductVersion(world.db, id, 3)).toBeUndefined()
  expect(parseSnapshot(kept)?.terms).toEqual(before?.terms)
  const listed = (await listProducts(world.db)).filter((product) => product.id === id)
  expect(listed).toMatchObject([{ version: 2 }])

  await change(id, 2, { active: false })
  const page = await look(`${ADMIN}/${id}/versions?limit=2`, {}, operator)
  expect(page.body.items.map((one: { version: number }) => one.version)).toEqual([3, 2])
  const rest = await look(
    `${ADMIN}/${id}/versions?limit=2&cursor=${page.body.next_cursor}`,
    {},
    operator,
  )
  expect(rest.body).toMatchObject({ items: [{ version: 1, terms: TERMS }], next_cursor: null })
  const bent = await look(`${ADMIN}/${id}/versions?cursor=1e3`, {}, operator)
  expect(refusal(bent)).toEqual([400, 'cursor_invalid'])
  const all = await look(ADMIN, {}, operator)
  const line = all.body.items.find((item: { product_id: number }) => item.product_id === id)
  expect(line).toMatchObject({ version: 3, versions: 3, on_sale: false })
})

test('CT2: of many editors of the same version one wins, and the others are told of the new one', async () => {
  const { product_id: id } = await add()
  const race = await Promise.all(
    Array.from({ length: 8 }, (_, i) => change(id, 1, { credits: 1_000 + i })),
  )
  const won = race.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  for (const lost of race.filter((one) => one !== won[0]))
    expect(lost).toMatchObject({
      status: 409,
      body: { code: 'product_changed', product_id: id, version: 2 },
    })
  expect((await findProduct(world.db, id))?.terms.credits).toBe(
    BigInt(won[0]?.body.terms.credits ?? 0),
  )
  expect(refusal(await change(id, 3))).toEqual([409, 'product_changed'])
})

test('CT2: products added at once get ids of their own; an id that is taken is refused, so a repeat makes no twin', async () => {
  const many = await Promise.all(Array.from({ length: 8 }, () => add()))
  expect(new Set(many.map(({ product_id }) => product_id)).size).toBe(8)
  const same = await Promise.all(
    Array.from({ length: 5 }, () =>
      send('POST', ADMIN, { product_id: 900, product_type: 'bundle', terms: TERMS }),
    ),
  )
  expect(same.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
  expect(same.find(({ status }) => status === 409)?.body).toMatchObject({
    ...{ code: 'product_id_taken', product_id: 900 },
  })
  // A gap was never anybody's number, and the last number leaves room for more.
  await add({ product_id: 32_767 })
  expect((await add()).product_id).toBeLessThan(900)
})

test('CT5: what contradicts itself, or is of no form, is refused and changes nothing', async () => {
  const { product_id: id } = await add()
  const bent = { prices: [...TERMS.prices, ...TERMS.prices] }
  const refused = await change(id, 1, bent)
  expect(refused).toMatchObject({
    status: 422,
    body: { code: 'product_terms_invalid', at: 'prices' },
  })
  const posted = await send('POST', ADMIN, {
    ...{ product_type: 'month_card', terms: TERMS },
  })
  expect(posted).toMatchObject({ status: 422, body: { at: 'month_card' } })
  expect(refusal(await change(id, 1, { credits: 1.5 }))).toEqual([400, 'invalid_request'])
  expect(refusal(await change(id, 1, { gift: 1 }))).toEqual([400, 'invalid_request'])
  expect(refusal(await change(id, 1, {}, { product_type: 'plan' }))).toEqual([
    400,
    'invalid_request',
  ])
  expect(await findProduct(world.db, id)).toMatchObject({ version: 1, type: 'bundle' })
})

test('CT1: nothing that was published is changed or removed, not even by the owner of the tables', async () => {
  const owner = new pg.Client(world.url)
  await owner.connect()
  for (const sql of [
    `update catalog.versions set terms = '{}'`,
    'delete from catalog.versions',
    'truncate catalog.versions',
    `update catalog.products set type = 'plan'`,
    'delete from catalog.products',
    'truncate catalog.products cascade',
  ]) {
    await expect(world.pool.pg.query(sql), sql).rejects.toThrow(/append-only|permission denied/)
    await expect(owner.query(sql), sql).rejects.toThrow('is append-only')
  }
  await owner.end()
})

test('CT6: a version, its audit line and its event are one fact', async () => {
  const { product_id: id } = await add({ reason: 'opening' })
  const prices = [{ currency: 'CNY', amount: 8_800 }]
  await change(id, 1, { prices, active: false }, { reason: 'too dear' })
  await change(id, 1)
  expect(await trailOf(world, String(id))).toMatchObject([
    { action: 'catalog.product_published', reason: 'opening', before: { version: 0 } },
    {
      ...{ action: 'catalog.product_published', reason: 'too dear', result: 'done' },
      before: { version: 1 },
      after: {
        ...{ product_id: id, kind: 'bundle', version: 2, enabled: false },
        ...{ price: prices, credits: 2_000 },
      },
    },
  ])
  const told = () =>
    heard.filter(({ data }) => data['product_id'] === id).map(({ data }) => data['version'])
  await expect.poll(() => told().sort()).toEqual([1, 2])
  expect(heard.find(({ data }) => data['product_id'] === id)).toMatchObject({
    data: { product_type: 'bundle' },
  })
  // The transaction fails after everything was written: nothing of it is there.
  const torn = { ...world, clock: world.clock, newId: () => 'aud_taken' }
  const want = { type: 'bundle', terms: TERMS, actor: systemActor('test') } as const
  await addProduct(torn, { ...want, id: 700 })
  await expect(addProduct(torn, { ...want, id: 701 })).rejects.toThrow(/entry_id/)
  expect(await findProduct(world.db, 701)).toBeUndefined()
  const { rows } = await world.pool.pg.query(
    'select id from catalog.products where id in (700, 701)',
  )
  expect(rows).toEqual([{ id: 700 }])
})

test('CT4: staff see all, operators and admins edit; others are turned away', async () => {
  const body = { product_type: 'bundle', terms: TERMS }
  for (const [role, reads, writes] of [
    ['user', 403, 403],
    ['support', 403, 403],
    ['finance', 200, 403],
    ['auditor', 200, 403],
    ['operator', 200, 201],
    ['admin', 200, 201],
  ] as const) {
    const { token } = await signUp(world, role)
    expect([role, (await look(ADMIN, {}, token)).status]).toEqual([role, reads])
    expect([role, (await look(`${ADMIN}/1/versions`, {}, token)).status]).toEqual([role, reads])
    expect([role, (await send('POST', ADMIN, body, token)).status]).toEqual([role, writes])
    const put = await send('PUT', `${ADMIN}/1`, { version: 99, terms: TERMS }, token)
    expect([role, put.status]).toEqual([role, writes === 201 ? 409 : 403])
  }
  expect(refusal(await look(ADMIN))).toEqual([401, 'unauthenticated'])
})

test('CT7: a preset lies there once, however often it is laid out; what staff changed is left as it is', async () => {
  const version = (await findProduct(world.db, 1))?.version ?? 0
  await change(1, version, { credits: 111 })
  const before = await listProducts(world.db)
  expect(await Promise.all(Array.from({ length: 4 }, () => seeded('skyriff')))).toEqual([
    ...Array(4).fill([]),
  ])
  expect(await listProducts(world.db)).toEqual(before)
  const taken = before.map(({ id }) => id)
  const [lists] = [await Promise.all(Array.from({ length: 4 }, () => seeded('credits')))]
  const added = lists.flat()
  expect(added).toHaveLength(4)
  expect(taken).not.toContain(added[0])
  const after = await listProducts(world.db)
  expect(after.filter(({ id }) => taken.includes(id))).toEqual(before)
  const rows = after
    .filter(({ id }) => added.includes(id))
    .map(({ terms }) => {
      const { bonus } = terms
      return [terms.prices[0]?.amount, terms.credits, bonus.kind === 'flat' && bonus.credits]
    })
  expect(rows).toEqual([
    [1_000n, 100n, 0n],
    [5_000n, 500n, 50n],
    [10_000n, 1_000n, 200n],
    [50_000n, 5_000n, 1_500n],
  ])
})

test('CT2 CT7: the shelf has its limit, and says so', async () => {
  const other = await openWorld()
  const { token } = await signUp(other, 'admin')
  await other.pool.pg.query(
    `insert into catalog.products select n, 'plan', null, clock_timestamp() from generate_series(1, $1) n`,
    [PRODUCTS_MAX - 1],
  )
  const body = { product_type: 'bundle', terms: TERMS }
  const post = async () => (await other.call('POST', ADMIN, { as: token, body })).json()
  const full = { code: 'catalog_full', limit: PRODUCTS_MAX }
  expect(await seedCatalog(other, 'credits')).toMatchObject({ refusal: { code: 'catalog_full' } })
  expect(await post()).toMatchObject({ product_id: PRODUCTS_MAX })
  expect(await post()).toMatchObject(full)
  await other.close()
})
