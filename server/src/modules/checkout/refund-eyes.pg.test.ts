import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp, type TestPerson, trailOf } from '../../../test/people.ts'
import { type Payment, somebody } from '../../../test/shopper.ts'

const HOUR_MS = 3_600_000
let counter: Counter
let finance: TestPerson
let admin: TestPerson
beforeAll(async () => {
  counter = await openCounter({ env: { TONGBAO_REFUND_LIMIT: '1000' } })
  finance = await signUp(counter.world, 'finance')
  admin = await signUp(counter.world, 'admin')
}, 60_000)
afterAll(() => counter.close())

const bought = async (want: object = {}, as?: TestPerson) => {
  const { buy, cashier, settle, order, must } = counter
  const external_id = somebody()
  const wish = { product_id: 2, pay_channel: 'sandbox', ...want }
  const payment: Payment = as
    ? (await must(order(wish, undefined, as.token), 201)).body
    : await buy({ external_id, ...want })
  await cashier(payment, 'pay')
  await settle()
  return { external_id, payment }
}
const askAs = (who: TestPerson, payment: Payment, want: object, key?: string) =>
  counter.must(counter.refund(payment, want, key, who.token), 201)
const proposalOf = async (refundId: string) => {
  const { body } = await counter.look('admin/proposals?limit=200')
  return body.items.find(
    (one: { payload: { refund_id: string } }) => one.payload.refund_id === refundId,
  )
}
const decide = (who: TestPerson, id: string, how: string, body?: object) =>
  counter.ask(`admin/proposals/${id}/${how}`, body, { as: who.token })
const stateOf = async (refundId: string) => (await counter.look(`refunds/${refundId}`)).body.status

test('CK5 PR1: above the limit a refund waits, frozen; another person lets it go, and both leave their lines', async () => {
  const { balance, settle } = counter
  const { external_id, payment } = await bought()
  const { body } = await askAs(finance, payment, { amount: 3_000 })
  expect(body).toMatchObject({ status: 'requested', amount: 3_000 })
  await settle()
  expect([await stateOf(body.refund_id), await balance(external_id)]).toEqual([
    'requested',
    '0 600 0',
  ])
  const proposal = await proposalOf(body.refund_id)
  expect(proposal).toMatchObject({
    ...{ kind: 'checkout.refund', state: 'proposed', proposed_by: finance.id },
    payload: { order_id: payment.order_id, amount: 3_000, currency: 'CNY' },
  })
  const own = await decide(finance, proposal.proposal_id, 'approve')
  expect(own.status).toBe(403)
  expect((await decide(admin, proposal.proposal_id, 'approve')).status).toBe(200)
  await settle()
  expect([await stateOf(body.refund_id), await balance(external_id)]).toEqual([
    'succeeded',
    '0 0 0',
  ])
  expect(await trailOf(counter.world, payment.order_id)).toMatchObject([
    { action: 'checkout.refund_asked', actor_id: finance.id, reason: 'a test' },
  ])
  expect(await trailOf(counter.world, proposal.proposal_id)).toMatchObject([
    { action: 'proposals.made', actor_id: finance.id },
    { action: 'proposals.decided', actor_id: admin.id },
  ])
})

test('CK5 PR2: who asks cannot decide, though they may decide for others', async () => {
  const { payment } = await bought()
  const { body } = await askAs(admin, payment, { amount: 1_001 })
  const proposal = await proposalOf(body.refund_id)
  const own = await decide(admin, proposal.proposal_id, 'approve')
  expect([own.status, own.body.code]).toEqual([403, 'second_person_needed'])
  const third = await signUp(counter.world, 'admin')
  const all = await Promise.all([
    decide(third, proposal.proposal_id, 'approve'),
    decide(third, proposal.proposal_id, 'reject', { reason: 'no' }),
  ])
  expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
  await counter.settle()
})

test.each([
  ['rejected', () => admin, 'reject', { reason: 'not this one' }],
  ['withdrawn', () => finance, 'withdraw', undefined],
] as const)(
  'CK5: %s, it thaws what it froze and promises the money no more',
  async (_, who, how, body) => {
    const { balance, factsOf, orderOf, refund, must, settle } = counter
    const { external_id, payment } = await bought()
    const asked = await askAs(finance, payment, { amount: 2_000 })
    expect(await balance(external_id)).toBe('200 400 0')
    const { proposal_id } = await proposalOf(asked.body.refund_id)
    expect((await decide(who(), proposal_id, how, body)).status).toBe(200)
    expect([await stateOf(asked.body.refund_id), await balance(external_id)]).toEqual([
      ...['rejected', '600 0 0'],
    ])
    expect(await factsOf(payment)).toMatchObject([{ reserved: '0', refunded: '0' }])
    expect(await orderOf(payment)).toMatchObject({ underway: '0', frozen: null, state: 'paid' })
    // There is room for another one.
    await must(refund(payment, { amount: 3_000 }), 201)
    await settle()
    expect(await balance(external_id)).toBe('0 0 0')
  },
)

test('CK5 PR3: undecided for three days it thaws, and can no longer be approved', async () => {
  const { balance, pass, run, settle } = counter
  const { external_id, payment } = await bought()
  const { body } = await askAs(finance, payment, { amount: 3_000 })
  const { proposal_id } = await proposalOf(body.refund_id)
  pass(71 * HOUR_MS)
  await run('checkout.dismiss_undecided')
  expect([await stateOf(body.refund_id), await balance(external_id)]).toEqual([
    'requested',
    '0 600 0',
  ])
  pass(3 * HOUR_MS)
  await run('checkout.dismiss_undecided')
  expect([await stateOf(body.refund_id), await balance(external_id)]).toEqual([
    'rejected',
    '600 0 0',
  ])
  const fresh = await signUp(counter.world, 'admin')
  const late = await decide(fresh, proposal_id, 'approve')
  expect([late.status, late.body.code]).toEqual([410, 'proposal_expired'])
  await settle()
  expect(await balance(external_id)).toBe('600 0 0')
})

test('CK5: two dismissals at once, and one beside a refund that was let go, give back once', async () => {
  const { balance, pass, run, settle } = counter
  const [one, two] = [await bought(), await bought()]
  const waiting = await askAs(finance, one.payment, { amount: 3_000 })
  const approved = await askAs(finance, two.payment, { amount: 3_000 })
  const decider = await signUp(counter.world, 'admin')
  const { proposal_id } = await proposalOf(approved.body.refund_id)
  expect((await decide(decider, proposal_id, 'approve')).status).toBe(200)
  pass(80 * HOUR_MS)
  await Promise.all([run('checkout.dismiss_undecided'), run('checkout.dismiss_undecided')])
  expect(await stateOf(waiting.body.refund_id)).toBe('rejected')
  expect(await balance(one.external_id)).toBe('600 0 0')
  await settle()
  expect(await stateOf(approved.body.refund_id)).toBe('succeeded')
  expect(await balance(two.external_id)).toBe('0 0 0')
})

test('CK5: within the limit one person suffices, but what they give back of one order counts together', async () => {
  const { settle, balance } = counter
  const asker = await signUp(counter.world, 'finance')
  const { external_id, payment } = await bought()
  expect((await askAs(asker, payment, { amount: 600 })).body.status).toBe('approved')
  expect((await askAs(asker, payment, { amount: 400 })).body.status).toBe('approved')
  expect((await askAs(asker, payment, { amount: 1 })).body.status).toBe('requested')
  await settle()
  expect(await balance(external_id)).toBe('399 1 0')
})

test('CK5 PR1: to themselves nobody gives money back alone, however little', async () => {
  const asker = await signUp(counter.world, 'finance')
  const { payment } = await bought({}, asker)
  const { body } = await askAs(asker, payment, { amount: 1 })
  expect(body.status).toBe('requested')
  const { proposal_id } = await proposalOf(body.refund_id)
  const gaining = await bought({}, admin)
  const forAdmin = await askAs(asker, gaining.payment, { amount: 2_000 })
  const other = await proposalOf(forAdmin.body.refund_id)
  const no = await decide(admin, other.proposal_id, 'approve')
  expect([no.status, no.body.code]).toEqual([403, 'second_person_needed'])
  expect((await decide(admin, proposal_id, 'approve')).status).toBe(200)
  await counter.settle()
})

test('CK5 PR1: nor with a key that they made', async () => {
  const maker = await signUp(counter.world, 'admin')
  const { payment } = await bought({}, maker)
  const wish = { name: 'mine', scopes: ['payments:refund'] }
  const { body: made } = await counter.must(counter.ask('api-keys', wish, { as: maker.token }), 201)
  const byKey = (of: Payment) =>
    counter.must(counter.refund(of, { amount: 2 }, undefined, made.key), 201)
  const { body } = await byKey(payment)
  expect(body.status).toBe('requested')
  const own = await decide(maker, (await proposalOf(body.refund_id)).proposal_id, 'approve')
  expect([own.status, own.body.code]).toEqual([403, 'second_person_needed'])
  expect((await byKey((await bought()).payment)).body.status).toBe('approved')
  await counter.settle()
})

test('CK5: whoever is behind a key is asked for apart, so many refunds by a new one at once wait for nothing', async () => {
  const wish = { name: 'new', scopes: ['payments:refund'] }
  const all = await Promise.all(Array.from({ length: 40 }, () => bought()))
  const { body: made } = await counter.must(counter.ask('api-keys', wish, { as: admin.token }), 201)
  const asked = await Promise.all(
    all.map(({ payment }) => counter.refund(payment, { amount: 1 }, undefined, made.key)),
  )
  expect(asked.filter(({ status }) => status !== 201)).toEqual([])
  await counter.settle()
})

test('CK8: a key of one who asks twice at once makes one refund and one proposal', async () => {
  const asker = await signUp(counter.world, 'finance')
  const { payment } = await bought()
  const key = 'one-key-of-the-asker'
  const all = await Promise.all(
    Array.from({ length: 6 }, () => askAs(asker, payment, { amount: 2_500 }, key)),
  )
  expect(new Set(all.map(({ body }) => body.refund_id)).size).toBe(1)
  expect(await counter.refundsOf(payment)).toHaveLength(1)
  const { body } = await counter.look('admin/proposals?limit=200')
  const mine = body.items.filter((one: { proposed_by: string }) => one.proposed_by === asker.id)
  expect(mine).toHaveLength(1)
})
