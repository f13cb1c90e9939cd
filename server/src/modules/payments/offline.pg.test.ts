import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp, type TestPerson, trailOf } from '../../../test/people.ts'
import { numberOf, type Payment, somebody } from '../../../test/shopper.ts'
import { BOOTSTRAP_KEY } from '../../../test/world.ts'

let counter: Counter
let one: TestPerson
let two: TestPerson
beforeAll(async () => {
  counter = await openCounter()
  one = await signUp(counter.world, 'finance')
  two = await signUp(counter.world, 'finance')
}, 60_000)
afterAll(() => counter.close())

let made = 0
const newReference = () => `BANK-2026-${String(++made).padStart(6, '0')}`
const order = async () => {
  const external_id = somebody()
  return { external_id, payment: await counter.buy({ external_id, pay_channel: 'offline' }) }
}
const statement = (more: object = {}) => ({
  ...{ reference: newReference(), amount: 3_000, currency: 'CNY', reason: 'on the statement' },
  ...more,
})
const mark = (payment: Payment, want: object, as = one.token) =>
  counter.ask(`admin/payments/${payment.payment_id}/offline-paid`, want, { as })
const settled = (refundId: string, want: object, as = one.token) =>
  counter.ask(
    `admin/refunds/${refundId}/offline-settled`,
    { reason: 'on the statement', ...want },
    { as },
  )
const approve = ({ body }: { body: { proposal_id: string } }, as = two.token) =>
  counter.ask(`admin/proposals/${body.proposal_id}/approve`, undefined, { as })
const paid = async () => {
  const made = await order()
  const asked = await counter.must(mark(made.payment, statement()), 202)
  await counter.must(approve(asked), 200)
  return made
}
const proposalsOf = async (id: string) =>
  (await counter.look('admin/proposals?limit=200')).body.items.filter(
    ({ payload }: { payload: object }) => Object.values(payload).includes(id),
  )

test('PY1: what two people read on the statement of the bank is a fact, and gives what was ordered', async () => {
  const { balance, factsOf, orderOf, world, buy } = counter
  const { external_id, payment } = await order()
  expect(payment).toMatchObject({
    next: { kind: 'wait', text: `Bank of tests, account 1\n${numberOf(payment)}` },
  })
  const want = statement({ paid_at: '2026-11-20T10:00:00+08:00' })
  const asked = await mark(payment, want)
  expect([asked.status, asked.body]).toMatchObject([
    202,
    {
      ...{ kind: 'payments.offline_paid', state: 'proposed', proposed_by: one.id },
      payload: {
        ...{ payment_id: payment.payment_id, reference: want.reference, amount: 3_000 },
        ...{ owner_id: expect.stringMatching(/^usr_/), order_id: payment.order_id },
      },
    },
  ])
  expect(await balance(external_id)).toBe('0 0 0')
  const own = await approve(asked, one.token)
  expect([own.status, own.body.code]).toEqual([403, 'second_person_needed'])
  expect((await approve(asked)).body).toMatchObject({
    state: 'approved',
    result: { disposition: 'kept' },
  })
  expect(await balance(external_id)).toBe('600 0 0')
  expect(await factsOf(payment)).toMatchObject([
    {
      ...{ txn: want.reference, source: 'hand', disposition: 'kept', amount: '3000' },
      paid_at: new Date('2026-11-20T02:00:00Z'),
    },
  ])
  expect(await orderOf(payment)).toMatchObject({ state: 'paid' })
  expect(await trailOf(world, payment.payment_id)).toMatchObject([
    { action: 'payments.offline_paid', actor_id: two.id },
  ])
  expect(await buy({ external_id, pay_channel: 'offline' })).toMatchObject({ status: 'pending' })
})

test('PY1: one transfer of the bank is one fact, whoever marks it and for whatever', async () => {
  const { balance, factsOf } = counter
  const [first, other] = [await order(), await order()]
  const want = statement()
  const [mine, theirs, elsewhere] = [
    await mark(first.payment, want),
    await mark(first.payment, want, two.token),
    await mark(other.payment, want),
  ]
  expect([mine.status, theirs.status, elsewhere.status]).toEqual([202, 202, 202])
  const third = await signUp(counter.world, 'finance')
  const all = await Promise.all(
    [mine, theirs, elsewhere].map((asked) => approve(asked, third.token)),
  )
  expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(all.filter(({ body }) => body.why === 'reference_used')).toHaveLength(2)
  const facts = [...(await factsOf(first.payment)), ...(await factsOf(other.payment))]
  expect(facts).toMatchObject([{ txn: want.reference, disposition: 'kept' }])
  const balances = [await balance(first.external_id), await balance(other.external_id)]
  expect(balances.sort()).toEqual(['0 0 0', '600 0 0'])
  const late = await order()
  const no = await mark(late.payment, want)
  expect([no.status, no.body.code]).toEqual([409, 'reference_used'])
})

test('PR4: the same said again is the same proposal, before it is decided and after', async () => {
  const { payment } = await order()
  const want = statement()
  const all = await Promise.all(Array.from({ length: 5 }, () => mark(payment, want)))
  expect(new Set(all.map(({ body }) => body.proposal_id)).size).toBe(1)
  const bent = await mark(payment, { ...want, paid_at: '2026-01-01T00:00:00Z' })
  expect([bent.status, bent.body.code]).toEqual([409, 'reference_used'])
  await counter.must(approve(all[0] ?? bent), 200)
  expect((await mark(payment, want)).body).toMatchObject({ state: 'approved' })
  expect(await proposalsOf(payment.payment_id)).toHaveLength(1)
})

test('CK3: transferred twice, the order gives once, and the second transfer waits to be sent back', async () => {
  const { balance, refundsOf, settle } = counter
  const { external_id, payment } = await paid()
  const again = await counter.must(mark(payment, statement()), 202)
  expect((await approve(again)).body.result).toEqual({ disposition: 'sent_back' })
  expect(await balance(external_id)).toBe('600 0 0')
  await settle()
  expect(await refundsOf(payment)).toMatchObject([{ state: 'submitted', cause: 'sent_back' }])
})

test('T35 CK4: a transfer that comes when the order is long closed is given all the same', async () => {
  const { balance, pass, run, orderOf } = counter
  const { external_id, payment } = await order()
  // A bank takes its time: for some days it is no late one.
  pass(6 * 86_400_000)
  await run('checkout.close_due')
  expect(await orderOf(payment)).toMatchObject({ state: 'pending' })
  pass(2 * 86_400_000)
  await run('checkout.close_due')
  expect(await orderOf(payment)).toMatchObject({ state: 'closed' })
  const asked = await counter.must(mark(payment, statement()), 202)
  await counter.must(approve(asked), 200)
  expect(await orderOf(payment)).toMatchObject({ state: 'paid_late' })
  expect(await balance(external_id)).toBe('600 0 0')
})

test('PY9: an order that waits for a bank is held open by no provider for so long', async () => {
  const { external_id, payment } = await order()
  await counter.buy({ external_id, order_id: payment.order_id, product_id: undefined })
  const lives = await counter.read(
    `select channel, extract(epoch from expires_at - created_at)::int / 60 as minutes
       from payments.attempts where subject = $1 order by id`,
    [payment.order_id],
  )
  expect(lives).toEqual([
    { channel: 'offline', minutes: 7 * 24 * 60 },
    { channel: 'sandbox', minutes: 30 },
  ])
})

test('PY5 CK5: a transfer back is taken when two people say that it has left, and freed when it came back', async () => {
  const { balance, refund, must, settle, look, pass } = counter
  const { external_id, payment } = await paid()
  const asked = await must(refund(payment, { amount: 1_500 }), 201)
  await settle()
  const id = asked.body.refund_id
  expect((await look(`refunds/${id}`)).body.status).toBe('submitted')
  expect(await balance(external_id)).toBe('300 300 0')
  // Asked ever so often, no provider says anything of it.
  pass(3_600_000)
  await settle()
  expect((await look(`refunds/${id}`)).body.status).toBe('submitted')
  const reference = newReference()
  const marked = await must(settled(id, { reference }), 202)
  expect(marked.body).toMatchObject({
    ...{ kind: 'payments.offline_refunded', state: 'proposed' },
    // Whoever decides sees how much it is.
    payload: { reference, amount: 1_500, currency: 'CNY', order_id: payment.order_id },
  })
  expect((await approve(marked, one.token)).status).toBe(403)
  await must(approve(marked), 200)
  expect((await look(`refunds/${id}`)).body.status).toBe('succeeded')
  expect(await balance(external_id)).toBe('300 0 0')
  const no = await settled(id, { reference: newReference() })
  expect([no.status, no.body.code]).toEqual([409, 'refund_settled'])
  const other = await must(refund(payment, { amount: 1_500 }), 201)
  const used = await settled(other.body.refund_id, { reference })
  expect([used.status, used.body.code]).toEqual([409, 'reference_used'])
  const failed = await must(
    settled(other.body.refund_id, { reference: newReference(), outcome: 'failed' }),
    202,
  )
  await must(approve(failed), 200)
  expect(await balance(external_id)).toBe('300 0 0')
  expect((await look(`payments/${payment.payment_id}`)).body).toMatchObject({
    ...{ status: 'partially_refunded', refunded: 1_500 },
  })
})

test('PY1: two proposals about one transfer back are agreed to at once, and it is taken once', async () => {
  const { balance, refund, must, settle } = counter
  const { external_id, payment } = await paid()
  const { body } = await must(refund(payment, { amount: 3_000 }), 201)
  await settle()
  const marks = [
    await must(settled(body.refund_id, { reference: newReference() }), 202),
    await must(settled(body.refund_id, { reference: newReference() }, two.token), 202),
  ]
  const third = await signUp(counter.world, 'finance')
  const all = await Promise.all(marks.map((asked) => approve(asked, third.token)))
  expect(all.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(await balance(external_id)).toBe('0 0 0')
})

test('PR1: whom it is for agrees to nothing, and a key neither says nor agrees', async () => {
  const { order: ask, must, look } = counter
  const mine = await must(ask({ product_id: 2, pay_channel: 'offline' }, undefined, two.token), 201)
  const asked = await must(mark(mine.body, statement()), 202)
  const gaining = await approve(asked, two.token)
  expect([gaining.status, gaining.body.code]).toEqual([403, 'second_person_needed'])
  const robot = await mark(mine.body, statement(), BOOTSTRAP_KEY)
  expect([robot.status, robot.body.code]).toEqual([403, 'person_needed'])
  expect((await approve(asked, BOOTSTRAP_KEY)).status).toBe(403)
  const support = await signUp(counter.world, 'support')
  expect((await mark(mine.body, statement(), support.token)).status).toBe(403)
  expect((await look(`payments/${mine.body.payment_id}`)).body.status).toBe('pending')
})

test.each([
  [{ amount: 2_999 }, 422, 'amount_differs'],
  [{ currency: 'USD' }, 422, 'amount_differs'],
  [{ reference: 'x y' }, 400, 'invalid_request'],
  [{ paid_at: '2026-02-31T00:00:00Z' }, 400, 'invalid_request'],
])('PY2: %j is not what was ordered, and nobody is asked to agree', async (more, status, code) => {
  const { payment } = await order()
  const reply = await mark(payment, statement(more))
  expect([reply.status, reply.body.code]).toEqual([status, code])
  expect(await proposalsOf(payment.payment_id)).toEqual([])
})

test('PY2: only what goes through a bank is marked by hand', async () => {
  const payment = await counter.buy({ external_id: somebody() })
  const no = await mark(payment, statement())
  expect([no.status, no.body.code]).toEqual([422, 'not_offline'])
  expect((await mark({ ...payment, payment_id: 'pay_nobodys' }, statement())).status).toBe(404)
  expect((await settled('ref_nobodys', { reference: newReference() })).status).toBe(404)
})
