import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { signUp, trailOf } from '../../../test/people.ts'
import { numberOf, somebody } from '../../../test/shopper.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter({ env: { TONGBAO_REFUND_LIMIT: '3000' } })
}, 60_000)
afterAll(() => counter.close())

const suspended = async () => {
  const payment = await counter.buy({ external_id: somebody() })
  await counter.cashier(payment, 'pay_wrong_amount') // 3001: above the limit
  await counter.settle()
  const { body } = await counter.look('admin/payments/suspense?limit=200')
  return body.items.find(({ trade_no }: { trade_no: string }) => trade_no === numberOf(payment))
    .fact_id as string
}
const giveBack = (factId: string, as?: string, reason = 'wants it back') =>
  counter.ask(
    `admin/payments/suspense/${factId}/return`,
    { reason },
    as === undefined ? {} : { as },
  )
const refundsOf = async (factId: string) =>
  (
    await counter.read('select amount, state from payments.refunds where fact_id = $1', [factId])
  ).map(({ amount, state }) => `${amount} ${state}`)

test('PY14: a message is shown as it came, to the byte, and who looked leaves a line', async () => {
  const payment = await counter.buy({ external_id: somebody() })
  const said = JSON.stringify(counter.saidOf(payment), undefined, 3)
  expect(await counter.tell(said)).toBe(204)
  await counter.settle()
  const [{ id }] = await counter.eventsOf(payment)
  const finance = await signUp(counter.world, 'finance')
  const { body } = await counter.look(`admin/hooks/${id}`, finance.token)
  expect(body).toMatchObject({ event_id: id, state: 'done', encoding: 'utf-8', body: said })
  expect(Object.keys(body.headers)).toContain('x-sandbox-signature')
  expect(await trailOf(counter.world, id)).toMatchObject([
    { action: 'payments.event_viewed', actor_id: finance.id },
  ])
  expect((await counter.look('admin/hooks/hook_nobodys')).body.code).toBe('event_unknown')
})

test('PY13: above the limit a person’s return of what fits nothing waits, and goes back once when a second one agrees', async () => {
  const factId = await suspended()
  const [one, two] = [
    await signUp(counter.world, 'finance'),
    await signUp(counter.world, 'finance'),
  ]
  const asked = await giveBack(factId, one.token)
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({
    ...{ kind: 'payments.suspense_return', state: 'proposed', reason: 'wants it back' },
    payload: { fact_id: factId, amount: 3_001, currency: 'CNY', channel: 'sandbox' },
  })
  expect((await giveBack(factId, one.token)).body.proposal_id).toBe(asked.body.proposal_id)
  expect(await refundsOf(factId)).toEqual([])
  const approve = (as: string) =>
    counter.ask(`admin/proposals/${asked.body.proposal_id}/approve`, undefined, { as })
  expect((await approve(one.token)).body.code).toBe('second_person_needed')
  expect((await approve(two.token)).body).toMatchObject({ state: 'approved' })
  await approve(two.token)
  await counter.settle()
  expect(await refundsOf(factId)).toEqual(['3001 succeeded'])
  // Asked once more it is the same refund, and needs nobody.
  expect((await giveBack(factId, one.token)).status).toBe(200)
})

test('PY13: what went back meanwhile goes back no second time, and a key needs nobody', async () => {
  const factId = await suspended()
  const [one, two] = [
    await signUp(counter.world, 'finance'),
    await signUp(counter.world, 'finance'),
  ]
  const { body } = await giveBack(factId, one.token)
  expect((await giveBack(factId)).status).toBe(200)
  await counter.settle()
  await counter.ask(`admin/proposals/${body.proposal_id}/approve`, undefined, { as: two.token })
  await counter.settle()
  expect(await refundsOf(factId)).toEqual(['3001 succeeded'])
})
