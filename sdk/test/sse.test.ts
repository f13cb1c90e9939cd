import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SseReader } from '../src/sse.ts'

const WHOLE =
  ': hello\n\nretry: 1200\nid: 7\nevent: balance.changed\ndata: {"asset":"credit"}\n\n' +
  'id: 8\r\nevent: reset\r\ndata:\r\n\r\ndata: a\rdata:b\r\rid: 9\n\nevent: alone\n\n: beat\n\n'
const TOLD = [
  { id: '7', topic: 'balance.changed', data: '{"asset":"credit"}' },
  { id: '8', topic: 'reset', data: '' },
  { id: '8', topic: 'message', data: 'a\nb' },
  { id: '9', topic: 'alone', data: '' },
]

test('events are the same however the stream was cut up', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(WHOLE.length)), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), WHOLE.length]
      const reader = new SseReader(undefined)
      const told = at.slice(1).flatMap((end, i) => reader.read(WHOLE.slice(at[i], end)))
      expect(told).toEqual(TOLD)
      expect([reader.lastId, reader.retryMs]).toEqual(['9', 1200])
    }),
  )
})

test('an event that did not come whole is not told, and an id with a null in it is none', () => {
  const reader = new SseReader('3')
  expect(reader.read('id: 4\nevent: reset\ndata: {}\n')).toEqual([])
  expect(new SseReader('3').read('id: 4\0\ndata: x\n\n')[0]?.id).toBe('3')
})
