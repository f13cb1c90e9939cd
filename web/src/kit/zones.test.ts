import { expect, test } from 'vitest'
import { momentOf, placeOf, shownAt, startOfDay, zoned } from './zones.ts'

test('a day begins by the clock of the place, in summer and in winter', () => {
  const start = (day: string, later: number, zone: string) =>
    startOfDay(day, later, zone).toISOString()
  expect(start('2026-02-01', 0, 'Asia/Shanghai')).toBe('2026-01-31T16:00:00.000Z')
  expect(start('2026-02-28', 1, 'Asia/Shanghai')).toBe('2026-02-28T16:00:00.000Z')
  expect(start('2026-01-10', 0, 'Europe/Berlin')).toBe('2026-01-09T23:00:00.000Z')
  expect(start('2026-07-10', 0, 'Europe/Berlin')).toBe('2026-07-09T22:00:00.000Z')
  // The day on which the clock changes, and the one after it.
  expect(start('2026-03-29', 0, 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000Z')
  expect(start('2026-03-29', 1, 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z')
  expect(start('2026-07-10', 0, 'Pacific/Kiritimati')).toBe('2026-07-09T10:00:00.000Z')
  expect(start('2026-07-10', 0, 'Pacific/Pago_Pago')).toBe('2026-07-10T11:00:00.000Z')
})

test('where the clock jumps at midnight, the day begins after the jump', () => {
  const start = startOfDay('2026-09-06', 0, 'America/Santiago')
  expect(start.toISOString()).toBe('2026-09-06T04:00:00.000Z')
})

test('a moment of a field is one by the clock of the place, there and back', () => {
  expect(momentOf('2026-07-10T09:30', 'Asia/Shanghai')).toBe('2026-07-10T01:30:00.000Z')
  expect(momentOf('2026-01-10T09:30', 'America/Lima')).toBe('2026-01-10T14:30:00.000Z')
  // Between two and three this clock shows nothing that night.
  expect(momentOf('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  for (const zone of ['Asia/Shanghai', 'Europe/Berlin', 'Pacific/Kiritimati', 'Asia/Kathmandu'])
    for (const shown of [
      '0002-01-01T00:00',
      '2026-01-01T00:00',
      '2026-03-29T12:45',
      '2026-10-25T23:59',
    ])
      expect(shownAt(momentOf(shown, zone), zone)).toBe(shown)
})

test('a place that the browser does not know has no clock, and its own one stands in', () => {
  const clockOf = (zone: string | undefined) => zoned('en', {}, zone).resolvedOptions().timeZone
  expect(clockOf('America/Lima')).toBe('America/Lima')
  expect(clockOf('Middle/Earth')).toBe(clockOf(undefined))
  expect(startOfDay('2026-07-10', 0, 'Middle/Earth')).toEqual(new Date(2026, 6, 10))
})

test('a place is told with how far its clock is from UTC at that time of the year', () => {
  const [winter, summer] = [Date.UTC(2026, 0, 10), Date.UTC(2026, 6, 10)]
  expect(placeOf('Asia/Shanghai', winter)).toEqual({ zone: 'Asia/Shanghai', offset: 'UTC+8' })
  expect(placeOf('Europe/Berlin', winter).offset).toBe('UTC+1')
  expect(placeOf('Europe/Berlin', summer).offset).toBe('UTC+2')
  expect(placeOf('Asia/Kathmandu', winter).offset).toBe('UTC+5:45')
  expect(placeOf('America/St_Johns', summer).offset).toBe('UTC-2:30')
  expect(placeOf('UTC', winter)).toEqual({ zone: 'UTC', offset: 'UTC' })
  // What the browser does not know is not what it goes by.
  expect(placeOf('Middle/Earth', winter)).toEqual(placeOf(undefined, winter))
})
