import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { numberOf, type Payment, somebody } from '../../../test/shopper.ts'

const MINUTE_MS = 60_000
let counter: Counter
const made: Payment[] = []
beforeAll(async () => {
  counter = await openCounter()
  for (const act of ['pay', 'pay', undefined, 'pay', undefined]) {
    const payment = await counter.buy({ external_id: somebody() })
    if (act !== undefined) await counter.cashier(payment, act)
    made.push(payment)
  }
  await counter.settle()
  await counter.refund(made[3] as Payment)
  await counter.settle()
}, 60_000)
afterAll(() => counter.close())

const list = async (more = ''): Promise<Record<string, unknown>[]> =>
  (await counter.look(`admin/orders?${more}`)).body.items
const idsOf = async (more: string) => (await list(more)).map(({ order_id }) => order_id)
const made_ids = (...nth: number[]) => nth.map((i) => made[i]?.order_id)

test('CK12: staff meet every order once, page after page, newest first', async () => {
  const seen: unknown[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await counter.look(
      `admin/orders?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
    )
    seen.push(...body.items.map(({ order_id }: { order_id: string }) => order_id))
    cursor = body.next_cursor
  }
  expect(seen).toEqual(made_ids(4, 3, 2, 1, 0))
})

test('CK12: an order is found by where it stands, whose it is, when it was made, and any number of it', async () => {
  expect(await idsOf('status=paid')).toEqual(made_ids(1, 0))
  expect(await idsOf('status=pending')).toEqual(made_ids(4, 2))
  expect(await idsOf('status=refunded')).toEqual(made_ids(3))
  const [first] = made as [Payment, ...Payment[]]
  const [row] = await list(`query=${first.order_id}`)
  expect(row).toMatchObject({
    pay_channel: 'sandbox',
    account: 'main',
    payment_id: first.payment_id,
  })
  const [fact] = await counter.factsOf(first)
  const [refund] = await counter.refundsOf(made[3] as Payment)
  for (const number of [first.payment_id, numberOf(first), fact.txn, fact.id])
    expect(await idsOf(`query=${number}`), number).toEqual([first.order_id])
  expect(await idsOf(`query=${refund.id}`)).toEqual(made_ids(3))
  expect(await idsOf('query=no-such-number')).toEqual([])
  expect(await idsOf(`owner=${row?.['owner']}`)).toEqual([first.order_id])
  const now = counter.world.clock.now()
  const at = (ms: number) => new Date(ms).toISOString()
  expect(await idsOf(`from=${at(now - MINUTE_MS)}`)).toHaveLength(5)
  expect(await idsOf(`to=${at(now - MINUTE_MS)}`)).toEqual([])
  expect(await idsOf('livemode=true')).toEqual([])
})

test('CK12: the counts are those of the lists', async () => {
  const { items } = (await counter.look('admin/orders/counts')).body
  for (const { status, count, more } of items) {
    expect(await idsOf(`status=${status}`), status).toHaveLength(count)
    expect(more).toBe(false)
  }
  expect(items.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(5)
})
