import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { NOW_S } from '../../../../../test/stripe-objects.ts'
import { judgeSignature } from './signature.ts'

const SECRET = 'whsec_test_secret'
const BODY = Buffer.from('{"id":"evt_1","object":"event","type":"x"}')
const NOW_MS = NOW_S * 1_000
const v1 = (at: number, secret = SECRET, body = BODY) =>
  createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')
const judge = (header: unknown, secrets: readonly string[] = [SECRET], nowMs = NOW_MS) =>
  judgeSignature(header, BODY, secrets, nowMs)

test('PY6: the fixed signature of the protocol is genuine', () => {
  const header = 't=1700000000,v1=33e8f8c0b87d5ed2b8cac16239e4fbdc744d7582bc04ae160a659fe1f5fa8fe4'
  expect(judge(header, [SECRET], 1_700_000_000_000)).toMatchObject({ genuine: true })
  expect(judge(header.replace('fe4', 'fe5'), [SECRET], 1_700_000_000_000)).toMatchObject({
    genuine: false,
  })
})

test('PY6: what the official library signs is genuine, and nothing else of the same length', () => {
  const { webhooks } = new Stripe('sk_test_12345678', { telemetry: false })
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ minLength: 1 }),
      (payload, other) => {
        const header = webhooks.generateTestHeaderString({
          payload,
          secret: SECRET,
          timestamp: NOW_S,
        })
        const judged = (text: string) =>
          judgeSignature(header, Buffer.from(text), [SECRET], NOW_MS).genuine
        expect(judged(payload)).toBe(true)
        expect(judged(`${payload}${other}`)).toBe(false)
      },
    ),
  )
})

test.each([
  ['an empty v1', `t=${NOW_S},v1=`],
  ['no v1', `t=${NOW_S}`],
  ['64 letters that are no hex', `t=${NOW_S},v1=${'é'.repeat(64)}`],
  ['v0 only', `t=${NOW_S},v0=${v1(NOW_S)}`],
  ['upper case', `t=${NOW_S},v1=${v1(NOW_S).toUpperCase()}`],
  ['a list of headers', [`t=${NOW_S},v1=${v1(NOW_S)}`]],
  ['100 KiB', `t=${NOW_S},${'v1=00,'.repeat(17_000)}v1=${v1(NOW_S)}`],
  ['no header', undefined],
  ['an empty header', ''],
  ['no time', `v1=${v1(NOW_S)}`],
  ['two times', `t=${NOW_S},t=${NOW_S - 1_000},v1=${v1(NOW_S)}`],
  ['a time that is none', `t=1e9,v1=${v1(NOW_S)}`],
  ['a negative time', `t=-1,v1=${v1(NOW_S)}`],
])('T17: %s is refused, and nothing breaks', (_, header) => {
  expect(judge(header)).toEqual({ genuine: false, why: 'signature_malformed' })
})

test('T18: five minutes old or ahead is genuine, a second more is not', () => {
  const at = (seconds: number) => judge(`t=${NOW_S + seconds},v1=${v1(NOW_S + seconds)}`)
  expect([-300, 0, 300].map((seconds) => at(seconds).genuine)).toEqual([true, true, true])
  for (const seconds of [-301, 301, 3_600])
    expect(at(seconds)).toEqual({ genuine: false, why: 'signature_out_of_time' })
})

test('T19: of two signatures the second may be the good one, among others that are none', () => {
  const header = `t=${NOW_S},v1=${v1(NOW_S, 'whsec_of_another')},v1=potato,v1=${v1(NOW_S)},v0=00`
  expect(judge(header)).toMatchObject({ genuine: true })
})

test('T69: while a secret follows another both are good, and each says which it was', () => {
  const [fresh, old] = ['whsec_the_new_one', 'whsec_the_old_one']
  const judged = [fresh, old].map((secret) =>
    judge(`t=${NOW_S},v1=${v1(NOW_S, secret)}`, [fresh, old]),
  )
  expect(judged).toMatchObject([{ genuine: true }, { genuine: true }])
  expect(new Set(judged.map((one) => one.genuine && one.keyId)).size).toBe(2)
  expect(judge(`t=${NOW_S},v1=${v1(NOW_S, old)}`, [fresh])).toMatchObject({ genuine: false })
})

test.each(['', ' ', '\n'])('T01: a secret of nothing verifies nothing: %j', (blank) => {
  const header = `t=${NOW_S},v1=${v1(NOW_S, blank)}`
  expect(judge(header, [blank])).toEqual({ genuine: false, why: 'signature_wrong' })
})

test('PY7: the name of a key does not contain it', () => {
  const judged = judge(`t=${NOW_S},v1=${v1(NOW_S)}`)
  expect(judged.genuine && judged.keyId).toMatch(/^[0-9a-f]{8}$/)
})
