import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutIp } from './network.ts'

test.each([
  ['203.0.113.7', '203.0.113.0/24'],
  ['::ffff:203.0.113.7', '203.0.113.0/24'],
  ['::FFFF:203.0.113.7', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:0db8:0001::', '2001:db8:1::/48'],
  ['2001:db8::7', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['::2:3:4:5:6:7:8', '0:2:3::/48'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
])('A5: of %s only %s is kept', (ip, network) => {
  expect(cutIp(ip)).toBe(network)
})

test('A5: what is no address is not kept at all', () => {
  for (const text of ['', 'unknown', '1.2.3', '1.2.3.4, 5.6.7.8', '::ffff:name', '12345::'])
    expect(cutIp(text)).toBeNull()
})

test('A5: neighbours cannot be told apart', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(255), (ip, other) => {
      expect(cutIp(ip.replace(/\d+$/, String(other)))).toBe(cutIp(ip))
    }),
  )
  fc.assert(
    fc.property(fc.ipV6(), (ip) => {
      expect(cutIp(ip)).toMatch(/^[\da-f:.]+\/(48|24)$/)
    }),
  )
})
