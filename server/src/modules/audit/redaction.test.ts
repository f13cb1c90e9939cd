import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Facts } from '#kernel/outcome'
import { entryOf } from './entry.ts'
import { HIDDEN, mask, redact } from './redaction.ts'

test('A5: an allowed field keeps its value, any other only its name', () => {
  expect(
    redact({
      amount: 500,
      roles: ['finance', 'auditor'],
      expires_at: null,
      enabled: true,
      name: 'Zhang San',
      email: 'zhang@example.com',
      '13800138000': true,
      theme: { mode: 'dark', nickname: 'San' },
      payee: { amount: 1 },
    }),
  ).toEqual({
    amount: 500,
    roles: ['finance', 'auditor'],
    expires_at: null,
    enabled: true,
    name: HIDDEN,
    email: HIDDEN,
    [HIDDEN]: HIDDEN,
    theme: { mode: 'dark', nickname: HIDDEN },
    payee: HIDDEN,
  })
})

test('A5: a canary under any name we did not allow is never written', () => {
  const CANARY = 'canary'
  const anyName = fc.string({ maxLength: 12 }).map((name) => `x${name}`)
  const anyFacts = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(CANARY),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(anyName, tie('value'), { maxKeys: 3 }),
    ),
  })).value
  fc.assert(
    fc.property(fc.dictionary(anyName, anyFacts), (facts) => {
      expect(JSON.stringify(redact(facts as Facts))).not.toContain(CANARY)
      expect(JSON.stringify(redact({ fields: { theme: facts } } as Facts))).not.toContain(CANARY)
    }),
  )
})

test('A5: a change stays a change, however deep, long or broken what is handed in', () => {
  const deep = { theme: { theme: { theme: { theme: { theme: 'deep' } } } } }
  expect(JSON.stringify(redact(deep))).not.toContain('deep')
  const long = redact({ fields: Array.from({ length: 999 }, (_, i) => i), status: 'x'.repeat(999) })
  expect(JSON.stringify(long).length).toBeLessThan(500)
  expect(redact({ status: '\ud83d' })).toEqual({ status: '\ufffd' })
})

test.each([
  ['refund for zhang.san@example.com, agreed', `refund for ${HIDDEN}, agreed`],
  ['电话13800138000，已核实', `电话${HIDDEN}，已核实`],
  ['card 6222 0212 3456 7890 123', `card ${HIDDEN}`],
  ['id 11010519491231002X', `id ${HIDDEN}X`],
  [`key tb_sk_live_${'a1'.repeat(20)} leaked`, `key ${HIDDEN} leaked`],
  ['order ord_01kb9q3m5n7p8r2s4t6v8w9xyz paid 1000000 on 2026-01-31', undefined],
])('A5: of a reason its sense is kept: %s', (typed, kept = typed) => {
  expect(mask(typed)).toBe(kept)
})

test('A5: an entry is cut and masked before it is written', () => {
  const entry = entryOf(
    'aud_1',
    '2026-01-01T00:00:00.000Z',
    { kind: 'person', id: 'usr_1', roles: [], ip: '203.0.113.7', agent: `a😀${'b '.repeat(999)}` },
    {
      action: 'a.b',
      target: { kind: 'c', id: 'd' },
      reason: `${'我😀'.repeat(300)}`,
      result: 'done',
    },
  )
  expect(entry.ip).toBe('203.0.113.0/24')
  expect(entry.agent).toHaveLength(200)
  expect(entry.reason).toHaveLength(500)
  expect(entry.reason?.isWellFormed()).toBe(true)
  expect([entry.before, entry.after, entry.acting_as, entry.request_id]).toEqual([
    null,
    null,
    null,
    null,
  ])
})
