import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { machineNow, merchantOf, numberOf, type Payment, somebody } from '../../../test/shopper.ts'
import { findAccount, type KeptAccount } from './account-store.ts'
import { applyDispute } from './apply-dispute.ts'
import { applyRefund } from './apply-refund.ts'
import type { DisputeFact } from './fact.ts'

let counter: Counter
let account: KeptAccount
beforeAll(async () => {
  counter = await openCounter()
  const found = await findAccount(counter.world.db, 'sandbox', 'main')
  if (!found) throw new Error('no account')
  account = found
}, 60_000)
afterAll(() => counter.close())

const txnOf = (payment: Payment) => `sbx_${numberOf(payment)}_1`
const bought = async () => {
  const external_id = somebody()
  const payment = await counter.buy({ external_id })
  await counter.cashier(payment, 'pay')
  await counter.settle()
  const tell = (state: DisputeFact['state'], more: Partial<DisputeFact> = {}) =>
    applyDispute(
      counter.deps,
      {
        ...{ kind: 'dispute', dispute: `dp_${numberOf(payment)}`, txn: txnOf(payment), state },
        ...{ amount: 3_000n, currency: 'CNY', merchant: merchantOf('main'), livemode: false },
        ...{ at: machineNow() },
        ...more,
      },
      { account, source: 'push' },
    )
  return { external_id, payment, tell, balance: () => counter.balance(external_id) }
}
const orderOf = async (payment: Payment) => {
  const { state, refunded, underway, frozen } = await counter.orderOf(payment)
  return `${state} ${refunded} ${underway} ${frozen === null ? 'thawed' : 'frozen'}`
}

test('T60 CK7: a dispute holds what the payment gave; lost it takes it, and told again it takes no more', async () => {
  const { payment, tell, balance } = await bought()
  expect(await Promise.all([tell('opened'), tell('opened'), tell('opened')])).toContain('done')
  expect([await balance(), await orderOf(payment)]).toEqual(['0 600 0', 'paid 0 3000 frozen'])
  expect((await Promise.all([tell('lost'), tell('lost')])).sort()).toEqual(['done', 'repeat'])
  expect([await balance(), await orderOf(payment)]).toEqual(['0 0 0', 'refunded 3000 0 thawed'])
  expect([await tell('opened'), await tell('lost')]).toEqual(['repeat', 'repeat'])
  expect(await balance()).toBe('0 0 0')
})

test('T60: won, it lets go; an old message opens it again for nobody', async () => {
  const { payment, tell, balance } = await bought()
  await tell('opened')
  expect(await tell('won')).toBe('done')
  expect([await balance(), await orderOf(payment)]).toEqual(['600 0 0', 'paid 0 0 thawed'])
  expect([await tell('won'), await tell('opened')]).toEqual(['repeat', 'repeat'])
  expect(await balance()).toBe('600 0 0')
})

test('T60: an end that is told of first is the end, and its beginning comes too late', async () => {
  const [lost, won] = [await bought(), await bought()]
  expect([await lost.tell('lost'), await lost.tell('opened')]).toEqual(['done', 'repeat'])
  expect(await lost.balance()).toBe('0 0 0')
  expect([await won.tell('won'), await won.tell('opened')]).toEqual(['done', 'repeat'])
  expect(await won.balance()).toBe('600 0 0')
})

test('T60: lost and then won at a higher court gives everything back; won and then lost takes it', async () => {
  const { payment, tell, balance } = await bought()
  await tell('lost')
  expect(await tell('won')).toBe('done')
  expect([await balance(), await orderOf(payment)]).toEqual(['600 0 0', 'paid 0 0 thawed'])
  expect(await tell('lost')).toBe('done')
  expect([await balance(), await orderOf(payment)]).toEqual(['0 0 0', 'refunded 3000 0 thawed'])
})

test('T60: of what was spent before, losing makes debt, and winning forgives it', async () => {
  const { external_id, tell, balance } = await bought()
  await counter.charge(external_id, 500)
  await tell('opened')
  expect(await balance()).toBe('0 100 0')
  await tell('lost')
  expect(await balance()).toBe('0 0 500')
  await tell('won')
  expect(await balance()).toBe('100 0 0')
})

test('T60: after a refund, and before one, a dispute about the same money takes nothing twice', async () => {
  const [one, two] = [await bought(), await bought()]
  await counter.must(counter.refund(one.payment), 201)
  await counter.settle()
  expect([await one.tell('opened'), await one.tell('lost')]).toEqual(['done', 'done'])
  expect([await one.balance(), await orderOf(one.payment)]).toEqual([
    '0 0 0',
    'refunded 6000 0 thawed',
  ])
  expect(await counter.look(`payments/${one.payment.payment_id}`)).toMatchObject({
    body: { status: 'refunded', refunded: 3_000 },
  })
  // Lost and won again, what the refund took stays taken.
  await one.tell('won')
  expect([await one.balance(), await orderOf(one.payment)]).toEqual([
    '0 0 0',
    'refunded 3000 0 thawed',
  ])
  await two.tell('opened')
  const no = await counter.refund(two.payment)
  expect([no.status, no.body.why]).toEqual([422, 'underway'])
  await two.tell('lost')
  expect(await two.balance()).toBe('0 0 0')
})

test('T60: a partial refund under way, a refund in the console and a dispute overlap, and all of it is taken once', async () => {
  const { payment, tell, balance } = await bought()
  await counter.must(counter.refund(payment, { amount: 1_000 }), 201)
  await tell('opened')
  expect([await balance(), await orderOf(payment)]).toEqual(['0 600 0', 'paid 0 4000 frozen'])
  const console = {
    ...({ kind: 'refund', refundNo: undefined, refund: `re_${numberOf(payment)}` } as const),
    ...{ txn: txnOf(payment), tradeNo: undefined, amount: 500n, currency: 'CNY' },
    ...{ merchant: merchantOf('main'), livemode: false, at: machineNow() },
  }
  const from = { account, source: 'bill' } as const
  expect(await applyRefund(counter.deps, { ...console, state: 'succeeded' }, from)).toBe('done')
  expect(await balance()).toBe('0 500 0')
  await counter.settle()
  expect([await balance(), await orderOf(payment)]).toEqual([
    ...['0 300 0', 'partially_refunded 1500 3000 frozen'],
  ])
  await tell('won')
  expect([await balance(), await orderOf(payment)]).toEqual([
    ...['300 0 0', 'partially_refunded 1500 0 thawed'],
  ])
})

test('T60: a bank that asks for more than was paid holds what was paid, and half of it holds half', async () => {
  const [more, half] = [await bought(), await bought()]
  await more.tell('opened', { amount: 3_015n })
  expect(await orderOf(more.payment)).toBe('paid 0 3000 frozen')
  await half.tell('lost', { amount: 1_500n })
  expect([await half.balance(), await orderOf(half.payment)]).toEqual([
    ...['300 0 0', 'partially_refunded 1500 0 thawed'],
  ])
  // Its amount is what was said first.
  await half.tell('won', { amount: 3_000n })
  expect(await half.balance()).toBe('600 0 0')
})

test('T60 T61: of an unknown payment it waits; by another merchant, or of nothing, it moves nothing', async () => {
  const { tell, balance } = await bought()
  expect(await tell('opened', { txn: 'nobody' })).toBe('wait')
  expect(await tell('opened', { merchant: 'them' })).toBe('misfit')
  expect(await tell('opened', { livemode: true })).toBe('misfit')
  expect(await tell('opened', { amount: 0n })).toBe('misfit')
  expect(await balance()).toBe('600 0 0')
  const alarm = counter.world
    .logged()
    .split('\n')
    .findLast((line) => line.includes('a dispute fits'))
  expect(JSON.parse(alarm ?? '{}')).toMatchObject({ level: 'error', why: 'amount_unreadable' })
  // In a currency of its own nobody can say how much of it is meant.
  expect(await tell('opened', { currency: 'USD', amount: 1n })).toBe('done')
  expect(await balance()).toBe('0 600 0')
})

test('PY18: staff meet each dispute once, page after page, newest first, of one state where they want; told again it is no other', async () => {
  const [open, won, lost] = [await bought(), await bought(), await bought()]
  for (const { tell } of [open, won, lost]) await Promise.all([tell('opened'), tell('opened')])
  await won.tell('won')
  await lost.tell('lost')
  const listed = async (of: string) => {
    const items: Readonly<Record<string, unknown>>[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await counter.look(`admin/disputes?limit=2${of}${after}`)
      items.push(...body.items)
      cursor = body.next_cursor
    }
    return items
  }
  const kept: { id: string; state: string }[] = await counter.read(
    'select id, state from payments.disputes order by id desc',
  )
  const all = await listed('')
  expect(all.map(({ dispute_id }) => dispute_id)).toEqual(kept.map(({ id }) => id))
  const about = ({ payment: { payment_id, order_id } }: typeof open) => ({ payment_id, order_id })
  expect(all.slice(0, 3)).toMatchObject(
    [
      { ...about(lost), state: 'lost', settled_at: expect.any(String) },
      { ...about(won), state: 'won', settled_at: expect.any(String) },
      { ...about(open), state: 'opened', settled_at: null },
    ].map(({ order_id, ...one }) => ({ ...one, subject: order_id })),
  )
  expect(all[2]).toMatchObject({
    ...{ ref: `dp_${numberOf(open.payment)}`, channel: 'sandbox', account: 'main' },
    ...{ amount: 3_000, currency: 'CNY', livemode: false },
    owner: (await counter.orderOf(open.payment)).owner,
  })
  for (const state of ['opened', 'won', 'lost'])
    expect((await listed(`&state=${state}`)).map(({ dispute_id }) => dispute_id)).toEqual(
      kept.filter((one) => one.state === state).map(({ id }) => id),
    )
})

test('R3: what is disputed waits on the overview until its end, as many as its list shows', async () => {
  const { tell } = await bought()
  const waiting = async (): Promise<number> => {
    const { body } = await counter.look('admin/overview')
    const { body: open } = await counter.look('admin/disputes?state=opened&limit=200')
    expect(body.waiting.disputes).toBe(open.items.length)
    return body.waiting.disputes
  }
  const before = await waiting()
  await tell('opened')
  expect(await waiting()).toBe(before + 1)
  await tell('won')
  expect(await waiting()).toBe(before)
  await tell('lost')
  expect(await waiting()).toBe(before)
})

test('R3: what a dispute has lost is money that went back', async () => {
  const { tell } = await bought()
  const back = async (): Promise<number> => {
    const { body } = await counter.look('admin/overview')
    return body.money
      .filter(({ currency }: { currency: string }) => currency === 'CNY')
      .reduce((sum: number, day: { refunded: number }) => sum + day.refunded, 0)
  }
  const before = await back()
  await tell('opened')
  expect(await back()).toBe(before)
  await tell('lost')
  expect(await back()).toBe(before + 3_000)
  await tell('won')
  expect(await back()).toBe(before)
})

test('R3: what was refunded before is not lost once more', async () => {
  const { payment, tell } = await bought()
  const sums = async (): Promise<number> => {
    const { body } = await counter.look('admin/overview')
    return body.money.reduce((sum: number, day: { refunded: number }) => sum + day.refunded, 0)
  }
  const before = await sums()
  await counter.must(counter.refund(payment), 201)
  await counter.settle()
  await tell('opened')
  await tell('lost')
  expect(await sums()).toBe(before + 3_000)
})

test('CK12: an order is found by the number of a dispute, ours and the provider’s', async () => {
  const { payment, tell } = await bought()
  await tell('opened')
  const { body } = await counter.look('admin/disputes?limit=1')
  const [{ dispute_id, ref }] = body.items
  for (const q of [dispute_id, ref]) {
    const found = await counter.look(`admin/orders?query=${q}`)
    expect(found.body.items).toMatchObject([{ order_id: payment.order_id }])
  }
})
