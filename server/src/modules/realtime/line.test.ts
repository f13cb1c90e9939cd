import { expect, test } from 'vitest'
import { NOBODY } from '#kernel/routes'
import { gatherCrowd } from './crowd.ts'
import { type Frame, frameOf } from './frame.ts'
import { BEAT_MS, REPLAY_ROWS_MAX, SILENT_BEATS_MAX, UNSENT_BYTES_MAX } from './limits.ts'
import { openLine } from './line.ts'
import type { Wire } from './wire.ts'

/** A client whose reading the test decides on. */
function reader() {
  const told: Frame[] = []
  const client = {
    told,
    unsent: 0,
    beats: 0,
    state: 'open' as 'open' | 'ended' | 'cut',
    there: true,
  }
  const wire: Wire = {
    kind: 'sse',
    tell: (frame) => told.push(frame),
    beat: () => {
      client.beats += 1
    },
    isThere: () => client.there,
    unsent: () => client.unsent,
    end: () => {
      client.state = 'ended'
    },
    cut: () => {
      client.state = 'cut'
    },
    onGone: () => {},
  }
  return {
    client,
    wire,
    topics: () => told.map(({ topic }) => topic),
    nos: () => told.map(({ no }) => no),
  }
}
const frame = (no: number) => frameOf({ no, topic: 'told', data: {} })
const LIFE_MS = 600_000
function open(about: { owner: string } = { owner: 'usr_1' }) {
  const { client, ...more } = reader()
  let resets = 0
  const terms = {
    about,
    principal: NOBODY,
    beginsAtMs: 0,
    endsAtMs: LIFE_MS,
    onReset: () => resets++,
  }
  return { line: openLine(more.wire, terms), client, ...more, resets: () => resets }
}

test('RT2: what comes while somebody catches up is told after what they missed, and nothing twice', () => {
  const { line, nos, topics } = open()
  line.hear(frame(4))
  line.hear(frame(6))
  line.caughtUp([frame(2), frame(4)], 5)
  line.hear(frame(5)) // heard late, and read already
  line.hear(frame(7))
  expect(nos()).toEqual([2, 4, 6, 6, 7])
  expect(topics()).toEqual(['told', 'told', 'told', 'ready', 'told'])
})

test('RT4: who reads slowly is told nothing more until they have read, and then to fetch everything anew', () => {
  const { line, client, topics, nos, resets } = open()
  line.caughtUp([], 0)
  client.unsent = UNSENT_BYTES_MAX + 1
  for (let no = 1; no <= 100; no++) line.hear(frame(no))
  expect(topics()).toEqual(['ready'])
  line.look(1, 100)
  expect(topics()).toEqual(['ready'])
  client.unsent = 0
  line.look(2, 100)
  line.hear(frame(101))
  expect(topics()).toEqual(['ready', 'reset', 'told'])
  expect(nos()).toEqual([0, 100, 101])
  expect(resets()).toBe(1)
})

test('RT4: more than fits while somebody catches up is not kept: they fetch everything anew', () => {
  const { line, topics } = open()
  for (let no = 1; no <= REPLAY_ROWS_MAX + 1; no++) line.hear(frame(no))
  line.caughtUp([], 0)
  expect(topics()).toEqual(['reset'])
})

test('RT4: who takes nothing for some heartbeats, or answers none, is gone', () => {
  for (const gone of [{ unsent: 10 }, { there: false }]) {
    const { line, client } = open()
    line.caughtUp([], 0)
    Object.assign(client, gone)
    const looks = Array.from({ length: SILENT_BEATS_MAX + 1 }, (_, nth) =>
      line.look((nth + 1) * BEAT_MS, 0),
    )
    expect(looks.at(-1)).toBe(false)
  }
  const { line, client } = open()
  line.caughtUp([], 0)
  for (let nth = 1; nth <= 10; nth++) expect(line.look(nth * BEAT_MS, 0)).toBe(true)
  expect(client.beats).toBe(10)
})

test('RT6: at the end of its life a connection is told to come back, and ends', () => {
  const crowd = gatherCrowd(() => 0.5)
  const { line, client, topics } = open()
  crowd.add(line)
  line.caughtUp([], 0)
  crowd.look(LIFE_MS - 1)
  expect([crowd.size, client.state]).toEqual([1, 'open'])
  crowd.look(LIFE_MS)
  expect([crowd.size, client.state]).toEqual([0, 'ended'])
  expect(topics()).toEqual(['ready', 'reconnect'])
})

test('RT2: who was behind when sent away is not told how far the house is, or they would miss what lies between', () => {
  const { line, client, topics } = open()
  line.caughtUp([], 0)
  client.unsent = UNSENT_BYTES_MAX + 1
  line.hear(frame(1))
  line.bye(50, 1_000)
  expect(topics()).toEqual(['ready'])
})

test('RT1: a batch is parted among those whom it is about', () => {
  const crowd = gatherCrowd(() => 0.5)
  const [one, two] = [open({ owner: 'usr_1' }), open({ owner: 'usr_2' })]
  for (const { line } of [one, two]) {
    crowd.add(line)
    line.caughtUp([], 0)
  }
  const accounts = [
    ['usr_1', 'credit', 5, 0, 0, 1],
    ['usr_2', 'credit', 6, 0, 0, 1],
    ['usr_3', 'credit', 7, 0, 0, 1],
  ]
  crowd.deliver(9, [{ no: 9, id: '9', at: '', topic: 'balance.changed', data: { accounts } }])
  expect(one.client.told.at(-1)).toMatchObject({ no: 9, data: { available: 5 } })
  expect(two.client.told.at(-1)).toMatchObject({ no: 9, data: { available: 6 } })
  expect(crowd.position).toBe(9)
  crowd.remove(one.line)
  expect([crowd.size, crowd.counts.owners]).toEqual([1, 1])
})
