import { expect, test } from 'vitest'
import { isWayName, waysFor } from './pay-ways.ts'

const channel = (name: string, methods: string[], min = 1, max = 5_000_000) => ({
  ...{ channel: name, methods, livemode: false, minor_min: min, minor_max: max },
})
const OPEN = [
  channel('wechat', ['native', 'jsapi', 'h5']),
  channel('alipay', ['precreate', 'page', 'wap'], 100, 10_000),
  channel('stripe', ['checkout', 'checkout_save', 'saved_card']),
  channel('balance', ['balance']),
]
const want = { amount: 3_000, channels: null }
const nobody = { isPhone: false, saved: [], wallet: 0 }
const names = (...asked: Parameters<typeof waysFor>) => waysFor(...asked).map(({ name }) => name)

test('a desk is offered codes and pages, a phone the apps first', () => {
  expect(names(OPEN, want, nobody)).toEqual([
    ...['wechat.native', 'alipay.precreate', 'alipay.page', 'stripe.checkout'],
  ])
  expect(names(OPEN, want, { ...nobody, isPhone: true })).toEqual([
    ...['wechat.h5', 'wechat.native', 'alipay.wap', 'alipay.precreate', 'stripe.checkout'],
  ])
})

test('only what is open, allowed for the product, and takes the amount', () => {
  expect(names([], want, nobody)).toEqual([])
  expect(names(OPEN, { ...want, channels: ['stripe'] }, nobody)).toEqual(['stripe.checkout'])
  expect(names(OPEN, { ...want, amount: 50 }, nobody)).toEqual(['wechat.native', 'stripe.checkout'])
  expect(names(OPEN, { ...want, amount: 10_001 }, nobody)).not.toContain('alipay.page')
})

test('a saved card and a wallet stand there for who has one that would do', () => {
  const rich = { isPhone: false, saved: ['stripe'], wallet: 3_000 }
  expect(names(OPEN, want, rich)).toContain('stripe.saved_card')
  expect(names(OPEN, want, rich)).toContain('balance.balance')
  expect(names(OPEN, { ...want, amount: 3_001 }, rich)).not.toContain('balance.balance')
  expect([isWayName('wechat.native'), isWayName('toString'), isWayName(7)]).toEqual([
    ...[true, false, false],
  ])
})
