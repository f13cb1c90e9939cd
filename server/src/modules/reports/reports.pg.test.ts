import { afterAll, beforeAll, expect, test } from 'vitest'
import { CELLS, rollUp, sealBlocks } from '#ledger'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp, trailOf } from '../../../test/people.ts'
import { numberOf, type Payment, somebody } from '../../../test/shopper.ts'
import { newKey } from '../../../test/till.ts'
import { BOOTSTRAP_KEY } from '../../../test/world.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

const paid = async (act = 'pay') => {
  const external_id = somebody()
  const payment = await counter.buy({ external_id })
  await counter.cashier(payment, act)
  await counter.settle()
  const order = await counter.orderOf(payment)
  return { external_id, payment, owner: order.owner as string }
}
const overview = async (as = BOOTSTRAP_KEY) => (await counter.look('admin/overview', as)).body
const story = async ({ order_id }: Payment, as = BOOTSTRAP_KEY) =>
  (await counter.look(`admin/orders/${order_id}`, as)).body
type Line = Readonly<Record<string, unknown>>
const timeline = async (owner: string, more = '', as = BOOTSTRAP_KEY): Promise<Line[]> => {
  const lines: Line[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`
    const { body } = await counter.look(`admin/owners/${owner}/timeline?limit=3${more}${after}`, as)
    lines.push(...body.items)
    cursor = body.next_cursor
  }
  return lines
}

test('R1: a timeline tells of orders, payments, credits, refunds and acts, each once, page after page', async () => {
  const { external_id, payment, owner } = await paid()
  await counter.charge(external_id, 40)
  expect((await counter.refund(payment, { allow_debt: true })).status).toBe(201)
  await counter.settle()
  await counter.ask(`owners/${owner}/freeze`, { reason: 'looks stolen' })
  const lines = await timeline(owner)
  const times = lines.map(({ at }) => String(at))
  expect(times).toEqual([...times].sort().reverse())
  const ids = lines.map(({ what, id }) => `${what} ${id}`)
  expect(new Set(ids).size).toBe(ids.length)
  const words = lines.map(({ what, word }) => `${what} ${word}`)
  expect(words).toEqual(
    expect.arrayContaining([
      ...['order partially_refunded', 'payment succeeded', 'refund succeeded', 'entry grant'],
      ...['entry charge', 'entry clawback', 'act credits.owner_frozen'],
    ]),
  )
  expect(lines.find(({ word }) => word === 'charge')).toMatchObject({
    ...{ amount: -40, unit: 'credit' },
  })
  const frozen = lines.find(({ word }) => word === 'credits.owner_frozen')
  expect(frozen).toMatchObject({ note: 'looks stolen', refused: false })
  // That somebody looked, as this test does, is in the trail and not in the story.
  expect(words.filter((word) => word.endsWith('_viewed'))).toEqual([])
  const orders = await timeline(owner, '&what=order')
  expect(orders.map(({ id }) => id)).toEqual([payment.order_id])
})

test('R1: a hold says what it set aside, a release what it let go, though neither changes the balance', async () => {
  const { external_id, owner } = await paid()
  const post = (path: string, body: object) =>
    counter.ask(`credits/${path}`, body, { headers: { 'idempotency-key': newKey() } })
  const { body: hold } = await counter.must(post('holds', { external_id, amount: 60 }), 201)
  await counter.must(post(`holds/${hold.hold_id}/release`, {}), 200)
  const lines = await timeline(owner, '&what=entry')
  expect(lines.map(({ word, amount, moved }) => [word, amount, moved]).slice(0, 3)).toEqual([
    ...[['release', 0, 60] as const, ['hold', 0, 60] as const],
    ['grant', expect.any(Number), null],
  ])
})

test('R2: who may not read the trail sees no acts, and whoever looks leaves a line', async () => {
  const { payment, owner } = await paid()
  await counter.ask(`owners/${owner}/freeze`, { reason: 'looks stolen' })
  const support = await signUp(counter.world, 'support')
  const lines = await timeline(owner, '', support.token)
  expect(lines.some(({ what }) => what === 'act')).toBe(false)
  expect(lines.some(({ what }) => what === 'payment')).toBe(true)
  expect((await story(payment, support.token)).acts).toBeNull()
  const seen = [
    ...(await trailOf(counter.world, owner)),
    ...(await trailOf(counter.world, payment.order_id)),
  ]
  const looks = seen.filter(({ actor_id }) => actor_id === support.id).map(({ action }) => action)
  expect(new Set(looks)).toEqual(new Set(['reports.timeline_viewed', 'reports.order_viewed']))
  expect((await counter.look('admin/owners/nobodys/timeline')).body.code).toBe('no_such_owner')
  expect((await counter.look('admin/orders/ord_nobodys')).body.code).toBe('no_such_order')
})

test('R3: what came in is what was paid and kept, what went back is taken off, what waits is in its list', async () => {
  const before = await overview()
  const sums = (of: { money: { received: number; refunded: number; payments: number }[] }) =>
    of.money.reduce(
      (all, { received, refunded, payments }) => [
        (all[0] ?? 0) + received,
        (all[1] ?? 0) + refunded,
        (all[2] ?? 0) + payments,
      ],
      [0, 0, 0],
    )
  const { payment } = await paid()
  await paid('pay_wrong_amount') // in suspense: nobody's money yet
  await counter.refund((await paid()).payment)
  await counter.settle()
  const after = await overview()
  const [received = 0, refunded = 0, payments = 0] = sums(after).map(
    (sum, i) => sum - (sums(before)[i] ?? 0),
  )
  expect([received, refunded, payments]).toEqual([2 * payment.amount, payment.amount, 2])
  const { body } = await counter.look('admin/payments/suspense?limit=200')
  expect(after.waiting.suspense).toBe(body.items.length)
  expect(after.waiting.suspense).toBe(before.waiting.suspense + 1)
  const main = after.channels.find(
    ({ channel, account }: Record<string, string>) => `${channel}/${account}` === 'sandbox/main',
  )
  const health = (await counter.look('admin/channels/health')).body.items
  expect(health).toEqual(after.channels)
  expect(main).toMatchObject({ channel: 'sandbox', enabled: true })
  const attempts = await counter.read(
    "select count(*)::int as n from payments.attempts where channel = 'sandbox' and account = 'main' and state = 'succeeded'",
  )
  expect(main.succeeded).toBe(attempts[0].n)
})

test('R3: credits issued, used and expired are the books’, and what is outstanding is what owners have', async () => {
  const { external_id } = await paid()
  await counter.charge(external_id, 25)
  const { db } = counter.world
  await sealBlocks(db)
  await sealBlocks(db)
  for (let cell = 0; cell < CELLS; cell++) while ((await rollUp(db, cell, 100)) > 0);
  const { credits } = await overview()
  const books = (await counter.look('admin/ledger/books')).body
  for (const total of books.totals) {
    const days = credits.filter(({ asset }: { asset: string }) => asset === total.asset)
    if (days.length === 0) continue
    const have = BigInt(total.available) + BigInt(total.held) - BigInt(total.debt)
    expect(days.at(-1).outstanding).toBe(String(have))
    const sum = (name: string) =>
      days.reduce((all: bigint, day: Record<string, string>) => all + BigInt(day[name] ?? 0), 0n)
    expect(sum('issued') - sum('used') - sum('expired') - sum('other')).toBe(have)
  }
  expect(credits.length).toBeGreaterThan(0)
})

test('R4: the story of an order has its attempts, messages, money, lots, refunds and acts', async () => {
  const { payment, external_id } = await paid()
  await counter.charge(external_id, 10)
  await counter.refund(payment, { amount: 1_000, allow_debt: true, reason: 'half of it' })
  await counter.settle()
  const told = await story(payment)
  expect(told.order).toMatchObject({
    ...{ order_id: payment.order_id, status: 'partially_refunded', payment_id: payment.payment_id },
    ...{ pay_channel: 'sandbox', account: 'main', refunded: 1_000, by_itself: false },
  })
  expect(told.attempts).toMatchObject([{ state: 'succeeded', trade_no: numberOf(payment) }])
  expect(told.facts).toMatchObject([{ disposition: 'kept', refunded: 1_000 }])
  expect(told.refunds).toMatchObject([{ amount: 1_000, state: 'succeeded', reason: 'half of it' }])
  expect(told.asked).toMatchObject([{ gross: 1_000, policy: 'debt', waits: false }])
  expect(told.lots.length).toBeGreaterThan(0)
  expect(told.messages.length).toBe((await counter.eventsOf(payment)).length)
  expect(told.messages[0]).toMatchObject({ state: 'done', facts: ['payment'] })
  expect(told.acts.map(({ action }: { action: string }) => action)).toContain(
    'checkout.refund_asked',
  )
})

test('R4: it tells who sent back what was suspended', async () => {
  const { payment } = await paid('pay_wrong_amount')
  const [{ fact_id }] = await counter.inSuspense(payment)
  await counter.ask(`admin/payments/suspense/${fact_id}/return`, { reason: 'wants it back' })
  const { acts } = await story(payment)
  expect(acts).toMatchObject([
    { action: 'payments.suspense_returned', actor_id: 'key_bootstrap', reason: 'wants it back' },
  ])
})
