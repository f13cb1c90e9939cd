import { expect, test } from 'vitest'
import { statesThatAccept, unreachable } from '#kernel/states'
import { eventOfMoney } from './order.ts'
import { ORDER_STATES } from './order-states.ts'

const PAID = ['paid', 'paid_late', 'partially_refunded', 'refunded'] as const
const UNPAID = ['created', 'pending', 'closing', 'closed'] as const

test('CK1: every state of an order can be reached, and what is paid is never unpaid, closed or paid again', () => {
  expect(unreachable(ORDER_STATES, 'created')).toEqual([])
  expect(statesThatAccept(ORDER_STATES, 'pay').sort()).toEqual([...UNPAID].sort())
  for (const state of PAID) {
    expect(ORDER_STATES[state].pay).toBe('never')
    expect(Object.values(ORDER_STATES[state])).not.toContain('closed')
    expect(statesThatAccept(ORDER_STATES, 'close')).not.toContain(state)
  }
})

test('CK4: what was closed is paid late, and what is not closed yet is paid', () => {
  expect(ORDER_STATES.closed.pay).toBe('paid_late')
  for (const state of ['created', 'pending', 'closing'] as const)
    expect(ORDER_STATES[state].pay).toBe('paid')
})

test('CK6: only what is paid is refunded, as far as its price has gone back', () => {
  for (const event of ['refund_part', 'refund_all', 'unrefund'] as const)
    for (const state of UNPAID) expect(ORDER_STATES[state][event]).toBe('never')
  expect([0n, 1n, 99n, 100n, 200n].map((back) => eventOfMoney({ amount: 100n }, back))).toEqual([
    ...['unrefund', 'refund_part', 'refund_part', 'refund_all', 'refund_all'],
  ])
})
