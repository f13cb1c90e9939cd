import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemActor } from '#audit'
import { openStage, type Stage } from '../../../../lab/alipay/stage.ts'
import { type Counter, openCounter } from '../../../test/counter.ts'
import { findAccount } from './account-store.ts'
import { applyTransfer } from './apply-transfer.ts'
import type { TransferState } from './fact.ts'

const PAYEE = { account: 'zhang.san@example.com', name: '张三' }
let counter: Counter
let stage: Stage
beforeAll(async () => {
  counter = await openCounter()
  stage = await openStage()
  await open('main', stage.url)
  // Nobody answers here.
  await open('away', 'http://127.0.0.1:9')
}, 60_000)
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await counter.close()
})

async function open(name: string, gateway: string): Promise<void> {
  const { merchant, settings, secrets } = await stage.account()
  await counter.world.payments.openUnlessThere(
    'alipay',
    name,
    {
      ...{ merchant, livemode: false, enabled: true, minorMin: 1n, minorMax: 5_000_000n },
      ...{ settings: { ...settings, gateway }, secrets: { ...secrets } },
    },
    systemActor('test'),
  )
}

let made = 0
const newSubject = () => `wdr_${++made}`
const wish = (subject: string, more: object = {}) => ({
  ...{ subject, channel: 'alipay' as const, account: 'main', amount: 1_234n, currency: 'CNY' },
  ...{ payee: PAYEE, title: '创作者收益' },
  ...more,
})
const begin = async (subject: string, more: object = {}) => {
  const outcome = await counter.world.payments.transfer(wish(subject, more))
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return outcome.value
}
const rowsOf = (subject: string) =>
  counter.read('select * from payments.transfers where subject = $1', [subject])
const stateOf = async (subject: string) => (await rowsOf(subject))[0]?.state
const atAlipay = (number: string) =>
  stage.provider.books().filter((one) => one.kind === 'transfer' && one.number === number)
const toldOf = (subject: string) =>
  counter.read(
    `select data ->> 'state' as state from kernel.outbox
      where topic = 'payments.transfer_moved' and data ->> 'subject' = $1 order by id`,
    [subject],
  )
const turn = () => counter.world.payments.janitor.turn()

test('PY11 T72: clicked twice, by two admins, on two nodes, it is one transfer', async () => {
  const subject = newSubject()
  const all = await Promise.all(Array.from({ length: 10 }, () => begin(subject)))
  expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  expect(await rowsOf(subject)).toMatchObject([{ state: 'requested', amount: '1234' }])
  await Promise.all([turn(), turn(), turn()])
  await counter.settle()
  expect(await stateOf(subject)).toBe('succeeded')
  expect(atAlipay(all[0]?.transferNo ?? '')).toMatchObject([{ amount: 1_234, state: 'SUCCESS' }])
  expect((await begin(subject)).state).toBe('succeeded')
  expect(await toldOf(subject)).toEqual([{ state: 'succeeded' }])
})

test('PY11: what came of a call whose answer says nothing is asked for, under the same number', async () => {
  const subject = newSubject()
  await stage.control('transfer_outcome', { outcome: 'SYSTEM_ERROR' })
  const { transferNo } = await begin(subject)
  await turn()
  counter.pass(60_000)
  await counter.settle()
  expect(await stateOf(subject)).toBe('succeeded')
  expect(atAlipay(transferNo)).toHaveLength(1)
})

test('PY11: while nobody answers it stays unknown, and is sent nowhere else', async () => {
  const subject = newSubject()
  const { transferNo } = await begin(subject, { account: 'away' })
  for (let nth = 0; nth < 4; nth++) {
    await turn()
    counter.pass(700_000)
  }
  const [row] = await rowsOf(subject)
  expect(row).toMatchObject({ state: 'unknown', transfer_no: transferNo, settled_at: null })
  expect(row.ask_at).not.toBeNull()
  await counter.read('update payments.transfers set ask_at = null where subject = $1', [subject])
})

test('PY11 T72: on its way is not arrived; the provider’s word ends it, once', async () => {
  const subject = newSubject()
  await stage.control('transfer_outcome', { outcome: 'DEALING' })
  const { transferNo } = await begin(subject)
  await turn()
  expect(await stateOf(subject)).toBe('submitted')
  await stage.control('transfer_outcome', { out_biz_no: transferNo, outcome: 'FAIL' })
  counter.pass(60_000)
  await Promise.all([turn(), turn()])
  await counter.settle()
  expect(await stateOf(subject)).toBe('failed')
  expect(await toldOf(subject)).toEqual([{ state: 'processing' }, { state: 'failed' }])
})

test('PY11: what the provider refuses has failed, and says why', async () => {
  const subject = newSubject()
  await stage.control('transfer_outcome', { outcome: 'REFUSED' })
  await begin(subject)
  await counter.settle()
  expect(await rowsOf(subject)).toMatchObject([
    { state: 'failed', why: expect.stringMatching(/^[A-Z_]+$/) },
  ])
})

test('PY11 T72: pushed, in any order and again, what failed was not paid and what arrived can only come back', async () => {
  const account = await findAccount(counter.world.db, 'alipay', 'main')
  if (!account) throw new Error('no account')
  const subject = newSubject()
  await stage.control('transfer_outcome', { outcome: 'WAIT_PAY' })
  const { transferNo } = await begin(subject)
  await turn()
  const word = (state: TransferState, more: object = {}) =>
    applyTransfer(
      counter.deps,
      {
        ...{ kind: 'transfer', transferNo, transfer: `a_${transferNo}`, state, amount: 1_234n },
        ...{ currency: 'CNY', merchant: account.merchant, livemode: false },
        ...more,
      },
      { account, source: 'push' },
    )
  expect(await word('succeeded', { amount: 1_235n })).toBe('misfit')
  expect(await word('succeeded', { merchant: 'them' })).toBe('misfit')
  expect(await word('succeeded', { transferNo: 'another' })).toBe('misfit')
  expect(await word('wait_user', { confirm: 'a token of the app' })).toBe('done')
  expect(await word('accepted')).toBe('repeat')
  expect((await rowsOf(subject))[0]).toMatchObject({
    state: 'wait_user',
    confirm: 'a token of the app',
  })
  const ends = await Promise.all([word('succeeded'), word('succeeded'), word('succeeded')])
  expect(ends.sort()).toEqual(['done', 'repeat', 'repeat'])
  for (const late of ['failed', 'cancelled', 'processing', 'wait_user'] as const)
    expect([late, await word(late)]).toEqual([late, 'repeat'])
  expect(await stateOf(subject)).toBe('succeeded')
  expect((await Promise.all([word('returned'), word('returned')])).sort()).toEqual([
    'done',
    'repeat',
  ])
  expect(await word('succeeded')).toBe('repeat')
  expect(await toldOf(subject)).toEqual([
    ...[
      { state: 'processing' },
      { state: 'wait_user' },
      { state: 'succeeded' },
      { state: 'returned' },
    ],
  ])
})

test('PY7 T70: who is paid is sealed, and stands in no event and no log', async () => {
  const subject = newSubject()
  await begin(subject)
  await counter.settle()
  const [row] = await rowsOf(subject)
  const said = [
    ...[JSON.stringify(row), counter.world.logged()],
    JSON.stringify(await counter.read('select * from kernel.outbox')),
  ]
  for (const word of Object.values(PAYEE))
    expect(said.findIndex((text) => text.includes(word))).toBe(-1)
})

test('PY11: nothing is begun where nothing can be sent', async () => {
  const { world, read } = counter
  const ask = async (more: object) => {
    const outcome = await world.payments.transfer(wish(newSubject(), more))
    return outcome.ok ? 'begun' : outcome.refusal.code
  }
  expect(await ask({ channel: 'sandbox' })).toBe('channel_unknown')
  expect(await ask({ account: 'nobodys' })).toBe('channel_unknown')
  await read(`update payments.accounts set enabled = false where name = 'away'`)
  expect(await ask({ account: 'away' })).toBe('channel_off')
})
