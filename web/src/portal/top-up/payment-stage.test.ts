import { expect, test } from 'vitest'
import { clockText, isUnderWay, misfitOf, stageOf } from './payment-stage.ts'

const END = '2026-11-22T10:30:00.000Z'
const at = (text: string) => Date.parse(text)
const payment = (status: string, more: object = {}) =>
  ({
    ...{ status, expires_at: END, paid_at: null, ended_at: null, pay_channel: 'wechat' },
    next: { kind: 'qr', qr: 'weixin://' },
    ...more,
  }) as Parameters<typeof stageOf>[0]

test('a payment waits until its time is over, and is unclear where nobody knows a way to pay it', () => {
  const before = at('2026-11-22T10:29:59.999Z')
  expect(stageOf(payment('pending'), before)).toBe('waiting')
  expect(stageOf(payment('pending', { next: null }), before)).toBe('unclear')
  expect(stageOf(payment('pending'), at(END))).toBe('expired')
})

test('what pays by itself is being charged, and a transfer that somebody has yet to make is waited for', () => {
  const before = at('2026-11-22T10:29:59.999Z')
  const of = (next: object) => stageOf(payment('pending', { next }), before)
  expect(of({ kind: 'wait' })).toBe('charging')
  const worked = payment('pending', { next: { kind: 'wait' } })
  expect(stageOf(worked, at('2027-01-01T00:00:00Z'))).toBe('charging')
  expect(of({ kind: 'wait', text: 'To our account' })).toBe('waiting')
})

test('what is closed because its time was over has expired, and what was closed before is closed', () => {
  expect(stageOf(payment('closed'), at('2026-11-22T10:29:59.999Z'))).toBe('closed')
  expect(stageOf(payment('closed'), at(END))).toBe('lapsed')
  const given_up = payment('closed', { ended_at: '2026-11-22T10:20:00.000Z' })
  expect(stageOf(given_up, at('2027-01-01T00:00:00Z'))).toBe('closed')
  const closed_then = payment('closed', { ended_at: END })
  expect(stageOf(closed_then, at('2027-01-01T00:00:00Z'))).toBe('lapsed')
})

test('paid stays paid however late it is looked at, and is late only where the money was', () => {
  const later = at('2027-01-01T00:00:00Z')
  const inTime = payment('paid', { next: null, paid_at: '2026-11-22T10:29:00.000Z' })
  const late = payment('paid', { next: null, paid_at: '2026-11-22T10:31:00.000Z' })
  expect([stageOf(inTime, later), stageOf(late, later)]).toEqual(['paid', 'paid_late'])
  expect(stageOf(payment('partially_refunded'), later)).toBe('paid')
  expect(stageOf(payment('refunded'), later)).toBe('sent_back')
})

test('what is closed is looked at a while longer; what failed is not', () => {
  expect(isUnderWay(payment('pending'), at('2026-11-22T10:45:00Z'))).toBe(true)
  expect(isUnderWay(payment('closed'), at('2026-11-22T10:41:00Z'))).toBe(true)
  expect(isUnderWay(payment('closed'), at('2026-11-22T10:43:00Z'))).toBe(false)
  for (const status of ['failed', 'paid', 'refunded'])
    expect(isUnderWay(payment(status), at('2026-11-22T10:00:00Z'))).toBe(false)
})

test('the time that is left is rounded up, and never less than nothing', () => {
  expect([clockText(245_000), clockText(244_001), clockText(1), clockText(-5_000)]).toEqual([
    ...['4:05', '4:05', '0:01', '0:00'],
  ])
})

test('money that came and fits nothing is told of until it is back, and nothing else is', () => {
  type Steps = Parameters<typeof misfitOf>[0]
  const steps = (...whats: Steps[number]['what'][]): Steps =>
    whats.map((what, nth) => ({
      ...{ at: END, what, amount: nth, currency: 'CNY', refund_id: null },
    }))
  expect(misfitOf(steps('started', 'failed'))).toBeUndefined()
  expect(misfitOf(steps('started', 'paid', 'suspended', 'failed'))).toMatchObject({ amount: 2 })
  const asked = steps('started', 'suspended', 'refund_asked')
  expect(misfitOf(asked)).toMatchObject({ what: 'suspended' })
  expect(
    misfitOf(steps('started', 'suspended', 'refund_asked', 'refund_succeeded')),
  ).toBeUndefined()
})

test('one that is being closed is not looked at for ever, and one that a bank works at is', () => {
  const later = at('2027-01-01T00:00:00Z')
  expect(isUnderWay(payment('pending', { next: null }), at(END))).toBe(true)
  expect(isUnderWay(payment('pending', { next: null }), later)).toBe(false)
  expect(isUnderWay(payment('pending', { next: { kind: 'wait' } }), later)).toBe(true)
})
