import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Counter, openCounter } from '../../../test/counter.ts'
import {
  machineNow,
  merchantOf,
  numberOf,
  type Payment,
  SANDBOX_SECRET,
  somebody,
} from '../../../test/shopper.ts'
import { findAccount, type KeptAccount } from './account-store.ts'
import { applyRefund } from './apply-refund.ts'
import { openSandbox } from './channels/sandbox/index.ts'
import { channelsOf } from './channels.ts'
import type { RefundFact } from './fact.ts'
import { findRefund, moveRefund } from './refund-store.ts'
import { rightfulAccount } from './rightful-account.ts'
import { settleDoubt } from './send-refund.ts'

let counter: Counter
let account: KeptAccount
beforeAll(async () => {
  counter = await openCounter()
  const found = await findAccount(counter.world.db, 'sandbox', 'main')
  if (!found) throw new Error('no account')
  account = found
}, 60_000)
afterAll(() => counter.close())

const bought = async () => {
  const external_id = somebody()
  const payment = await counter.buy({ external_id })
  await counter.cashier(payment, 'pay')
  await counter.settle()
  return { external_id, payment }
}
const txnOf = (payment: Payment) => `sbx_${numberOf(payment)}_1`
let minutes = 0
/** Far enough from what was said before it to be no doubt. */
const minuteLater = () => {
  minutes += 1
  return (machineNow() + minutes * 60_000) as RefundFact['at']
}
/** Asked for, frozen, and the provider not asked yet. */
const asked = async (payment: Payment, amount = 3_000): Promise<string> =>
  (await counter.must(counter.refund(payment, { amount, allow_debt: true }), 201)).body.refund_id
const factOf = (payment: Payment, more: Partial<RefundFact> = {}): RefundFact => ({
  ...{ kind: 'refund', refundNo: undefined, refund: `re_${numberOf(payment)}`, state: 'succeeded' },
  ...{ txn: txnOf(payment), tradeNo: numberOf(payment), amount: 3_000n, currency: 'CNY' },
  ...{ merchant: merchantOf('main'), livemode: false, at: minuteLater() },
  ...more,
})
/** The provider's word about a refund of ours. */
const wordOf = (payment: Payment, refundId: string, more: Partial<RefundFact> = {}) =>
  factOf(payment, { refundNo: refundId.slice(4), ...more })
const tell = (fact: RefundFact, source: 'push' | 'pull' | 'bill' = 'push') =>
  applyRefund(counter.deps, fact, { account, source })
const doubtOf = (fact: RefundFact, answer?: RefundFact) => {
  const queryRefund = answer && (async () => ({ said: 'yes', value: answer }) as const)
  const channel = { ...sandbox(), ...(queryRefund && { queryRefund }) }
  const { deps, world } = counter
  const more = { ring: world.ring, refundLimit: 0, publicUrl: 'http://localhost' }
  return settleDoubt({ ...deps, ...more, channels: channelsOf([channel]) }, fact, account)
}
const sandbox = () => openSandbox({ db: counter.world.db, now: machineNow, cashierUrl: (no) => no })
const stateOf = async (refundId: string) => (await findRefund(counter.world.db, refundId))?.state
const moneyOf = async (payment: Payment) => {
  const [fact] = await counter.factsOf(payment)
  return `${fact.reserved} ${fact.refunded}`
}
const atProvider = async (payment: Payment): Promise<Record<string, { amount: number }>> =>
  (
    await counter.read('select refunds from payments.sandbox_trades where trade_no = $1', [
      numberOf(payment),
    ])
  )[0].refunds
/** What somebody else at the provider's side would do: the call reaches it, whatever becomes of its answer. */
const reach = async (payment: Payment, refundId: string, amount = 3_000n) => {
  const secrets = { signing_secret: SANDBOX_SECRET }
  const named = {
    name: 'main',
    merchant: merchantOf('main'),
    livemode: false,
    settings: {},
    secrets,
  }
  const at = machineNow()
  const dates = { createdAt: at, expiresAt: at }
  return sandbox().refund(named, {
    ...{ refundNo: refundId.slice(4), amount, currency: 'CNY', reason: 'x', notifyUrl: 'x' },
    payment: {
      ...{ tradeNo: numberOf(payment), ref: undefined, method: 'cashier', txn: txnOf(payment) },
      ...{ amount: 3_000n, currency: 'CNY', ...dates },
    },
  })
}
const lose = (refundId: string) =>
  moveRefund(counter.world.db, refundId, 'lose', {
    at: counter.world.clock.now(),
    askAt: counter.world.clock.now(),
  })

test('T44: told of before our call has returned, and by our call, at once, it is one refund', async () => {
  const { balance } = counter
  const { external_id, payment } = await bought()
  const id = await asked(payment)
  await lose(id)
  const word = wordOf(payment, id)
  const told = await Promise.all([tell(word), tell(word, 'pull'), tell(word, 'bill'), tell(word)])
  expect(told.sort()).toEqual(['done', 'repeat', 'repeat', 'repeat'])
  expect([await stateOf(id), await moneyOf(payment)]).toEqual(['succeeded', '0 3000'])
  expect(await balance(external_id)).toBe('0 0 0')
})

test('T55 PY4: a refund whose answer was lost is found under its number, and happens once', async () => {
  const { balance, settle } = counter
  const { external_id, payment } = await bought()
  const id = await asked(payment)
  expect(await reach(payment, id)).toMatchObject({ said: 'yes' })
  await lose(id)
  expect(await balance(external_id)).toBe('0 600 0')
  await settle()
  expect([await stateOf(id), await moneyOf(payment)]).toEqual(['succeeded', '0 3000'])
  expect(Object.keys(await atProvider(payment))).toEqual([id.slice(4)])
})

test('T55 PY4: where it did not arrive it is asked for once more, under the same number', async () => {
  const { settle, balance } = counter
  const { external_id, payment } = await bought()
  const id = await asked(payment, 1_000)
  await lose(id)
  await settle()
  expect([await stateOf(id), await moneyOf(payment)]).toEqual(['succeeded', '0 1000'])
  expect(Object.keys(await atProvider(payment))).toEqual([id.slice(4)])
  expect(await balance(external_id)).toBe('400 0 0')
})

test('T56: one number of a refund has one amount, at the provider and here', async () => {
  const { balance } = counter
  const { external_id, payment } = await bought()
  const id = await asked(payment, 1_000)
  expect(await reach(payment, id, 1_000n)).toMatchObject({ said: 'yes' })
  expect(await reach(payment, id, 1_001n)).toMatchObject({ said: 'no', code: 'amount_other' })
  expect(await tell(wordOf(payment, id, { amount: 999n }))).toBe('misfit')
  expect(await tell(wordOf(payment, id, { currency: 'USD', amount: 1_000n }))).toBe('misfit')
  expect(await stateOf(id)).toBe('approved')
  expect(await balance(external_id)).toBe('400 200 0')
  expect(await tell(wordOf(payment, id, { amount: 1_000n }))).toBe('done')
  expect(await balance(external_id)).toBe('400 0 0')
})

test('T56 PY1: our number says which refund is meant, and of which account, whoever else bears the provider’s', async () => {
  const { payment } = await bought()
  const [one, two] = [await asked(payment, 1_000), await asked(payment, 1_000)]
  const same = { amount: 1_000n, refund: `re_${one}` }
  expect(await tell(wordOf(payment, one, same))).toBe('done')
  await expect(tell(wordOf(payment, two, same))).rejects.toThrow('PY1 one refund of the provider')
  expect(await tell(wordOf(payment, 'ref_unheard_of', same))).toBe('misfit')
  expect([await stateOf(one), await stateOf(two)]).toEqual(['succeeded', 'approved'])
  const { db } = counter.world
  await sql`
    insert into payments.refunds (id, channel, account, fact_id, refund_no, ref, amount, currency, cause, reason, state, asked_by, created_at)
    select '!' || id, channel, 'eu', fact_id, '!', ref, amount, currency, cause, reason, 'failed', asked_by, created_at
      from payments.refunds where id = ${one}`.execute(db)
  const both = [account, { ...account, name: 'eu' }] as const
  expect((await rightfulAccount(db, wordOf(payment, one, same), both)).name).toBe('main')
})

test('PY4: a refund that the provider refuses has failed, says why in its words, and thaws', async () => {
  const { balance, settle } = counter
  const { external_id, payment } = await bought()
  const id = await asked(payment, 1_000)
  // Somebody has used the number there, for another amount.
  expect(await reach(payment, id, 1_001n)).toMatchObject({ said: 'yes' })
  await settle()
  const refused = await findRefund(counter.world.db, id)
  expect(refused).toMatchObject({ state: 'failed', why: 'amount_other' })
  expect(await balance(external_id)).toBe('600 0 0')
})

test('T58: what had arrived and came back to us gives back what was taken, once; and may arrive after all', async () => {
  const { balance, orderOf, settle } = counter
  const { external_id, payment } = await bought()
  const id = await asked(payment)
  await settle()
  expect(await balance(external_id)).toBe('0 0 0')
  const failed = wordOf(payment, id, { state: 'failed' })
  const told = await Promise.all([tell(failed), tell(failed, 'pull'), tell(failed, 'bill')])
  expect(told.sort()).toEqual(['done', 'repeat', 'repeat'])
  expect(await balance(external_id)).toBe('600 0 0')
  expect([await stateOf(id), await moneyOf(payment)]).toEqual(['failed', '0 0'])
  expect(await orderOf(payment)).toMatchObject({ state: 'paid', refunded: '0' })
  expect(await tell(wordOf(payment, id))).toBe('done')
  expect(await balance(external_id)).toBe('0 0 0')
  expect(await orderOf(payment)).toMatchObject({ state: 'refunded', refunded: '3000' })
})

test('T58: of two ends of about the same time the one holds that the provider names when it is asked', async () => {
  for (const [first, other, end, later] of [
    ['succeeded', 'failed', 'failed', 0],
    ['succeeded', 'failed', 'succeeded', 0],
    ['failed', 'succeeded', 'failed', 0],
    ['abnormal', 'succeeded', 'succeeded', 0],
    ['abnormal', 'failed', 'failed', 0],
    // It went astray, which was written down after it had arrived.
    ['abnormal', 'succeeded', 'succeeded', -2_000],
    ['succeeded', 'abnormal', 'succeeded', 2_000],
  ] as const) {
    const { external_id, payment } = await bought()
    if (end === 'failed') await counter.cashier(payment, 'refund_fail')
    const id = await asked(payment)
    const at = minuteLater()
    expect(await tell(wordOf(payment, id, { at, state: first }))).toBe('done')
    const late = wordOf(payment, id, { at: (at + later) as RefundFact['at'], state: other })
    // An answer that was on its way meanwhile says no more than a message.
    for (const source of ['push', 'pull', 'bill'] as const)
      expect([await tell(late, source), await stateOf(id)]).toEqual(['doubt', first])
    expect([await doubtOf(late), await stateOf(id)]).toEqual(['wait', first])
    const undecided = { ...late, state: 'pending', at: minuteLater() } as const
    expect([await doubtOf(late, undecided), await stateOf(id)]).toEqual(['wait', first])
    // The sandbox dates it before the doubt.
    await reach(payment, id)
    expect(await doubtOf(late)).toBe(first === end ? 'repeat' : 'done')
    expect([await stateOf(id), await moneyOf(payment), await counter.balance(external_id)]).toEqual(
      end === 'failed' ? ['failed', '0 0', '600 0 0'] : ['succeeded', '0 3000', '0 0 0'],
    )
  }
})

test('T58: of a refund that was begun there, and of which nobody can be asked, what arrived may come back, and not the other way round', async () => {
  const { payment } = await bought()
  const at = machineNow()
  const there = factOf(payment, { at })
  expect(await tell(there)).toBe('done')
  const back = { ...there, state: 'failed' } as const
  expect([await tell(back), await doubtOf(back)]).toEqual(['doubt', 'done'])
  const dated = (ms: number) => ({ ...there, at: (at + ms) as RefundFact['at'] })
  for (const old of [there, dated(-5_000)])
    expect([await tell(old), await doubtOf(old)]).toEqual(['doubt', 'repeat'])
  expect(await moneyOf(payment)).toBe('0 0')
  const after = dated(5_000)
  expect([await tell(after), await doubtOf(after)]).toEqual(['doubt', 'done'])
  expect([await tell(back), await doubtOf(back)]).toEqual(['doubt', 'repeat'])
  expect(await moneyOf(payment)).toBe('0 3000')
})

test('T58: what a doubt comes to is said, also where there is no room for it yet', async () => {
  const { payment } = await bought()
  const one = await asked(payment, 3_000)
  const at = (Math.ceil(machineNow() / 1_000) * 1_000 + 1_000) as RefundFact['at']
  await tell(wordOf(payment, one, { at, state: 'abnormal' }))
  await reach(payment, one)
  const two = await asked(payment, 3_000)
  const arrived = wordOf(payment, one, { at })
  expect([await tell(arrived), await doubtOf(arrived)]).toEqual(['doubt', 'wait'])
  expect(await tell(wordOf(payment, two, { refund: 're_two', state: 'failed' }))).toBe('done')
  expect([await doubtOf(arrived), await stateOf(one)]).toEqual(['done', 'succeeded'])
})

test('T58: of what was spent before it came back the debt is gone again', async () => {
  const { balance, charge, settle } = counter
  const { external_id, payment } = await bought()
  await charge(external_id, 400)
  const id = await asked(payment)
  await settle()
  expect(await balance(external_id)).toBe('0 0 400')
  expect(await tell(wordOf(payment, id, { state: 'failed' }))).toBe('done')
  expect(await balance(external_id)).toBe('200 0 0')
})

test('T58: one that went astray frees what was frozen and calls a person; it can still arrive or fail', async () => {
  const { balance, world } = counter
  for (const end of ['succeeded', 'failed'] as const) {
    const { external_id, payment } = await bought()
    const id = await asked(payment)
    expect(await tell(wordOf(payment, id, { state: 'abnormal' }))).toBe('done')
    expect([await stateOf(id), await moneyOf(payment)]).toEqual(['abnormal', '0 0'])
    expect(await balance(external_id)).toBe('600 0 0')
    const line = world
      .logged()
      .split('\n')
      .find((one) => one.includes(id))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'error', state: 'abnormal' })
    expect(await tell(wordOf(payment, id, { state: end }))).toBe('done')
    expect(await balance(external_id)).toBe(end === 'succeeded' ? '0 0 0' : '600 0 0')
  }
})

test('PY4: a refund that is on its way is asked about until it has arrived', async () => {
  const { balance, settle, pass } = counter
  const { external_id, payment } = await bought()
  const id = await asked(payment)
  await lose(id)
  expect(await tell(wordOf(payment, id, { state: 'pending' }), 'pull')).toBe('done')
  expect(await stateOf(id)).toBe('submitted')
  expect(await balance(external_id)).toBe('0 600 0')
  await reach(payment, id)
  pass(20_000)
  await settle()
  expect([await stateOf(id), await balance(external_id)]).toEqual(['succeeded', '0 0 0'])
})

test('T59 CK7: a refund in the provider’s console is taken note of, and taken back once, however it is told', async () => {
  const { balance, refundsOf, orderOf, charge } = counter
  const { external_id, payment } = await bought()
  await charge(external_id, 550)
  const word = factOf(payment, { amount: 1_500n })
  const told = await Promise.all([tell(word), tell(word, 'bill'), tell(word), tell(word, 'pull')])
  expect(told.sort()).toEqual(['done', 'repeat', 'repeat', 'repeat'])
  // Half of 600 for half of the price: 50 were there, 250 are owed.
  expect(await balance(external_id)).toBe('0 0 250')
  expect(await refundsOf(payment)).toMatchObject([
    { cause: 'provider', refund_no: null, amount: '1500', state: 'succeeded' },
  ])
  expect(await orderOf(payment)).toMatchObject({ state: 'partially_refunded', refunded: '1500' })
  expect(await tell(factOf(payment, { amount: 1_500n, refund: 'another' }))).toBe('done')
  expect(await moneyOf(payment)).toBe('0 3000')
  expect(await tell(factOf(payment, { amount: 1n, refund: 'one more' }))).toBe('wait')
  expect(await balance(external_id)).toBe('0 0 550')
})

test('T59: begun there and then failed there, it leaves everything as it was', async () => {
  const { balance } = counter
  const { external_id, payment } = await bought()
  const word = factOf(payment)
  expect(await tell({ ...word, state: 'pending' })).toBe('done')
  expect(await balance(external_id)).toBe('0 600 0')
  expect(await tell({ ...word, state: 'failed' })).toBe('done')
  expect([await balance(external_id), await moneyOf(payment)]).toEqual(['600 0 0', '0 0'])
})

test('T59: a refund there of a payment that goes back by itself takes nothing twice', async () => {
  const { cashier, settle, factsOf, balance, buy } = counter
  const external_id = somebody()
  const payment = await buy({ external_id })
  await cashier(payment, 'pay_twice')
  await settle()
  const back = (await factsOf(payment)).find(({ disposition }) => disposition === 'sent_back')
  const word = factOf(payment, { txn: back.txn, refund: 're_of_the_second' })
  expect(await Promise.all([tell(word), tell(word)])).toEqual(['wait', 'wait'])
  expect(await balance(external_id)).toBe('600 0 0')
})

test('T59 PY1: one refund there of a second payment, told many times at once, is one row', async () => {
  const { cashier, factsOf, world, buy } = counter
  const payment = await buy({ external_id: somebody() })
  await cashier(payment, 'pay_twice')
  await world.payments.janitor.turn()
  // Its own way back failed, so there is room again.
  const back = (await factsOf(payment)).find(({ disposition }) => disposition === 'sent_back')
  const [own] = await counter.refundsOf(payment)
  if (own.state !== 'succeeded') await tell(wordOf(payment, own.id, { state: 'failed' }))
  else expect(await tell(wordOf(payment, own.id, { state: 'failed' }))).toBe('done')
  const word = factOf(payment, { txn: back.txn, refund: 're_by_hand', amount: 1_000n })
  const told = await Promise.all(Array.from({ length: 6 }, () => tell(word)))
  expect(told.filter((how) => how === 'done')).toHaveLength(1)
  const rows = (await counter.refundsOf(payment)).filter(({ cause }) => cause === 'provider')
  expect(rows).toMatchObject([{ amount: '1000', state: 'succeeded' }])
})

test('T56 T59: one refund there that is told of with two amounts at once has one of them', async () => {
  const { payment } = await bought()
  const told = [1_000n, 999n].map((amount) => tell(factOf(payment, { amount })))
  expect((await Promise.all(told)).sort()).toEqual(['done', 'misfit'])
})

test('T61: a refund that is told of before its payment waits, and is taken note of when it is there', async () => {
  const { cashier, balance, settle, buy } = counter
  const external_id = somebody()
  const payment = await buy({ external_id })
  expect(await tell(factOf(payment))).toBe('wait')
  await cashier(payment, 'pay')
  await settle()
  expect(await balance(external_id)).toBe('600 0 0')
  expect(await tell(factOf(payment))).toBe('done')
  expect(await balance(external_id)).toBe('0 0 0')
})

test('T16 T20: what is said of a refund by another merchant, or in another mode, moves nothing', async () => {
  const { balance } = counter
  const { external_id, payment } = await bought()
  expect(await tell(factOf(payment, { merchant: 'them' }))).toBe('misfit')
  expect(await tell(factOf(payment, { livemode: true }))).toBe('misfit')
  expect(await balance(external_id)).toBe('600 0 0')
})
