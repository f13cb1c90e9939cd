import { afterEach, beforeEach, expect, test } from 'vitest'
import { press } from '../kit/still-kit.ts'
import { ORDER, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop[Symbol.asyncDispose]())

const NUMBER = ORDER.metadata.trade_no
const OTHER = 't00000000000000000000000002'
const search = (query: string, more: object = {}) =>
  shop.stripe.paymentIntents.search({ query, ...more })
const idsOf = async (query: string): Promise<string[]> =>
  (await search(query)).data.map(({ id }) => id)

/** A payment that was paid on its page; its intent. */
async function paid(trade_no: string): Promise<string> {
  const session = await shop.stripe.checkout.sessions.create({
    ...ORDER,
    payment_intent_data: { metadata: { trade_no } },
  })
  await press(session.url ?? '', 'Pay by card')
  const { payment_intent } = await shop.stripe.checkout.sessions.retrieve(session.id)
  return String(payment_intent)
}

test('what was paid is found by the number of the shop, with its charge, and what was not paid is not', async () => {
  const [intent] = [await paid(NUMBER), await paid(OTHER)]
  await shop.stripe.checkout.sessions.create(ORDER)
  const { data, has_more, object } = await search(`metadata['trade_no']:'${NUMBER}'`, {
    expand: ['data.latest_charge'],
  })
  expect({ object, has_more }).toEqual({ object: 'search_result', has_more: false })
  expect(data).toMatchObject([
    { id: intent, status: 'succeeded', latest_charge: { object: 'charge', paid: true } },
  ])
  expect(await idsOf(`metadata["trade_no"]:"${NUMBER.toUpperCase()}"`)).toEqual([intent])
  expect(await idsOf(`metadata['trade_no']:'${NUMBER.slice(0, -1)}'`)).toEqual([])
  expect(await idsOf("metadata['toString']:'x'")).toEqual([])
})

test('clauses narrow each other down', async () => {
  const ids = [await paid(NUMBER), await paid(OTHER)].reverse()
  expect(await idsOf("status:'succeeded' AND currency:'usd'")).toEqual(ids)
  expect(await idsOf(`status:'succeeded' AND metadata['trade_no']:'${OTHER}'`)).toEqual([ids[0]])
  expect(await idsOf("status:'canceled'")).toEqual([])
  await shop.stripe.paymentIntents.create({
    ...{ amount: 100, currency: 'usd' },
    metadata: { said: `it's "so" AND so` },
  })
  expect(await idsOf(`metadata['said']:'it\\'s "so" AND so'`)).toHaveLength(1)
})

test('what is found is told newest first, page by page', async () => {
  const ids = [await paid(NUMBER), await paid(NUMBER), await paid(NUMBER)].reverse()
  const query = `metadata['trade_no']:'${NUMBER}'`
  expect(await search(query, { limit: 2 })).toMatchObject({ has_more: true })
  const all = await shop.stripe.paymentIntents
    .search({ query, limit: 2 })
    .autoPagingToArray({ limit: 9 })
  expect(all.map(({ id }) => id)).toEqual(ids)
})

test('what is new is found when it is no longer new, where that is asked for', async () => {
  await shop.do('lag_search', {})
  const intent = await paid(NUMBER)
  expect(await idsOf("status:'succeeded'")).toEqual([])
  shop.kit.pass(60_000)
  expect(await idsOf("status:'succeeded'")).toEqual([intent])
})

test.each([
  'trade_no',
  `metadata:'${NUMBER}'`,
  `metadata['trade_no']:${NUMBER}`,
  `metadata['trade_no']:'${NUMBER}' AND `,
  "status:'succeeded' OR status:'canceled'",
  "status['x']:'succeeded'",
  "constructor:'x'",
])('%s is no query that is played', async (query) => {
  await expect(search(query)).rejects.toMatchObject({ statusCode: 400, param: 'query' })
})

test('a page that nobody was told of, and no query, are refused', async () => {
  const page = 'bm8'
  await expect(search("status:'canceled'", { page })).rejects.toMatchObject({ param: 'page' })
  await expect(search('')).rejects.toMatchObject({ param: 'query' })
})
