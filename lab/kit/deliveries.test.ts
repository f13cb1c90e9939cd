import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FaultAsk } from './faults.ts'
import { type Lab, openLab } from './open-lab.ts'
import { type PlayedApp, playApp } from './played-app.ts'
import { openPlayed } from './played-provider.ts'

const HOUR = 3_600_000
let lab: Lab
let app: PlayedApp

beforeEach(async () => {
  app = await playApp()
  // A day is a fifth of a second.
  lab = await openLab({ providers: { bank: openPlayed('bank', [HOUR, 2 * HOUR]) }, scale: 500_000 })
})
afterEach(async () => {
  await lab.close()
  await app.close()
})

const send = (word: string) => lab.control('bank', 'send', { url: `${app.url}/hooks`, word })
const words = () => app.heard.map(({ body }) => body)
const kinds = (n: number) => lab.deliveries()[n - 1]?.attempts.map(({ kind }) => kind)
async function sendAmiss(fault: FaultAsk['fault']) {
  lab.fault({ fault, provider: 'bank' })
  await send('first')
  await lab.settled()
}

test('a notification that is acknowledged comes once', async () => {
  await send('first')
  await lab.settled()
  expect(words()).toEqual(['first'])
  expect(lab.deliveries()).toMatchObject([{ n: 1, provider: 'bank', state: 'acknowledged' }])
})

test('one that is refused comes again by the table, and then no more', async () => {
  app.answers(() => 500)
  await send('first')
  await lab.settled()
  expect(words()).toEqual(['first', 'first', 'first'])
  expect(lab.deliveries()).toMatchObject([{ state: 'given_up' }])
})

test('one is taken at the second attempt', async () => {
  app.answers((_, count) => (count === 1 ? 503 : 200))
  await send('first')
  await lab.settled()
  const [delivery] = lab.deliveries()
  expect(delivery?.attempts.map(({ status }) => status)).toEqual([503, 200])
  expect(delivery?.state).toBe('acknowledged')
})

test('where nobody listens the attempts say so', async () => {
  await lab.control('bank', 'send', { url: 'http://127.0.0.1:1/hooks', word: 'first' })
  await lab.settled()
  const [delivery] = lab.deliveries()
  expect(delivery?.state).toBe('given_up')
  expect(delivery?.attempts.map(({ why }) => why === undefined)).toEqual([false, false, false])
})

test('duplicate: it comes twice', async () => {
  await sendAmiss('duplicate')
  expect(words()).toEqual(['first', 'first'])
  expect(kinds(1)?.toSorted()).toEqual(['duplicate', 'genuine'])
})

test('lose: it never comes, its retry does', async () => {
  await sendAmiss('lose')
  expect(words()).toEqual(['first'])
  expect(kinds(1)).toEqual(['lost', 'genuine'])
})

test('forge: a forged one comes first, and does not end it when it is believed', async () => {
  await sendAmiss('forge')
  expect(app.heard.map(({ headers }) => headers['forged'])).toEqual(['true', 'false'])
  expect(kinds(1)).toEqual(['forged', 'genuine'])
})

test('reorder: it comes after the next one', async () => {
  await lab.close()
  // The next one comes by itself only after 15 s of the provider: not within this test.
  lab = await openLab({ providers: { bank: openPlayed('bank') }, scale: 0.001 })
  lab.fault({ fault: 'reorder' })
  await send('first')
  await send('second')
  await lab.settled()
  expect(words()).toEqual(['second', 'first'])
})

test('reorder: where no other one follows it comes all the same', async () => {
  await sendAmiss('reorder')
  expect(words()).toEqual(['first'])
})

test('delay: it comes later than one that was sent after it', async () => {
  lab.fault({ fault: 'delay', ms: 3_600_000 })
  await send('first')
  await send('second')
  await expect.poll(words).toEqual(['second'])
  await expect
    .poll(() => lab.deliveries().map(({ state }) => state))
    .toEqual(['under_way', 'acknowledged'])
})

test('what was sent can be sent again, many times at once, and elsewhere', async () => {
  await send('first')
  await lab.settled()
  expect(await lab.replay(1, { times: 3 })).toEqual([200, 200, 200])
  expect(await lab.replay(1, { url: `${app.url}/other`, fresh: true })).toEqual([200])
  expect(app.heard.map(({ path }) => path)).toEqual([...Array(4).fill('/hooks'), '/other'])
  expect(kinds(1)).toEqual(['genuine', ...Array(4).fill('replayed')])
  await expect(lab.replay(2)).rejects.toThrow('no delivery 2')
})

test('a lab that closes waits for no table', async () => {
  await lab.close()
  lab = await openLab({ providers: { bank: openPlayed('bank', [HOUR]) }, scale: 1 })
  app.answers(() => 500)
  await send('first')
  await expect.poll(words).toEqual(['first'])
  const settled = lab.settled()
  await lab.close()
  await settled
  expect(lab.deliveries()).toMatchObject([{ state: 'given_up' }])
})
