import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTx } from '#kernel/db'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { somebody } from '../../../test/shopper.ts'
import { beginRefund } from './begin-refund.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
}, 60_000)
afterAll(() => counter.close())

/** What is known of a payment that has come in. */
const came = async () => {
  const payment = await counter.buy({ external_id: somebody() })
  await counter.cashier(payment, 'pay')
  await counter.settle()
  return () => counter.factsOf(payment).then(([fact]) => fact)
}

test('T54 PY5: of a payment no more is promised than came in, whoever asks past the order', async () => {
  const { deps, world } = counter
  const fact = await came()
  const want = { factId: (await fact()).id, amount: 900n, reason: 'x', askedBy: 'x', waits: true }
  const outcomes = await Promise.all(
    Array.from({ length: 30 }, () => inTx(world.db, (tx) => beginRefund(tx, deps, want))),
  )
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(3)
  expect(await fact()).toMatchObject({ reserved: '2700', refunded: '0' })
  const nothing = await inTx(world.db, (tx) => beginRefund(tx, deps, { ...want, amount: 0n }))
  expect(nothing.ok).toBe(false)
  const unknown = await inTx(world.db, (tx) => beginRefund(tx, deps, { ...want, factId: 'fct_x' }))
  expect(unknown.ok ? '' : unknown.refusal.code).toBe('payment_unknown')
})

test('PY5: the tables themselves let no more go back than came in, and keep what was said', async () => {
  const { judge } = counter
  const { id } = await (await came())()
  const bend = (what: string) =>
    judge.query(`update payments.facts set ${what} where id = $1`, [id])
  await expect(bend('refunded = 3001')).rejects.toThrow('PY5')
  await expect(bend('reserved = 1, refunded = 3000')).rejects.toThrow('PY5')
  await expect(bend('amount = 1')).rejects.toThrow()
  await expect(bend(`txn = 'other'`)).rejects.toThrow()
  await expect(judge.query('delete from payments.facts where id = $1', [id])).rejects.toThrow()
})
