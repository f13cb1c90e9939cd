import { expect, test } from 'vitest'
import type { Signals } from '#kernel/signals'
import { openKnown } from './known.ts'

/** What a database would have, how often it was asked, and the line between nodes. */
function opened() {
  const line = { connected: true, say: (_owner: string) => {}, again: () => {} }
  const signals: Signals = {
    get connected() {
      return line.connected
    },
    on: (_, hear) => {
      line.say = hear
    },
    onConnected: (hear) => {
      line.again = hear
    },
    start: async () => {},
    stop: async () => {},
  }
  const rows = new Map([['ada', 1]])
  const asked = { all: 0, one: 0, ms: 0, meanwhile: () => {} }
  const known = openKnown<number>({
    signals,
    machineMs: () => asked.ms,
    word: 'changed',
    readAll: async () => {
      asked.all += 1
      return new Map(rows)
    },
    readOne: async (owner) => {
      asked.one += 1
      const row = rows.get(owner)
      asked.meanwhile()
      return row
    },
  })
  return { known, rows, asked, line }
}

test('C14: whoever has no guard costs no look, however many there are', async () => {
  const { known, asked } = opened()
  const owners = Array.from({ length: 1_000 }, (_, i) => `owner-${i}`)
  for (const owner of owners) expect(await known.of(owner)).toBeUndefined()
  await Promise.all(owners.map((owner) => known.of(owner)))
  expect(await known.of('ada')).toBe(1)
  expect(asked).toMatchObject({ all: 1, one: 0 })
})

test('C14: a word costs one look for its owner, and what is new is known from then on', async () => {
  const { known, rows, asked, line } = opened()
  await known.of('ada')
  rows.set('bo', 2).delete('ada')
  line.say('bo')
  line.say('ada')
  for (let again = 0; again < 3; again++)
    expect([await known.of('ada'), await known.of('bo')]).toEqual([undefined, 2])
  expect(asked).toMatchObject({ all: 1, one: 2 })
})

test('C14: what was read before another word is not remembered', async () => {
  const { known, rows, asked, line } = opened()
  await known.of('ada')
  line.say('ada')
  asked.meanwhile = () => {
    rows.set('ada', 3)
    line.say('ada')
    asked.meanwhile = () => {}
  }
  expect(await known.of('ada')).toBe(1)
  expect(await known.of('ada')).toBe(3)
})

test('C14: nothing remembered counts while the line is down, after it was, or after a minute', async () => {
  const { known, rows, asked, line } = opened()
  await known.of('ada')
  line.connected = false
  rows.set('ada', 2)
  expect(await known.of('ada')).toBe(2)
  line.connected = true
  line.again()
  rows.set('ada', 3)
  expect(await known.of('ada')).toBe(3)
  rows.set('ada', 4)
  asked.ms += 60_000
  expect(await known.of('ada')).toBe(4)
})
